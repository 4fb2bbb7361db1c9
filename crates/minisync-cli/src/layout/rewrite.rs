//! Writes a new value into an old text, and leaves every byte that has no reason to change. Knows JSON
//! text only: no files and no documents.

use std::{borrow::Cow, collections::HashMap};

use minisync::syntax::{Node, NodeKind, Origin, SyntaxError, Tree};

use super::{
    escape::to_ascii,
    shape::{Shape, members, text_between},
    style::Style,
};

/// Children of a container that serve as examples for new ones are looked for among so many.
const EXAMPLES: usize = 64;

/// The text `old`, changed so that it means `new`.
///
/// What did not change keeps its bytes, and keys keep their order; a key that is new stands after the one
/// that it follows in `new`. New values are laid out as those around them are.
///
/// ```text
/// { "a": 1.0,        +   {"a":1,"b":2,"c":[]}   =   { "a": 1.0,
///   "c": [ 3 ] }                                      "b": 2,
///                                                     "c": [] }
/// ```
///
/// # Errors
/// Where one of the texts is not JSON.
pub(crate) fn rewrite(old: &str, new: &str) -> Result<String, SyntaxError> {
    let old = Tree::parse(old)?;
    let new = Tree::parse(new)?;
    let style = Style::of(&old);
    let mut writer = Writer { style, out: String::with_capacity(old.text().len() + 64) };
    let root = old.root();
    writer.out.push_str(&old.text()[..root.start()]);
    writer.edit(root, new.root(), Around { indent: "", one_line: false, example: None });
    writer.out.push_str(&old.text()[root.end()..]);
    Ok(writer.out)
}

/// The text of a new file: two spaces, a line for each value, a newline at the end.
///
/// # Errors
/// Where `new` is not JSON.
pub(crate) fn lay_out(new: &str) -> Result<String, SyntaxError> {
    let new = Tree::parse(new)?;
    let mut writer = Writer { style: Style::default(), out: String::with_capacity(new.text().len() * 2) };
    writer.write(new.root(), Around { indent: "", one_line: false, example: None });
    writer.out.push('\n');
    Ok(writer.out)
}

/// Where a value is written.
#[derive(Clone, Copy)]
struct Around<'i, 'a> {
    /// The indentation of the line on which it starts.
    indent: &'i str,
    /// Whether everything around it is on one line, and it should be too.
    one_line: bool,
    /// A value that looks as this one should.
    example: Option<Node<'a>>,
}

/// A child of a container that is being written.
struct Piece<'n, 'a> {
    /// Where it stood, if it still stands there.
    place: Option<usize>,
    /// The old value that it was.
    source: Option<Node<'a>>,
    /// For a member of an object: its key, and for one that stays, the old key and what follows it.
    key: Option<Key<'n, 'a>>,
    value: Node<'n>,
}

enum Key<'n, 'a> {
    /// The old key, with the colon.
    Old(&'a str),
    New(Node<'n>),
}

struct Writer<'a> {
    style: Style<'a>,
    out: String,
}

impl<'a> Writer<'a> {
    /// Writes `new` in the place of `old`.
    fn edit(&mut self, old: Node<'a>, new: Node<'_>, around: Around<'_, 'a>) {
        if old.means_same(new) {
            self.out.push_str(old.raw());
        } else if old.kind() != new.kind() || old.is_empty() || !old.is_container() {
            self.write(new, around);
        } else if old.kind() == NodeKind::Object {
            self.members(old, &object_pieces(old, new), around);
        } else {
            self.members(old, &array_pieces(old, new), around);
        }
    }

    /// Writes the pieces between the brackets of `old`.
    fn members(&mut self, old: Node<'a>, pieces: &[Piece<'_, 'a>], around: Around<'_, 'a>) {
        let (open, close) = brackets(old.kind());
        self.out.push(open);
        if let (Some(shape), false) = (Shape::of(old), pieces.is_empty()) {
            let places: Vec<(usize, usize)> = members(old).collect();
            let gap_before = |place: usize| text_between(old, places[place - 1].1, places[place].0);
            let usual_gap = self.usual_gap(&shape);
            let examples = Examples::of(old);
            let inner = Around {
                indent: shape.indent.unwrap_or(around.indent),
                one_line: !old.raw().contains('\n'),
                example: None,
            };
            let colon = shape.colon.unwrap_or(self.style.colon);
            self.out.push_str(shape.lead);
            for (index, piece) in pieces.iter().enumerate() {
                if index > 0 {
                    match piece.place {
                        Some(place) if place > 0 => self.out.push_str(gap_before(place)),
                        _ => self.out.push_str(&usual_gap),
                    }
                }
                self.key(piece.key.as_ref(), colon);
                let around = Around { example: examples.like(piece.value), ..inner };
                match piece.source {
                    Some(source) => self.edit(source, piece.value, around),
                    None => self.write(piece.value, around),
                }
            }
            self.out.push_str(shape.tail);
        }
        self.out.push(close);
    }

    /// What stands between a new child and its neighbour.
    fn usual_gap(&self, shape: &Shape<'a>) -> Cow<'a, str> {
        match (shape.separator, shape.indent) {
            (Some(separator), _) => separator.into(),
            (None, Some(indent)) => format!(",{}{indent}", self.style.newline).into(),
            (None, None) => self.style.comma.into(),
        }
    }

    fn key(&mut self, key: Option<&Key<'_, 'a>>, colon: &str) {
        match key {
            Some(Key::Old(raw)) => self.out.push_str(raw),
            Some(Key::New(key)) => {
                self.plain(*key);
                self.out.push_str(colon);
            }
            None => {}
        }
    }

    /// Writes a value that was not there before.
    fn write(&mut self, new: Node<'_>, around: Around<'_, 'a>) {
        if !new.is_container() {
            return self.plain(new);
        }
        let (open, close) = brackets(new.kind());
        self.out.push(open);
        if !new.is_empty() {
            let example = around.example.filter(|example| example.kind() == new.kind());
            let shape = example.and_then(Shape::of);
            let lines = match shape {
                _ if around.one_line => false,
                Some(shape) => shape.indent.is_some(),
                None => self.style.spreads(new),
            };
            if lines {
                self.on_lines(new, around.indent, example)
            } else {
                self.on_one_line(new, around, example)
            }
        }
        self.out.push(close);
    }

    fn on_lines(&mut self, new: Node<'_>, outer: &str, example: Option<Node<'a>>) {
        let indent = format!("{outer}{}", self.style.indent);
        let newline = self.style.newline;
        for (index, (key, value)) in each_member(new).enumerate() {
            self.out.push_str(if index > 0 { "," } else { "" });
            self.out.push_str(newline);
            self.out.push_str(&indent);
            self.new_member(key, value, example, Around { indent: &indent, one_line: false, example: None });
        }
        self.out.push_str(newline);
        self.out.push_str(outer);
    }

    fn on_one_line(&mut self, new: Node<'_>, around: Around<'_, 'a>, example: Option<Node<'a>>) {
        let (style, object) = (&self.style, new.kind() == NodeKind::Object);
        let (comma, padding) = (style.comma, if object { style.object_padding } else { style.array_padding });
        self.out.push_str(padding);
        for (index, (key, value)) in each_member(new).enumerate() {
            self.out.push_str(if index > 0 { comma } else { "" });
            self.new_member(key, value, example, Around { one_line: true, ..around });
        }
        self.out.push_str(padding);
    }

    /// A member of a new container, which looks as `example` does.
    fn new_member(
        &mut self,
        key: Option<Node<'_>>,
        value: Node<'_>,
        example: Option<Node<'a>>,
        around: Around<'_, 'a>,
    ) {
        if let Some(key) = key {
            self.plain(key);
            self.out.push_str(self.style.colon);
        }
        let example = example.filter(|_| value.is_container());
        let namesake = example.zip(key).and_then(|(example, key)| {
            let mut few = example.entries().take(EXAMPLES);
            few.find(|(name, other)| {
                name.means_same(key) && other.kind() == value.kind() && !other.is_empty()
            })
        });
        let example = match namesake {
            Some((_, value)) => Some(value),
            None => example.and_then(|example| Examples::of(example).like(value)),
        };
        self.write(value, Around { example, ..around });
    }

    /// A key, or a value that is no container.
    fn plain(&mut self, value: Node<'_>) {
        let raw = value.raw();
        self.out.push_str(&if self.style.ascii { to_ascii(raw) } else { raw.into() });
    }
}

/// For each kind of container a child that new ones can be modelled on.
struct Examples<'a> {
    object: Option<Node<'a>>,
    array: Option<Node<'a>>,
}

impl<'a> Examples<'a> {
    fn of(container: Node<'a>) -> Examples<'a> {
        let first = |kind| {
            let mut few = container.children().take(2 * EXAMPLES);
            few.find(|child| child.kind() == kind && !child.is_empty())
        };
        Examples { object: first(NodeKind::Object), array: first(NodeKind::Array) }
    }

    fn like(&self, value: Node<'_>) -> Option<Node<'a>> {
        match value.kind() {
            NodeKind::Object => self.object,
            NodeKind::Array => self.array,
            _ => None,
        }
    }
}

fn brackets(kind: NodeKind) -> (char, char) {
    if kind == NodeKind::Object { ('{', '}') } else { ('[', ']') }
}

/// The elements of an array, or the values of an object with their keys.
fn each_member<'n>(container: Node<'n>) -> impl Iterator<Item = (Option<Node<'n>>, Node<'n>)> {
    let object = container.kind() == NodeKind::Object;
    let mut children = container.children();
    std::iter::from_fn(move || {
        let first = children.next()?;
        if object { Some((Some(first), children.next()?)) } else { Some((None, first)) }
    })
}

/// Old keys stay in their order; a new one follows the key that stands before it in `new`.
fn object_pieces<'n, 'a>(old: Node<'a>, new: Node<'n>) -> Vec<Piece<'n, 'a>> {
    let places: HashMap<Cow<'a, str>, usize> =
        old.entries().enumerate().map(|(place, (key, _))| (key.unescaped(), place)).collect();
    let olds: Vec<_> = old.entries().collect();
    let mut pieces = Vec::with_capacity(olds.len());
    let mut previous = None;
    for (key, value) in new.entries() {
        let place = places.get(&key.unescaped()).copied();
        let piece = match place {
            Some(place) => {
                previous = Some(place);
                let (old_key, source) = olds[place];
                let raw = text_between(old, old_key.start(), source.start());
                Piece { place: Some(place), source: Some(source), key: Some(Key::Old(raw)), value }
            }
            None => Piece { place: None, source: None, key: Some(Key::New(key)), value },
        };
        pieces.push((previous, piece));
    }
    pieces.sort_by_key(|(previous, _)| *previous);
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

fn array_pieces<'n, 'a>(old: Node<'a>, new: Node<'n>) -> Vec<Piece<'n, 'a>> {
    let olds: Vec<_> = old.children().collect();
    let news: Vec<_> = new.children().collect();
    let piece = |(origin, value): (Origin, &Node<'n>)| {
        let (place, source) = match origin {
            Origin::Kept(index) => (Some(index), Some(olds[index])),
            Origin::Moved(index) => (None, Some(olds[index])),
            Origin::New => (None, None),
        };
        Piece { place, source, key: None, value: *value }
    };
    old.origins(new).into_iter().zip(&news).map(piece).collect()
}

#[cfg(test)]
mod tests;
