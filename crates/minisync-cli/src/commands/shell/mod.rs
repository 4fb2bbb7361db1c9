//! Commands for whoever sets the program up.

pub(crate) mod completions;
pub(crate) mod man;
