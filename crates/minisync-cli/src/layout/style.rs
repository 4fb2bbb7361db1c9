//! How a JSON file is laid out as a whole: its indentation, its line ends and its spaces. Knows no documents.

use minisync::syntax::{Node, NodeKind, Tree};

use super::shape::Shape;

/// So many containers are looked at; the first ones are as good as all.
const SAMPLE: usize = 20_000;

/// What new values are written with, where nothing nearer gives an example.
#[derive(Debug, Clone)]
pub(crate) struct Style<'a> {
    /// One level of indentation.
    pub(crate) indent: &'a str,
    pub(crate) newline: &'a str,
    /// Between key and value.
    pub(crate) colon: &'a str,
    /// Between the elements of a container on one line.
    pub(crate) comma: &'a str,
    /// Inside the braces of an object on one line.
    pub(crate) object_padding: &'a str,
    /// Inside the brackets of an array on one line.
    pub(crate) array_padding: &'a str,
    /// Whether characters beyond ASCII are written as escapes.
    pub(crate) ascii: bool,
    spread: [Spread; 3],
    spread_at_all: bool,
}

/// How many containers of one sort stand on one line, and how many on several.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    one_line: usize,
    lines: usize,
}

/// Two spaces, a line for each value: what a file is written in that is not there yet.
impl Default for Style<'_> {
    fn default() -> Self {
        Style {
            indent: "  ",
            newline: "\n",
            colon: ": ",
            comma: ", ",
            object_padding: "",
            array_padding: "",
            ascii: false,
            spread: [Spread::default(); 3],
            spread_at_all: true,
        }
    }
}

impl<'a> Style<'a> {
    pub(crate) fn of(tree: &'a Tree<'a>) -> Style<'a> {
        let text = tree.text();
        let mut survey = Survey::default();
        survey.visit(tree.root(), "");
        let default = Style::default();
        let colon = survey.colon.unwrap_or(default.colon);
        let tight = survey.colon.is_some_and(|colon| !colon.ends_with([' ', '\t']));
        let seen: usize = survey.spread.iter().map(|spread| spread.one_line + spread.lines).sum();
        Style {
            indent: survey.indent.unwrap_or(default.indent),
            newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
            colon,
            comma: survey.comma.unwrap_or(if tight { "," } else { default.comma }),
            object_padding: survey.object_padding.unwrap_or(""),
            array_padding: survey.array_padding.unwrap_or(""),
            ascii: text.is_ascii() && has_wide_escape(text),
            spread_at_all: seen == 0 || survey.spread.iter().any(|spread| spread.lines > 0),
            spread: survey.spread,
        }
    }

    /// Whether a new container like this one goes over several lines.
    pub(crate) fn spreads(&self, container: Node<'_>) -> bool {
        let Spread { one_line, lines } = self.spread[sort(container)];
        if one_line + lines > 0 { lines >= one_line } else { self.spread_at_all }
    }
}

/// Objects, arrays of containers, and arrays of plain values are laid out each in their own way.
fn sort(container: Node<'_>) -> usize {
    match container.kind() {
        NodeKind::Array if container.children().next().is_some_and(Node::is_container) => 1,
        NodeKind::Array => 2,
        _ => 0,
    }
}

/// Whether a string has a character beyond ASCII as an escape.
fn has_wide_escape(text: &str) -> bool {
    text.match_indices("\\u").any(|(at, _)| {
        let escaped = text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0;
        let digits = text.get(at + 2..at + 6).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        escaped && digits.is_some_and(|unit| unit >= 0x80)
    })
}

#[derive(Default)]
struct Survey<'a> {
    indent: Option<&'a str>,
    colon: Option<&'a str>,
    comma: Option<&'a str>,
    object_padding: Option<&'a str>,
    array_padding: Option<&'a str>,
    spread: [Spread; 3],
    visited: usize,
}

impl<'a> Survey<'a> {
    fn visit(&mut self, container: Node<'a>, indent: &'a str) {
        let Some(shape) = Shape::of(container) else {
            return;
        };
        self.visited += 1;
        self.count(container, &shape, indent);
        let inner = shape.indent.unwrap_or(indent);
        for child in container.children().filter(|child| child.is_container()) {
            if self.visited >= SAMPLE {
                return;
            }
            self.visit(child, inner);
        }
    }

    fn count(&mut self, container: Node<'a>, shape: &Shape<'a>, indent: &'a str) {
        self.colon = self.colon.or(shape.colon);
        let spread = &mut self.spread[sort(container)];
        match shape.indent {
            Some(own) => {
                spread.lines += 1;
                self.indent = self.indent.or(own.strip_prefix(indent));
            }
            None => {
                spread.one_line += 1;
                self.comma = self.comma.or(shape.separator);
                let padding = if container.kind() == NodeKind::Object {
                    &mut self.object_padding
                } else {
                    &mut self.array_padding
                };
                *padding = padding.or(Some(shape.lead));
            }
        }
    }
}
