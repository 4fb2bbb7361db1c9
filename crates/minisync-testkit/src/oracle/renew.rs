//! Renewal: what a copy wrote under a client id that it shared with another copy is its own from now on, under a
//! new one. Merges nothing.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use minisync::ClientId;

use super::{
    Container, ContainerId, Dot, Effect, Element, ElementId, Gap, Neighbor, Node, OpId, Oracle, Register,
    Seen,
};

/// What is what, after operations were logged once more.
#[derive(Default)]
struct Again {
    ops: HashMap<OpId, OpId>,
    containers: HashMap<ContainerId, ContainerId>,
    elements: HashMap<ElementId, ElementId>,
}

impl Again {
    fn container(&self, container: ContainerId) -> ContainerId {
        self.containers.get(&container).copied().unwrap_or(container)
    }

    fn element(&self, element: ElementId) -> ElementId {
        self.elements.get(&element).copied().unwrap_or(element)
    }

    /// Beside something that was not logged again, the new position may have another side: of positions that were
    /// chosen at the very same time, the client id decides.
    fn neighbor(&self, neighbor: Neighbor) -> Neighbor {
        match neighbor {
            Neighbor::At(op) => self.ops.get(&op).map_or(Neighbor::Unknown, |new| Neighbor::At(*new)),
            other => other,
        }
    }
}

impl Oracle {
    /// A copy that has seen `seen`, and wrote as `former`, goes over to the writer `to`: what it wrote after the
    /// stamp `last` is logged once more. What it has seen then.
    pub fn renew(&mut self, seen: &Seen, former: &ClientId, last: u64, to: usize) -> Seen {
        let writers: Vec<usize> = self.writers(former).collect();
        let mut stays: HashMap<usize, usize> = writers.iter().map(|writer| (*writer, 0)).collect();
        let own: Vec<OpId> = (0..self.ops.len())
            .filter(|id| {
                let op = &self.ops[*id];
                writers.contains(&op.dot.writer) && seen.has(op)
            })
            .collect();
        for op in own.iter().map(|id| &self.ops[*id]).filter(|op| op.dot.stamp <= last) {
            stays.entry(op.dot.writer).and_modify(|count| *count = (*count).max(op.sequence + 1));
        }
        let limit = |writer: usize| stays.get(&writer).map(|count| (*count, last));
        let mut now = seen.limited(limit);
        let highest =
            seen.stamps().filter(|(writer, _)| writers.contains(writer)).map(|(_, stamp)| stamp).max();
        let mut again = Again::default();
        let mut earlier: Vec<OpId> = Vec::new();
        for id in own {
            let op = self.ops[id].clone();
            if op.sequence < stays[&op.dot.writer] {
                continue;
            }
            let mut context = op.context.limited(limit);
            for _ in earlier.iter().filter(|before| op.context.has(&self.ops[**before])) {
                context.add_operation(to);
            }
            let goes = |dot: Dot| writers.contains(&dot.writer) && dot.stamp > last;
            let rename = |dot: Dot| if goes(dot) { Dot { writer: to, ..dot } } else { dot };
            let effect = self.effect_again(id, &op.effect, &mut again, rename);
            let new = self.log(Dot { writer: to, ..op.dot }, now.operations(to), &Rc::new(context), effect);
            now.add_operation(to);
            self.again.insert(new, id);
            again.ops.insert(id, new);
            earlier.push(id);
            if let Ok(found) = self.order.gaps.binary_search_by_key(&id, |(place, _)| *place) {
                let Gap { after, before } = self.order.gaps[found].1;
                self.order.placed(new, Gap { after: again.neighbor(after), before: again.neighbor(before) });
            }
        }
        if let Some(highest) = highest.filter(|highest| *highest > last) {
            now.raise(to, highest);
        }
        now
    }

    /// What an operation did, done by its twin: to the elements and containers that are new with it.
    fn effect_again(
        &mut self,
        id: OpId,
        effect: &Effect,
        again: &mut Again,
        rename: impl Fn(Dot) -> Dot,
    ) -> Effect {
        match effect {
            Effect::Write { register, node, born } => {
                let register = match register {
                    Register::Entry(map, key) => Register::Entry(again.container(*map), key.clone()),
                    Register::Element(element) => Register::Element(again.element(*element)),
                };
                let node = node.clone().map(|node| match node {
                    Node::Container(container) => Node::Container(self.container_again(container, again)),
                    scalar => scalar,
                });
                Effect::Write { register, node, born: rename(*born) }
            }
            Effect::Place { element, certain } => {
                if self.elements[*element].places.first() == Some(&id) {
                    self.element_again(*element, again);
                }
                Effect::Place { element: again.element(*element), certain: *certain }
            }
            Effect::Delete { element } => Effect::Delete { element: again.element(*element) },
            Effect::Taint { list } => Effect::Taint { list: again.container(*list) },
            Effect::Unknown => Effect::Unknown,
        }
    }

    fn container_again(&mut self, container: ContainerId, again: &mut Again) -> ContainerId {
        let is_list = self.containers[container].is_list;
        self.containers.push(Container { is_list, ..Container::default() });
        again.containers.insert(container, self.containers.len() - 1);
        self.containers.len() - 1
    }

    fn element_again(&mut self, element: ElementId, again: &mut Again) {
        let list = again.container(self.elements[element].list);
        self.elements.push(Element { list, values: Vec::new(), places: Vec::new(), deaths: Vec::new() });
        let new = self.elements.len() - 1;
        self.containers[list].elements.push(new);
        again.elements.insert(element, new);
    }

    /// The operations that were logged once more at a renewal, and those that they are. Where two positions were
    /// chosen at the same stamp, the client id decides; so a new id may bring these into another order.
    pub(super) fn renewed(&self) -> BTreeSet<OpId> {
        self.again.iter().flat_map(|(new, old)| [*new, *old]).collect()
    }
}
