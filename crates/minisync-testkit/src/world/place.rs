//! Finds the place in a document that a choice number means, and the oracle's name for it.

use minisync::{Document, Path, Segment, ValueType, View};

use super::{Checked, Failure};
use crate::oracle::{ContainerId, ElementId, Group, Oracle, Register, Seen};

/// A container of a document.
pub(super) struct Place {
    pub(super) path: Path,
    pub(super) is_list: bool,
    pub(super) len: usize,
    /// The oracle's names for what reads as one there; `None` in a list that it cannot tell about.
    pub(super) group: Option<Group>,
    /// Lists on the way that read as one with a tainted list: an edit may go to any of them.
    pub(super) beside_tainted: Group,
}

/// The container (or the list) that `choice` means, counted in document order. `None` where there is none.
pub(super) fn find(
    doc: &Document,
    oracle: &Oracle,
    seen: &Seen,
    choice: u64,
    lists_only: bool,
) -> Checked<Option<Place>> {
    let mut count = u64::MAX;
    nth(doc.root(), &mut Vec::new(), lists_only, &mut count);
    let total = u64::MAX - count;
    if total == 0 {
        return Ok(None);
    }
    let mut segments = Vec::new();
    let mut left = choice % total;
    let Some(view) = nth(doc.root(), &mut segments, lists_only, &mut left) else {
        return Ok(None);
    };
    let path = to_path(&segments);
    let mut beside_tainted = Group::new();
    let group = locate(doc, oracle, seen, &path, &mut beside_tainted)?;
    let is_list = view.value_type() == ValueType::List;
    Ok(Some(Place { path, is_list, len: view.len(), group, beside_tainted }))
}

/// Walks the containers in document order; counts `left` down, and stops at the one where it is zero.
fn nth<'a>(
    view: View<'a>,
    segments: &mut Vec<Segment>,
    lists_only: bool,
    left: &mut u64,
) -> Option<View<'a>> {
    let is_list = match view.value_type() {
        ValueType::List => true,
        ValueType::Map => false,
        _ => return None,
    };
    if is_list || !lists_only {
        if *left == 0 {
            return Some(view);
        }
        *left -= 1;
    }
    if is_list {
        for (index, item) in view.items().enumerate() {
            segments.push(Segment::Index(i64::try_from(index).unwrap_or(i64::MAX)));
            let found = nth(item, segments, lists_only, left);
            if found.is_some() {
                return found;
            }
            segments.pop();
        }
    } else {
        for (key, item) in view.entries() {
            segments.push(Segment::Key(key.as_ref().into()));
            let found = nth(item, segments, lists_only, left);
            if found.is_some() {
                return found;
            }
            segments.pop();
        }
    }
    None
}

/// The path of these segments.
pub(super) fn to_path(segments: &[Segment]) -> Path {
    segments.iter().cloned().collect()
}

/// The path of an element.
pub(super) fn at(path: &Path, index: usize) -> Path {
    path.clone().index(i64::try_from(index).unwrap_or(i64::MAX))
}

/// The oracle's names for what reads as one at this path; `None` in a list that it cannot tell about.
fn locate(
    doc: &Document,
    oracle: &Oracle,
    seen: &Seen,
    path: &Path,
    beside_tainted: &mut Group,
) -> Checked<Option<Group>> {
    let is_tainted = |list: &ContainerId| oracle.is_tainted(*list, seen);
    let mut group = vec![0];
    let mut walked = Path::root();
    for segment in path.segments() {
        let live = match segment {
            Segment::Key(key) | Segment::Token(key) => {
                walked = walked.key(key.as_str());
                oracle.live_under(&group, key, seen)
            }
            Segment::Index(index) => {
                let index = usize::try_from(*index).unwrap_or(usize::MAX);
                let Some(element) = element(doc, oracle, seen, &group, &walked, index)? else {
                    return Ok(None);
                };
                walked = at(&walked, index);
                oracle.live(&Register::Element(element), seen)
            }
        };
        group = oracle.split(&live).0;
        if group.is_empty() {
            let other = live.first().and_then(|write| oracle.node(*write));
            let message = format!("a container is shown at {walked}, but there should be {other:?}");
            return Err(Failure::new("visible", message));
        }
        if group.iter().any(is_tainted) {
            beside_tainted.extend(group.iter().filter(|list| !is_tainted(list)));
        }
    }
    Ok(Some(group))
}

/// The element at an index of a list, named by the write of its value; `None` where the oracle cannot tell:
/// below a tainted list nothing is logged, so that the elements it still knows there count for nothing.
pub(super) fn element(
    doc: &Document,
    oracle: &Oracle,
    seen: &Seen,
    lists: &[ContainerId],
    path: &Path,
    index: usize,
) -> Checked<Option<ElementId>> {
    if lists.iter().any(|list| oracle.is_tainted(*list, seen)) {
        return Ok(None);
    }
    let path = at(path, index);
    let Some(((client, stamp), first)) = doc.author(&path).zip(doc.author_session(&path)) else {
        return Err(Failure::new("author", format!("nobody is the author of {path}")));
    };
    let found = oracle
        .write_at(client, first.as_micros(), stamp.as_micros(), seen)
        .and_then(|write| oracle.element_of(write));
    match found {
        Some((of, element)) if lists.contains(&of) => Ok(Some(element)),
        _ => Err(Failure::new("author", format!("{path} by {client} at {stamp} is no element of this list"))),
    }
}
