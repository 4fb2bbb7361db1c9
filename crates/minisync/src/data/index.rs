//! Where each write is: finds registers, containers and deletions by their dots. Knows the arena, and
//! neither documents nor text.
//!
//! A journal for each session, in the order of its stamps:
//!
//! ```text
//! alice   10 → /title   11 → /days   14 → /title   20 → /done
//! bob     15 → /title
//! ```
//!
//! What has Alice written after 12? A binary search, and then only what is new, however large the document: 14 and 20. The
//! record of 10 is stale, since `/title` was written again; whoever follows it finds no such sibling there.

use hashbrown::HashMap;

use crate::{
    base::{impossible, sort::sort_by},
    data::{
        arena::{Arena, Loc},
        register::{ContentRef, NodeId, Register},
    },
    names::{
        dot::{Dot, VersionVector},
        session::SessionIx,
        stamp::Stamp,
    },
};

/// One write, and the register that it wrote to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Record {
    pub(crate) stamp: Stamp,
    pub(crate) loc: Loc,
}

/// What one session wrote, in the order of the stamps. Records of what was overwritten stay until they are
/// the larger half.
#[derive(Clone, Debug, Default)]
struct Journal {
    records: Vec<Record>,
    /// The length at which it is swept next.
    full: usize,
}

/// Invariants: every dot of a register, and of a position register, has a record, unless the register was
/// born with a container that was taken apart later (then the container's record stands for it); every
/// container but the root is in `containers`; every tombstone is in `tombstones`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    journals: Vec<Journal>,
    /// By dot; the slot says nothing. One type with `tombstones`, so that there is one kind of table to compile.
    containers: HashMap<Dot, Loc>,
    tombstones: HashMap<Dot, Loc>,
    /// While a transaction may still be rolled back, nothing is swept.
    pub(crate) held: bool,
}

impl Index {
    /// Of all that is in the arena.
    pub(crate) fn of(arena: &Arena) -> Index {
        let mut index = Index::default();
        let mut new_records = NewRecords::default();
        for node in arena.walk(Arena::ROOT) {
            index.index_node(arena, node, &mut new_records);
        }
        index.record_all(new_records);
        for journal in &mut index.journals {
            journal.full = journal.records.len() * 2;
        }
        index
    }

    fn index_node(&mut self, arena: &Arena, id: NodeId, new_records: &mut NewRecords) {
        if let Some(node) = arena.get(id).filter(|_| id != Arena::ROOT) {
            self.index_container(node.dot, id);
        }
        for (slot, register) in arena.registers(id) {
            let loc = Loc { node: id, slot };
            new_records.add_register(arena, loc, register);
            self.index_tombstones(loc, register);
        }
    }

    /// Takes in a register that came with a message, and all below it.
    pub(crate) fn index_register(&mut self, arena: &Arena, loc: Loc, new_records: &mut NewRecords) {
        let Some(register) = arena.register(loc) else {
            impossible("what is indexed is in the arena");
            return;
        };
        new_records.add_register(arena, loc, register);
        self.index_tombstones(loc, register);
        for top in register.siblings().filter_map(|sibling| sibling.node()) {
            // What was here before keeps its records.
            if !self.containers.contains_key(&arena.get(top).map_or(Dot::ROOT, |node| node.dot)) {
                for node in arena.walk(top) {
                    self.index_node(arena, node, new_records);
                }
            }
        }
    }

    pub(crate) fn index_tombstones(&mut self, loc: Loc, register: &Register) {
        for sibling in register.siblings().filter(|sibling| !sibling.is_alive()) {
            self.tombstones.insert(sibling.dot(), loc);
        }
    }

    pub(crate) fn unindex_tombstones(&mut self, register: &Register) {
        for sibling in register.siblings().filter(|sibling| !sibling.is_alive()) {
            self.tombstones.remove(&sibling.dot());
        }
    }

    pub(crate) fn index_container(&mut self, dot: Dot, id: NodeId) {
        self.containers.insert(dot, Loc { node: id, slot: 0 });
    }

    pub(crate) fn unindex_container(&mut self, dot: Dot) {
        self.containers.remove(&dot);
    }

    /// The container with this dot, where it was taken apart.
    pub(crate) fn container(&self, dot: Dot) -> Option<NodeId> {
        self.containers.get(&dot).map(|loc| loc.node)
    }

    fn journal(&mut self, session: SessionIx) -> &mut Journal {
        let index = session.index();
        if index >= self.journals.len() {
            self.journals.resize_with(index + 1, Journal::default);
        }
        &mut self.journals[index]
    }

    /// Records a write that is later than all others of its session.
    pub(crate) fn record(&mut self, arena: &Arena, dot: Dot, loc: Loc) {
        let held = self.held;
        let journal = self.journal(dot.session);
        debug_assert!(
            journal.records.last().is_none_or(|last| last.stamp <= dot.stamp),
            "{dot:?} is recorded behind a later write of its session"
        );
        journal.records.push(Record { stamp: dot.stamp, loc });
        if journal.records.len() >= journal.full.max(64) && !held {
            journal.sweep(arena, dot.session);
        }
    }

    /// Records what came with a message.
    pub(crate) fn record_all(&mut self, new_records: NewRecords) {
        let mut new_records = new_records.0;
        sort_by(&mut new_records, Ord::cmp);
        new_records.dedup();
        for (session, record) in new_records {
            self.journal(session).records.push(record);
        }
    }

    /// Drops stale records where they are the larger half.
    pub(crate) fn sweep(&mut self, arena: &Arena) {
        if self.held {
            return;
        }
        for (session, journal) in (0..).zip(&mut self.journals) {
            if journal.records.len() >= journal.full.max(64) {
                journal.sweep(arena, SessionIx::from_index(session));
            }
        }
    }

    /// How many records a session's journal has; see [`Index::truncate`].
    pub(crate) fn records(&self, session: SessionIx) -> usize {
        self.journals.get(session.index()).map_or(0, |journal| journal.records.len())
    }

    /// Takes back all records of a session but the first `len`.
    pub(crate) fn truncate(&mut self, session: SessionIx, len: usize) {
        self.journal(session).records.truncate(len);
    }

    /// The writes of a register that was moved to another slot.
    pub(crate) fn update_slot(&mut self, loc: Loc, register: &Register) {
        for dot in register.siblings().map(|sibling| sibling.dot()) {
            let records = &mut self.journal(dot.session).records;
            if let Ok(found) = records.binary_search_by_key(&dot.stamp, |record| record.stamp) {
                records[found].loc = loc;
            }
        }
    }

    /// The registers with a write of `session` that is later than `since`, and the one, if any, in whose
    /// value `since` lies. Some may be stale.
    pub(crate) fn later(&self, session: SessionIx, since: Stamp) -> impl Iterator<Item = Record> {
        let records = self.journals.get(session.index()).map_or([].as_slice(), |journal| &journal.records);
        let first = records.partition_point(|record| record.stamp <= since);
        records[first..].iter().copied()
    }

    /// The last write of a session that is not later than `stamp`: the one, if any, whose value has that
    /// stamp in it.
    pub(crate) fn at_or_before(&self, session: SessionIx, stamp: Stamp) -> Option<Record> {
        let records = &self.journals.get(session.index())?.records;
        let end = records.partition_point(|record| record.stamp <= stamp);
        records.get(end.checked_sub(1)?).copied()
    }

    /// The deletions within a version, in no order. Looks at all there are.
    pub(crate) fn tombstones_within(&self, seen: &VersionVector) -> Vec<(Dot, Loc)> {
        let all = self.tombstones.iter().map(|(dot, loc)| (*dot, *loc));
        all.filter(|(dot, _)| seen.contains(*dot)).collect()
    }

    /// All deletions, in no order.
    pub(crate) fn tombstones(&self) -> impl Iterator<Item = (Dot, Loc)> {
        self.tombstones.iter().map(|(dot, loc)| (*dot, *loc))
    }

    pub(crate) fn tombstone_count(&self) -> usize {
        self.tombstones.len()
    }

    /// Whether each container, deletion and write is found where it is.
    pub(crate) fn check(&self, arena: &Arena) -> Result<(), String> {
        let mut counts = (0, 0);
        for id in arena.walk(Arena::ROOT) {
            let Some(node) = arena.get(id) else {
                return Err("a register holds a container that is gone".into());
            };
            if id != Arena::ROOT && self.container(node.dot) != Some(id) {
                return Err(format!("the container {:?} is not in the index", node.dot));
            }
            counts.0 += usize::from(id != Arena::ROOT);
            for (slot, register) in arena.registers(id) {
                let loc = Loc { node: id, slot };
                for sibling in register.siblings() {
                    let dot = sibling.dot();
                    counts.1 += usize::from(!sibling.is_alive());
                    if !sibling.is_alive() && self.tombstones.get(&dot) != Some(&loc) {
                        return Err(format!("the deletion {dot:?} is not in the index"));
                    }
                    self.check_record(arena, dot, loc)?;
                }
            }
        }
        if counts != (self.containers.len(), self.tombstones.len()) {
            return Err("the index has containers or deletions that are gone".into());
        }
        let sorted = |journal: &Journal| journal.records.is_sorted();
        if self.journals.iter().all(sorted) { Ok(()) } else { Err("a journal is out of order".into()) }
    }

    fn check_record(&self, arena: &Arena, dot: Dot, loc: Loc) -> Result<(), String> {
        let found = self.at_or_before(dot.session, dot.stamp);
        let exact = found.is_some_and(|record| record.stamp == dot.stamp && record.loc == loc);
        let inside = || found.is_some_and(|record| span_holds(arena, record, dot));
        if exact || inside() { Ok(()) } else { Err(format!("the write {dot:?} is not in the journal")) }
    }
}

/// Whether `dot` is one of the entries that the value of this write was born with.
fn span_holds(arena: &Arena, record: Record, dot: Dot) -> bool {
    let first = Dot { stamp: record.stamp, session: dot.session };
    let Some(sibling) = arena.register(record.loc).and_then(|register| register.find(first)) else {
        return false;
    };
    let ContentRef::Node(node) = sibling.content() else { return false };
    let span = arena.get(node).map_or(0, |node| node.span);
    dot.since(first).is_some_and(|distance| distance <= span)
}

impl Journal {
    fn sweep(&mut self, arena: &Arena, session: SessionIx) {
        // Once the journal has doubled since the last sweep: so each record is looked at a constant number of times on
        // average, and no more than half of them are stale.
        let is_current = |record: &Record| {
            let dot = Dot { stamp: record.stamp, session };
            let in_value = arena.register(record.loc).is_some_and(|register| register.find(dot).is_some());
            in_value
                || arena.as_list(record.loc.node).is_some_and(|list| list.is_placed_by(record.loc.slot, dot))
        };
        self.records.retain(is_current);
        self.full = self.records.len() * 2;
    }
}

/// Registers that came with a message, to be recorded when all is in place.
#[derive(Debug, Default)]
pub(crate) struct NewRecords(Vec<(SessionIx, Record)>);

impl NewRecords {
    /// The writes in one register, its position included.
    fn add_register(&mut self, arena: &Arena, loc: Loc, register: &Register) {
        for sibling in register.siblings() {
            self.add(sibling.dot(), loc);
        }
        if let Some(moves) = arena.as_list(loc.node).and_then(|list| list.moved(loc.slot)) {
            for at in moves {
                self.add(at.dot, loc);
            }
        }
    }

    pub(crate) fn add(&mut self, dot: Dot, loc: Loc) {
        self.0.push((dot.session, Record { stamp: dot.stamp, loc }));
    }

    /// Leaves out what was recorded before: all but what this session wrote from this dot on.
    pub(crate) fn only_from(&mut self, dot: Dot) {
        self.0.retain(|(session, record)| *session == dot.session && record.stamp >= dot.stamp);
    }

    /// Leaves out what was recorded before: all within `seen`.
    pub(crate) fn only_outside(&mut self, seen: &VersionVector) {
        self.0.retain(|(session, record)| !seen.contains(Dot { stamp: record.stamp, session: *session }));
    }
}
