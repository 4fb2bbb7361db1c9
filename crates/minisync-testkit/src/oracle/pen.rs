//! Logs the writes of one call of one client, stamp by stamp. Knows no document.

use std::rc::Rc;

use serde_json::Value;

use super::{
    Container, ContainerId, Dot, Effect, Element, ElementId, Gap, Neighbor, Node, OpId, Oracle, Register,
    Seen,
};

/// Writes into the log under one writer's name, and into that writer's view.
#[derive(Debug)]
pub struct Pen<'a> {
    oracle: &'a mut Oracle,
    seen: &'a mut Seen,
    writer: usize,
    stamp: u64,
}

/// What an insertion has logged.
#[derive(Debug, Clone, Copy)]
pub struct Inserted {
    /// The write of the element's value, whose dot names the element.
    pub write: OpId,
    /// The write of its position.
    pub place: OpId,
}

impl<'a> Pen<'a> {
    pub(super) fn new(oracle: &'a mut Oracle, seen: &'a mut Seen, writer: usize, stamp: u64) -> Pen<'a> {
        Pen { oracle, seen, writer, stamp }
    }

    /// The next write takes this stamp.
    pub fn set_stamp(&mut self, stamp: u64) {
        self.stamp = stamp;
    }

    /// A value is written to a register.
    pub fn put(&mut self, register: Register, value: &Value) -> OpId {
        let context = Rc::new(self.seen.clone());
        let born = self.oracle.born(&register, &context);
        self.write(register, Some(value), born, &context)
    }

    /// A value is written under a key of maps that read as one: into the first, and what the others had there
    /// is deleted before.
    pub fn put_under(&mut self, maps: &[ContainerId], key: &str, value: &Value, stamp: Option<u64>) -> OpId {
        let born = self.oracle.born_under(maps, key, self.seen);
        let is_alive = |map: &&ContainerId| {
            !self.oracle.live(&Register::Entry(**map, key.to_owned()), self.seen).is_empty()
        };
        let others: Vec<ContainerId> = maps.iter().skip(1).filter(is_alive).copied().collect();
        self.stamp = stamp.map_or(self.stamp, |stamp| stamp.saturating_sub(others.len() as u64));
        for map in others {
            self.take(map, key);
        }
        self.stamp = stamp.unwrap_or(self.stamp);
        let context = Rc::new(self.seen.clone());
        let first = maps.first().copied().unwrap_or_default();
        self.write(Register::Entry(first, key.to_owned()), Some(value), born, &context)
    }

    /// What stands under a key of maps that read as one is deleted.
    pub fn take_under(&mut self, maps: &[ContainerId], key: &str) {
        for map in maps {
            if !self.oracle.live(&Register::Entry(*map, key.to_owned()), self.seen).is_empty() {
                self.take(*map, key);
            }
        }
    }

    /// A map entry is deleted.
    pub fn take(&mut self, map: ContainerId, key: &str) -> OpId {
        let context = Rc::new(self.seen.clone());
        self.write(Register::Entry(map, key.to_owned()), None, None, &context)
    }

    /// A value is inserted into a list.
    pub fn insert(&mut self, list: ContainerId, value: &Value, gap: Gap) -> Inserted {
        let context = Rc::new(self.seen.clone());
        self.new_element(list, value, gap, &context)
    }

    /// A list element is deleted.
    pub fn delete(&mut self, element: ElementId) {
        let context = Rc::new(self.seen.clone());
        let dot = self.next_dot();
        self.log(dot, &context, Effect::Delete { element });
    }

    /// A list element is moved into a gap.
    pub fn move_to(&mut self, element: ElementId, gap: Gap) -> OpId {
        let context = Rc::new(self.seen.clone());
        let dot = self.next_dot();
        let place = self.log(dot, &context, Effect::Place { element, certain: true });
        self.oracle.order.placed(place, gap);
        place
    }

    /// A list element was perhaps moved: takes no stamp.
    pub fn perhaps_moved(&mut self, element: ElementId) {
        let context = Rc::new(self.seen.clone());
        let dot = Dot { stamp: self.stamp, writer: self.writer };
        self.log(dot, &context, Effect::Place { element, certain: false });
    }

    /// Something was done to a list that cannot be told: takes no stamp.
    pub fn taint(&mut self, list: ContainerId) {
        let context = Rc::new(self.seen.clone());
        let dot = Dot { stamp: self.stamp, writer: self.writer };
        self.log(dot, &context, Effect::Taint { list });
    }

    /// Something was written that cannot be told: takes no stamp.
    pub fn unknown(&mut self) {
        let context = Rc::new(self.seen.clone());
        let dot = Dot { stamp: self.stamp, writer: self.writer };
        self.log(dot, &context, Effect::Unknown);
    }

    fn next_dot(&mut self) -> Dot {
        let dot = Dot { stamp: self.stamp, writer: self.writer };
        self.stamp += 1;
        self.seen.raise(self.writer, dot.stamp);
        dot
    }

    fn log(&mut self, dot: Dot, context: &Rc<Seen>, effect: Effect) -> OpId {
        let id = self.oracle.log(dot, self.seen.operations(self.writer), context, effect);
        self.seen.add_operation(self.writer);
        id
    }

    fn write(
        &mut self,
        register: Register,
        value: Option<&Value>,
        born: Option<Dot>,
        context: &Rc<Seen>,
    ) -> OpId {
        let dot = self.next_dot();
        let born = born.unwrap_or(dot);
        let node = value.map(|value| self.node(value));
        let below = match node {
            Some(Node::Container(container)) => Some(container),
            _ => None,
        };
        let id = self.log(dot, context, Effect::Write { register, node, born });
        if let (Some(container), Some(value)) = (below, value) {
            self.fill(container, value, context);
        }
        id
    }

    fn node(&mut self, value: &Value) -> Node {
        if !value.is_array() && !value.is_object() {
            return Node::Scalar(value.clone());
        }
        self.oracle.containers.push(Container { is_list: value.is_array(), ..Container::default() });
        Node::Container(self.oracle.containers.len() - 1)
    }

    /// The entries of a value that is assigned whole, in pre-order.
    fn fill(&mut self, container: ContainerId, value: &Value, context: &Rc<Seen>) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    self.write(Register::Entry(container, key.clone()), Some(value), None, context);
                }
            }
            Value::Array(items) => {
                let mut after = Neighbor::Edge;
                for value in items {
                    let gap = Gap { after, before: Neighbor::Edge };
                    after = Neighbor::At(self.new_element(container, value, gap, context).place);
                }
            }
            _ => {}
        }
    }

    fn new_element(&mut self, list: ContainerId, value: &Value, gap: Gap, context: &Rc<Seen>) -> Inserted {
        let element = self.oracle.elements.len();
        self.oracle.elements.push(Element {
            list,
            values: Vec::new(),
            places: Vec::new(),
            deaths: Vec::new(),
        });
        self.oracle.containers[list].elements.push(element);
        let dot = Dot { stamp: self.stamp, writer: self.writer };
        let place = self.log(dot, context, Effect::Place { element, certain: true });
        self.oracle.order.placed(place, gap);
        let write = self.write(Register::Element(element), Some(value), None, context);
        Inserted { write, place }
    }
}
