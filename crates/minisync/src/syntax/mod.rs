//! JSON text as a tree that keeps every byte where it stands. Must not know documents or layout.
//!
//! For programs that write a value back into a file that people edit, and leave alone what did not change: each
//! [`Node`] says from which byte to which it goes, so that what stands between two nodes can be copied as it is.
//!
//! ```text
//! {"a": [1, 2]}        object 0..13
//!  "a"                 ├ key 1..4
//!       [1, 2]         └ array 6..12
//!        1             · ├ number 7..8
//!           2          · └ number 10..11
//! ```

mod origin;
mod parse;

use std::{borrow::Cow, fmt};

pub use self::origin::Origin;
use crate::json::{self, line_column};

/// Deeper values are refused, so that walking a tree cannot exhaust the stack.
const MAX_DEPTH: usize = 256;

/// The members by which an object in a list is known again, the best first: those that
/// [`Document::update`](crate::Document::update) goes by.
///
/// ```
/// assert_eq!(minisync::syntax::ID_KEYS[0], "id");
/// ```
pub const ID_KEYS: [&str; 6] = crate::address::align::ID_KEYS;

/// A parsed JSON text.
///
/// ```
/// use minisync::syntax::{NodeKind, Tree};
///
/// let tree = Tree::parse(r#"{ "size": 1.50 }"#)?;
/// let size = tree.root().get("size").unwrap();
/// assert_eq!(size.kind(), NodeKind::Number);
/// assert_eq!((size.start(), size.end(), size.raw()), (10, 14, "1.50"));
/// # Ok::<(), minisync::syntax::SyntaxError>(())
/// ```
#[derive(Debug)]
pub struct Tree<'a> {
    text: &'a str,
    /// In pre-order; an object's keys are nodes too, each in front of its value. There is at least one.
    spans: Vec<Span>,
}

/// Where a value or key stands.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
    /// The span after this one's subtree.
    next: u32,
    /// Equal values have equal hashes, whatever their layout, the order of their keys and the spelling of
    /// their strings and numbers.
    hash: u64,
}

/// A value, or an object's key, in a [`Tree`].
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree<'t>,
    id: usize,
}

/// What a [`Node`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`, also as a key.
    String,
    /// In any spelling.
    Number,
    /// `true`, `false` or `null`.
    Literal,
}

/// Appends a string to JSON text, with its quotes and escapes.
///
/// ```
/// let mut json = String::new();
/// minisync::syntax::push_string("say \"hi\"", &mut json);
/// assert_eq!(json, r#""say \"hi\"""#);
/// ```
pub fn push_string(text: &str, json: &mut String) {
    json::write_string(text, json);
}

/// What is wrong with a text, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    offset: usize,
    reason: String,
}

impl<'a> Tree<'a> {
    /// Reads a JSON text, strictly.
    ///
    /// # Errors
    /// Where it is not JSON, is deeper than 256 levels or longer than 4 GiB, or where an object has the same key
    /// twice.
    pub fn parse(text: &'a str) -> Result<Tree<'a>, SyntaxError> {
        Ok(Tree { text, spans: parse::parse(text)? })
    }

    /// The value that the text is.
    pub fn root(&'a self) -> Node<'a> {
        Node { tree: self, id: 0 }
    }

    /// All of the text, as it was given.
    pub fn text(&self) -> &'a str {
        self.text
    }
}

impl<'t> Node<'t> {
    /// Whether it is an object, an array, a string …
    pub fn kind(self) -> NodeKind {
        match self.raw().as_bytes().first() {
            Some(b'{') => NodeKind::Object,
            Some(b'[') => NodeKind::Array,
            Some(b'"') => NodeKind::String,
            Some(b't' | b'f' | b'n') => NodeKind::Literal,
            _ => NodeKind::Number,
        }
    }

    fn span(self) -> Span {
        self.tree.spans[self.id]
    }

    /// Its first byte in the text.
    pub fn start(self) -> usize {
        self.span().start as usize
    }

    /// The byte behind it.
    pub fn end(self) -> usize {
        self.span().end as usize
    }

    /// The value as it is spelled in the text.
    pub fn raw(self) -> &'t str {
        &self.tree.text[self.start()..self.end()]
    }

    /// The whole text that it is a part of.
    pub fn whole(self) -> &'t str {
        self.tree.text
    }

    /// What a string or key says, without quotes and escapes.
    ///
    /// ```
    /// let tree = minisync::syntax::Tree::parse(r#""a\u0062""#)?;
    /// assert_eq!(tree.root().unescaped(), "ab");
    /// # Ok::<(), minisync::syntax::SyntaxError>(())
    /// ```
    pub fn unescaped(self) -> Cow<'t, str> {
        let raw = self.raw();
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        if inner.contains('\\') { json::unescape(inner).into() } else { inner.into() }
    }

    /// Whether it is an object or array.
    pub fn is_container(self) -> bool {
        matches!(self.kind(), NodeKind::Object | NodeKind::Array)
    }

    /// Whether it is an object or array with nothing in it.
    pub fn is_empty(self) -> bool {
        self.is_container() && self.span().next as usize == self.id + 1
    }

    /// The elements of an array. For an object: keys and values in turn.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        let end = self.span().next as usize;
        let mut id = self.id + 1;
        std::iter::from_fn(move || {
            let child = (id < end).then_some(Node { tree: self.tree, id })?;
            id = child.span().next as usize;
            Some(child)
        })
    }

    /// Keys and values of an object.
    ///
    /// ```
    /// let tree = minisync::syntax::Tree::parse(r#"{"a": 1, "b": [2]}"#)?;
    /// let entries: Vec<_> = tree.root().entries().map(|(key, value)| (key.raw(), value.raw())).collect();
    /// assert_eq!(entries, [(r#""a""#, "1"), (r#""b""#, "[2]")]);
    /// # Ok::<(), minisync::syntax::SyntaxError>(())
    /// ```
    pub fn entries(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> {
        let mut children = self.children();
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The value under `key` of an object.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.entries().find(|(name, _)| name.unescaped() == key).map(|(_, value)| value)
    }

    /// Whether both mean the same: numbers by value, objects whatever the order of their keys.
    ///
    /// ```
    /// use minisync::syntax::Tree;
    /// let (one, other) = (Tree::parse(r#"{"a": 1, "b": 2.0}"#)?, Tree::parse(r#"{"b":2,"\u0061":1}"#)?);
    /// assert!(one.root().means_same(other.root()));
    /// # Ok::<(), minisync::syntax::SyntaxError>(())
    /// ```
    pub fn means_same(self, other: Node<'_>) -> bool {
        // Different hashes are certain to be different values; equal ones are looked at, since hashes collide.
        if self.span().hash != other.span().hash || self.kind() != other.kind() {
            return false;
        }
        match self.kind() {
            NodeKind::Literal => self.raw() == other.raw(),
            NodeKind::Number => json::number::equal(self.raw(), other.raw()),
            NodeKind::String => self.raw() == other.raw() || self.unescaped() == other.unescaped(),
            NodeKind::Array => same_items(self.children(), other.children()),
            NodeKind::Object => self.same_entries(other),
        }
    }

    /// Whether two objects hold the same entries. Most often their keys are in the same order, and then nothing
    /// is sorted.
    fn same_entries(self, other: Node<'_>) -> bool {
        let mut theirs = other.entries();
        let mut in_step = true;
        let mut rest = Vec::new();
        for (key, value) in self.entries() {
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

    /// The canonical spelling of the value.
    fn to_canonical(self) -> String {
        let mut out = String::new();
        json::canonicalize(self.raw(), &mut out);
        out
    }
}

/// An entry of an object.
type Entry<'t> = (Node<'t>, Node<'t>);

/// Whether the entries on the left and on the right are the same ones in another order.
fn same_shuffled(pairs: Vec<(Entry<'_>, Entry<'_>)>) -> bool {
    let (mut left, mut right): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    left.sort_by_cached_key(|(key, _)| key.unescaped());
    right.sort_by_cached_key(|(key, _)| key.unescaped());
    left.iter().zip(&right).all(|(a, b)| a.0.means_same(b.0) && a.1.means_same(b.1))
}

/// Whether both hold as many values, and each means the same as the one in its place.
fn same_items<'s, 'o>(
    mut left: impl Iterator<Item = Node<'s>>,
    mut right: impl Iterator<Item = Node<'o>>,
) -> bool {
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.means_same(b) => {}
            _ => return false,
        }
    }
}

impl SyntaxError {
    /// The byte at which something is wrong.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What is wrong, without the place.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Line and column of the place in the text that was parsed, as editors count them.
    pub fn place(&self, text: &str) -> Place {
        Place::of(text, self.offset)
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for SyntaxError {}

/// Line and column, both from 1; the column counts characters.
///
/// ```
/// use minisync::syntax::Place;
/// assert_eq!(Place::of("{\n \"é\": x", 9).to_string(), "2:7");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// The place of the byte at `offset`.
    pub fn of(text: &str, offset: usize) -> Place {
        let (line, column) = line_column(text, offset);
        Place { line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
