//! The subcommands, one file each, by what they are for.

pub(crate) mod handover;
pub(crate) mod overview;
pub(crate) mod repair;
pub(crate) mod shell;
pub(crate) mod sync;
pub(crate) mod value;
pub(crate) mod watch;

mod change;
mod overruled;
mod target;
