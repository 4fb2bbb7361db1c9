//! Reads lists: elements, positions, bunches and the dead. Knows no maps.
//!
//! In two steps, since an element may name a bunch that is declared by a later one: first all elements are read, with
//! bunches by name ([`RawPlace`]); then the bunches are declared, those above first, and the list is made.

use hashbrown::HashMap;

use crate::{
    base::narrow::narrow,
    data::{
        list::List,
        position::{Move, Place, Side},
        register::{Content, ContentRef, NodeId, Register},
    },
    format::{
        lineage::told_dot,
        read::{Read, Reader},
        read_tag::{Context, PlaceTag},
        tag,
    },
    names::dot::Dot,
};

/// A position whose bunch is known by name so far.
#[derive(Clone, Copy, PartialEq)]
struct RawPlace {
    /// The number of the name in [`NamedBunches::names`].
    bunch: u32,
    index: i32,
}

/// Where an element is.
enum ElementPlace {
    /// Dead, or not told in a delta.
    Nowhere,
    At(RawPlace),
    Moved(Vec<(Dot, RawPlace)>),
}

/// The bunches that a list names and declares.
struct NamedBunches {
    names: Vec<Dot>,
    numbers: HashMap<Dot, u32>,
    /// Name, parent, side.
    declared: Vec<(u32, RawPlace, Side)>,
}

impl NamedBunches {
    /// The list's own bunch has number 0.
    fn new(list: Dot) -> NamedBunches {
        NamedBunches { names: vec![list], numbers: HashMap::from_iter([(list, 0)]), declared: Vec::new() }
    }

    fn number(&mut self, name: Dot) -> u32 {
        let next = narrow(self.names.len());
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.names.push(name);
        }
        number
    }

    /// Declares all bunches in a list, parents first; what each number means there. The error names a bunch
    /// that is not declared, is declared twice, or hangs below itself.
    fn declare_all(self, list: &mut List) -> Result<Vec<Option<Place>>, Dot> {
        let mut parents: Vec<Option<(RawPlace, Side)>> = vec![None; self.names.len()];
        for (bunch, parent, side) in self.declared {
            if bunch == 0 || parents[bunch as usize].replace((parent, side)).is_some() {
                return Err(self.names[bunch as usize]);
            }
        }
        let mut places: Vec<Option<Place>> = vec![None; self.names.len()];
        places[0] = Some(Place::own(0));
        // From each bunch up to one that is declared, and back down. `take` leaves nothing behind, so a way that comes
        // back to a bunch on it, one that hangs below itself, ends in the error; and each is walked once.
        for first in 0..places.len() {
            let mut chain = Vec::new();
            let mut at = first;
            while places[at].is_none() {
                let (parent, side) = parents[at].take().ok_or(self.names[at])?;
                chain.push((at, parent, side));
                at = parent.bunch as usize;
            }
            for (bunch, parent, side) in chain.into_iter().rev() {
                let above = places[parent.bunch as usize].map(|above| Place { index: parent.index, ..above });
                let number = above.and_then(|above| list.bunches.declare(self.names[bunch], above, side));
                places[bunch] = Some(Place { bunch: number.ok_or(self.names[bunch])?, index: 0 });
            }
        }
        Ok(places)
    }
}

/// Where the next element lies if nothing is said; see `write_list::PlaceEncoder`.
#[derive(Default)]
struct PlaceDecoder {
    last: Option<RawPlace>,
    outer: Vec<RawPlace>,
}

impl PlaceDecoder {
    fn next(&self) -> Option<RawPlace> {
        self.last.and_then(RawPlace::next)
    }
}

impl RawPlace {
    fn next(self) -> Option<RawPlace> {
        Some(RawPlace { index: self.index.checked_add(1)?, ..self })
    }
}

impl Reader<'_> {
    /// A list that was created at `dot`; a delta's need not say all of each element.
    pub(super) fn list(&mut self, dot: Dot, whole: bool) -> Read<NodeId> {
        self.cursor.enter()?;
        self.cursor.expect(b'[', "a list")?;
        let start = self.cursor.offset();
        let mut bunches = NamedBunches::new(dot);
        let mut decoder = PlaceDecoder {
            last: whole.then_some(RawPlace { bunch: 0, index: -1 }),
            ..PlaceDecoder::default()
        };
        let (mut elements, mut own) = (Vec::new(), dot);
        self.run = dot;
        let mut first = true;
        while self.cursor.peek() != Some(b']') {
            if !(std::mem::take(&mut first) && self.bunches(&mut bunches)?) {
                elements.push(self.element(whole, &mut bunches, &mut decoder)?);
                self.note_own_run(&mut own);
            }
            if !self.cursor.eat(b',') {
                break;
            }
        }
        self.cursor.expect(b']', "',' or ']' behind an element")?;
        self.cursor.leave();
        self.run = own;
        self.make_list(dot, bunches, elements, start)
    }

    fn make_list(
        &mut self,
        dot: Dot,
        bunches: NamedBunches,
        elements: Vec<(Register, ElementPlace)>,
        start: usize,
    ) -> Read<NodeId> {
        let mut list = List::new(dot);
        list.reserve(elements.len());
        let places = bunches.declare_all(&mut list).map_err(|bunch| {
            let reason = format!("the bunch {} is not declared, or not well", told_dot(bunch, self.writers));
            self.cursor.error_at(start, reason)
        })?;
        let place = |raw: RawPlace| {
            let bunch = places.get(raw.bunch as usize).copied().flatten();
            debug_assert!(bunch.is_some(), "all bunches that are named were declared, or refused");
            bunch.map_or(Place::NONE, |bunch| Place { index: raw.index, ..bunch })
        };
        let mut children = Vec::new();
        for (register, element_place) in elements {
            let id = register.element();
            if list.find(id).is_some() {
                let reason = format!("the element {} stands there twice", told_dot(id, self.writers));
                return Err(self.cursor.error_at(start, reason));
            }
            let holds_node = register.siblings().any(|sibling| sibling.node().is_some());
            let moves = match element_place {
                ElementPlace::Nowhere => Vec::new(),
                ElementPlace::At(raw) => vec![Move { dot: id, place: place(raw) }],
                ElementPlace::Moved(moves) => {
                    moves.into_iter().map(|(dot, raw)| Move { dot, place: place(raw) }).collect()
                }
            };
            let slot = list.add_unordered(register, moves, self.writers);
            children.extend(holds_node.then_some(slot));
        }
        if let Some(bunch) = list.bunches.unused() {
            let reason = format!("the bunch {} is not used", told_dot(bunch, self.writers));
            return Err(self.cursor.error_at(start, reason));
        }
        list.build_order(self.writers);
        let id = self.arena.add_list(dot, list);
        self.set_parents(id, children);
        Ok(id)
    }

    /// `{"|": [[client, stamp, side, client, stamp, index], …]}`, if it comes next.
    fn bunches(&mut self, bunches: &mut NamedBunches) -> Read<bool> {
        let start = self.cursor.offset();
        if !self.cursor.eat(b'{') {
            return Ok(false);
        }
        let is_key = |key: &str| key.chars().eq([tag::BUNCHES]);
        if self.cursor.peek() != Some(b'"') || !is_key(&self.cursor.string()?.decode()) {
            self.cursor.rewind(start);
            return Ok(false);
        }
        self.cursor.expect(b':', "':' behind a key")?;
        self.cursor.expect(b'[', "a list of bunches")?;
        loop {
            self.cursor.expect(b'[', "a bunch, [client, stamp, side, client, stamp, index]")?;
            let name = self.dot_members()?;
            self.cursor.expect(b',', "',' behind a stamp")?;
            let side = self.side()?;
            self.cursor.expect(b',', "',' behind a side")?;
            let parent = self.dot_members()?;
            self.cursor.expect(b',', "',' behind a stamp")?;
            let index = self.index()?;
            self.cursor.expect(b']', "']' behind a bunch")?;
            let (name, parent) = (bunches.number(name), bunches.number(parent));
            bunches.declared.push((name, RawPlace { bunch: parent, index }, side));
            if !self.cursor.eat(b',') {
                self.cursor.expect(b']', "',' or ']' behind a bunch")?;
                self.cursor.expect(b'}', "'}' behind the bunches")?;
                return Ok(true);
            }
        }
    }

    fn side(&mut self) -> Read<Side> {
        let start = self.cursor.offset();
        match self.cursor.string()?.decode().as_ref() {
            "<" => Ok(Side::Left),
            ">" => Ok(Side::Right),
            other => {
                Err(self.cursor.error_at(start, format!("expected the side \"<\" or \">\", found {other:?}")))
            }
        }
    }

    fn index(&mut self) -> Read<i32> {
        self.cursor.peek();
        let start = self.cursor.offset();
        let index = i32::try_from(self.cursor.i64()?).ok();
        index.ok_or_else(|| self.cursor.error_at(start, "the index is out of range"))
    }

    /// What stands behind `"^":`.
    pub(super) fn place(&mut self) -> Read<PlaceTag> {
        match self.cursor.peek() {
            Some(b'"') => {
                let start = self.cursor.offset();
                if self.cursor.string()?.decode() == "^" {
                    return Ok(PlaceTag::Back);
                }
                self.cursor.rewind(start);
                Ok(PlaceTag::Opens(self.side()?))
            }
            Some(b'[') => {
                self.cursor.eat(b'[');
                if self.cursor.peek() == Some(b'[') {
                    return self.moves();
                }
                let bunch = self.dot_members()?;
                self.cursor.expect(b',', "',' behind a stamp")?;
                let index = self.index()?;
                self.cursor.expect(b']', "']' behind a position")?;
                Ok(PlaceTag::Full(bunch, index))
            }
            _ => Ok(PlaceTag::Index(self.index()?)),
        }
    }

    /// `[[client, stamp, client, stamp, index], …]`, the first bracket taken.
    fn moves(&mut self) -> Read<PlaceTag> {
        let mut moves = Vec::new();
        loop {
            self.cursor.expect(b'[', "a move, [client, stamp, client, stamp, index]")?;
            let dot = self.dot_members()?;
            self.note(dot, 0);
            self.cursor.expect(b',', "',' behind a stamp")?;
            let bunch = self.dot_members()?;
            self.cursor.expect(b',', "',' behind a stamp")?;
            let index = self.index()?;
            self.cursor.expect(b']', "']' behind a move")?;
            moves.push((dot, bunch, index));
            if !self.cursor.eat(b',') {
                self.cursor.expect(b']', "',' or ']' behind a move")?;
                return Ok(PlaceTag::Moves(moves));
            }
        }
    }

    fn element(
        &mut self,
        whole: bool,
        bunches: &mut NamedBunches,
        decoder: &mut PlaceDecoder,
    ) -> Read<(Register, ElementPlace)> {
        self.cursor.peek();
        let start = self.cursor.offset();
        let Some(tagged) = self.tag_or_text(Context::Element)? else {
            let dot = self.next()?;
            let register = Register::new(dot, self.value(dot)?);
            let place = self.decode_place(None, dot, bunches, decoder, start)?;
            return Ok((register, place));
        };
        let id = tagged.born;
        if tagged.siblings.is_empty() {
            if whole {
                return Err(self.cursor.error_at(start, "an element without a value"));
            }
            self.check_known(id, start)?;
            let place = self.decode_place(tagged.place, id, bunches, decoder, start)?;
            return Ok((Register::new(id, Content::Known), place));
        }
        let dead = !tagged.siblings.iter().any(|born| born.sibling.is_alive());
        let is_value_only = !whole && tagged.is_later && tagged.place.is_none();
        let register = Register::from_siblings(tagged.siblings);
        let holds_known = register.siblings().any(|s| matches!(s.content(), ContentRef::Known));
        if holds_known || (is_value_only && !dead) {
            self.check_known(id, start)?;
        }
        let place = match dead || is_value_only {
            true => ElementPlace::Nowhere,
            false => self.decode_place(tagged.place, id, bunches, decoder, start)?,
        };
        Ok((register, place))
    }

    /// Of an element that the receiver lacks, both the value and the position are told.
    fn check_known(&self, id: Dot, start: usize) -> Read<()> {
        match &self.since {
            Some(since) if since.contains(id) => Ok(()),
            _ => {
                let reason = "the element lies not in changesSince, and so needs both a value and a position";
                Err(self.cursor.error_at(start, reason))
            }
        }
    }

    /// Where an element is, by what is said of it and by what came before.
    fn decode_place(
        &mut self,
        place: Option<PlaceTag>,
        id: Dot,
        bunches: &mut NamedBunches,
        decoder: &mut PlaceDecoder,
        start: usize,
    ) -> Read<ElementPlace> {
        let nothing_before = |reader: &Self| {
            reader.cursor.error_at(start, "the element's position cannot be told without one before")
        };
        let place = match place {
            None => decoder.next().ok_or_else(|| nothing_before(self))?,
            Some(PlaceTag::Index(index)) => {
                RawPlace { index, ..decoder.last.ok_or_else(|| nothing_before(self))? }
            }
            Some(PlaceTag::Opens(side)) => {
                let before = decoder.last.ok_or_else(|| nothing_before(self))?;
                let parent = if side == Side::Left { before.next() } else { Some(before) };
                let parent = parent.ok_or_else(|| nothing_before(self))?;
                let bunch = bunches.number(id);
                bunches.declared.push((bunch, parent, side));
                decoder.outer.push(before);
                RawPlace { bunch, index: 0 }
            }
            Some(PlaceTag::Back) => {
                decoder.outer.pop().and_then(RawPlace::next).ok_or_else(|| nothing_before(self))?
            }
            Some(PlaceTag::Full(bunch, index)) => RawPlace { bunch: bunches.number(bunch), index },
            Some(PlaceTag::Moves(moves)) => {
                let raw = |(dot, bunch, index)| (dot, RawPlace { bunch: bunches.number(bunch), index });
                return Ok(ElementPlace::Moved(moves.into_iter().map(raw).collect()));
            }
        };
        decoder.last = Some(place);
        Ok(ElementPlace::At(place))
    }
}
