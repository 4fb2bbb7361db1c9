//! Remembers each edit as it is made, if that is wanted. Reads a document and changes none.
//!
//! A document knows only the trait: a program that never asks for undo does not carry its code.

use crate::{
    base::sort::sort_by,
    data::{
        arena::Loc,
        list::Move,
        register::{Born, NodeId, Register, Sibling},
    },
    document::{
        Document,
        history::{Anchor, Captured, Edit, History, Run},
    },
    names::dot::Dot,
};

/// An edit that is about to be made.
#[derive(Clone, Copy)]
pub(in crate::document) enum Event<'a> {
    /// New siblings under a key, in the place of all that stands there or only of some.
    Entry { map: NodeId, key: &'a str, new: &'a [Born], over: Option<&'a [Dot]> },
    /// A new register as an element's value.
    Value { loc: Loc, new: &'a Register },
    /// A new element, already in its place.
    Inserted { loc: Loc },
    /// An element dies.
    Killed { loc: Loc },
    /// An element is moved.
    Moved { loc: Loc, new: &'a [Move] },
}

/// Whoever remembers edits.
pub(in crate::document) trait Keeper: Send {
    /// Remembers an edit as part of what is under way.
    fn keep(&mut self, document: &Document, event: Event<'_>);
    /// How much is under way; see [`Keeper::truncate`].
    fn open(&self) -> usize;
    /// Takes back all that is under way but the first.
    fn truncate(&mut self, len: usize);
    /// All dots are others now: forgets everything.
    fn clear(&mut self);
    /// What was under way is done, at this time in microseconds.
    fn close(&mut self, now: u64);
    fn history(&self) -> &History;
    fn history_mut(&mut self) -> &mut History;
}

impl Keeper for History {
    fn keep(&mut self, document: &Document, event: Event<'_>) {
        let edit = match event {
            Event::Entry { map, key, new, over } => document.kept_entry(self, map, key, new, over),
            Event::Value { loc, new } => document.kept_value(loc, new),
            Event::Inserted { loc } => document.kept_insertion(loc),
            Event::Killed { loc } => document.kept_death(loc),
            Event::Moved { loc, new } => document.kept_move(loc, new),
        };
        self.open.extend(edit);
    }

    fn open(&self) -> usize {
        self.open.len()
    }

    fn truncate(&mut self, len: usize) {
        self.open.truncate(len);
    }

    fn clear(&mut self) {
        *self = History::new(self.policy.clone());
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
    pub(in crate::document) fn keep(&mut self, event: Event<'_>) {
        let Some(mut keeper) = self.keeper.take() else { return };
        keeper.keep(self, event);
        self.keeper = Some(keeper);
        if self.rollback.is_none() {
            self.close_edits();
        }
    }

    /// What was edited is done.
    pub(in crate::document) fn close_edits(&mut self) {
        if let Some(keeper) = &mut self.keeper {
            keeper.close(self.clock.now().as_micros());
        }
    }

    fn kept_entry(
        &self,
        history: &History,
        map: NodeId,
        key: &str,
        new: &[Born],
        over: Option<&[Dot]>,
    ) -> Option<Edit> {
        let found = self.arena.map(map).and_then(|map| map.register(map.find(key)?));
        let born = found.filter(|register| register.is_alive()).map(|register| register.birth(&self.clients));
        let is_foreign = |s: &Sibling| !s.is_alive() && self.is_anothers(history, s.dot());
        Some(Edit::Entry {
            map: self.arena.get(map)?.dot,
            key: key.into(),
            dots: new.iter().map(Born::dot).collect(),
            is_tomb: !new.iter().any(|new| new.sibling.is_alive()),
            foreign: found.is_some_and(|register| register.siblings().any(is_foreign)),
            before: found.map(|register| Captured::all(self, register, over)).unwrap_or_default(),
            born,
            beside: over.is_some(),
        })
    }

    fn kept_value(&self, loc: Loc, new: &Register) -> Option<Edit> {
        let register = self.arena.register(loc)?;
        let (list, element) = (self.arena.get(loc.node)?.dot, register.element());
        let dots = new.siblings().map(|sibling| sibling.dot()).collect();
        Some(Edit::Value { list, element, dots, before: Captured::all(self, register, None) })
    }

    fn kept_insertion(&self, loc: Loc) -> Option<Edit> {
        let element = self.arena.register(loc)?.element();
        Some(Edit::Inserted { list: self.arena.get(loc.node)?.dot, element })
    }

    fn kept_death(&self, loc: Loc) -> Option<Edit> {
        let register = self.arena.register(loc)?;
        let mut before = Captured::all(self, register, None);
        // What comes back stands where it was moved to.
        let moves = self.arena.list(loc.node)?.moved(loc.slot).unwrap_or_default();
        let runs = moves.iter().map(|at| Run { first: at.dot, offset: 0, len: 1 });
        before.first_mut()?.elements.extend(runs);
        Some(Edit::Killed {
            list: self.arena.get(loc.node)?.dot,
            element: register.element(),
            before,
            at: self.anchor(loc)?,
        })
    }

    /// Where a living element stands.
    fn anchor(&self, loc: Loc) -> Option<Anchor> {
        let list = self.arena.list(loc.node)?;
        let left = list.rank(loc.slot)?.checked_sub(1).and_then(|left| list.register(list.at(left)?));
        let path = list.bunches.path_to(list.element(loc.slot)?.place);
        Some(Anchor { path, left: left.map(Register::element) })
    }

    fn kept_move(&self, loc: Loc, new: &[Move]) -> Option<Edit> {
        let (register, list) = (self.arena.register(loc)?, self.arena.list(loc.node)?);
        let mut before = list.moves(loc.slot);
        sort_by(&mut before, |a, b| self.clients.compare(a.dot, b.dot));
        Some(Edit::Moved {
            list: self.arena.get(loc.node)?.dot,
            element: register.element(),
            dots: new.iter().map(|at| at.dot).collect(),
            at: self.anchor(loc)?,
            before: before.iter().map(|at| (at.dot, list.bunches.path_to(at.place))).collect(),
        })
    }
}
