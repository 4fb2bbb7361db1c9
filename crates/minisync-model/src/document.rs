//! What a copy holds: maps of registers, and a list. Section 3 of `docs/algorithm.md`, without positions'
//! and values' contents: a dot stands for what was written under it. Knows no versions of others.

use std::collections::{BTreeMap, BTreeSet};

use crate::{dot::Dot, version::Version};

/// The root's keys are symmetric: nothing that holds for one may fail for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    A,
    B,
    /// The only key of a map below the root.
    Inner,
}

/// What a write puts down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Tombstone,
    Leaf,
    Map,
}

impl Kind {
    pub(crate) fn value(self) -> Value {
        match self {
            Kind::Tombstone => Value::Tombstone,
            Kind::Leaf => Value::Leaf,
            Kind::Map => Value::Map(Map::default()),
        }
    }
}

/// What stands in a register, under the dot of its write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Tombstone,
    Leaf,
    Map(Map),
}

impl Value {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Value::Tombstone => Kind::Tombstone,
            Value::Leaf => Kind::Leaf,
            Value::Map(_) => Kind::Map,
        }
    }
}

/// Siblings. Never empty where it is reachable.
pub(crate) type Register = BTreeMap<Dot, Value>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Map {
    pub(crate) entries: BTreeMap<Key, Register>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) value: Register,
    pub(crate) position: Register,
}

/// Elements by the dots of their insertions, the dead ones with the dots of their deletions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) alive: BTreeMap<Dot, Element>,
    pub(crate) dead: BTreeMap<Dot, BTreeSet<Dot>>,
}

/// A root map, and a list that was there from the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) map: Map,
    pub(crate) list: List,
}

impl Value {
    fn renamed(&self, name: &impl Fn(Dot) -> Dot) -> Value {
        match self {
            Value::Map(map) => Value::Map(map.renamed(name)),
            Value::Tombstone | Value::Leaf => self.clone(),
        }
    }
}

fn renamed_register(register: &Register, name: &impl Fn(Dot) -> Dot) -> Register {
    register.iter().map(|(dot, value)| (name(*dot), value.renamed(name))).collect()
}

impl Map {
    fn renamed(&self, name: &impl Fn(Dot) -> Dot) -> Map {
        let entries = self.entries.iter().map(|(key, register)| (*key, renamed_register(register, name)));
        Map { entries: entries.collect() }
    }

    /// Every register in it, at every depth.
    pub(crate) fn registers(&self) -> Vec<&Register> {
        let mut found: Vec<&Register> = self.entries.values().collect();
        for register in self.entries.values() {
            for value in register.values() {
                if let Value::Map(map) = value {
                    found.extend(map.registers());
                }
            }
        }
        found
    }

    /// The container that a write created, wherever it hangs.
    pub(crate) fn container_mut(&mut self, dot: Dot) -> Option<&mut Map> {
        self.entries.values_mut().flatten().find_map(|(name, value)| {
            let Value::Map(map) = value else { return None };
            if *name == dot { Some(map) } else { map.container_mut(dot) }
        })
    }

    fn drop_tombstones(&mut self, is_dropped: &impl Fn(Dot) -> bool) {
        for register in self.entries.values_mut() {
            register.retain(|dot, value| *value != Value::Tombstone || !is_dropped(*dot));
            for value in register.values_mut() {
                if let Value::Map(map) = value {
                    map.drop_tombstones(is_dropped);
                }
            }
        }
        self.entries.retain(|_, register| !register.is_empty());
    }
}

impl Document {
    /// The same, with other names for the writes.
    pub(crate) fn renamed(&self, name: &impl Fn(Dot) -> Dot) -> Document {
        let element = |element: &Element| Element {
            value: renamed_register(&element.value, name),
            position: renamed_register(&element.position, name),
        };
        let dead = |dots: &BTreeSet<Dot>| dots.iter().map(|dot| name(*dot)).collect();
        let list = &self.list;
        let list = List {
            alive: list.alive.iter().map(|(id, alive)| (name(*id), element(alive))).collect(),
            dead: list.dead.iter().map(|(id, dots)| (name(*id), dead(dots))).collect(),
        };
        Document { map: self.map.renamed(name), list }
    }

    /// The dots of all deletions that it remembers.
    pub(crate) fn tombstones(&self) -> BTreeSet<Dot> {
        let siblings = self.map.registers().into_iter().flatten();
        let deleted = siblings.filter(|(_, value)| **value == Value::Tombstone).map(|(dot, _)| *dot);
        deleted.chain(self.list.dead.values().flatten().copied()).collect()
    }

    pub(crate) fn drop_tombstones(&mut self, is_dropped: impl Fn(Dot) -> bool) {
        self.map.drop_tombstones(&is_dropped);
        for deletions in self.list.dead.values_mut() {
            deletions.retain(|dot| !is_dropped(*dot));
        }
        self.list.dead.retain(|_, deletions| !deletions.is_empty());
    }

    /// What must hold in any copy (section 8 of `docs/algorithm.md`).
    pub(crate) fn check(&self, version: &Version, horizon: &Version) -> Result<(), &'static str> {
        let mut registers = self.map.registers();
        for element in self.list.alive.values() {
            registers.extend([&element.value, &element.position]);
        }
        if registers.iter().any(|register| register.is_empty()) {
            return Err("a register is empty");
        }
        let list = self.list.alive.keys().chain(self.list.dead.keys()).copied();
        let mut dots = registers.iter().flat_map(|register| register.keys().copied()).chain(list);
        if !dots.all(|dot| version.contains(dot)) {
            return Err("a dot is outside the version");
        }
        if self.list.alive.keys().any(|id| self.list.dead.contains_key(id)) {
            return Err("an element is dead and alive");
        }
        let tombstones = self.tombstones();
        if !tombstones.iter().all(|dot| version.contains(*dot) && !horizon.contains(*dot)) {
            return Err("a tombstone is outside the version, or within the horizon");
        }
        if self.list.dead.values().any(BTreeSet::is_empty) {
            return Err("a dead element has no deletion");
        }
        version.contains_all(horizon).then_some(()).ok_or("the horizon is above the version")
    }
}
