//! What a transaction has done, so that it can be taken back.
//!
//! ```text
//!   transact(|d| {            log of the transaction                     when it fails, from the last to the first
//!     d.set("a", 2)           Entry { a, old: 1 }                        a = 1
//!     d.list("l").remove(0)   Deleted { l[0], old, where it stood }      l[0] is alive again, and where it was
//!   })
//! ```
//!
//! What was replaced is not dropped before the outermost transaction is done, nor are its positions given back: until
//! then each step has all that its reverse needs. Stamps, journals, patches and remembered edits only grow at their
//! ends, so for them a length is enough.

use ecow::EcoString;

use crate::{
    data::{
        arena::{ElementLoc, MapId},
        position::Move,
        register::Register,
    },
    names::stamp::Stamp,
};

/// One change to a container, with what was there before.
#[derive(Debug)]
pub(super) enum RollbackStep {
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
    pub(super) number: usize,
    pub(super) steps: Vec<RollbackStep>,
    pub(super) last: Stamp,
    pub(super) seen: Stamp,
    pub(super) records: usize,
    pub(super) patches: usize,
    pub(super) edits: usize,
}
