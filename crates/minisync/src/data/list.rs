//! Lists: elements with identity, a value and a position each. Knows no arena and no text.

use std::{cmp::Ordering, hash::BuildHasher};

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use crate::{
    base::{narrow::narrow, sort::sort_by},
    data::{
        map::Slot,
        order::Order,
        position::{Bunches, Move, Place, sort_moves},
        register::Register,
    },
    names::{dot::Dot, writers::Writers},
};

/// An element: alive, or dead and remembered by its deletions.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    /// The value; of a dead element the deletions. The birth of each sibling is the element's id.
    pub(crate) register: Register,
    /// Where readers see it: the latest position. None where it is dead.
    pub(crate) place: Place,
}

/// A list. An element lives from its insertion until someone deletes it.
///
/// Invariants: no id twice; `order` holds just the living, by position, then by id; `moved` has the position
/// registers of those living elements whose position is not the one that they were born with, each in the order
/// of [`Dot::by_session`].
#[derive(Clone, Debug)]
pub(crate) struct List {
    elements: Vec<Element>,
    vacant: Vec<Slot>,
    ids: HashTable<Slot>,
    hasher: DefaultHashBuilder,
    order: Order,
    moved: HashMap<Slot, Vec<Move>>,
    pub(crate) bunches: Bunches,
}

impl List {
    /// An empty list whose container has this dot.
    pub(crate) fn new(dot: Dot) -> List {
        List {
            elements: Vec::new(),
            vacant: Vec::new(),
            ids: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            order: Order::default(),
            moved: HashMap::new(),
            bunches: Bunches::new(dot),
        }
    }

    pub(crate) fn reserve(&mut self, more: usize) {
        self.elements.reserve_exact(more);
        let (elements, hasher) = (&self.elements, &self.hasher);
        self.ids.reserve(more, |slot| hasher.hash_one(elements[*slot as usize].register.element()));
    }

    /// How many elements readers see.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    pub(crate) fn find(&self, id: Dot) -> Option<Slot> {
        let hash = self.hasher.hash_one(id);
        self.ids.find(hash, |slot| self.elements[*slot as usize].register.element() == id).copied()
    }

    pub(crate) fn element(&self, slot: Slot) -> Option<&Element> {
        self.elements.get(slot as usize).filter(|element| !element.register.is_vacant())
    }

    pub(crate) fn register(&self, slot: Slot) -> Option<&Register> {
        self.element(slot).map(|element| &element.register)
    }

    /// For changes that leave identity and life as they are.
    pub(crate) fn register_mut(&mut self, slot: Slot) -> Option<&mut Register> {
        self.elements.get_mut(slot as usize).map(|element| &mut element.register)
    }

    pub(crate) fn at(&self, index: usize) -> Option<Slot> {
        self.order.get(index)
    }

    /// The index at which readers see it.
    pub(crate) fn rank(&self, slot: Slot) -> Option<usize> {
        self.order.rank(slot)
    }

    /// The living, in document order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Slot, &Element)> {
        self.order.iter().map(|slot| (slot, &self.elements[slot as usize]))
    }

    /// All, also the dead, in no order.
    pub(crate) fn iter_all(&self) -> impl Iterator<Item = (Slot, &Element)> {
        (0..).zip(&self.elements).filter(|(_, element)| !element.register.is_vacant())
    }

    pub(crate) fn registers_mut(&mut self) -> impl Iterator<Item = (Slot, &mut Register)> {
        let all = (0..).zip(&mut self.elements);
        all.filter(|(_, e)| !e.register.is_vacant()).map(|(slot, e)| (slot, &mut e.register))
    }

    /// The dead, by id.
    pub(crate) fn dead(&self, writers: &Writers) -> Vec<(Slot, &Element)> {
        if self.elements.len() == self.vacant.len() + self.order.len() {
            return Vec::new();
        }
        let mut dead: Vec<_> = self.iter_all().filter(|(_, element)| !element.register.is_alive()).collect();
        sort_by(&mut dead, |(_, a), (_, b)| writers.compare(a.register.element(), b.register.element()));
        dead
    }

    /// Where the element stands, by which writes: one sibling as a rule, and then born with the element.
    pub(crate) fn moves(&self, slot: Slot) -> Vec<Move> {
        match (self.moved.get(&slot), self.element(slot)) {
            (Some(moves), _) => moves.clone(),
            (None, Some(element)) if !element.place.is_none() => {
                vec![Move { dot: element.register.element(), place: element.place }]
            }
            _ => Vec::new(),
        }
    }

    /// Whether this write put the element where one of its positions is.
    pub(crate) fn is_placed_by(&self, slot: Slot, dot: Dot) -> bool {
        match self.moved.get(&slot) {
            Some(moves) => moves.binary_search_by_key(&dot.by_session(), |at| at.dot.by_session()).is_ok(),
            None => self.element(slot).is_some_and(|e| !e.place.is_none() && e.register.element() == dot),
        }
    }

    /// The position register, where it is not just the position that the element was born with.
    pub(crate) fn moved(&self, slot: Slot) -> Option<&[Move]> {
        self.moved.get(&slot).map(Vec::as_slice)
    }

    /// Every living element's place in its bunches, with those of concurrent moves.
    fn places(&self) -> impl Iterator<Item = Place> {
        self.iter().flat_map(|(slot, _)| self.moves(slot)).map(|at| at.place)
    }

    fn add_element(&mut self, element: Element) -> Slot {
        let id = element.register.element();
        let slot = match self.vacant.pop() {
            Some(slot) => {
                self.elements[slot as usize] = element;
                slot
            }
            None => {
                self.elements.push(element);
                narrow(self.elements.len() - 1)
            }
        };
        let (elements, hasher) = (&self.elements, &self.hasher);
        self.ids.insert_unique(hasher.hash_one(id), slot, |slot| {
            hasher.hash_one(elements[*slot as usize].register.element())
        });
        slot
    }

    /// Appends an element that is known to stand behind all others.
    pub(crate) fn push(&mut self, register: Register, place: Place) -> Slot {
        self.bunches.retain(place);
        let slot = self.add_element(Element { register, place });
        self.order.push(slot);
        slot
    }

    /// Inserts a new element at an index that its place belongs to. (Where others have put two elements at one and
    /// the same position, none lies between them; it then goes where its place says.)
    pub(crate) fn insert_at(
        &mut self,
        index: usize,
        register: Register,
        place: Place,
        writers: &Writers,
    ) -> Slot {
        self.bunches.retain(place);
        let slot = self.add_element(Element { register, place });
        let is_before = |a: Option<Slot>, b: Option<Slot>| {
            a.zip(b).is_none_or(|(a, b)| self.compare(a, b, writers).is_lt())
        };
        let left = index.checked_sub(1).and_then(|left| self.order.get(left));
        if is_before(left, Some(slot)) && is_before(Some(slot), self.order.get(index)) {
            self.order.insert(index, slot);
        } else {
            self.put_in_order(slot, writers);
        }
        slot
    }

    /// Takes an element of a message as it is, without an order; see [`List::build_order`].
    pub(crate) fn add_unordered(&mut self, register: Register, moves: Vec<Move>, writers: &Writers) -> Slot {
        let slot = self.add_element(Element { register, place: Place::NONE });
        self.set_moves(slot, moves, writers);
        slot
    }

    /// After [`List::add_unordered`]s in what ought to be document order: makes the order.
    pub(crate) fn build_order(&mut self, writers: &Writers) {
        let mut slots: Vec<Slot> =
            self.iter_all().filter(|(_, e)| !e.place.is_none()).map(|(slot, _)| slot).collect();
        if !slots.is_sorted_by(|a, b| self.compare(*a, *b, writers).is_lt()) {
            sort_by(&mut slots, |a, b| self.compare(*a, *b, writers));
        }
        self.order = Order::from_iter(slots);
    }

    /// Inserts a new element where its positions say; the index where readers see it.
    pub(crate) fn insert(
        &mut self,
        register: Register,
        moves: Vec<Move>,
        writers: &Writers,
    ) -> (Slot, usize) {
        let slot = self.add_unordered(register, moves, writers);
        (slot, self.put_in_order(slot, writers))
    }

    fn put_in_order(&mut self, slot: Slot, writers: &Writers) -> usize {
        let last = self.order.len().checked_sub(1).and_then(|last| self.order.get(last));
        let index = match last {
            Some(last) if self.compare(last, slot, writers).is_gt() => {
                self.order.partition_point(|other| self.compare(other, slot, writers).is_lt())
            }
            _ => self.order.len(),
        };
        self.order.insert(index, slot);
        index
    }

    fn compare(&self, a: Slot, b: Slot, writers: &Writers) -> Ordering {
        let (a, b) = (&self.elements[a as usize], &self.elements[b as usize]);
        let places = self.bunches.compare(a.place, b.place, writers);
        places.then_with(|| writers.compare(a.register.element(), b.register.element()))
    }

    /// Sets the position register, without putting the element in order.
    fn set_moves(&mut self, slot: Slot, mut moves: Vec<Move>, writers: &Writers) {
        sort_moves(&mut moves);
        let old = self.moves(slot);
        for new in &moves {
            self.bunches.retain(new.place);
        }
        for old in old {
            self.bunches.release(old.place);
        }
        let id = self.elements[slot as usize].register.element();
        let latest = moves.iter().max_by(|a, b| writers.compare(a.dot, b.dot));
        self.elements[slot as usize].place = latest.map_or(Place::NONE, |latest| latest.place);
        if moves.is_empty() || matches!(moves.as_slice(), [only] if only.dot == id) {
            self.moved.remove(&slot);
        } else {
            self.moved.insert(slot, moves);
        }
    }

    /// Moves a living element; from which index to which.
    pub(crate) fn relocate(&mut self, slot: Slot, moves: Vec<Move>, writers: &Writers) -> (usize, usize) {
        let from = self.order.remove(slot);
        debug_assert!(from.is_some(), "an element that is moved is alive, so it is in the order");
        self.set_moves(slot, moves, writers);
        (from.unwrap_or_default(), self.put_in_order(slot, writers))
    }

    /// Makes a living element dead; the index where it was, what was there, and where it stood.
    pub(crate) fn kill(
        &mut self,
        slot: Slot,
        dead: Register,
        writers: &Writers,
    ) -> (Option<usize>, Register) {
        let index = self.order.remove(slot);
        self.set_moves(slot, Vec::new(), writers);
        (index, std::mem::replace(&mut self.elements[slot as usize].register, dead))
    }

    /// Makes a dead element what it was before it was killed.
    pub(crate) fn revive(&mut self, slot: Slot, register: Register, moves: Vec<Move>, writers: &Writers) {
        self.elements[slot as usize].register = register;
        self.set_moves(slot, moves, writers);
        self.put_in_order(slot, writers);
    }

    /// Takes an element out for good, alive or dead; the index where it was, and its register.
    pub(crate) fn take_out(&mut self, slot: Slot, writers: &Writers) -> (Option<usize>, Register) {
        let id = self.elements[slot as usize].register.element();
        if let Ok(found) = self.ids.find_entry(self.hasher.hash_one(id), |other| *other == slot) {
            found.remove();
        }
        let (index, register) = self.kill(slot, Register::VACANT, writers);
        self.vacant.push(slot);
        (index, register)
    }

    /// The elements whose ids are `dot` or up to `span` before it, of the same client, the latest first.
    pub(crate) fn born_until(&self, dot: Dot, span: u64) -> impl Iterator<Item = (Slot, &Element)> {
        let first = dot.stamp.as_micros().saturating_sub(span);
        let ids = (first..=dot.stamp.as_micros()).rev();
        ids.filter_map(move |micros| {
            self.find(Dot { stamp: crate::names::stamp::Stamp::saturating(micros), ..dot })
        })
        .filter_map(|slot| Some((slot, self.element(slot)?)))
    }

    /// Whether the invariants hold.
    pub(crate) fn check(&self, writers: &Writers) -> Result<(), String> {
        let slots: Vec<Slot> = self.order.iter().collect();
        if !slots.is_sorted_by(|a, b| self.compare(*a, *b, writers).is_lt()) {
            return Err("the elements of a list are out of order".into());
        }
        let living: Vec<_> = self.iter_all().filter(|(_, element)| element.register.is_alive()).collect();
        if living.len() != slots.len() {
            return Err("not just the living elements of a list are in order".into());
        }
        for (slot, element) in living {
            if self.rank(slot).is_none() || element.place.is_none() {
                return Err(format!("the living element {:?} has no place", element.register.element()));
            }
        }
        for (slot, element) in self.iter_all() {
            let id = element.register.element();
            if self.find(id) != Some(slot) || element.register.iter().any(|(_, born)| born != id) {
                return Err(format!("the element {id:?} is not found where it is"));
            }
        }
        if self.moved.keys().any(|slot| self.rank(*slot).is_none()) {
            return Err("a dead element of a list was moved".into());
        }
        if self
            .moved
            .values()
            .any(|moves| !moves.is_sorted_by(|a, b| a.dot.by_session() < b.dot.by_session()))
        {
            return Err("the moves of an element are out of order".into());
        }
        self.order.check()?;
        self.bunches.check(self.places())
    }
}
