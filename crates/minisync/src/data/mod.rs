//! Values in memory, and where each write is: registers, maps, lists, and the arena that holds them. Knows no
//! document, no paths, and not how changes are spelled.

pub(crate) mod arena;
pub(crate) mod build;
pub(crate) mod index;
pub(crate) mod list;
pub(crate) mod map;
pub(crate) mod order;
pub(crate) mod position;
pub(crate) mod register;
