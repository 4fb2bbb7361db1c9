//! Commands that show what is tracked, where it goes and who has it, and that change that.

pub(crate) mod clients;
pub(crate) mod list;
pub(crate) mod mv;
pub(crate) mod remote;
pub(crate) mod status;
