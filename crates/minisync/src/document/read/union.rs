//! Containers that several clients created under one key without knowing of each other: they read as one, and
//! writes go where section 3 of `docs/algorithm.md` says. Knows views and the arena; issues no stamps.

use std::{borrow::Cow, sync::Arc};

use crate::{
    address::path::Segment,
    base::sort::sort_by,
    data::{
        arena::{Arena, Body, Loc},
        register::{ContentRef, NodeId, Register, Sibling},
    },
    document::{Document, ValueType, View, read::view::At},
    json::{self, Members},
    names::dot::{Clients, Dot},
};

/// A living value that competes for a place in the document.
#[derive(Clone, Copy)]
pub(in crate::document) struct Candidate<'a> {
    pub(in crate::document) dot: Dot,
    pub(in crate::document) born: Dot,
    pub(in crate::document) part: Part<'a>,
}

/// One value, as it lies in memory.
#[derive(Clone, Copy)]
pub(in crate::document) enum Part<'a> {
    /// Canonical text.
    Text(&'a str),
    Node(NodeId),
}

impl<'a> Part<'a> {
    /// What a sibling holds; none where it is a deletion.
    pub(in crate::document) fn of(sibling: &'a Sibling) -> Option<Part<'a>> {
        match sibling.content() {
            ContentRef::Text(text) => Some(Part::Text(text)),
            ContentRef::Node(id) => Some(Part::Node(id)),
            ContentRef::Tombstone | ContentRef::Known => None,
        }
    }

    fn kind(self, arena: &Arena) -> Kind {
        let is_map = match self {
            Part::Text(text) if text.starts_with('{') => true,
            Part::Text(text) if text.starts_with('[') => false,
            Part::Text(_) => return Kind::Primitive,
            Part::Node(id) => arena.map(id).is_some(),
        };
        if is_map { Kind::Map } else { Kind::List }
    }
}

/// Values of one kind, but for primitives, read as one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Map,
    List,
    Primitive,
}

/// The living siblings of a register.
#[inline(never)]
pub(in crate::document) fn candidates(register: &Register) -> Vec<Candidate<'_>> {
    let mut found = Vec::with_capacity(register.len());
    for (sibling, born) in register.iter() {
        if let Some(part) = Part::of(sibling) {
            found.push(Candidate { dot: sibling.dot(), born, part });
        }
    }
    found
}

/// The entries of text that was written at `dot`, by key.
#[inline(never)]
fn text_entries<'a>(text: &'a str, dot: Dot) -> Vec<(Cow<'a, str>, Candidate<'a>)> {
    let (mut found, mut at) = (Vec::new(), dot);
    for member in Members::new(text) {
        at = at.after(1);
        if let Some(key) = member.key {
            found.push((key.decode(), Candidate { dot: at, born: at, part: Part::Text(member.value) }));
        }
        at = at.after(json::entries(member.value));
    }
    found
}

/// The element at an index of a list that was written as text at `dot`.
pub(in crate::document) fn nth_in_text(text: &str, dot: Dot, index: usize) -> Option<Candidate<'_>> {
    let mut at = dot.after(1);
    for (rank, member) in Members::new(text).enumerate() {
        if rank == index {
            return Some(Candidate { dot: at, born: at, part: Part::Text(member.value) });
        }
        at = at.after(1 + json::entries(member.value));
    }
    None
}

/// Where the key stands among its neighbours: at the lowest birth.
fn birth(candidates: &[Candidate<'_>], clients: &Clients) -> Dot {
    let births = candidates.iter().map(|candidate| candidate.born);
    births.min_by(|a, b| clients.compare(*a, *b)).unwrap_or(Dot::ROOT)
}

/// Whether this is a built-in default, which loses to anything, and has lost nothing that anybody wrote.
fn is_default(document: &Document, dot: Dot) -> bool {
    document.clients.id(dot.client).is_genesis()
}

/// Splits what competes for a place into what readers see (one value, or containers that read as one) and
/// what lost; both with the latest first, but lists with the oldest first.
#[inline(never)]
pub(in crate::document) fn split<'a>(
    document: &Document,
    mut all: Vec<Candidate<'a>>,
) -> (Vec<Candidate<'a>>, Vec<Candidate<'a>>) {
    let (arena, clients) = (&document.arena, &document.clients);
    if all.len() < 2 {
        return (all, Vec::new());
    }
    sort_by(&mut all, |a, b| clients.compare(b.dot, a.dot));
    let kind = all.first().map_or(Kind::Primitive, |winner| winner.part.kind(arena));
    let (mut seen, mut lost) = (Vec::new(), Vec::new());
    for candidate in all {
        let joins = seen.is_empty() || (kind != Kind::Primitive && candidate.part.kind(arena) == kind);
        if joins {
            seen.push(candidate);
        } else if !is_default(document, candidate.dot) {
            lost.push(candidate);
        }
    }
    if kind == Kind::List {
        seen.reverse();
    }
    (seen, lost)
}

/// What readers see of all that competes for a place.
#[inline(never)]
pub(in crate::document) fn view<'a>(document: &'a Document, all: Vec<Candidate<'a>>) -> Option<View<'a>> {
    let (seen, _) = split(document, all);
    let at = match seen.as_slice() {
        [] => return None,
        [only] => At::of(only.part),
        _ => At::United(Arc::new(seen)),
    };
    Some(View { document, at })
}

/// What competes for a key of maps that read as one.
pub(in crate::document) fn under_key<'a>(
    document: &'a Document,
    maps: &[Candidate<'a>],
    key: &str,
) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    for map in maps {
        match map.part {
            Part::Text(text) => {
                let entries = text_entries(text, map.dot).into_iter();
                found.extend(entries.filter(|(name, _)| name == key).map(|(_, candidate)| candidate));
            }
            Part::Node(id) => {
                let entries = document.arena.map(id);
                if let Some(register) = entries.and_then(|map| map.register(map.find(key)?)) {
                    found.append(&mut candidates(register));
                }
            }
        }
    }
    found
}

/// All keys of maps that read as one, in document order, and what competes for each.
#[inline(never)]
pub(in crate::document) fn entries<'a>(
    document: &'a Document,
    maps: &[Candidate<'a>],
) -> Vec<(Cow<'a, str>, Vec<Candidate<'a>>)> {
    let mut all: Vec<(Cow<'a, str>, Candidate<'a>)> = Vec::new();
    for map in maps {
        match map.part {
            Part::Text(text) => all.append(&mut text_entries(text, map.dot)),
            Part::Node(id) => {
                for (_, entry) in document.arena.map(id).into_iter().flat_map(|map| map.iter()) {
                    for candidate in candidates(&entry.register) {
                        all.push((Cow::Borrowed(entry.key.as_str()), candidate));
                    }
                }
            }
        }
    }
    sort_by(&mut all, |(a, _), (b, _)| a.cmp(b));
    let mut entries: Vec<(Cow<'a, str>, Vec<Candidate<'a>>)> = Vec::new();
    for (key, candidate) in all {
        match entries.last_mut().filter(|(last, _)| *last == key) {
            Some((_, of_key)) => of_key.push(candidate),
            None => entries.push((key, vec![candidate])),
        }
    }
    let clients = &document.clients;
    sort_by(&mut entries, |(a, of_a), (b, of_b)| {
        clients.compare(birth(of_a, clients), birth(of_b, clients)).then_with(|| a.cmp(b))
    });
    entries
}

/// The elements of lists that read as one.
#[inline(never)]
pub(in crate::document) fn elements<'a>(document: &'a Document, lists: &[Candidate<'a>]) -> Vec<View<'a>> {
    let mut elements = Vec::new();
    for list in lists {
        match list.part {
            Part::Text(text) => {
                for member in Members::new(text) {
                    elements.push(View::of_part(document, Part::Text(member.value)));
                }
            }
            Part::Node(id) => {
                for (_, element) in document.arena.list(id).into_iter().flat_map(|list| list.iter()) {
                    elements.extend(View::of(document, &element.register));
                }
            }
        }
    }
    elements
}

/// The containers, taken apart, that are written to as one; nearly always a single one. Of maps the first is
/// the one that new entries go to; lists stand in the order in which they read.
#[derive(Debug, Clone)]
pub(in crate::document) enum Nodes {
    One(NodeId),
    Many(Vec<NodeId>),
}

impl Nodes {
    pub(in crate::document) fn as_slice(&self) -> &[NodeId] {
        match self {
            Nodes::One(node) => std::slice::from_ref(node),
            Nodes::Many(nodes) => nodes,
        }
    }

    pub(in crate::document) fn first(&self) -> NodeId {
        self.as_slice().first().copied().unwrap_or(Arena::ROOT)
    }
}

impl Document {
    /// How readers see these containers.
    pub(in crate::document) fn view_of(&self, nodes: &Nodes) -> View<'_> {
        let at = match nodes {
            Nodes::One(node) => At::Node(*node),
            Nodes::Many(nodes) => {
                let dot = |id: NodeId| self.arena.get(id).map_or(Dot::ROOT, |node| node.dot);
                let part = |id: &NodeId| Candidate { dot: dot(*id), born: dot(*id), part: Part::Node(*id) };
                At::United(Arc::new(nodes.iter().map(part).collect()))
            }
        };
        View { document: self, at }
    }

    pub(in crate::document) fn kind_of(&self, nodes: &Nodes) -> ValueType {
        if self.arena.map(nodes.first()).is_some() { ValueType::Map } else { ValueType::List }
    }

    /// The registers in which something alive stands under a key.
    pub(in crate::document) fn living(&self, maps: &Nodes, key: &str) -> Vec<Loc> {
        let alive = |id: &NodeId| {
            let map = self.arena.map(*id)?;
            let slot = map.find(key).filter(|slot| map.register(*slot).is_some_and(Register::is_alive))?;
            Some(Loc { node: *id, slot })
        };
        maps.as_slice().iter().filter_map(alive).collect()
    }

    /// The containers that readers see in these registers as one, taken apart; none where they see a primitive.
    pub(in crate::document) fn open_all(&mut self, locs: &[Loc]) -> Option<Nodes> {
        if let [loc] = locs
            && let Register::Plain(only) = self.arena.register(*loc)?
        {
            let dot = only.dot();
            return match only.node() {
                Some(id) => Some(Nodes::One(id)),
                None => self.expand(*loc, dot).map(Nodes::One),
            };
        }
        let mut all = Vec::new();
        for loc in locs {
            all.append(&mut candidates(self.arena.register(*loc)?));
        }
        let (seen, _) = split(self, all);
        let dots: Vec<Dot> = seen.into_iter().map(|candidate| candidate.dot).collect();
        let mut nodes = Vec::with_capacity(dots.len());
        for dot in dots {
            let holds = |loc: &&Loc| self.arena.register(**loc).is_some_and(|r| r.find(dot).is_some());
            let loc = *locs.iter().find(holds)?;
            let existing = self.arena.register(loc)?.find(dot)?.node();
            nodes.push(existing.or_else(|| self.expand(loc, dot))?);
        }
        match nodes.as_slice() {
            [] => None,
            [only] => Some(Nodes::One(*only)),
            _ => Some(Nodes::Many(nodes)),
        }
    }

    /// The containers that readers see as one in an entry or element of these, taken apart.
    pub(in crate::document) fn open_child(&mut self, nodes: &Nodes, segment: &Segment) -> Option<Nodes> {
        let locs = match segment {
            Segment::Index(index) => vec![self.element_at(nodes, usize::try_from(*index).ok()?)?],
            Segment::Key(key) | Segment::Token(key) => self.living(nodes, key),
        };
        self.open_all(&locs)
    }

    /// How many elements lists that read as one have.
    pub(in crate::document) fn len_of(&self, lists: &Nodes) -> usize {
        lists.as_slice().iter().filter_map(|id| self.arena.list(*id)).map(|list| list.len()).sum()
    }

    /// The element at an index of lists that read as one.
    pub(in crate::document) fn element_at(&self, lists: &Nodes, mut index: usize) -> Option<Loc> {
        for node in lists.as_slice() {
            let list = self.arena.list(*node)?;
            if let Some(slot) = list.at(index) {
                return Some(Loc { node: *node, slot });
            }
            index -= list.len();
        }
        None
    }

    /// Where readers see an element in lists that read as one.
    pub(in crate::document) fn rank_in(&self, lists: &Nodes, loc: Loc) -> Option<usize> {
        let mut before = 0;
        for node in lists.as_slice() {
            let list = self.arena.list(*node)?;
            if *node == loc.node {
                return list.rank(loc.slot).map(|rank| before + rank);
            }
            before += list.len();
        }
        None
    }

    /// Where something new goes so that it stands at an index: behind its left neighbour; at the very end,
    /// into the last list.
    pub(in crate::document) fn gap_at(&self, lists: &Nodes, index: usize) -> (NodeId, usize) {
        let Nodes::Many(nodes) = lists else { return (lists.first(), index) };
        let last = nodes.last().copied().unwrap_or(Arena::ROOT);
        if index >= self.len_of(lists) {
            return (last, self.arena.list(last).map_or(0, |list| list.len()));
        }
        let left = index.checked_sub(1).and_then(|left| self.element_at(lists, left));
        let behind =
            left.and_then(|left| Some((left.node, self.arena.list(left.node)?.rank(left.slot)? + 1)));
        behind.unwrap_or((lists.first(), 0))
    }

    /// What readers see in a register, by its dots: as long as they stay, so does what is seen.
    pub(in crate::document) fn visible_dots(&self, register: &Register) -> Vec<Dot> {
        let (seen, _) = split(self, candidates(register));
        seen.into_iter().map(|candidate| candidate.dot).collect()
    }

    /// The body of a container.
    pub(in crate::document) fn body(&self, id: NodeId) -> Option<&Body> {
        self.arena.get(id).map(|node| &node.body)
    }
}
