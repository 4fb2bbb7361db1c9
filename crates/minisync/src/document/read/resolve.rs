//! Addresses: from a path to the value, and to the container in which a path's last part is written.

use hashbrown::HashMap;

use crate::{
    address::path::{Path, Segment, ToPath},
    base::impossible,
    data::{
        arena::{Arena, Body, Loc},
        build,
        register::{NodeId, Register},
    },
    document::{
        Document, ValueType,
        read::union::{self, Candidate, ValueRef},
        read::view::View,
    },
    names::{
        dot::Dot,
        error::{Error, Result},
    },
};

/// A value that a path leads to, and what it competed with.
pub(in crate::document) struct Found<'a> {
    pub(in crate::document) view: View<'a>,
    /// The register; none for the root, within text, and within containers that read as one.
    pub(in crate::document) register: Option<&'a Register>,
    /// Within containers that read as one, what stands under a key of all these maps, or the element of one of
    /// these lists.
    in_union: Vec<Candidate<'a>>,
}

impl<'a> Found<'a> {
    /// Alone in its place.
    fn alone(view: View<'a>) -> Found<'a> {
        Found { view, register: None, in_union: Vec::new() }
    }

    /// All that is alive in its place; nothing for the root and within text.
    #[inline(never)]
    pub(in crate::document) fn candidates(&self) -> Vec<Candidate<'a>> {
        self.register.map_or_else(|| self.in_union.clone(), union::candidates)
    }
}

/// The index that a segment names in a list of this length, which may be the length itself.
pub(super) fn list_index(segment: &Segment, len: usize) -> Option<usize> {
    let index = match segment {
        Segment::Index(index) => *index,
        Segment::Token(token) if token == "-" => return Some(len),
        Segment::Token(token) => token.parse().ok()?,
        Segment::Key(_) => return None,
    };
    absolute(index, len)
}

/// An index that counts from the end where it is negative; up to `len`.
pub(in crate::document) fn absolute(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(i64::try_from(len).ok()?)? } else { index };
    usize::try_from(index).ok().filter(|index| *index <= len)
}

pub(super) fn map_key(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Key(key) | Segment::Token(key) => Some(key),
        Segment::Index(_) => None,
    }
}

pub(super) fn up_to(segments: &[Segment], count: usize) -> String {
    let path: Path = segments[..count].iter().cloned().collect();
    if count == 0 { "the root".to_owned() } else { path.to_string() }
}

/// How many of the siblings in its register readers see with a container: 0 where it lost, 1 where it is seen
/// alone. It is the `slot`, so that there is one kind of table to compile.
pub(in crate::document) type VisibleCounts = HashMap<Dot, Loc>;

/// How readers see a container.
pub(in crate::document) enum Visibility {
    /// At a path of its own.
    Path(Path),
    /// As a part of what stands in this register, the topmost one that holds several containers which read
    /// as one.
    Union(Loc),
    /// Not at all: it lost a conflict.
    Hidden,
}

/// One step down within text.
fn step_in_text<'a>(view: &View<'a>, segment: &Segment) -> Option<Found<'a>> {
    let inner = match segment {
        Segment::Index(_) => view.at(list_index(segment, view.len())?)?,
        Segment::Token(token) if token == "-" || view.value_type() == ValueType::List => {
            view.at(list_index(segment, view.len())?)?
        }
        Segment::Key(key) | Segment::Token(key) => view.get(key)?,
    };
    Some(Found::alone(inner))
}

impl Document {
    /// Follows a path as readers see the document.
    pub(in crate::document) fn find<'a>(&'a self, segments: &[Segment]) -> Option<Found<'a>> {
        let mut found = Found::alone(self.root());
        for segment in segments {
            found = self.step_into(&found.view, segment)?;
        }
        Some(found)
    }

    /// One step down, as readers see it.
    pub(in crate::document) fn step_into<'a>(
        &'a self,
        view: &View<'a>,
        segment: &Segment,
    ) -> Option<Found<'a>> {
        let id = match (view.union(), view.value()) {
            (Some(parts), _) => return self.step_in_union(view, parts, segment),
            (None, ValueRef::Text(_)) => return step_in_text(view, segment),
            (None, ValueRef::Node(id)) => id,
        };
        let register = match &self.tree.get(id)?.body {
            Body::Map(map) => map.register(map.find(map_key(segment)?)?)?,
            Body::List(list) => list.register(list.at(list_index(segment, list.len())?)?)?,
        };
        Some(Found { view: View::of(self, register)?, register: Some(register), in_union: Vec::new() })
    }

    fn step_in_union<'a>(
        &'a self,
        view: &View<'a>,
        parts: &[Candidate<'a>],
        segment: &Segment,
    ) -> Option<Found<'a>> {
        if view.value_type() == ValueType::Map {
            let all = union::under_key(self, parts, map_key(segment)?);
            let view = View::of_candidates(self, all.clone())?;
            return Some(Found { view, register: None, in_union: all });
        }
        let mut index = list_index(segment, view.len())?;
        for part in parts {
            let list = View::of_value(self, part.value);
            let len = list.len();
            if index < len {
                return match part.value {
                    ValueRef::Node(_) => self.step_into(&list, &Segment::Index(i64::try_from(index).ok()?)),
                    ValueRef::Text(text) => {
                        let element = union::nth_in_text(text, part.dot, index)?;
                        let view = View::of_value(self, element.value);
                        Some(Found { view, register: None, in_union: vec![element] })
                    }
                };
            }
            index -= len;
        }
        None
    }

    /// The container with this dot, wherever it hangs and also where it lost a conflict, taken apart so that
    /// it can be written to; none where it is not, or no longer, in the document.
    pub(in crate::document) fn container(&mut self, dot: Dot) -> Option<NodeId> {
        if dot == Dot::ROOT {
            return Some(Arena::ROOT);
        }
        if let Some(id) = self.tree.index().container(dot) {
            return Some(id);
        }
        let record = self.tree.index().at_or_before(dot.session, dot.stamp)?;
        let top = Dot { stamp: record.stamp, session: dot.session };
        let mut loc = record.loc;
        let mut at = self.tree.register(loc)?.find(top)?.dot();
        // What was written in one go has one record, that of its first dot, and the others follow by counting. So
        // the record at or before the dot leads to the write it belongs to, and from there it goes down, always into
        // the entry that counts over it, to the container that was born with this very dot.
        loop {
            let id = self.tree.open(loc, at)?;
            if at == dot {
                return Some(id);
            }
            (loc, at) = self.child_towards(id, dot)?;
        }
    }

    /// The entry of `node` in whose value `dot` lies, among those that it was born with.
    fn child_towards(&self, node: NodeId, dot: Dot) -> Option<(Loc, Dot)> {
        let holds = |register: &Register| {
            let sibling = register
                .siblings()
                .find(|sibling| sibling.dot().session == dot.session && sibling.dot().stamp <= dot.stamp)?;
            let distance = dot.since(sibling.dot())?;
            (sibling.is_alive() && distance <= self.tree.span(sibling)).then_some(sibling.dot())
        };
        let found = match &self.tree.get(node)?.body {
            Body::Map(map) => map
                .born_until(dot, &self.writers)
                .find_map(|(slot, entry)| Some((slot, holds(&entry.register)?))),
            Body::List(list) => list
                .born_until(dot, build::CHUNK as u64)
                .find_map(|(slot, e)| Some((slot, holds(&e.register)?))),
        };
        found.map(|(slot, at)| (Loc { node, slot }, at))
    }

    /// How readers see a container. Looks into each register with several siblings once, as long as the same
    /// `known` is handed in.
    pub(in crate::document) fn visibility(&self, node: NodeId, known: &mut VisibleCounts) -> Visibility {
        let mut segments = Vec::new();
        // What lost in its own register may be seen in the union of an ancestor with others.
        let (mut at, mut union, mut is_lost) = (node, None, false);
        while let Some((dot, loc)) = self.tree.get(at).and_then(|node| Some((node.dot, node.parent?))) {
            let Some(register) = self.tree.register(loc) else {
                impossible("the register of a container is gone");
                return Visibility::Hidden;
            };
            if let Register::Full(_) = register {
                if !known.contains_key(&dot) {
                    self.count_visible(register, known);
                }
                // From the bottom up, the topmost register decides: where readers see several containers in it,
                // all that is below is part of that union, also what lost in a register further down, since in
                // the union it may be of the winner's type. Where they see none of this, or only another one,
                // nothing below is seen either, whatever was found so far.
                match known.get(&dot).map_or(0, |seen| seen.slot) {
                    0 => is_lost = true,
                    1 => {}
                    _ => (union, is_lost) = (Some(loc), false),
                }
            }
            let Some(segment) = self.segment_of(loc) else {
                impossible("a container is left in a dead element");
                return Visibility::Hidden;
            };
            segments.push(segment);
            at = loc.node;
        }
        segments.reverse();
        match union {
            _ if is_lost => Visibility::Hidden,
            Some(loc) => Visibility::Union(loc),
            None => Visibility::Path(segments.into_iter().collect()),
        }
    }

    #[inline(never)]
    fn count_visible(&self, register: &Register, known: &mut VisibleCounts) {
        let seen = self.visible_dots(register);
        let count = |count: usize| Loc { node: Arena::ROOT, slot: u32::try_from(count).unwrap_or(u32::MAX) };
        for sibling in register.siblings() {
            known.insert(sibling.dot(), count(0));
        }
        for dot in &seen {
            known.insert(*dot, count(seen.len()));
        }
    }

    /// Where readers see a register, unless it lies within containers that read as one.
    pub(in crate::document) fn path_of(&self, loc: Loc) -> Option<Path> {
        let Visibility::Path(path) = self.visibility(loc.node, &mut VisibleCounts::default()) else {
            return None;
        };
        Some(path.segments().iter().cloned().chain([self.segment_of(loc)?]).collect())
    }

    /// The last part of the path to a register.
    pub(in crate::document) fn segment_of(&self, loc: Loc) -> Option<Segment> {
        match &self.tree.get(loc.node)?.body {
            Body::Map(map) => Some(Segment::Key(map.entry(loc.slot)?.key.clone())),
            Body::List(list) => Some(Segment::Index(i64::try_from(list.rank(loc.slot)?).ok()?)),
        }
    }

    /// Parses a path, and makes sure that a value of this depth may stand there.
    pub(in crate::document) fn checked_path<'p>(
        &self,
        path: &'p impl ToPath,
    ) -> Result<std::borrow::Cow<'p, Path>> {
        let path = path.to_path()?;
        if path.segments().len() > self.limits.depth {
            return Err(Error::limit(format!("the path is deeper than {} levels", self.limits.depth)));
        }
        Ok(path)
    }
}
