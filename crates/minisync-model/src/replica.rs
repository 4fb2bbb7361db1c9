//! One copy: a document with its version and horizon. Edits and forgets; how copies meet is in `changes`
//! and `merge`.

use std::collections::BTreeSet;

use crate::{
    document::{Document, Element, Key, Kind, Map, Register, Value},
    dot::{Client, Dot},
    rule::{Rule, Rules},
    version::Version,
};

/// What a client can do to the document in one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Edit {
    /// Into an entry of a container, or of the root if there is none. A tombstone deletes.
    Write(Option<Dot>, Key, Kind),
    /// Into the list.
    Insert,
    /// A new value for an element.
    Set(Dot),
    /// A new position for an element.
    Move(Dot),
    /// Deletes an element for good.
    Remove(Dot),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Replica {
    pub(crate) version: Version,
    pub(crate) horizon: Version,
    pub(crate) document: Document,
}

impl Replica {
    /// Carries out an edit, and says under which name. The edit is one of `edits`.
    pub(crate) fn edit(&mut self, client: Client, edit: Edit, rules: Rules) -> Dot {
        let dot = self.version.next(client);
        self.version = self.version.joined(&Version::of(dot));
        let Document { map, list } = &mut self.document;
        match edit {
            Edit::Write(container, key, kind) => {
                let map = match container {
                    None => Some(map),
                    Some(container) => map.container_mut(container),
                };
                if let Some(map) = map {
                    write(map, key, dot, kind, rules);
                }
            }
            Edit::Insert => {
                list.alive.insert(dot, Element { value: leaf(dot), position: leaf(dot) });
            }
            Edit::Set(id) => {
                list.alive.entry(id).and_modify(|element| element.value = leaf(dot));
            }
            Edit::Move(id) => {
                list.alive.entry(id).and_modify(|element| element.position = leaf(dot));
            }
            Edit::Remove(id) => {
                list.alive.remove(&id);
                list.dead.insert(id, BTreeSet::from([dot]));
            }
        }
        dot
    }

    /// Forgets one deletion, and with it all that the horizon then contains.
    pub(crate) fn forget(&mut self, deletion: Dot, rules: Rules) {
        if rules.hold(Rule::ForgettingRaisesHorizon) {
            self.horizon = self.horizon.joined(&Version::of(deletion));
        }
        let horizon = self.horizon;
        let drops_all = rules.hold(Rule::ForgettingDropsAllWithin);
        self.document.drop_tombstones(|dot| dot == deletion || drops_all && horizon.contains(dot));
    }
}

fn write(map: &mut Map, key: Key, dot: Dot, kind: Kind, rules: Rules) {
    if kind == Kind::Tombstone && !rules.hold(Rule::Tombstones) {
        map.entries.remove(&key);
        return;
    }
    let register = map.entries.entry(key).or_default();
    if rules.hold(Rule::WritesReplace) {
        register.clear();
    }
    register.insert(dot, kind.value());
}

fn leaf(dot: Dot) -> Register {
    Register::from([(dot, Value::Leaf)])
}
