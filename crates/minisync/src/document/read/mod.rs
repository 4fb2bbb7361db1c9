//! Reading: what a document shows. Changes nothing.

pub(super) mod conflicts;
mod container;
pub(super) mod open;
pub(super) mod resolve;
pub(super) mod union;
pub(super) mod view;
