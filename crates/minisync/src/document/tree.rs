//! The content of a document under one owner: the containers, and the index that finds writes in them by their dots.
//! Each function here changes both, or neither. Knows no versions, no clock and no views; issues no stamps.
//!
//! ```text
//!   arena                                  index
//!   ┌──────┐ "todo"  ┌──────┐ [0]          containers   dot of a container -> its node
//!   │ root ├────────>│ list ├───> …        tombstones   dot of a deletion  -> its register
//!   └──────┘         └──────┘              journals     each client's writes, by stamp -> their registers
//! ```

mod borrowed;

use std::ops::Deref;

use crate::{
    base::impossible,
    data::{
        arena::{Arena, Body, ElementLoc, EntryLoc, ListId, Loc, MapId, Node},
        build,
        index::{Index, NewRecords},
        position::Move,
        position::{Bunches, Place},
        register::{Content, ContentRef, NodeId, Register, Sibling},
    },
    json::{self, Cursor},
    names::{
        dot::{Dot, VersionVector},
        error::{Error, Result},
        session::SessionIx,
        writers::Writers,
    },
};

/// The containers of a document and the index of them, which always agree; see [`Index`] for what that means.
///
/// Reading goes through the arena, to which this derefs. Containers that were replaced stay until
/// [`Tree::drop_lost`] or [`Tree::drop_below`]: a transaction may yet put them back.
#[derive(Debug)]
pub(super) struct Tree {
    arena: Arena,
    index: Index,
    /// Writes that came with a message, and are not in the journals yet.
    new_records: NewRecords,
}

impl Deref for Tree {
    type Target = Arena;

    fn deref(&self) -> &Arena {
        &self.arena
    }
}

impl Tree {
    /// With an empty root.
    pub(super) fn new() -> Tree {
        Tree::of(Arena::new())
    }

    pub(super) fn of(arena: Arena) -> Tree {
        Tree { index: Index::of(&arena), arena, new_records: NewRecords::default() }
    }

    /// The root is what this canonical text says, whose first entry is written right after `before`.
    pub(super) fn of_text(text: &str, before: Dot) -> Result<Tree> {
        let mut arena = Arena::new();
        let mut cursor = Cursor::trusted(text);
        cursor.eat(b'{');
        let read = build::members(&mut arena, &mut cursor, before, &mut 0);
        let (map, children) = read.map_err(|error| Error::invalid_value(error.pointer, error.reason))?;
        if let Some(root) = arena.get_mut(Arena::ROOT) {
            root.body = Body::Map(map);
        }
        for slot in children {
            arena.set_parent(Loc { node: Arena::ROOT, slot });
        }
        Ok(Tree::of(arena))
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// What a value becomes, when it is written at `dot`: `text` is canonical. It is in no register yet.
    pub(super) fn build(&mut self, text: &str, dot: Dot) -> Result<Content> {
        let built = build::content(&mut self.arena, &mut Cursor::trusted(text), dot);
        built.map(|(content, _)| content).map_err(|error| Error::invalid_value(error.pointer, error.reason))
    }

    /// Takes the text container with this dot apart, so that it can be written to; its node. What readers see and
    /// what is sent stays the same. None where it is no container.
    pub(super) fn expand(&mut self, loc: Loc, dot: Dot) -> Option<NodeId> {
        let ContentRef::Text(text) = self.arena.register(loc)?.find(dot)?.content() else { return None };
        let text = text.clone();
        let node = build::expand(&mut self.arena, &text, dot)?;
        let id = self.arena.add(Node { parent: Some(loc), ..node });
        self.arena.register_mut(loc)?.find_mut(dot)?.set_node(id);
        self.index.index_container(dot, id);
        Some(id)
    }

    /// The node of the container with this dot in a register, taken apart if need be; none where it is no container.
    pub(super) fn open(&mut self, loc: Loc, dot: Dot) -> Option<NodeId> {
        match self.arena.register(loc)?.find(dot)?.content() {
            ContentRef::Node(id) => Some(id),
            _ => self.expand(loc, dot),
        }
    }

    /// The positions of a list, to take one of them.
    pub(super) fn bunches_mut(&mut self, list: ListId) -> &mut Bunches {
        &mut self.arena.list_mut(list).bunches
    }

    // Own writes. Each dot from `first` on is later than all others of its client.

    /// Puts a register under a key; where it is, and what was there before.
    pub(super) fn put_entry(
        &mut self,
        map: MapId,
        key: &str,
        register: &Register,
        first: Dot,
        writers: &Writers,
    ) -> (Loc, Register) {
        let entries = self.arena.map_mut(map);
        let slot = entries.find(key);
        let old = slot.and_then(|slot| entries.register(slot)).cloned().unwrap_or(Register::VACANT);
        // A key that comes back goes to the end, as a new one does, and into a slot that may be another.
        if let Some(slot) = slot.filter(|_| !old.is_alive()) {
            entries.take_out(slot);
        }
        let Some(slot) = entries.put(key, register.clone(), writers) else {
            impossible("nothing was written");
            return (map.entry(0).into(), old);
        };
        let loc = map.entry(slot).into();
        self.index.unindex_tombstones(&old);
        if register.len() > 1 {
            self.index.update_slot(loc, register);
        }
        self.index_own(loc, first);
        (loc, old)
    }

    /// Puts a register in the place of a living element's value; what was there before.
    pub(super) fn put_value(&mut self, at: ElementLoc, register: Register, first: Dot) -> Register {
        let old = self.replace_value(at, register);
        self.index_own(at.into(), first);
        old
    }

    fn replace_value(&mut self, at: ElementLoc, register: Register) -> Register {
        let Some(place) = self.arena.list_mut(at.list).register_mut(at.slot) else {
            impossible("an element is gone");
            return Register::VACANT;
        };
        std::mem::replace(place, register)
    }

    /// Inserts an element at an index that its place belongs to.
    pub(super) fn insert_at(
        &mut self,
        list: ListId,
        index: usize,
        register: Register,
        place: Place,
        writers: &Writers,
    ) -> ElementLoc {
        let first = register.element();
        let slot = self.arena.list_mut(list).insert_at(index, register, place, writers);
        self.index_own(list.element(slot).into(), first);
        list.element(slot)
    }

    /// Inserts an element where its place says.
    pub(super) fn insert(
        &mut self,
        list: ListId,
        register: Register,
        place: Place,
        writers: &Writers,
    ) -> ElementLoc {
        let dot = register.element();
        let (slot, _) = self.arena.list_mut(list).insert(register, vec![Move { dot, place }], writers);
        self.index_own(list.element(slot).into(), dot);
        list.element(slot)
    }

    /// Makes a living element dead by a deletion; the index where it was, and what was there before.
    pub(super) fn kill(
        &mut self,
        at: ElementLoc,
        deletion: Dot,
        writers: &Writers,
    ) -> (Option<usize>, Register) {
        let list = self.arena.list_mut(at.list);
        let Some(element) = list.register(at.slot).map(Register::element) else {
            impossible("an element is gone");
            return (None, Register::VACANT);
        };
        let dead = Register::born(element, deletion, Content::Tombstone);
        let killed = list.kill(at.slot, dead, writers);
        self.index_own(at.into(), deletion);
        killed
    }

    /// Gives a living element another position, or several; from which index to which it went.
    pub(super) fn relocate(&mut self, at: ElementLoc, moves: Vec<Move>, writers: &Writers) -> (usize, usize) {
        let dots: Vec<Dot> = moves.iter().map(|at| at.dot).collect();
        let moved = self.arena.list_mut(at.list).relocate(at.slot, moves, writers);
        dots.into_iter().for_each(|dot| self.index.record(&self.arena, dot, at.into()));
        moved
    }

    /// Indexes a register that was just written, from `first` on.
    fn index_own(&mut self, loc: Loc, first: Dot) {
        let Some(register) = self.arena.register(loc) else { return impossible("what was written is gone") };
        let is_plain = register.len() == 1 && register.siblings().all(|sibling| sibling.node().is_none());
        if is_plain {
            self.index.index_tombstones(loc, register);
            self.index.record(&self.arena, first, loc);
            return;
        }
        self.arena.set_parent(loc);
        let mut new_records = NewRecords::default();
        self.index.index_register(&self.arena, loc, &mut new_records);
        new_records.only_from(first);
        self.index.record_all(new_records);
    }

    // What a message brings. Its writes are in the journals only after `record_new`.

    /// Puts a register under a key, or takes the key out where it is vacant; where it is.
    pub(super) fn put_merged_entry(
        &mut self,
        map: MapId,
        key: &str,
        register: Register,
        writers: &Writers,
    ) -> Option<EntryLoc> {
        let entries = self.arena.map_mut(map);
        if let Some(old) = entries.find(key).and_then(|slot| entries.register(slot)) {
            self.index.unindex_tombstones(old);
        }
        let entry = map.entry(entries.put(key, register, writers)?);
        self.index_merged(entry.into());
        Some(entry)
    }

    /// Puts a register in the place of a living element's value.
    pub(super) fn put_merged_value(&mut self, at: ElementLoc, register: Register) {
        self.replace_value(at, register);
        self.index_merged(at.into());
    }

    /// Inserts a living element; where it is, and the index at which readers see it.
    pub(super) fn insert_merged(
        &mut self,
        list: ListId,
        register: Register,
        moves: Vec<Move>,
        writers: &Writers,
    ) -> (ElementLoc, usize) {
        let (slot, index) = self.arena.list_mut(list).insert(register, moves, writers);
        self.index_merged(list.element(slot).into());
        (list.element(slot), index)
    }

    /// Remembers a dead element that was never seen alive here.
    pub(super) fn insert_dead(&mut self, list: ListId, deletions: Register, writers: &Writers) {
        let slot = self.arena.list_mut(list).add_unordered(deletions, Vec::new(), writers);
        self.index_merged(list.element(slot).into());
    }

    /// Makes a living element dead by these deletions, or takes it out for good where there are none; the index where
    /// it was. What was below it is dropped.
    pub(super) fn kill_merged(
        &mut self,
        at: ElementLoc,
        deletions: Register,
        writers: &Writers,
    ) -> Option<usize> {
        let list = self.arena.list_mut(at.list);
        let is_remembered = !deletions.is_vacant();
        let (index, old) = if is_remembered {
            list.kill(at.slot, deletions, writers)
        } else {
            list.take_out(at.slot, writers)
        };
        if is_remembered {
            self.index_merged(at.into());
        }
        self.drop_below(&old);
        index
    }

    /// Gives a dead element these deletions; without any it goes for good.
    pub(super) fn put_deletions(&mut self, at: ElementLoc, deletions: Register, writers: &Writers) {
        let list = self.arena.list_mut(at.list);
        if let Some(old) = list.register(at.slot) {
            self.index.unindex_tombstones(old);
        }
        if deletions.is_vacant() {
            list.take_out(at.slot, writers);
            return;
        }
        self.replace_value(at, deletions);
        self.index_merged(at.into());
    }

    /// Gives a living element these positions; from which index to which it went.
    pub(super) fn relocate_merged(
        &mut self,
        at: ElementLoc,
        moves: Vec<Move>,
        writers: &Writers,
    ) -> (usize, usize) {
        for new in &moves {
            self.new_records.add(new.dot, at.into());
        }
        self.arena.list_mut(at.list).relocate(at.slot, moves, writers)
    }

    /// Takes a container over from a message's arena, with all below it. It is in no register yet.
    pub(super) fn import(&mut self, message: &mut Arena, id: NodeId) -> Option<NodeId> {
        self.arena.import(message, id)
    }

    fn index_merged(&mut self, loc: Loc) {
        self.arena.set_parent(loc);
        self.index.index_register(&self.arena, loc, &mut self.new_records);
    }

    /// Enters into the journals what messages brought, but for what lies within `recorded` and so is there already.
    /// Between two messages only: within one, writes come in any order, and a journal is in that of the stamps.
    pub(super) fn record_new(&mut self, recorded: &VersionVector) {
        let mut new_records = std::mem::take(&mut self.new_records);
        new_records.only_outside(recorded);
        self.index.record_all(new_records);
    }

    /// Drops stale records where they are the larger half.
    pub(super) fn sweep(&mut self) {
        self.index.sweep(&self.arena);
    }

    // What is no longer in any register.

    /// Drops the containers of `old` that `new` no longer has.
    pub(super) fn drop_lost(&mut self, old: &Register, new: &Register) {
        for sibling in old.siblings().filter(|sibling| new.find(sibling.dot()).is_none()) {
            if let Some(id) = sibling.node() {
                self.drop_container(id);
            }
        }
    }

    /// Drops all containers below a register that was replaced, and forgets its deletions.
    pub(super) fn drop_below(&mut self, register: &Register) {
        self.index.unindex_tombstones(register);
        for top in register.siblings().filter_map(Sibling::node) {
            self.drop_container(top);
        }
    }

    fn drop_container(&mut self, top: NodeId) {
        for id in self.arena.walk(top) {
            for (_, register) in self.arena.registers(id) {
                self.index.unindex_tombstones(register);
            }
            match self.arena.remove(id) {
                Some(node) => self.index.unindex_container(node.dot),
                None => impossible("a container was dropped twice"),
            }
        }
    }

    /// Drops the deletions within a version; how many.
    pub(super) fn purge(&mut self, horizon: &VersionVector, writers: &Writers) -> usize {
        let tombstones = self.index.tombstones_within(horizon);
        for (dot, loc) in &tombstones {
            self.drop_tombstones(*dot, *loc, horizon, writers);
        }
        tombstones.len()
    }

    /// Drops a deletion from a register, and with it all others within the horizon: there may be a million.
    fn drop_tombstones(&mut self, dot: Dot, loc: Loc, horizon: &VersionVector, writers: &Writers) {
        // Went with another deletion in the same register.
        let Some(register) = self.arena.register(loc).filter(|r| r.find(dot).is_some()).cloned() else {
            return;
        };
        let is_forgotten = |sibling: &Sibling| !sibling.is_alive() && horizon.contains(sibling.dot());
        self.index.unindex_tombstones(&register);
        let rest = register.into_siblings().into_iter().filter(|born| !is_forgotten(&born.sibling)).collect();
        let rest = Register::from_siblings(rest);
        match self.arena.get_mut(loc.node).map(|node| &mut node.body) {
            Some(Body::Map(map)) if rest.is_vacant() => map.take_out(loc.slot),
            Some(Body::Map(map)) => {
                let key = map.entry(loc.slot).map(|entry| entry.key.clone()).unwrap_or_default();
                map.put(&key, rest.clone(), writers);
            }
            Some(Body::List(list)) if rest.is_vacant() => {
                list.take_out(loc.slot, writers);
            }
            Some(Body::List(list)) => match list.register_mut(loc.slot) {
                Some(register) => *register = rest.clone(),
                None => impossible("an element with deletions is gone"),
            },
            None => impossible("a container with deletions is gone"),
        }
        self.index.index_tombstones(loc, &rest);
    }

    // Transactions: what they replaced stays, and can be put back.

    /// How many writes of a client are in its journal; see [`Tree::roll_back_records`].
    pub(super) fn records(&self, session: SessionIx) -> usize {
        self.index.records(session)
    }

    /// Whether nothing may be swept, since records may yet be taken back.
    pub(super) fn hold(&mut self, is_held: bool) {
        self.index.held = is_held;
    }

    pub(super) fn roll_back_records(&mut self, session: SessionIx, len: usize) {
        self.index.truncate(session, len);
    }

    /// The reverse of [`Tree::put_entry`]: under the key stands what stood there before, if anything did.
    pub(super) fn restore_entry(&mut self, map: MapId, key: &str, old: Register, writers: &Writers) {
        let entries = self.arena.map(map);
        let new = entries.find(key).and_then(|slot| entries.register(slot)).cloned();
        let new = new.unwrap_or(Register::VACANT);
        self.index.unindex_tombstones(&new);
        self.drop_lost(&new, &old);
        if let Some(slot) = self.arena.map_mut(map).put(key, old.clone(), writers) {
            let loc = map.entry(slot).into();
            self.index.index_tombstones(loc, &old);
            // The edit may have put the key into another slot, and given it back since.
            self.index.update_slot(loc, &old);
            self.arena.set_parent(loc);
        }
    }

    /// The reverse of [`Tree::put_value`].
    pub(super) fn restore_value(&mut self, at: ElementLoc, old: Register) {
        let new = self.replace_value(at, old);
        self.drop_below(&new);
        self.arena.set_parent(at.into());
    }

    /// The reverse of [`Tree::insert`].
    pub(super) fn remove_inserted(&mut self, at: ElementLoc, writers: &Writers) {
        let (_, new) = self.arena.list_mut(at.list).take_out(at.slot, writers);
        self.drop_below(&new);
    }

    /// The reverse of [`Tree::kill`]. The positions were retained, and are given back.
    pub(super) fn revive(&mut self, at: ElementLoc, old: Register, moves: &[Move], writers: &Writers) {
        let list = self.arena.list_mut(at.list);
        let dead = list.register(at.slot).cloned();
        list.revive(at.slot, old, moves.to_vec(), writers);
        list.bunches.release_all(moves);
        match dead {
            Some(dead) => self.index.unindex_tombstones(&dead),
            None => impossible("a deleted element is gone"),
        }
    }

    /// The reverse of [`Tree::relocate`]. The positions were retained, and are given back.
    pub(super) fn move_back(&mut self, at: ElementLoc, moves: &[Move], writers: &Writers) {
        let list = self.arena.list_mut(at.list);
        list.relocate(at.slot, moves.to_vec(), writers);
        list.bunches.release_all(moves);
    }

    /// Whether arena and index are sound, and agree.
    pub(super) fn check(&self, writers: &Writers) -> Result<(), String> {
        self.arena.check(writers)?;
        self.index.check(&self.arena)
    }

    /// How many writes a value of this register was born with, at `dot`, that have no records of their own: those of
    /// text, or of a container that was text.
    pub(super) fn span(&self, sibling: &Sibling) -> u64 {
        match sibling.content() {
            ContentRef::Text(text) => json::entries(text),
            ContentRef::Node(id) => self.arena.get(id).map_or(0, |node| node.span),
            ContentRef::Tombstone | ContentRef::Known => 0,
        }
    }
}
