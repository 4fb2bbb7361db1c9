//! The edits that can be undone, and those undone that can be done again, in groups.
//!
//! ```text
//!   edits ──> open ──close──> undo ──undo──> (reverted by new edits, which open ──close──> redo)
//!                              ^                                                            │
//!                              └──────── (reverted again, which open ──close──> undo) <──redo
//! ```

use hashbrown::HashSet;

use crate::{
    document::history::{Aliases, Edit, UndoPolicy},
    names::dot::Dot,
};

/// Edits that are undone together, the oldest first.
#[derive(Debug)]
pub(in crate::document) struct Group {
    pub(in crate::document) edits: Vec<Edit>,
    /// The time of the last one, in microseconds.
    pub(super) at: u64,
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
    pub(super) policy: UndoPolicy,
    pub(in crate::document) undo: Vec<Group>,
    pub(in crate::document) redo: Vec<Group>,
    /// What is under way: it becomes a group, or part of one, when it is done.
    pub(super) open: Vec<Edit>,
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
    pub(super) fn close_group(&mut self, now: u64) {
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
