//! All that was ever done, seen from outside: the oracle that every copy is measured against. It knows
//! neither messages nor merging nor the rules, and computes each copy anew from the writes it has seen.

use std::collections::BTreeMap;

use crate::{
    document::{Document, Element, Key, Kind, Map, Register, Value},
    dot::{Client, Dot},
    replica::Edit,
    version::Version,
};

/// One write, with what its author had seen before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) edit: Edit,
    pub(crate) seen: Version,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    pub(crate) writes: BTreeMap<Dot, Write>,
}

impl History {
    /// What every copy begins with: so many elements in the list.
    pub(crate) fn genesis(elements: u8) -> (History, Version) {
        let mut history = History::default();
        let mut version = Version::default();
        for _ in 0..elements {
            let dot = version.next(Client::GENESIS);
            history.add(dot, Edit::Insert, version);
            version = version.joined(&Version::of(dot));
        }
        (history, version)
    }

    pub(crate) fn add(&mut self, dot: Dot, edit: Edit, seen: Version) {
        self.writes.insert(dot, Write { edit, seen });
    }

    /// How many writes the clients made.
    pub(crate) fn operations(&self) -> usize {
        self.writes.keys().filter(|dot| dot.client() != Client::GENESIS).count()
    }

    /// Whether a version contains with each write all that its author had seen.
    pub(crate) fn is_closed(&self, version: &Version) -> bool {
        self.seen_by(version).all(|(_, write)| version.contains_all(&write.seen))
    }

    /// The copy of one who has seen this version, and forgotten the deletions within the horizon.
    pub(crate) fn document(&self, version: &Version, horizon: &Version) -> Document {
        let mut document = Document { map: self.map(None, version, horizon), ..Document::default() };
        for (id, write) in self.seen_by(version) {
            if write.edit != Edit::Insert {
                continue;
            }
            let deletions: Vec<Dot> = self.dots(version, |_, edit| edit == Edit::Remove(id)).collect();
            if deletions.is_empty() {
                let value = self.last(version, |dot, edit| dot == id || edit == Edit::Set(id));
                let position = self.last(version, |dot, edit| dot == id || edit == Edit::Move(id));
                let element = Element { value: leaves(value), position: leaves(position) };
                document.list.alive.insert(id, element);
            } else if deletions.iter().any(|dot| !horizon.contains(*dot)) {
                let remembered = deletions.into_iter().filter(|dot| !horizon.contains(*dot)).collect();
                document.list.dead.insert(id, remembered);
            }
        }
        document
    }

    fn map(&self, container: Option<Dot>, version: &Version, horizon: &Version) -> Map {
        let mut map = Map::default();
        for key in [Key::A, Key::B, Key::Inner] {
            let is_here = |edit| matches!(edit, Edit::Write(c, k, _) if (c, k) == (container, key));
            let mut register = Register::new();
            for dot in self.last(version, |_, edit| is_here(edit)) {
                let value = match self.writes[&dot].edit {
                    Edit::Write(_, _, Kind::Tombstone) if horizon.contains(dot) => continue,
                    Edit::Write(_, _, Kind::Map) => Value::Map(self.map(Some(dot), version, horizon)),
                    Edit::Write(_, _, kind) => kind.value(),
                    _ => Value::Leaf,
                };
                register.insert(dot, value);
            }
            if !register.is_empty() {
                map.entries.insert(key, register);
            }
        }
        map
    }

    /// Of the writes to one place, those that no other of them replaced: no author of another had seen it.
    fn last(&self, version: &Version, is_there: impl Fn(Dot, Edit) -> bool) -> Vec<Dot> {
        let all: Vec<Dot> = self.dots(version, is_there).collect();
        let is_replaced = |dot: Dot| all.iter().any(|other| self.writes[other].seen.contains(dot));
        all.iter().copied().filter(|dot| !is_replaced(*dot)).collect()
    }

    fn dots(&self, version: &Version, is_it: impl Fn(Dot, Edit) -> bool) -> impl Iterator<Item = Dot> {
        self.seen_by(version).filter(move |(dot, write)| is_it(*dot, write.edit)).map(|(dot, _)| dot)
    }

    pub(crate) fn seen_by(&self, version: &Version) -> impl Iterator<Item = (Dot, &Write)> {
        self.writes.iter().filter(|(dot, _)| version.contains(**dot)).map(|(dot, write)| (*dot, write))
    }
}

fn leaves(dots: Vec<Dot>) -> Register {
    dots.into_iter().map(|dot| (dot, Value::Leaf)).collect()
}
