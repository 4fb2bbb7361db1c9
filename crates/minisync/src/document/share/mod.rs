//! Sharing: change sets for others, and merging theirs.

pub(super) mod changes;
#[cfg(feature = "v1")]
pub(super) mod changes_v1;
pub(super) mod contains;
pub(super) mod forget;
#[cfg(feature = "genesis")]
pub(super) mod genesis;
pub(super) mod merge;
pub(super) mod renew;
pub(super) mod replica;
