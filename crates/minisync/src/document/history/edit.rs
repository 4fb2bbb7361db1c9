//! One edit that was made here, as undo needs it: by the dots of what it touched, and with what was there before.

use ecow::EcoString;

use crate::{data::position::BunchPath, document::history::capture::Captured, names::dot::Dot};

/// One edit. Containers, elements and writes go by their dots as they were; [`Aliases`](super::Aliases) know what they are now.
#[derive(Debug, Clone)]
pub(in crate::document) enum Edit {
    /// A map entry was written or deleted.
    Entry {
        map: Dot,
        key: EcoString,
        /// What was written: more than one where an undo brought back a conflict.
        dots: Vec<Dot>,
        /// Whether it was deleted.
        is_tomb: bool,
        /// What was replaced, the oldest first; nothing where nothing was there.
        before: Vec<Captured>,
        /// Whether others' deletions were among it.
        foreign: bool,
        /// The key's birth before.
        born: Option<Dot>,
        /// Whether others' siblings were left standing beside it.
        beside: bool,
    },
    /// The value of a list element was written.
    Value { list: Dot, element: Dot, dots: Vec<Dot>, before: Vec<Captured> },
    /// An element was inserted.
    Inserted { list: Dot, element: Dot },
    /// An element was deleted.
    Deleted { list: Dot, element: Dot, before: Vec<Captured>, at: Anchor },
    /// An element was moved, in the place of earlier moves.
    Moved { list: Dot, element: Dot, dots: Vec<Dot>, at: Anchor, before: Vec<(Dot, BunchPath)> },
}

/// Where an element stood.
#[derive(Debug, Clone)]
pub(in crate::document) struct Anchor {
    pub(in crate::document) path: BunchPath,
    /// Behind which other element, if any: where the list itself is a copy, its positions are new.
    pub(in crate::document) left: Option<Dot>,
}
