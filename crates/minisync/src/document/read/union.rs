//! Containers that several clients created under one key without knowing of each other: they read as one. What stands
//! where, is section 3 of `docs/algorithm.md`. Knows views and the arena; issues no stamps.
//!
//! ```text
//!   candidates of one place, the latest first        what readers see             what lost
//!   map by carol · map by alice · 5 by bob           both maps, as one            5
//!   5 by bob · map by alice                          5                            the map
//!   list by bob · list by alice                      alice's elements, then bob's nothing
//! ```
//!
//! It goes on below: what competes for a key of maps that read as one are the candidates of all of them.

use std::borrow::Cow;

use crate::{
    base::sort::sort_by,
    data::{
        arena::Arena,
        register::{ContentRef, NodeId, Register, Sibling},
    },
    document::{Document, View},
    json::{self, Members},
    names::{dot::Dot, writers::Writers},
};

/// A living value that competes for a place in the document.
#[derive(Clone, Copy)]
pub(in crate::document) struct Candidate<'a> {
    pub(in crate::document) dot: Dot,
    pub(in crate::document) born: Dot,
    pub(in crate::document) value: ValueRef<'a>,
}

/// One value, as it lies in memory.
#[derive(Clone, Copy)]
pub(in crate::document) enum ValueRef<'a> {
    /// Canonical text.
    Text(&'a str),
    Node(NodeId),
}

impl<'a> ValueRef<'a> {
    /// What a sibling holds; none where it is a deletion.
    pub(in crate::document) fn of(sibling: &'a Sibling) -> Option<ValueRef<'a>> {
        match sibling.content() {
            ContentRef::Text(text) => Some(ValueRef::Text(text)),
            ContentRef::Node(id) => Some(ValueRef::Node(id)),
            ContentRef::Tombstone | ContentRef::Known => None,
        }
    }

    fn kind(self, arena: &Arena) -> Kind {
        let is_map = match self {
            ValueRef::Text(text) if text.starts_with('{') => true,
            ValueRef::Text(text) if text.starts_with('[') => false,
            ValueRef::Text(_) => return Kind::Primitive,
            ValueRef::Node(id) => arena.as_map(id).is_some(),
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
        if let Some(value) = ValueRef::of(sibling) {
            found.push(Candidate { dot: sibling.dot(), born, value });
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
            found.push((key.decode(), Candidate { dot: at, born: at, value: ValueRef::Text(member.value) }));
        }
        at = at.after(json::entries(member.value));
    }
    found
}

/// The element at an index of a list that was written as text at `dot`.
pub(super) fn nth_in_text(text: &str, dot: Dot, index: usize) -> Option<Candidate<'_>> {
    let mut at = dot.after(1);
    for (rank, member) in Members::new(text).enumerate() {
        if rank == index {
            return Some(Candidate { dot: at, born: at, value: ValueRef::Text(member.value) });
        }
        at = at.after(1 + json::entries(member.value));
    }
    None
}

/// Where the key stands among its neighbours: at the lowest birth.
fn birth(candidates: &[Candidate<'_>], writers: &Writers) -> Dot {
    let births = candidates.iter().map(|candidate| candidate.born);
    births.min_by(|a, b| writers.compare(*a, *b)).unwrap_or(Dot::ROOT)
}

/// Whether this is a built-in default, which loses to anything, and has lost nothing that anybody wrote.
fn is_default(document: &Document, dot: Dot) -> bool {
    document.writers.id(dot.session).is_genesis()
}

/// Splits what competes for a place into what readers see (one value, or containers that read as one) and
/// what lost; both with the latest first, but lists with the oldest first.
#[inline(never)]
pub(in crate::document) fn split<'a>(
    document: &Document,
    mut all: Vec<Candidate<'a>>,
) -> (Vec<Candidate<'a>>, Vec<Candidate<'a>>) {
    let (arena, writers) = (&document.tree, &document.writers);
    if all.len() < 2 {
        return (all, Vec::new());
    }
    // The latest write wins, and decides of which type the value is.
    sort_by(&mut all, |a, b| writers.compare(b.dot, a.dot));
    let kind = all.first().map_or(Kind::Primitive, |winner| winner.value.kind(arena));
    let (mut seen, mut lost) = (Vec::new(), Vec::new());
    for candidate in all {
        // A container of the winner's type joins it: whoever made it had not seen the other, so neither was meant to
        // go. A primitive cannot be joined to anything.
        let joins = seen.is_empty() || (kind != Kind::Primitive && candidate.value.kind(arena) == kind);
        if joins {
            seen.push(candidate);
        } else if !is_default(document, candidate.dot) {
            lost.push(candidate);
        }
    }
    // Of maps the latest comes first: its entries win, and new ones go to it. Lists follow each other in time, so
    // that an element that is appended to the later one stays at the end.
    if kind == Kind::List {
        seen.reverse();
    }
    (seen, lost)
}

/// What competes for a key of maps that read as one.
pub(super) fn under_key<'a>(document: &'a Document, maps: &[Candidate<'a>], key: &str) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    for map in maps {
        match map.value {
            ValueRef::Text(text) => {
                let entries = text_entries(text, map.dot).into_iter();
                found.extend(entries.filter(|(name, _)| name == key).map(|(_, candidate)| candidate));
            }
            ValueRef::Node(id) => {
                let entries = document.tree.as_map(id);
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
        match map.value {
            ValueRef::Text(text) => all.append(&mut text_entries(text, map.dot)),
            ValueRef::Node(id) => {
                for (_, entry) in document.tree.as_map(id).into_iter().flat_map(|map| map.iter()) {
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
    let writers = &document.writers;
    sort_by(&mut entries, |(a, of_a), (b, of_b)| {
        writers.compare(birth(of_a, writers), birth(of_b, writers)).then_with(|| a.cmp(b))
    });
    entries
}

/// The elements of lists that read as one.
#[inline(never)]
pub(in crate::document) fn elements<'a>(document: &'a Document, lists: &[Candidate<'a>]) -> Vec<View<'a>> {
    let mut elements = Vec::new();
    for list in lists {
        match list.value {
            ValueRef::Text(text) => {
                for member in Members::new(text) {
                    elements.push(View::of_value(document, ValueRef::Text(member.value)));
                }
            }
            ValueRef::Node(id) => {
                for (_, element) in document.tree.as_list(id).into_iter().flat_map(|list| list.iter()) {
                    elements.extend(View::of(document, &element.register));
                }
            }
        }
    }
    elements
}

impl Document {
    /// What readers see in a register, by its dots: as long as they stay, so does what is seen.
    pub(in crate::document) fn visible_dots(&self, register: &Register) -> Vec<Dot> {
        let (seen, _) = split(self, candidates(register));
        seen.into_iter().map(|candidate| candidate.dot).collect()
    }
}
