//! The subcommands, one file each.

pub(crate) mod changes;
pub(crate) mod completions;
pub(crate) mod conflicts;
pub(crate) mod export;
pub(crate) mod get;
pub(crate) mod man;
pub(crate) mod merge;
pub(crate) mod resolve;
pub(crate) mod rm;
pub(crate) mod set;
pub(crate) mod status;
pub(crate) mod sync;

mod edit;
