//! One copy: a document with its version, horizon and lineage. Edits and forgets; how copies meet is in
//! `changes`, `message` and `merge`.

use std::collections::BTreeSet;

use crate::{
    document::{Document, Element, Key, Kind, Map, Register, Value},
    dot::{Client, Dot, Session},
    lineage::Lineage,
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
    /// Of the sessions in the version.
    pub(crate) lineage: Lineage,
    pub(crate) document: Document,
}

impl Replica {
    /// The next write of a session; none if another session goes on from where this one stands: to write on would
    /// make a branch of that one.
    pub(crate) fn next(&self, session: Session, rules: Rules) -> Option<Dot> {
        let is_followed = self.lineage.follower(session, &self.version, rules).is_some();
        (!is_followed).then(|| Dot::new(self.version.entry(session) + 1, session))
    }

    /// The session of a line that has a stamp, as one has to guess who knows only the name of the line.
    pub(crate) fn session_at(&self, named: Dot, rules: Rules) -> Session {
        let next = |session: &Session| self.lineage.follower(*session, &self.version, rules);
        let line = std::iter::successors(Some(named.session()), next);
        line.take_while(|session| session.first() <= named.stamp()).last().unwrap_or(named.session())
    }

    /// Carries out an edit under a name, of a session that is new if it has a parent. The edit is one of `edits`.
    pub(crate) fn edit(&mut self, dot: Dot, parent: Option<Dot>, edit: Edit, rules: Rules) {
        if let Some(parent) = parent {
            self.lineage.parents.insert(dot.session(), parent);
        }
        self.version.raise(dot);
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
    }

    /// Forgets one deletion, and with it all that the horizon then contains.
    pub(crate) fn forget(&mut self, deletion: Dot, rules: Rules) {
        if rules.hold(Rule::ForgettingRaisesHorizon) {
            self.horizon = self.horizon.joined(&self.lineage.down(deletion));
        }
        let horizon = self.horizon;
        let drops_all = rules.hold(Rule::ForgettingDropsAllWithin);
        self.document.drop_tombstones(|dot| dot == deletion || drops_all && horizon.contains(dot));
    }

    /// Takes sessions as one with those that they go on from, the oldest first, until no more than so many
    /// boundaries of a client are left.
    pub(crate) fn limit_boundaries(&mut self, client: Client, most: usize, rules: Rules) {
        while let (1.., Some(oldest)) = self.boundaries_beyond(client, most, rules) {
            self.absorb(oldest);
        }
    }

    fn boundaries_beyond(&self, client: Client, most: usize, rules: Rules) -> (usize, Option<Session>) {
        let (count, oldest) = self.lineage.boundaries(client, &self.version, rules);
        (count.saturating_sub(most), oldest)
    }

    /// Takes as one what goes on in the line of a session and began no later than this.
    pub(crate) fn absorb_up_to(&mut self, session: Session, floor: u8, rules: Rules) {
        while let Some(next) = self.lineage.follower(session, &self.version, rules)
            && next.first() <= floor
        {
            self.absorb(next);
        }
        self.lineage.raise_floor(session, floor);
    }

    fn absorb(&mut self, session: Session) {
        let into = self.lineage.absorb(session);
        let name = |dot: Dot| if dot.session() == session { Dot::new(dot.stamp(), into) } else { dot };
        self.version = self.version.iter().map(name).collect();
        self.horizon = self.horizon.iter().map(name).collect();
        self.document = self.document.renamed(&name);
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
