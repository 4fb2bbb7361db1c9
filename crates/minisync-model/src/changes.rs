//! The message that one copy hands to another: everything, or what changed since a base. Section 4 of
//! `docs/algorithm.md`. Knows nothing of the receiver.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    document::{Document, Key, Kind, Map, Register, Value},
    dot::Dot,
    replica::Replica,
    rule::{Rule, Rules},
    version::Version,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) version: Version,
    pub(crate) horizon: Version,
    /// The base; none for a full message.
    pub(crate) since: Option<Version>,
    pub(crate) map: MapChanges,
    pub(crate) alive: BTreeMap<Dot, ElementChanges>,
    pub(crate) dead: BTreeMap<Dot, BTreeSet<Dot>>,
}

pub(crate) type MapChanges = BTreeMap<Key, RegisterChanges>;

/// What a message says of one register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RegisterChanges {
    /// All siblings; none if the message does not speak of them.
    pub(crate) siblings: Option<BTreeMap<Dot, Kind>>,
    /// What is in the containers among them.
    pub(crate) below: BTreeMap<Dot, MapChanges>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ElementChanges {
    pub(crate) value: RegisterChanges,
    pub(crate) position: RegisterChanges,
}

impl RegisterChanges {
    /// What a full message says by not mentioning a register.
    pub(crate) fn gone() -> RegisterChanges {
        RegisterChanges { siblings: Some(BTreeMap::new()), below: BTreeMap::new() }
    }

    fn is_empty(&self) -> bool {
        self.siblings.is_none() && self.below.is_empty()
    }

    fn renamed(&self, name: &impl Fn(Dot) -> Dot) -> RegisterChanges {
        let siblings = self.siblings.as_ref();
        let below = self.below.iter().map(|(dot, map)| (name(*dot), renamed_map(map, name)));
        RegisterChanges {
            siblings: siblings.map(|dots| dots.iter().map(|(dot, kind)| (name(*dot), *kind)).collect()),
            below: below.collect(),
        }
    }
}

fn renamed_map(map: &MapChanges, name: &impl Fn(Dot) -> Dot) -> MapChanges {
    map.iter().map(|(key, register)| (*key, register.renamed(name))).collect()
}

impl Changes {
    /// The same, with other names for the writes: versions as well.
    pub(crate) fn renamed(&self, name: &impl Fn(Dot) -> Dot) -> Changes {
        let version = |version: &Version| version.iter().map(name).collect();
        let element = |element: &ElementChanges| ElementChanges {
            value: element.value.renamed(name),
            position: element.position.renamed(name),
        };
        let dead = |dots: &BTreeSet<Dot>| dots.iter().map(|dot| name(*dot)).collect();
        Changes {
            version: version(&self.version),
            horizon: version(&self.horizon),
            since: self.since.as_ref().map(version),
            map: renamed_map(&self.map, name),
            alive: self.alive.iter().map(|(id, alive)| (name(*id), element(alive))).collect(),
            dead: self.dead.iter().map(|(id, dots)| (name(*id), dead(dots))).collect(),
        }
    }

    /// Everything that a copy has.
    pub(crate) fn full(sender: &Replica, rules: Rules) -> Changes {
        Changes::made(sender, None, rules)
    }

    /// What a copy has and the base does not contain; everything, if the base lacks a part of the horizon.
    pub(crate) fn since(sender: &Replica, base: Version, rules: Rules) -> Changes {
        let is_above = base.contains_all(&sender.horizon) || !rules.hold(Rule::DeltaOnlyAboveHorizon);
        Changes::made(sender, is_above.then_some(base), rules)
    }

    fn made(sender: &Replica, since: Option<Version>, rules: Rules) -> Changes {
        let pen = Pen { since, rules };
        let Document { map, list } = &sender.document;
        let mut changes = Changes {
            version: sender.version,
            horizon: sender.horizon,
            since,
            map: pen.map(map),
            alive: BTreeMap::new(),
            dead: BTreeMap::new(),
        };
        for (id, element) in &list.alive {
            let (value, position) = (pen.register(&element.value), pen.register(&element.position));
            if !(value.is_empty() && position.is_empty()) {
                changes.alive.insert(*id, ElementChanges { value, position });
            }
        }
        if since.is_none() || rules.hold(Rule::DeltaHasDeadElements) {
            for (id, deletions) in &list.dead {
                if deletions.iter().any(|dot| pen.is_new(*dot)) {
                    changes.dead.insert(*id, deletions.clone());
                }
            }
        }
        changes
    }
}

/// Writes down what is outside a base.
#[derive(Clone, Copy)]
struct Pen {
    since: Option<Version>,
    rules: Rules,
}

impl Pen {
    fn is_new(self, dot: Dot) -> bool {
        self.since.is_none_or(|base| !base.contains(dot))
    }

    fn map(self, map: &Map) -> MapChanges {
        let registers = map.entries.iter().map(|(key, register)| (*key, self.register(register)));
        registers.filter(|(_, changes)| !changes.is_empty()).collect()
    }

    fn register(self, register: &Register) -> RegisterChanges {
        let mut changes = RegisterChanges::default();
        if register.keys().any(|dot| self.is_new(*dot)) {
            let has_all = self.rules.hold(Rule::DeltaHasAllSiblings);
            let told = register.iter().filter(|(dot, _)| has_all || self.is_new(**dot));
            changes.siblings = Some(told.map(|(dot, value)| (*dot, value.kind())).collect());
        }
        for (dot, value) in register {
            let Value::Map(map) = value else { continue };
            let below = if !self.is_new(*dot) {
                let reaches = self.rules.hold(Rule::DeltaReachesIntoContainers);
                if reaches { self.map(map) } else { MapChanges::new() }
            } else if self.since.is_none() || self.rules.hold(Rule::DeltaHasNewContainersWhole) {
                Pen { since: None, ..self }.map(map)
            } else {
                MapChanges::new()
            };
            if !below.is_empty() {
                changes.below.insert(*dot, below);
            }
        }
        changes
    }
}
