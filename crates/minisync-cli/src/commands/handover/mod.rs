//! Commands that hand changes over without a shared folder.

pub(crate) mod changes;
pub(crate) mod export;
pub(crate) mod merge;
