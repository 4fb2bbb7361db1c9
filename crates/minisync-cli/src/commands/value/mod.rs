//! Commands for single values of FILE, and for values in conflict.

pub(crate) mod conflicts;
pub(crate) mod get;
pub(crate) mod resolve;
pub(crate) mod rm;
pub(crate) mod set;
