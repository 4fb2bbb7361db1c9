//! What a transaction has done, so that it can be taken back.

use ecow::EcoString;

use crate::{
    data::{
        arena::{ElementLoc, MapId},
        list::Move,
        register::Register,
    },
    names::stamp::Stamp,
};

/// One change to a container, with what was there before.
#[derive(Debug)]
pub(in crate::document) enum RollbackStep {
    /// The entry of a map; vacant where there was none.
    Entry { map: MapId, key: EcoString, old: Register },
    /// The value of a list element.
    Value { at: ElementLoc, old: Register },
    /// An element was inserted.
    Inserted { at: ElementLoc },
    /// An element was deleted.
    Deleted { at: ElementLoc, old: Register, moves: Vec<Move> },
    /// An element was moved.
    Moved { at: ElementLoc, moves: Vec<Move> },
}

/// The steps of a transaction, and where it began.
#[derive(Debug)]
pub(in crate::document) struct RollbackLog {
    pub(in crate::document) steps: Vec<RollbackStep>,
    pub(in crate::document) last: Stamp,
    pub(in crate::document) seen: Stamp,
    pub(in crate::document) records: usize,
    pub(in crate::document) patches: usize,
    pub(in crate::document) edits: usize,
}
