//! All that was ever done, seen from outside: the oracle that every copy is measured against. It knows
//! neither messages nor merging nor the rules, and computes each copy anew from the writes it has seen. It knows each
//! session for ever.

use std::collections::BTreeMap;

use crate::{
    document::{Document, Element, Key, Kind, Map, Register, Value},
    dot::{Client, Dot, Session},
    lineage::Lineage,
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
    /// Of all sessions.
    pub(crate) lineage: Lineage,
    pub(crate) writes: BTreeMap<Dot, Write>,
}

impl History {
    /// What every copy begins with: so many elements in the list.
    pub(crate) fn genesis(elements: u8) -> (History, Version) {
        let mut history = History::default();
        let mut version = Version::default();
        for stamp in 1..=elements {
            let dot = Dot::new(stamp, Session::root(Client::GENESIS));
            history.add(dot, Edit::Insert, version);
            version.raise(dot);
        }
        (history, version)
    }

    pub(crate) fn add(&mut self, dot: Dot, edit: Edit, seen: Version) {
        self.writes.insert(dot, Write { edit, seen });
    }

    /// How many writes the clients made.
    pub(crate) fn operations(&self) -> usize {
        self.writes.keys().filter(|dot| dot.session().client() != Client::GENESIS).count()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of these writes to one key, for one who has seen all, and forgotten the deletions within
    /// the horizon. Each has seen the writes at these places.
    fn left(writes: &[(Kind, &[usize])], horizon: &[usize]) -> Vec<usize> {
        let dots: Vec<Dot> =
            (0..writes.len()).map(|place| Dot::new(1, Session::root(Client::numbered(place)))).collect();
        let of = |places: &[usize]| {
            let versions = places.iter().map(|place| Version::of(dots[*place]));
            versions.fold(Version::default(), |all, version| all.joined(&version))
        };
        let mut history = History::default();
        for (dot, (kind, seen)) in dots.iter().zip(writes) {
            history.add(*dot, Edit::Write(None, Key::A, *kind), of(seen));
        }
        let all: Vec<usize> = (0..writes.len()).collect();
        let document = history.document(&of(&all), &of(horizon));
        let register = document.map.entries.get(&Key::A).cloned().unwrap_or_default();
        all.into_iter().filter(|place| register.contains_key(&dots[*place])).collect()
    }

    #[test]
    fn a_write_goes_when_one_that_has_seen_it_replaces_it() {
        assert_eq!(left(&[(Kind::Leaf, &[]), (Kind::Leaf, &[])], &[]), [0, 1]);
        assert_eq!(left(&[(Kind::Leaf, &[]), (Kind::Leaf, &[0]), (Kind::Leaf, &[])], &[]), [1, 2]);
    }

    #[test]
    fn a_deletion_takes_what_it_has_seen_and_is_remembered_up_to_the_horizon() {
        let writes: [(Kind, &[usize]); 3] = [(Kind::Leaf, &[]), (Kind::Tombstone, &[0]), (Kind::Leaf, &[0])];
        assert_eq!(left(&writes, &[]), [1, 2]);
        assert_eq!(left(&writes, &[1]), [2]);
        assert_eq!(left(&writes[..2], &[1]), [0; 0]);
    }

    #[test]
    fn an_element_dies_of_one_deletion_whatever_else_was_done_to_it() {
        let (mut history, version) = History::genesis(1);
        let id = Dot::new(1, Session::root(Client::GENESIS));
        let edits = [Edit::Set(id), Edit::Remove(id), Edit::Move(id)];
        let mut all = version;
        for (place, edit) in edits.into_iter().enumerate() {
            let dot = Dot::new(1, Session::root(Client::numbered(place)));
            history.add(dot, edit, version);
            all = all.joined(&Version::of(dot));
        }
        let list = history.document(&all, &Version::default()).list;
        assert!(list.alive.is_empty() && list.dead.len() == 1);
        let list = history.document(&all, &all).list;
        assert!(list.alive.is_empty() && list.dead.is_empty());
        assert!(
            history.is_closed(&all)
                && !history.is_closed(&Version::of(Dot::new(1, Session::root(Client::numbered(0)))))
        );
    }
}
