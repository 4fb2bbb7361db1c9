//! Writing: own edits, alone or in a transaction that can be taken back.

pub(super) mod edit;
pub(super) mod list_mut;
pub(super) mod map_mut;
pub(super) mod restore;
pub(super) mod rollback;
pub(super) mod transact;
pub(super) mod update;
