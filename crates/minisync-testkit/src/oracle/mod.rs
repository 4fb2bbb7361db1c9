//! The oracle: what a document must read as, worked out from the log of all writes alone.
//!
//! It is written apart from the core, and shares none of its code or its ideas of merging: it never merges
//! anything. It keeps one log of register-level operations for all clients together. What a client has
//! seen is a stretch of each writer's operations ([`Seen`]); a message carries what its sender had seen
//! when it was made. What a client must read follows from the operations that it has seen:
//!
//! - a written value stands until an operation on the same register whose writer had seen it;
//! - the latest of those that stand is read, the others are conflicts; but where it is a map, all maps that
//!   stand there read as one ([`Group`]), and their entries under one key compete as if in one register; and
//!   where it is a list, all lists that stand there, the oldest first;
//! - a list element is there if its insertion was seen and no deletion of it.
//!
//! # What it proves
//!
//! Exactly, for every client, at any time: presence, values, winners, conflicts, authors (client and
//! stamp) of all visible values, the order of keys, versions. Stamps are checked against the client's clock.
//!
//! List order by three properties that leave the representation of positions free (`order`):
//! the order that any client ever showed, and any gap that an insertion or a move ever aimed at, fit one
//! total order of positions; all clients that have seen the same show the same; and the runs of two
//! clients that had not seen each other do not interleave.
//!
//! A writer is a session: what one process writes under one client id. So copies of one saved state that go on are
//! writers like any others, and nothing is accepted twice. How sessions are named in a version is worked out anew
//! (`lineage`).
//!
//! What merges say they overruled is checked too (`overruled`): each write that the client or the sender still had, and
//! that is lost beside a deletion which had not seen it, is told, once, and nothing else is. Where two copies of a client
//! may have written at the same stamp, it is not checked.
//!
//! # What it takes from the core
//!
//! Which element of a list stands at which index, by `Document::author`: the dot names the element. That
//! the elements so named are the right ones, and where they stand, is checked as said above.
//!
//! # What it does not prove
//!
//! `swap`, `reverse`, `sort_by` and `update` choose by themselves which positions they write. Where the
//! number of stamps tells it, they are logged exactly; else their elements' positions are uncertain until
//! someone moves them, and are left out of the order checks. Where `update` changed several elements of
//! one list so that overwriting cannot be told from deleting and inserting, that list is tainted: for
//! clients that have seen it, only convergence is checked there and below.

mod lineage;
mod op;
mod order;
mod overruled;
mod pen;
mod read;

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use minisync::ClientId;

pub use lineage::entries;
pub use op::{ContainerId, Dot, Effect, ElementId, Group, Node, Op, OpId, Register, Seen};
pub use order::{Gap, Neighbor};
pub use pen::Pen;

use lineage::Writer;
use order::Order;

/// The log of all writes of all clients.
#[derive(Debug, Default)]
pub struct Oracle {
    writers: Vec<Writer>,
    ops: Vec<Op>,
    containers: Vec<Container>,
    elements: Vec<Element>,
    /// The writes of values, by dot.
    writes: HashMap<Dot, OpId>,
    order: Order,
}

#[derive(Debug, Default)]
struct Container {
    is_list: bool,
    /// Of a map: the writes of each key.
    entries: BTreeMap<String, Vec<OpId>>,
    /// Of a list: all the elements it ever had.
    elements: Vec<ElementId>,
    /// Of a list: operations that cannot be told from outside.
    taints: Vec<OpId>,
}

#[derive(Debug)]
struct Element {
    list: ContainerId,
    values: Vec<OpId>,
    places: Vec<OpId>,
    deaths: Vec<OpId>,
}

/// A point in the log to which it can be taken back.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    ops: usize,
    containers: usize,
    elements: usize,
    order: order::Mark,
}

impl Oracle {
    /// The oracle of an empty document.
    pub fn new() -> Oracle {
        Oracle { containers: vec![Container::default()], ..Oracle::default() }
    }

    /// The write of this name that someone has seen who has seen this; `first` is that of its session.
    pub fn write_at(&self, client: &ClientId, first: u64, stamp: u64, seen: &Seen) -> Option<OpId> {
        let all = self.writes_at(client, stamp, seen);
        all.into_iter().find(|write| self.first(self.ops[*write].dot.writer) == first)
    }

    /// The writes of a client at a stamp: more than one, where copies of it wrote at the same time.
    pub fn writes_at(&self, client: &ClientId, stamp: u64, seen: &Seen) -> Vec<OpId> {
        let writers = (0..self.writers.len()).filter(|writer| self.writers[*writer].id == *client);
        let writes = writers.filter_map(|writer| self.writes.get(&Dot { stamp, writer }));
        writes.copied().filter(|write| seen.has(&self.ops[*write])).collect()
    }

    /// A logged operation.
    pub fn op(&self, id: OpId) -> &Op {
        &self.ops[id]
    }

    /// Begins to log writes of this writer, whose view is `seen`, at this stamp.
    pub fn pen<'a>(&'a mut self, seen: &'a mut Seen, writer: usize, stamp: u64) -> Pen<'a> {
        Pen::new(self, seen, writer, stamp)
    }

    /// The current end of the log.
    pub fn mark(&self) -> Mark {
        Mark {
            ops: self.ops.len(),
            containers: self.containers.len(),
            elements: self.elements.len(),
            order: self.order.mark(),
        }
    }

    /// Takes the log back to `mark`: what was written since has not happened.
    pub fn roll_back(&mut self, mark: Mark) {
        while self.ops.len() > mark.ops {
            let id = self.ops.len() - 1;
            let Some(op) = self.ops.pop() else { return };
            match &op.effect {
                Effect::Write { register, node, .. } => {
                    if node.is_some() {
                        self.writes.remove(&op.dot);
                    }
                    match register {
                        Register::Entry(map, key) => {
                            if let Some(writes) = self.containers[*map].entries.get_mut(key) {
                                writes.retain(|write| *write != id);
                            }
                        }
                        Register::Element(element) => {
                            self.elements[*element].values.retain(|write| *write != id)
                        }
                    }
                }
                Effect::Place { element, .. } => self.elements[*element].places.retain(|place| *place != id),
                Effect::Delete { element } => self.elements[*element].deaths.retain(|death| *death != id),
                Effect::Taint { list } => self.containers[*list].taints.retain(|taint| *taint != id),
                Effect::Unknown => {}
            }
        }
        for id in mark.elements..self.elements.len() {
            let list = self.elements[id].list;
            self.containers[list].elements.retain(|element| *element != id);
        }
        self.elements.truncate(mark.elements);
        self.containers.truncate(mark.containers);
        self.order.roll_back(mark.order);
    }

    fn log(&mut self, dot: Dot, sequence: usize, context: &Rc<Seen>, effect: Effect) -> OpId {
        let id = self.ops.len();
        match &effect {
            Effect::Write { register, node, .. } => {
                if node.is_some() {
                    self.writes.insert(dot, id);
                }
                match register {
                    Register::Entry(map, key) => {
                        self.containers[*map].entries.entry(key.clone()).or_default().push(id);
                    }
                    Register::Element(element) => self.elements[*element].values.push(id),
                }
            }
            Effect::Place { element, .. } => self.elements[*element].places.push(id),
            Effect::Delete { element } => self.elements[*element].deaths.push(id),
            Effect::Taint { list } => self.containers[*list].taints.push(id),
            Effect::Unknown => {}
        }
        self.ops.push(Op { dot, sequence, context: Rc::clone(context), effect });
        id
    }
}
