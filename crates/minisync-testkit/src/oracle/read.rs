//! What a client must read, from the operations that it has seen. Knows no document and merges nothing.

use std::{cmp::Reverse, collections::BTreeSet};

use minisync::ClientId;
use serde_json::{Map, Value};

use super::{ContainerId, Dot, Effect, ElementId, Group, Node, OpId, Oracle, Register, Seen};

impl Oracle {
    /// The order of dots: by stamp, then by client id, then by when the session began.
    pub fn rank(&self, dot: Dot) -> (u64, &ClientId, u64) {
        (dot.stamp, self.client(dot.writer), self.first(dot.writer))
    }

    /// Whether a container is a list.
    pub fn is_list(&self, container: ContainerId) -> bool {
        self.containers[container].is_list
    }

    /// Whether this client has seen something done to the list that cannot be told.
    pub fn is_tainted(&self, container: ContainerId, seen: &Seen) -> bool {
        self.containers[container].taints.iter().any(|taint| seen.has(&self.ops[*taint]))
    }

    /// The writes of a register.
    pub(super) fn writes(&self, register: &Register) -> &[OpId] {
        match register {
            Register::Entry(map, key) => self.containers[*map].entries.get(key).map_or(&[], Vec::as_slice),
            Register::Element(element) => &self.elements[*element].values,
        }
    }

    /// Of these writes those that were seen and that no seen one had seen; the latest first.
    fn standing(&self, writes: &[OpId], seen: &Seen) -> Vec<OpId> {
        let known: Vec<OpId> = writes.iter().copied().filter(|write| seen.has(&self.ops[*write])).collect();
        let mut standing: Vec<OpId> = known
            .iter()
            .copied()
            .filter(|write| {
                let op = &self.ops[*write];
                !known.iter().any(|other| self.ops[*other].context.has(op))
            })
            .collect();
        if standing.len() > 1 {
            standing.sort_by_key(|write| Reverse(self.rank(self.ops[*write].dot)));
        }
        standing
    }

    /// Whether exactly one write stands here, deletions included, and likewise everywhere below it.
    pub fn is_settled(&self, register: &Register, seen: &Seen) -> bool {
        let standing = self.standing(self.writes(register), seen);
        let [only] = standing.as_slice() else {
            return false;
        };
        match self.node(*only) {
            Some(Node::Container(container)) => self.is_settled_below(*container, seen),
            _ => true,
        }
    }

    fn is_settled_below(&self, container: ContainerId, seen: &Seen) -> bool {
        if self.is_list(container) {
            !self.is_tainted(container, seen)
                && self
                    .elements(container, seen)
                    .into_iter()
                    .all(|element| self.is_settled(&Register::Element(element), seen))
        } else {
            self.containers[container].entries.keys().all(|key| {
                let register = Register::Entry(container, key.clone());
                self.live(&register, seen).is_empty() || self.is_settled(&register, seen)
            })
        }
    }

    /// The values at a register: the one that is read, then the conflicts, latest first.
    pub fn live(&self, register: &Register, seen: &Seen) -> Vec<OpId> {
        let mut standing = self.standing(self.writes(register), seen);
        standing.retain(|write| self.node(*write).is_some());
        standing
    }

    /// What stands alive under a key of maps that read as one, the latest first.
    pub fn live_under(&self, maps: &[ContainerId], key: &str, seen: &Seen) -> Vec<OpId> {
        let registers = maps.iter().map(|map| Register::Entry(*map, key.to_owned()));
        let mut live: Vec<OpId> = registers.flat_map(|register| self.live(&register, seen)).collect();
        live.sort_by_key(|write| Reverse(self.rank(self.ops[*write].dot)));
        live
    }

    /// Of all that is alive in one place, the latest first: the containers that read as one there (none where
    /// the latest is no container), and what lost.
    pub fn split(&self, live: &[OpId]) -> (Group, Vec<OpId>) {
        let container = |write: &OpId| match self.node(*write) {
            Some(Node::Container(container)) => Some(*container),
            _ => None,
        };
        let Some(winner) = live.first().and_then(container) else {
            return (Vec::new(), live.iter().skip(1).copied().collect());
        };
        let is_list = self.is_list(winner);
        let joins = |write: &OpId| container(write).filter(|container| self.is_list(*container) == is_list);
        let mut group: Group = live.iter().filter_map(joins).collect();
        if is_list {
            group.reverse();
        }
        (group, live.iter().copied().filter(|write| joins(write).is_none()).collect())
    }

    /// Where a key of maps that read as one was born, as someone sees it who has seen this.
    pub fn born_under(&self, maps: &[ContainerId], key: &str, seen: &Seen) -> Option<Dot> {
        let registers = maps.iter().map(|map| Register::Entry(*map, key.to_owned()));
        registers.filter_map(|register| self.born(&register, seen)).min_by_key(|born| self.rank(*born))
    }

    /// What a write of a value wrote; `None` for a deletion.
    pub fn node(&self, write: OpId) -> Option<&Node> {
        match &self.ops[write].effect {
            Effect::Write { node, .. } => node.as_ref(),
            _ => None,
        }
    }

    /// Where a register's key was born, as someone sees it who has seen this.
    pub(super) fn born(&self, register: &Register, seen: &Seen) -> Option<Dot> {
        let births = self.live(register, seen).into_iter().filter_map(|write| match self.ops[write].effect {
            Effect::Write { born, .. } => Some(born),
            _ => None,
        });
        births.min_by_key(|born| self.rank(*born))
    }

    /// The keys, in order, of maps that read as one, each with its values as [`Oracle::live_under`] gives them.
    pub fn entries(&self, maps: &[ContainerId], seen: &Seen) -> Vec<(&str, Vec<OpId>)> {
        let keys: BTreeSet<&str> =
            maps.iter().flat_map(|map| self.containers[*map].entries.keys().map(String::as_str)).collect();
        let mut out = Vec::new();
        for key in keys {
            if let Some(born) = self.born_under(maps, key, seen) {
                out.push((born, key, self.live_under(maps, key, seen)));
            }
        }
        out.sort_by_key(|(born, key, _)| (self.rank(*born), *key));
        out.into_iter().map(|(_, key, live)| (key, live)).collect()
    }

    /// The elements of a list, in no particular order.
    pub fn elements(&self, list: ContainerId, seen: &Seen) -> Vec<ElementId> {
        let alive = |id: &ElementId| {
            let element = &self.elements[*id];
            element.values.first().is_some_and(|write| seen.has(&self.ops[*write]))
                && !element.deaths.iter().any(|death| seen.has(&self.ops[*death]))
        };
        self.containers[list].elements.iter().copied().filter(alive).collect()
    }

    /// The list that an element is in.
    pub fn list_of(&self, element: ElementId) -> ContainerId {
        self.elements[element].list
    }

    /// The element that a write of a value belongs to.
    pub fn element_of(&self, write: OpId) -> Option<(ContainerId, ElementId)> {
        match self.ops[write].effect {
            Effect::Write { register: Register::Element(element), .. } => {
                Some((self.elements[element].list, element))
            }
            _ => None,
        }
    }

    /// The write of the position that an element has; `None` where that is uncertain.
    pub fn position(&self, element: ElementId, seen: &Seen) -> Option<OpId> {
        let standing = self.standing(&self.elements[element].places, seen);
        let certain = |place: &OpId| matches!(self.ops[*place].effect, Effect::Place { certain: true, .. });
        if standing.iter().all(certain) { standing.first().copied() } else { None }
    }

    /// What a node reads as, with the elements of its lists sorted by their text, since a loser's order is
    /// not known. `None` where something in it cannot be told.
    pub fn unordered(&self, node: &Node, seen: &Seen) -> Option<Value> {
        match node {
            Node::Scalar(value) => Some(value.clone()),
            Node::Container(container) => self.unordered_group(&[*container], seen),
        }
    }

    fn unordered_group(&self, group: &[ContainerId], seen: &Seen) -> Option<Value> {
        if group.iter().any(|container| self.is_tainted(*container, seen)) {
            return None;
        }
        let read = |live: &[OpId]| match self.split(live).0 {
            group if group.is_empty() => self.unordered(self.node(*live.first()?)?, seen),
            group => self.unordered_group(&group, seen),
        };
        if group.iter().any(|container| self.is_list(*container)) {
            let mut items = Vec::new();
            for element in group.iter().flat_map(|list| self.elements(*list, seen)) {
                items.push(read(&self.live(&Register::Element(element), seen))?);
            }
            items.sort_by_cached_key(Value::to_string);
            return Some(Value::Array(items));
        }
        let mut entries = Map::new();
        for (key, live) in self.entries(group, seen) {
            entries.insert(key.to_owned(), read(&live)?);
        }
        Some(Value::Object(entries))
    }
}
