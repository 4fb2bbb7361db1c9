//! Writes lists: elements, their positions, the bunches these lie in, and the dead. Knows no maps.

use hashbrown::HashSet;

use crate::{
    base::sort::sort_by,
    data::{
        list::{Element, List},
        map::Slot,
        position::{BunchIx, Move, Place, Side},
        register::Register,
    },
    format::{
        tag,
        write::{Fragment, Parts, Writer},
    },
};

/// Where the next element lies if nothing is said of it: behind the one before. A bunch that hangs in between
/// may be gone into, and left again.
#[derive(Debug, Clone, Default)]
pub(super) struct PlaceEncoder {
    pub(super) last: Option<Place>,
    outer: Vec<Place>,
    /// Every element of the list is told, so that a value without a position goes without saying too.
    pub(super) whole: bool,
}

/// How a position is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// Not at all: behind the one before.
    Next,
    /// `">"`: the first in a new bunch of the element's name, to the right of the one before.
    Right,
    /// `"<"`: the first in a new bunch of the element's name, to the left of where the next one is expected.
    Left,
    /// `"^"`: behind the position from which the last `">"` or `"<"` went in.
    Back,
    /// An index in the bunch of the one before.
    Index,
    /// A bunch and an index.
    Full,
}

impl PlaceEncoder {
    /// Of a whole list: its first element is expected at the beginning of the own bunch.
    pub(super) fn whole() -> PlaceEncoder {
        PlaceEncoder { last: Some(Place::own(-1)), outer: Vec::new(), whole: true }
    }

    pub(super) fn next(&self) -> Option<Place> {
        self.last.and_then(Place::next)
    }

    pub(super) fn back(&self) -> Option<Place> {
        self.outer.last().copied().and_then(Place::next)
    }

    pub(super) fn go_in(&mut self, place: Place) {
        self.outer.extend(self.last);
        self.last = Some(place);
    }

    pub(super) fn go_back(&mut self, place: Place) {
        self.outer.pop();
        self.last = Some(place);
    }

    /// How this element's position is spelled; the encoder goes on to it.
    fn encode(&mut self, list: &List, element: &Element) -> Spelling {
        let place = element.place;
        let explicit = !self.whole && is_written_later(&element.register);
        if self.next() == Some(place) && !explicit {
            self.last = Some(place);
            Spelling::Next
        } else if let Some(side) = opens(list, element, self) {
            self.go_in(place);
            if side == Side::Left { Spelling::Left } else { Spelling::Right }
        } else if self.back() == Some(place) {
            self.go_back(place);
            Spelling::Back
        } else {
            let same = self.last.is_some_and(|last| last.bunch == place.bunch);
            self.last = Some(place);
            if same { Spelling::Index } else { Spelling::Full }
        }
    }
}

/// Whether the value is not just the one that the element was born with.
fn is_written_later(register: &Register) -> bool {
    !matches!(register, Register::Plain(_))
}

const ALL: Parts = Parts { value: true, place: true, whole: false };

impl Writer<'_> {
    pub(super) fn list(&mut self, list: &List) {
        let living: Vec<_> = list.iter().map(|(slot, element)| (slot, element, ALL)).collect();
        let dead: Vec<_> = list.dead(self.writers).into_iter().map(|(_, element)| element).collect();
        self.elements(list, &living, &dead, PlaceEncoder::whole());
    }

    pub(super) fn list_fragment(&mut self, list: &List, fragment: &Fragment) {
        let found = fragment.iter().filter_map(|(slot, parts)| Some((*slot, list.element(*slot)?, *parts)));
        let (living, dead): (Vec<_>, Vec<_>) = found.partition(|(_, element, _)| element.register.is_alive());
        // Each rank is looked up once: it is a walk up a tree.
        let mut ranked: Vec<_> = living.into_iter().map(|part| (list.rank(part.0), part)).collect();
        sort_by(&mut ranked, |(a, _), (b, _)| a.cmp(b));
        let living: Vec<_> = ranked.into_iter().map(|(_, part)| part).collect();
        let mut dead: Vec<_> = dead.into_iter().map(|(_, element, _)| element).collect();
        sort_by(&mut dead, |a, b| self.writers.compare(a.register.element(), b.register.element()));
        self.elements(list, &living, &dead, PlaceEncoder::default());
    }

    fn elements(
        &mut self,
        list: &List,
        living: &[(Slot, &Element, Parts)],
        dead: &[&Element],
        encoder: PlaceEncoder,
    ) {
        let mut own = self.run;
        let start = self.out.len();
        self.out.push('[');
        self.bunches(list, living, encoder.clone());
        let mut encoder = encoder;
        for (slot, element, parts) in living {
            self.comma(start);
            self.ignoring_base(parts.whole, |writer| {
                writer.element(list, *slot, element, *parts, &mut encoder)
            });
            self.note_own_run(&mut own);
        }
        for element in dead {
            self.comma(start);
            self.dead(&element.register);
        }
        self.out.push(']');
        self.run = own;
    }

    fn comma(&mut self, start: usize) {
        if self.out.len() > start + 1 {
            self.out.push(',');
        }
    }

    fn element(
        &mut self,
        list: &List,
        slot: Slot,
        element: &Element,
        parts: Parts,
        encoder: &mut PlaceEncoder,
    ) {
        let register = &element.register;
        let id = register.element();
        let mut siblings = register.iter();
        let only = siblings.next().filter(|_| siblings.next().is_none()).map(|(sibling, _)| sibling);
        let mut first = self.born(id, true);
        if parts.place {
            first = self.place(list, slot, element, first, encoder);
        }
        match only {
            _ if !parts.value => self.out.push('}'),
            Some(only) => {
                let first = self.written(id, only.dot(), first);
                self.finish(only, first);
            }
            None => {
                self.open(tag::SIBLINGS, first);
                self.run = id.before();
                self.siblings(register);
                self.out.push('}');
            }
        }
        if is_written_later(register) || !parts.value {
            self.run = id;
        }
    }

    /// The position, where it does not go without saying; whether no member of a tag was written.
    fn place(
        &mut self,
        list: &List,
        slot: Slot,
        element: &Element,
        first: bool,
        encoder: &mut PlaceEncoder,
    ) -> bool {
        if let Some(moves) = list.moved(slot) {
            self.open(tag::PLACE, first);
            self.moves(list, moves);
            return false;
        }
        let place = element.place;
        let spelling = encoder.encode(list, element);
        if spelling == Spelling::Next {
            return first;
        }
        self.open(tag::PLACE, first);
        match spelling {
            Spelling::Right => self.out.push_str("\">\""),
            Spelling::Left => self.out.push_str("\"<\""),
            Spelling::Back => self.out.push_str("\"^\""),
            Spelling::Next | Spelling::Index => self.out.push_str(&place.index.to_string()),
            Spelling::Full => {
                self.out.push('[');
                self.dot_members(list.bunches.get(place.bunch).id);
                self.out.push_str(&format!(",{}]", place.index));
            }
        }
        false
    }

    /// A position register with its dots, the latest first.
    fn moves(&mut self, list: &List, moves: &[Move]) {
        let mut moves = moves.to_vec();
        sort_by(&mut moves, |a, b| self.writers.compare(b.dot, a.dot));
        let mut comma = '[';
        for Move { dot, place } in moves {
            self.out.push(comma);
            comma = ',';
            self.out.push('[');
            self.dot_members(dot);
            self.out.push(',');
            self.dot_members(list.bunches.get(place.bunch).id);
            self.out.push_str(&format!(",{}]", place.index));
        }
        self.out.push(']');
    }

    /// The bunches of the positions that will be written, but for those that an element tells by `>` or `<`.
    fn bunches(&mut self, list: &List, living: &[(Slot, &Element, Parts)], mut encoder: PlaceEncoder) {
        let mut needed: Vec<BunchIx> = Vec::new();
        let mut met: HashSet<BunchIx> = HashSet::new();
        let mut inline: Vec<BunchIx> = Vec::new();
        // The positions are spelled twice with encoders that go the same way: here, to learn which bunches an element will
        // tell by itself, and when the elements are written.
        for (slot, element, _) in living.iter().filter(|(_, _, parts)| parts.place) {
            for at in list.moves(*slot) {
                // Above one that was met before lie only such.
                let above = list.bunches.ancestors(at.place.bunch);
                needed.extend(above.take_while(|bunch| met.insert(*bunch)));
            }
            if list.moved(*slot).is_none()
                && matches!(encoder.encode(list, element), Spelling::Left | Spelling::Right)
            {
                inline.push(element.place.bunch);
            }
        }
        sort_by(&mut inline, Ord::cmp);
        needed.retain(|bunch| inline.binary_search(bunch).is_err());
        if needed.is_empty() {
            return;
        }
        let key = |bunch: &BunchIx| (list.bunches.depth(*bunch), list.bunches.get(*bunch).id);
        sort_by(&mut needed, |a, b| {
            let ((depth_a, a), (depth_b, b)) = (key(a), key(b));
            depth_a.cmp(&depth_b).then_with(|| self.writers.compare(a, b))
        });
        self.open(tag::BUNCHES, true);
        let mut comma = '[';
        for bunch in needed {
            let bunch = list.bunches.get(bunch);
            self.out.push(comma);
            comma = ',';
            self.out.push('[');
            self.dot_members(bunch.id);
            self.out.push_str(if bunch.side == Side::Left { ",\"<\"," } else { ",\">\"," });
            self.dot_members(list.bunches.get(bunch.parent.bunch).id);
            self.out.push_str(&format!(",{}]", bunch.parent.index));
        }
        self.out.push_str("]}");
    }

    /// A dead element: its id, and all its deletions.
    fn dead(&mut self, register: &Register) {
        self.open(tag::BORN, true);
        self.dot(register.element());
        self.open(tag::DELETED, false);
        let mut comma = '[';
        for (sibling, _) in register.sorted(self.writers) {
            self.out.push(comma);
            comma = ',';
            self.dot(sibling.dot());
        }
        self.out.push_str("]}");
    }
}

/// Whether an element opens a bunch of its own name, directly behind the element before, and on which side of
/// the gap the bunch hangs.
fn opens(list: &List, element: &Element, encoder: &PlaceEncoder) -> Option<Side> {
    let bunch = list.bunches.get(element.place.bunch);
    let is_first = bunch.id == element.register.element() && element.place.index == 0;
    if !is_first || element.place.bunch == BunchIx::OWN {
        return None;
    }
    let parent = if bunch.side == Side::Left { encoder.next() } else { encoder.last };
    (parent == Some(bunch.parent)).then_some(bunch.side)
}
