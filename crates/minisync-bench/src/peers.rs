//! Other libraries, doing what MiniSync is asked to do. Every object and list is a container of theirs,
//! so that it could be edited by two people at once, as in MiniSync.

pub(crate) mod automerge;
pub(crate) mod loro;
pub(crate) mod yrs;
