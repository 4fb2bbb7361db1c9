//! What a client must read, from the operations that it has seen. Knows no document and merges nothing.

use std::cmp::Reverse;

use minisync::ClientId;
use serde_json::{Map, Value};

use super::{ContainerId, Dot, Effect, ElementId, Node, OpId, Oracle, Register, Seen};

impl Oracle {
    /// The order of dots: by stamp, then by client id.
    pub fn rank(&self, dot: Dot) -> (u64, &ClientId) {
        (dot.stamp, &self.writers[dot.writer])
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
    fn writes(&self, register: &Register) -> &[OpId] {
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

    /// The keys of a map in order, each with its values as [`Oracle::live`] gives them.
    pub fn entries(&self, map: ContainerId, seen: &Seen) -> Vec<(&str, Vec<OpId>)> {
        let mut out = Vec::new();
        for key in self.containers[map].entries.keys() {
            let register = Register::Entry(map, key.clone());
            let live = self.live(&register, seen);
            if let Some(born) = self.born(&register, seen) {
                out.push((born, key.as_str(), live));
            }
        }
        out.sort_by_key(|(born, _, _)| self.rank(*born));
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
        let container = match node {
            Node::Scalar(value) => return Some(value.clone()),
            Node::Container(container) => *container,
        };
        if self.is_tainted(container, seen) {
            return None;
        }
        let read = |live: Vec<OpId>| live.first().and_then(|write| self.node(*write));
        if self.is_list(container) {
            let mut items = Vec::new();
            for element in self.elements(container, seen) {
                items.push(self.unordered(read(self.live(&Register::Element(element), seen))?, seen)?);
            }
            items.sort_by_cached_key(Value::to_string);
            return Some(Value::Array(items));
        }
        let mut entries = Map::new();
        for (key, live) in self.entries(container, seen) {
            entries.insert(key.to_owned(), self.unordered(read(live)?, seen)?);
        }
        Some(Value::Object(entries))
    }
}
