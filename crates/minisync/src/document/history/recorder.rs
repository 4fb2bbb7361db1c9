//! Remembers each edit as it is made, if that is wanted. Reads a document and changes none.
//!
//! A document knows only the trait: a program that never asks for undo does not carry its code.

use crate::{
    base::sort::sort_by,
    data::{
        arena::{ElementLoc, MapId},
        position::Move,
        register::{Born, Register, Sibling},
    },
    document::{
        Document,
        history::{Anchor, Captured, Edit, History, capture::Run},
    },
    names::dot::Dot,
};

/// An edit that is about to be made.
#[derive(Clone, Copy)]
pub(in crate::document) enum EditEvent<'a> {
    /// New siblings under a key, in the place of all that stands there or only of some.
    Entry { map: MapId, key: &'a str, new: &'a [Born], over: Option<&'a [Dot]> },
    /// A new register as an element's value.
    Value { at: ElementLoc, new: &'a Register },
    /// A new element, already in its place.
    Inserted { at: ElementLoc },
    /// An element dies.
    Deleted { at: ElementLoc },
    /// An element is moved.
    Moved { at: ElementLoc, new: &'a [Move] },
}

/// Whoever remembers edits.
pub(in crate::document) trait UndoRecorder: Send {
    /// Remembers an edit as part of what is under way.
    fn record(&mut self, document: &Document, event: EditEvent<'_>);
    /// How much is under way; see [`UndoRecorder::truncate`].
    fn open(&self) -> usize;
    /// Takes back all that is under way but the first.
    fn truncate(&mut self, len: usize);
    /// What was under way is done, at this time in microseconds.
    fn close(&mut self, now: u64);
    fn history(&self) -> &History;
    fn history_mut(&mut self) -> &mut History;
}

impl UndoRecorder for History {
    fn record(&mut self, document: &Document, event: EditEvent<'_>) {
        let edit = match event {
            EditEvent::Entry { map, key, new, over } => document.edit_of_entry(self, map, key, new, over),
            EditEvent::Value { at, new } => document.edit_of_value(at, new),
            EditEvent::Inserted { at } => document.edit_of_insertion(at),
            EditEvent::Deleted { at } => document.edit_of_deletion(at),
            EditEvent::Moved { at, new } => document.edit_of_move(at, new),
        };
        self.open.extend(edit);
    }

    fn open(&self) -> usize {
        self.open.len()
    }

    fn truncate(&mut self, len: usize) {
        self.open.truncate(len);
    }

    fn close(&mut self, now: u64) {
        self.close_group(now);
    }

    fn history(&self) -> &History {
        self
    }

    fn history_mut(&mut self) -> &mut History {
        self
    }
}

impl Document {
    /// Tells of an edit whoever remembers edits.
    pub(in crate::document) fn record_edit(&mut self, event: EditEvent<'_>) {
        let Some(mut undo_recorder) = self.undo_recorder.take() else { return };
        undo_recorder.record(self, event);
        self.undo_recorder = Some(undo_recorder);
        if self.rollback.is_none() {
            self.close_edits();
        }
    }

    /// What was edited is done.
    pub(in crate::document) fn close_edits(&mut self) {
        if let Some(undo_recorder) = &mut self.undo_recorder {
            undo_recorder.close(self.author.now().as_micros());
        }
    }

    fn edit_of_entry(
        &self,
        history: &History,
        map: MapId,
        key: &str,
        new: &[Born],
        over: Option<&[Dot]>,
    ) -> Option<Edit> {
        let entries = self.tree.map(map);
        let found = entries.find(key).and_then(|slot| entries.register(slot));
        let born = found.filter(|register| register.is_alive()).map(|register| register.birth(&self.writers));
        let is_foreign = |s: &Sibling| !s.is_alive() && self.is_foreign_deletion(history, s.dot());
        Some(Edit::Entry {
            map: self.tree.dot(map),
            key: key.into(),
            dots: new.iter().map(Born::dot).collect(),
            is_tomb: !new.iter().any(|new| new.sibling.is_alive()),
            foreign: found.is_some_and(|register| register.siblings().any(is_foreign)),
            before: found.map(|register| Captured::all(self, register, over)).unwrap_or_default(),
            born,
            beside: over.is_some(),
        })
    }

    /// Whether a deletion is somebody else's, or stands for one.
    pub(in crate::document) fn is_foreign_deletion(&self, history: &History, tomb: Dot) -> bool {
        !self.is_own(tomb) || history.foreign.contains(&tomb)
    }

    fn edit_of_value(&self, at: ElementLoc, new: &Register) -> Option<Edit> {
        let register = self.tree.list(at.list).register(at.slot)?;
        let (list, element) = (self.tree.dot(at.list), register.element());
        let dots = new.siblings().map(|sibling| sibling.dot()).collect();
        Some(Edit::Value { list, element, dots, before: Captured::all(self, register, None) })
    }

    fn edit_of_insertion(&self, at: ElementLoc) -> Option<Edit> {
        let element = self.tree.list(at.list).register(at.slot)?.element();
        Some(Edit::Inserted { list: self.tree.dot(at.list), element })
    }

    fn edit_of_deletion(&self, at: ElementLoc) -> Option<Edit> {
        let register = self.tree.list(at.list).register(at.slot)?;
        let mut before = Captured::all(self, register, None);
        // What comes back stands where it was moved to.
        let moves = self.tree.list(at.list).moved(at.slot).unwrap_or_default();
        let runs = moves.iter().map(|at| Run { first: at.dot, offset: 0, len: 1 });
        before.first_mut()?.elements.extend(runs);
        Some(Edit::Deleted {
            list: self.tree.dot(at.list),
            element: register.element(),
            before,
            at: self.anchor(at)?,
        })
    }

    /// Where a living element stands.
    fn anchor(&self, at: ElementLoc) -> Option<Anchor> {
        let list = self.tree.list(at.list);
        let left = list.rank(at.slot)?.checked_sub(1).and_then(|left| list.register(list.at(left)?));
        let path = list.bunches.path_to(list.element(at.slot)?.place);
        Some(Anchor { path, left: left.map(Register::element) })
    }

    fn edit_of_move(&self, at: ElementLoc, new: &[Move]) -> Option<Edit> {
        let (register, list) = (self.tree.list(at.list).register(at.slot)?, self.tree.list(at.list));
        let mut before = list.moves(at.slot);
        sort_by(&mut before, |a, b| self.writers.compare(a.dot, b.dot));
        Some(Edit::Moved {
            list: self.tree.dot(at.list),
            element: register.element(),
            dots: new.iter().map(|at| at.dot).collect(),
            at: self.anchor(at)?,
            before: before.iter().map(|at| (at.dot, list.bunches.path_to(at.place))).collect(),
        })
    }
}
