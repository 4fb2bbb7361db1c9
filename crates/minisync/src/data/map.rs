//! Maps: registers by key, in the order of their births. Knows no arena and no text.

use std::{cmp::Ordering, hash::BuildHasher};

use ecow::EcoString;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::{
    base::{impossible, narrow::narrow, sort::sort_by},
    data::{order::Order, register::Register},
    json,
    names::{dot::Dot, writers::Writers},
};

/// Maps below this size are searched entry by entry.
const HASHED: usize = 12;

/// The last living entry is looked for among so many; where more dead ones lie behind it, an order is kept.
const NEAR: usize = 64;

/// An entry's place in memory. It stays as long as the entry does.
pub(crate) type Slot = u32;

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: EcoString,
    pub(crate) register: Register,
}

/// A map. Keys read in the order of their births.
///
/// Invariants: no key twice; without an `order`, the living entries lie in memory in the order of their
/// births; with one, it holds just the slots of the living.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map {
    entries: Vec<Entry>,
    vacant: Vec<Slot>,
    index: HashTable<Slot>,
    hasher: DefaultHashBuilder,
    order: Option<Box<Order>>,
    alive: usize,
}

fn as_slot(index: usize) -> Slot {
    narrow(index)
}

/// Brings entries that are in the order of their births into the order of the wire: array indices first, the lowest before
/// all others. JavaScript would put them there, and who reads the wire counts by the order of the entries.
pub(crate) fn in_wire_order(entries: &mut [(Slot, &Entry)]) {
    let rank = |(_, entry): &(Slot, &Entry)| json::javascript_rank(&entry.key);
    if entries.iter().any(|entry| rank(entry) != u64::MAX) {
        sort_by(entries, |a, b| rank(a).cmp(&rank(b)));
    }
}

impl Map {
    /// How many keys readers see.
    pub(crate) fn len(&self) -> usize {
        self.alive
    }

    /// How many keys there are, with the deleted ones that are still remembered.
    pub(crate) fn all(&self) -> usize {
        self.entries.len() - self.vacant.len()
    }

    pub(crate) fn find(&self, key: &str) -> Option<Slot> {
        if self.index.is_empty() {
            let found = self.entries.iter().position(|e| e.key == key && !e.register.is_vacant());
            return found.map(as_slot);
        }
        let hash = self.hasher.hash_one(key);
        self.index.find(hash, |slot| self.entries[*slot as usize].key == key).copied()
    }

    pub(crate) fn entry(&self, slot: Slot) -> Option<&Entry> {
        self.entries.get(slot as usize).filter(|entry| !entry.register.is_vacant())
    }

    pub(crate) fn register(&self, slot: Slot) -> Option<&Register> {
        self.entry(slot).map(|entry| &entry.register)
    }

    /// For changes that leave births and life as they are.
    pub(crate) fn register_mut(&mut self, slot: Slot) -> Option<&mut Register> {
        self.entries.get_mut(slot as usize).map(|entry| &mut entry.register)
    }

    /// The living, in document order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Slot, &Entry)> {
        let lying = if self.order.is_none() { self.entries.as_slice() } else { &[] };
        let lying = lying.iter().enumerate().filter(|(_, e)| e.register.is_alive());
        let ordered = self.order.iter().flat_map(|order| order.iter());
        lying
            .map(|(slot, entry)| (as_slot(slot), entry))
            .chain(ordered.map(|slot| (slot, &self.entries[slot as usize])))
    }

    /// All, also the dead, in no order.
    pub(crate) fn iter_all(&self) -> impl Iterator<Item = (Slot, &Entry)> {
        let all = self.entries.iter().enumerate().map(|(slot, entry)| (as_slot(slot), entry));
        all.filter(|(_, entry)| !entry.register.is_vacant())
    }

    /// All registers with their slots, to be renumbered.
    pub(crate) fn registers_mut(&mut self) -> impl Iterator<Item = (Slot, &mut Register)> {
        let all = self.entries.iter_mut().enumerate();
        all.filter(|(_, e)| !e.register.is_vacant()).map(|(slot, e)| (as_slot(slot), &mut e.register))
    }

    /// All, also the dead, in the order of their births.
    pub(crate) fn sorted(&self, writers: &Writers) -> Vec<(Slot, &Entry)> {
        let mut all: Vec<_> = self.iter().collect();
        if self.all() > all.len() {
            all.extend(self.iter_all().filter(|(_, entry)| !entry.register.is_alive()));
            sort_by(&mut all, |(_, a), (_, b)| Self::compare(a, b, writers));
        }
        all
    }

    /// The key that comes first on the wire.
    pub(crate) fn first_key(&self, writers: &Writers) -> Option<&str> {
        let has_index = self.iter_all().any(|(_, entry)| json::array_index(&entry.key).is_some());
        if self.all() == self.alive && !has_index {
            return self.iter().next().map(|(_, entry)| entry.key.as_str());
        }
        let mut entries = self.sorted(writers);
        in_wire_order(&mut entries);
        entries.first().map(|(_, entry)| entry.key.as_str())
    }

    fn compare(a: &Entry, b: &Entry, writers: &Writers) -> Ordering {
        let births = writers.compare(a.register.birth(writers), b.register.birth(writers));
        births.then_with(|| a.key.cmp(&b.key))
    }

    /// Puts a register under a key, in place of what was there. A vacant one removes the key.
    pub(crate) fn put(&mut self, key: &str, register: Register, writers: &Writers) -> Option<Slot> {
        match self.find(key) {
            None if register.is_vacant() => None,
            None => Some(self.add(key.into(), register, writers)),
            Some(slot) if register.is_vacant() => {
                self.take_out(slot);
                None
            }
            Some(slot) => Some(self.replace(slot, register, writers)),
        }
    }

    /// Appends an entry that is known to be new and the youngest.
    pub(crate) fn push(&mut self, key: EcoString, register: Register) -> Slot {
        debug_assert!(self.find(&key).is_none(), "the key {key:?} is there already");
        let slot = as_slot(self.entries.len());
        let alive = register.is_alive();
        self.entries.push(Entry { key, register });
        self.index_key(slot);
        self.alive += usize::from(alive);
        if let Some(order) = self.order.as_mut().filter(|_| alive) {
            order.push(slot);
        }
        slot
    }

    /// After [`Map::push`]es: whether they kept the order; puts it right if not.
    pub(crate) fn restore_order(&mut self, writers: &Writers) {
        let lying = |map: &Map| {
            let mut living = map.entries.iter().filter(|e| e.register.is_alive());
            let Some(mut last) = living.next() else { return true };
            living.all(|entry| Self::compare(std::mem::replace(&mut last, entry), entry, writers).is_lt())
        };
        if self.order.is_none() && !lying(self) {
            let mut slots: Vec<Slot> = self.iter().map(|(slot, _)| slot).collect();
            sort_by(&mut slots, |a, b| {
                Self::compare(&self.entries[*a as usize], &self.entries[*b as usize], writers)
            });
            self.order = Some(Box::new(Order::from_iter(slots)));
        }
    }

    fn add(&mut self, key: EcoString, register: Register, writers: &Writers) -> Slot {
        // Without an order new entries go behind the others, and vacant slots pile up in a map that is used as a queue.
        // Once they are the larger half, an order is kept, and they are used again.
        if self.order.is_none() && self.vacant.len() > 16 && self.vacant.len() > self.entries.len() / 2 {
            self.make_order();
        }
        let reusable = self.order.is_some();
        let Some(slot) = self.vacant.pop_if(|_| reusable) else {
            let alive = register.is_alive();
            let slot = self.push(key, register);
            if alive && !self.is_youngest(slot, writers) {
                self.make_order();
                self.place(slot, writers);
            }
            return slot;
        };
        self.alive += usize::from(register.is_alive());
        self.entries[slot as usize] = Entry { key, register };
        self.index_key(slot);
        self.place(slot, writers);
        slot
    }

    fn replace(&mut self, slot: Slot, register: Register, writers: &Writers) -> Slot {
        let old = &self.entries[slot as usize].register;
        let (was, is) = (old.is_alive(), register.is_alive());
        let same_birth = old.birth(writers) == register.birth(writers);
        // What stays dead has no place, and what keeps its birth keeps its place.
        if was == is && (!is || same_birth) {
            self.entries[slot as usize].register = register;
            return slot;
        }
        if is {
            self.make_order();
        }
        self.alive = self.alive + usize::from(is) - usize::from(was);
        self.entries[slot as usize].register = register;
        self.place(slot, writers);
        slot
    }

    /// Removes an entry for good.
    pub(crate) fn take_out(&mut self, slot: Slot) {
        let Some(entry) = self.entries.get(slot as usize).filter(|e| !e.register.is_vacant()) else {
            impossible("there is no entry to take out");
            return;
        };
        self.alive -= usize::from(entry.register.is_alive());
        let hash = self.hasher.hash_one(entry.key.as_str());
        if let Ok(found) = self.index.find_entry(hash, |other| *other == slot) {
            found.remove();
        }
        if let Some(order) = &mut self.order {
            order.remove(slot);
        }
        self.entries[slot as usize] = Entry { key: EcoString::new(), register: Register::VACANT };
        self.vacant.push(slot);
        if self.vacant.len() == self.entries.len() {
            *self = Map::default();
        }
    }

    /// Puts a slot into the index by key.
    fn index_key(&mut self, slot: Slot) {
        let (entries, hasher) = (&self.entries, &self.hasher);
        let hash = |slot: &Slot| hasher.hash_one(entries[*slot as usize].key.as_str());
        if !self.index.is_empty() {
            self.index.insert_unique(hash(&slot), slot, hash);
        } else if entries.len() > HASHED {
            self.index.reserve(entries.capacity(), hash);
            for (slot, entry) in (0..).zip(entries) {
                if !entry.register.is_vacant() {
                    self.index.insert_unique(hash(&slot), slot, hash);
                }
            }
        }
    }

    fn make_order(&mut self) {
        if self.order.is_none() {
            self.order = Some(Box::new(Order::from_iter(self.iter().map(|(slot, _)| slot))));
        }
    }

    /// Without an order: whether the last slot is younger than the living ones before it.
    fn is_youngest(&self, slot: Slot, writers: &Writers) -> bool {
        if self.order.is_some() {
            return false;
        }
        let (entry, earlier) = (&self.entries[slot as usize], &self.entries[..slot as usize]);
        if self.alive == usize::from(entry.register.is_alive()) {
            return true;
        }
        let before = earlier.iter().rev().take(NEAR).find(|e| e.register.is_alive());
        before.is_some_and(|before| Self::compare(before, entry, writers).is_lt())
    }

    /// With an order: puts a slot where its birth belongs, or takes it out where it is dead. Without one there is nothing
    /// to do: the living lie in order, whoever of them died.
    fn place(&mut self, slot: Slot, writers: &Writers) {
        let Some(order) = &mut self.order else { return };
        order.remove(slot);
        let entry = &self.entries[slot as usize];
        if entry.register.is_alive() {
            let entries = &self.entries;
            let index = order
                .partition_point(|other| Self::compare(&entries[other as usize], entry, writers).is_lt());
            order.insert(index, slot);
        }
    }

    /// The living entries whose births are not above `dot`, the latest first.
    pub(crate) fn born_until(&self, dot: Dot, writers: &Writers) -> impl Iterator<Item = (Slot, &Entry)> {
        let older = |entry: &Entry| writers.compare(entry.register.birth(writers), dot).is_le();
        let ordered: Vec<Slot> = match &self.order {
            Some(order) => {
                let end = order.partition_point(|slot| older(&self.entries[slot as usize]));
                order.iter_from(end.saturating_sub(64)).take(end.min(64)).collect()
            }
            None => {
                // The dead lie anywhere, so the search steps over them.
                let living = self.entries.iter().enumerate().filter(|(_, e)| e.register.is_alive());
                living.take_while(|(_, entry)| older(entry)).map(|(slot, _)| as_slot(slot)).collect()
            }
        };
        ordered.into_iter().rev().map(|slot| (slot, &self.entries[slot as usize]))
    }

    /// Whether the invariants hold.
    pub(crate) fn check(&self, writers: &Writers) -> Result<(), String> {
        let living: Vec<_> = self.iter().collect();
        if living.len() != self.alive
            || self.iter_all().filter(|(_, e)| e.register.is_alive()).count() != self.alive
        {
            return Err(format!("a map of {} living keys counts {}", living.len(), self.alive));
        }
        if !living.is_sorted_by(|(_, a), (_, b)| Self::compare(a, b, writers).is_lt()) {
            return Err("the keys of a map are out of order".into());
        }
        for (slot, entry) in self.iter_all() {
            if self.find(&entry.key) != Some(slot) {
                return Err(format!("the key {:?} is not found where it is", entry.key));
            }
        }
        self.order.as_ref().map_or(Ok(()), |order| order.check())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::register::Content,
        names::{session::SessionIx, stamp::Stamp},
    };

    /// Each new key was compared with the last living one, and the search for that went over all the dead
    /// behind it: a map that was used as a queue cost the square of its deletions.
    #[test]
    fn keys_keep_their_order_behind_many_dead_ones() {
        let writers = Writers::default();
        let dot = |micros| Dot { stamp: Stamp::saturating(micros), session: SessionIx::from_index(0) };
        let null = || Content::Text("null".into());
        let mut map = Map::default();
        map.put("first", Register::new(dot(1), null()), &writers);
        for at in 1..300 {
            let key = format!("dead {at}");
            map.put(&key, Register::new(dot(2 * at), null()), &writers);
            map.put(&key, Register::new(dot(2 * at + 1), Content::Tombstone), &writers);
            map.check(&writers).unwrap();
        }
        map.put("third", Register::new(dot(1000), null()), &writers);
        map.put("second", Register::new(dot(900), null()), &writers);
        map.check(&writers).unwrap();
        let keys: Vec<&str> = map.iter().map(|(_, entry)| entry.key.as_str()).collect();
        assert_eq!(keys, ["first", "second", "third"]);
    }
}
