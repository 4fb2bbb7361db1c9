//! JSON text as a flat tree of spans, which keeps every byte where it was. Knows no documents and no layout.

use std::{borrow::Cow, fmt};

use super::{number::Decimal, parse::parse, text};

/// A parsed JSON text: its nodes in pre-order, each with its span; an object's keys are nodes too.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    text: &'a str,
    nodes: Vec<Node>,
}

/// `next` is the node after this one's subtree. Equal values have equal hashes, whatever their layout,
/// the order of their keys and the spelling of their strings and numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) next: u32,
    pub(super) hash: u64,
}

/// What is wrong with a text, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) offset: usize,
    pub(crate) reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    /// `true`, `false` or `null`.
    Word,
}

/// A value (or a key) in a tree.
#[derive(Clone, Copy)]
pub(crate) struct Value<'t> {
    tree: &'t Tree<'t>,
    id: usize,
}

impl<'a> Tree<'a> {
    /// # Errors
    /// Where `text` is not JSON, is deeper than 256 levels or longer than 4 GiB, or where an object has
    /// the same key twice.
    pub(crate) fn parse(text: &'a str) -> Result<Tree<'a>, Fault> {
        Ok(Tree { text, nodes: parse(text)? })
    }

    pub(crate) fn root(&'a self) -> Value<'a> {
        Value { tree: self, id: 0 }
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }
}

impl<'t> Value<'t> {
    pub(crate) fn kind(self) -> Kind {
        match self.tree.text.as_bytes()[self.start()] {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::String,
            b't' | b'f' | b'n' => Kind::Word,
            _ => Kind::Number,
        }
    }

    fn node(self) -> Node {
        self.tree.nodes[self.id]
    }

    pub(crate) fn start(self) -> usize {
        self.node().start as usize
    }

    pub(crate) fn end(self) -> usize {
        self.node().end as usize
    }

    pub(crate) fn hash(self) -> u64 {
        self.node().hash
    }

    /// The bytes of the value, as they stand in the text.
    pub(crate) fn raw(self) -> &'t str {
        &self.tree.text[self.start()..self.end()]
    }

    /// The bytes between two places of the text that this value is part of.
    pub(crate) fn text_between(self, start: usize, end: usize) -> &'t str {
        &self.tree.text[start..end]
    }

    /// The characters of a string or key.
    pub(crate) fn chars(self) -> Cow<'t, str> {
        let raw = self.raw();
        text::unescape(&raw[1..raw.len().saturating_sub(1)])
    }

    pub(crate) fn is_container(self) -> bool {
        matches!(self.kind(), Kind::Object | Kind::Array)
    }

    /// Whether it is an object or array with nothing in it.
    pub(crate) fn is_empty(self) -> bool {
        self.is_container() && self.node().next as usize == self.id + 1
    }

    /// The elements of an array. For an object: keys and values in turn.
    pub(crate) fn children(self) -> impl Iterator<Item = Value<'t>> {
        let end = self.node().next as usize;
        let mut id = self.id + 1;
        std::iter::from_fn(move || {
            let child = (id < end).then_some(Value { tree: self.tree, id })?;
            id = child.node().next as usize;
            Some(child)
        })
    }

    /// Keys and values of an object.
    pub(crate) fn entries(self) -> impl Iterator<Item = (Value<'t>, Value<'t>)> {
        let mut children = self.children();
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The value under `key`.
    pub(crate) fn get(self, key: &str) -> Option<Value<'t>> {
        self.entries().find(|(name, _)| name.chars() == key).map(|(_, value)| value)
    }

    /// Whether both mean the same: numbers by value, objects whatever the order of their keys.
    pub(crate) fn means_same(self, other: Value<'_>) -> bool {
        if self.hash() != other.hash() || self.kind() != other.kind() {
            return false;
        }
        match self.kind() {
            Kind::Word => self.raw() == other.raw(),
            Kind::Number => self.raw() == other.raw() || Decimal::of(self.raw()) == Decimal::of(other.raw()),
            Kind::String => self.raw() == other.raw() || self.chars() == other.chars(),
            Kind::Array => same_items(self.children(), other.children()),
            Kind::Object => self.same_entries(other),
        }
    }

    fn same_entries(self, other: Value<'_>) -> bool {
        let mut theirs = other.entries();
        let mut in_step = true;
        let mut mine = self.entries();
        let mut rest = Vec::new();
        for (key, value) in mine.by_ref() {
            match theirs.next() {
                None => return false,
                Some((other_key, other_value)) if key.means_same(other_key) => {
                    if !value.means_same(other_value) {
                        return false;
                    }
                }
                Some(entry) => {
                    in_step = false;
                    rest.push(((key, value), entry));
                }
            }
        }
        theirs.next().is_none() && (in_step || same_shuffled(rest))
    }
}

/// Whether the entries on the left and on the right are the same ones in another order.
fn same_shuffled(pairs: Vec<((Value<'_>, Value<'_>), (Value<'_>, Value<'_>))>) -> bool {
    let (mut left, mut right): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    left.sort_by_cached_key(|(key, _)| key.chars());
    right.sort_by_cached_key(|(key, _)| key.chars());
    left.iter().zip(&right).all(|(a, b)| a.0.means_same(b.0) && a.1.means_same(b.1))
}

/// Whether both hold as many values, and each means the same as the one in its place.
fn same_items<'s, 'o>(
    mut left: impl Iterator<Item = Value<'s>>,
    mut right: impl Iterator<Item = Value<'o>>,
) -> bool {
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.means_same(b) => {}
            _ => return false,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}
