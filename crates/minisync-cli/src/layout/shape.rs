//! How one container is laid out: what stands between its brackets and its children. Knows only its text.

use minisync::syntax::{Node, NodeKind};

/// The layout of a container that has children.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape<'a> {
    /// From the opening bracket to the first child.
    pub(crate) lead: &'a str,
    /// From the last child to the closing bracket.
    pub(crate) tail: &'a str,
    /// The indentation of the children's lines; None where all stands on one line.
    pub(crate) indent: Option<&'a str>,
    /// Between two children, the comma in it; None where there is one child, or an unusual gap.
    pub(crate) separator: Option<&'a str>,
    /// Between the first key and its value.
    pub(crate) colon: Option<&'a str>,
}

impl<'a> Shape<'a> {
    /// None for what has no children.
    pub(crate) fn of(container: Node<'a>) -> Option<Shape<'a>> {
        if !container.is_container() || container.is_empty() {
            return None;
        }
        let mut members = members(container);
        let (first_start, first_end) = members.next()?;
        let gap = members.next().map(|(start, _)| text_between(container, first_end, start));
        let lead = text_between(container, container.start() + 1, first_start);
        let indent = last_line(lead).or_else(|| last_line(gap?));
        Some(Shape {
            lead,
            tail: tail(container),
            indent,
            separator: gap.filter(|gap| gap.matches('\n').count() <= 1),
            colon: colon(container),
        })
    }
}

/// The bytes between two places of the text that `node` is part of.
pub(crate) fn text_between<'t>(node: Node<'t>, start: usize, end: usize) -> &'t str {
    &node.whole()[start..end]
}

/// Start and end of each element, or of each key with its value.
pub(crate) fn members(container: Node<'_>) -> impl Iterator<Item = (usize, usize)> {
    let object = container.kind() == NodeKind::Object;
    let mut children = container.children();
    std::iter::from_fn(move || {
        let first = children.next()?;
        let last = if object { children.next()? } else { first };
        Some((first.start(), last.end()))
    })
}

/// The white space before the closing bracket.
fn tail(container: Node<'_>) -> &str {
    let raw = container.raw();
    let inside = &raw[..raw.len() - 1];
    &inside[inside.trim_end_matches([' ', '\t', '\r', '\n']).len()..]
}

fn colon(container: Node<'_>) -> Option<&str> {
    if container.kind() != NodeKind::Object {
        return None;
    }
    let (key, value) = container.entries().next()?;
    Some(text_between(container, key.end(), value.start())).filter(|colon| !colon.contains('\n'))
}

/// The white space that the last line starts with.
fn last_line(gap: &str) -> Option<&str> {
    let line = &gap[gap.rfind('\n')? + 1..];
    Some(&line[..line.len() - line.trim_start_matches([' ', '\t']).len()])
}
