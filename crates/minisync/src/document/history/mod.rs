//! What was edited here, so that it can be undone: each edit by the dots of what it touched and with what was
//! there before. Knows no stamps to come and writes nothing; `undo` does.

mod aliases;
mod capture;
mod keep;
pub(super) mod undo;

use std::time::Duration;

use ecow::EcoString;
use hashbrown::HashSet;

use crate::{data::position::BunchPath, names::dot::Dot};

pub(in crate::document) use aliases::Aliases;
pub(in crate::document) use capture::{Captured, Run};
pub(in crate::document) use keep::{Event, Keeper};

/// How edits are grouped for [`Document::undo`](crate::Document::undo), and how many are kept.
///
/// ```
/// use std::time::Duration;
/// let policy = minisync::UndoPolicy { within: Duration::ZERO, ..Default::default() };
/// assert_eq!(policy.groups, 1000);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoPolicy {
    /// An edit that follows the one before within this time is undone together with it; 500 ms. Zero: each
    /// edit, or transaction, is undone alone.
    pub within: Duration,
    /// At most so many groups can be undone; 1000. The oldest go first.
    pub groups: usize,
}

impl Default for UndoPolicy {
    fn default() -> Self {
        UndoPolicy { within: Duration::from_millis(500), groups: 1000 }
    }
}

/// One edit. Containers, elements and writes go by their dots as they were; [`Aliases`] know what they are now.
#[derive(Debug)]
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
    Killed { list: Dot, element: Dot, before: Vec<Captured>, at: Anchor },
    /// An element was moved, in the place of earlier moves.
    Moved { list: Dot, element: Dot, dots: Vec<Dot>, at: Anchor, before: Vec<(Dot, BunchPath)> },
}

/// Where an element stood.
#[derive(Debug)]
pub(in crate::document) struct Anchor {
    pub(in crate::document) path: BunchPath,
    /// Behind which other element, if any: where the list itself is a copy, its positions are new.
    pub(in crate::document) left: Option<Dot>,
}

/// Edits that are undone together, the oldest first.
#[derive(Debug)]
pub(in crate::document) struct Group {
    pub(in crate::document) edits: Vec<Edit>,
    /// The time of the last one, in microseconds.
    at: u64,
}

/// What edits are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) enum Purpose {
    Edit,
    Undo,
    Redo,
}

/// The own edits that can be undone, and those undone that can be done again.
#[derive(Debug)]
pub(in crate::document) struct History {
    policy: UndoPolicy,
    pub(in crate::document) undo: Vec<Group>,
    pub(in crate::document) redo: Vec<Group>,
    /// What is under way: it becomes a group, or part of one, when it is done.
    open: Vec<Edit>,
    pub(in crate::document) purpose: Purpose,
    /// Whether the next edit begins a new group in any case.
    pub(in crate::document) is_sealed: bool,
    /// Own deletions that stand for those of others.
    pub(in crate::document) foreign: HashSet<Dot>,
    /// Of writes, and of the containers that they made.
    pub(in crate::document) aliases: Aliases,
    /// Of elements. One keeps its id when its first value comes back.
    pub(in crate::document) elements: Aliases,
    /// Of positions: an element that comes back has one that it was born with.
    pub(in crate::document) moves: Aliases,
}

impl History {
    pub(in crate::document) fn new(policy: UndoPolicy) -> History {
        History {
            policy,
            undo: Vec::new(),
            redo: Vec::new(),
            open: Vec::new(),
            purpose: Purpose::Edit,
            is_sealed: false,
            foreign: HashSet::new(),
            aliases: Aliases::default(),
            elements: Aliases::default(),
            moves: Aliases::default(),
        }
    }

    /// What an undo, or a redo, takes its groups from.
    pub(in crate::document) fn groups(&mut self, purpose: Purpose) -> &mut Vec<Group> {
        if purpose == Purpose::Redo { &mut self.redo } else { &mut self.undo }
    }

    /// What was under way is done, at this time in microseconds.
    fn close_group(&mut self, now: u64) {
        if self.open.is_empty() {
            return;
        }
        let edits = std::mem::take(&mut self.open);
        match self.purpose {
            Purpose::Undo => self.redo.push(Group { edits, at: now }),
            Purpose::Redo => self.undo.push(Group { edits, at: now }),
            Purpose::Edit => {
                self.redo.clear();
                let within = u64::try_from(self.policy.within.as_micros()).unwrap_or(u64::MAX);
                let is_on = |group: &&mut Group| within > 0 && now.saturating_sub(group.at) <= within;
                match self.undo.last_mut().filter(is_on).filter(|_| !self.is_sealed) {
                    Some(group) => {
                        group.edits.extend(edits);
                        group.at = now;
                    }
                    None => self.undo.push(Group { edits, at: now }),
                }
                self.is_sealed = false;
            }
        }
        let surplus = self.undo.len().saturating_sub(self.policy.groups);
        self.undo.drain(..surplus);
        if self.undo.is_empty() && self.redo.is_empty() {
            (self.foreign, self.aliases) = Default::default();
            (self.elements, self.moves) = Default::default();
        }
    }
}
