//! Addresses: from a path to the value, and to the container in which a path's last part is written.

use hashbrown::HashMap;

use crate::{
    address::path::{Path, Segment, ToPath},
    data::{
        arena::{Arena, Body, Loc, Node},
        build,
        register::{Content, ContentRef, NodeId, Register},
    },
    document::{
        Document, ValueType,
        read::union::{self, Candidate, Nodes, Part},
        read::view::{At, View},
    },
    names::{
        dot::Dot,
        error::{Error, Result},
    },
};

/// A value that a path leads to.
pub(in crate::document) struct Found<'a> {
    pub(in crate::document) view: View<'a>,
    pub(in crate::document) place: Competing<'a>,
}

/// What competes for the place that a path leads to.
pub(in crate::document) enum Competing<'a> {
    /// Nothing: it is the root, or lies within text.
    Nothing,
    /// The siblings of a register.
    Register(&'a Register),
    /// What stands under one key of several maps, or as one element of several lists, that read as one.
    United(Vec<Candidate<'a>>),
}

impl<'a> Competing<'a> {
    /// All that is alive.
    #[inline(never)]
    pub(in crate::document) fn candidates(&self) -> Vec<Candidate<'a>> {
        match self {
            Competing::Nothing => Vec::new(),
            Competing::Register(register) => union::candidates(register),
            Competing::United(all) => all.clone(),
        }
    }
}

/// What a path's last part names, in a container that can be written to.
pub(in crate::document) enum Target {
    Entry {
        maps: Nodes,
        key: ecow::EcoString,
    },
    /// The index may be the list's length.
    Element {
        lists: Nodes,
        index: usize,
    },
}

/// The index that a segment names in a list of this length, which may be the length itself.
fn list_index(segment: &Segment, len: usize) -> Option<usize> {
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

fn map_key(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Key(key) | Segment::Token(key) => Some(key),
        Segment::Index(_) => None,
    }
}

fn up_to(segments: &[Segment], count: usize) -> String {
    let path: Path = segments[..count].iter().cloned().collect();
    if count == 0 { "the root".to_owned() } else { path.to_string() }
}

/// The registers that a segment names: several only in maps that read as one.
enum Places {
    One(Loc),
    Many(Vec<Loc>),
}

/// How many of the siblings in its register readers see with a container: 0 where it lost, 1 where it is seen
/// alone. It is the `slot`, so that there is one kind of table to compile.
pub(in crate::document) type KnownSeen = HashMap<Dot, Loc>;

/// How readers see a container.
pub(in crate::document) enum Sight {
    /// At a path of its own.
    Path(Path),
    /// As a part of what stands in this register, the topmost one that holds several containers which read
    /// as one.
    United(Loc),
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
    Some(Found { view: inner, place: Competing::Nothing })
}

impl Document {
    /// Follows a path as readers see the document.
    pub(in crate::document) fn find<'a>(&'a self, segments: &[Segment]) -> Option<Found<'a>> {
        let mut found = Found { view: self.root(), place: Competing::Nothing };
        for segment in segments {
            found = self.step(&found.view, segment)?;
        }
        Some(found)
    }

    /// One step down, as readers see it.
    pub(in crate::document) fn step<'a>(&'a self, view: &View<'a>, segment: &Segment) -> Option<Found<'a>> {
        let id = match &view.at {
            At::Node(id) => *id,
            At::Text(_) => return step_in_text(view, segment),
            At::United(parts) => return self.step_united(view, parts, segment),
        };
        let register = match &self.arena.get(id)?.body {
            Body::Map(map) => map.register(map.find(map_key(segment)?)?)?,
            Body::List(list) => list.register(list.at(list_index(segment, list.len())?)?)?,
        };
        Some(Found { view: View::of(self, register)?, place: Competing::Register(register) })
    }

    fn step_united<'a>(
        &'a self,
        view: &View<'a>,
        parts: &[Candidate<'a>],
        segment: &Segment,
    ) -> Option<Found<'a>> {
        if view.value_type() == ValueType::Map {
            let all = union::under_key(self, parts, map_key(segment)?);
            let view = union::view(self, all.clone())?;
            return Some(Found { view, place: Competing::United(all) });
        }
        let mut index = list_index(segment, view.len())?;
        for part in parts {
            let list = View::of_part(self, part.part);
            let len = list.len();
            if index < len {
                return match part.part {
                    Part::Node(_) => self.step(&list, &Segment::Index(i64::try_from(index).ok()?)),
                    Part::Text(text) => {
                        let element = union::nth_in_text(text, part.dot, index)?;
                        let view = View::of_part(self, element.part);
                        Some(Found { view, place: Competing::United(vec![element]) })
                    }
                };
            }
            index -= len;
        }
        None
    }

    /// The container at a path, or those that read as one there, taken apart so that they can be written to.
    pub(in crate::document) fn open(&mut self, segments: &[Segment]) -> Result<Nodes> {
        let mut nodes = Nodes::One(Arena::ROOT);
        for depth in 0..segments.len() {
            let opened = match self.locate(&nodes, segments, depth)? {
                Places::One(loc) => self.open_all(&[loc]),
                Places::Many(locs) => self.open_all(&locs),
            };
            nodes = opened.ok_or_else(|| {
                let place = up_to(segments, depth + 1);
                let found = self.find(&segments[..=depth]).map(|found| found.view.value_type());
                let what = found.map_or("nothing".to_owned(), |found| found.to_string());
                Error::no_such_path(
                    up_to(segments, segments.len()),
                    format!("{place} is {what}, neither a map nor a list"),
                )
            })?;
        }
        Ok(nodes)
    }

    /// The living registers in `nodes` that the segment names.
    fn locate(&self, nodes: &Nodes, segments: &[Segment], depth: usize) -> Result<Places> {
        let missing = |reason: String| Error::no_such_path(up_to(segments, segments.len()), reason);
        let segment = &segments[depth];
        let above = || up_to(segments, depth);
        let places = match self.body(nodes.first()) {
            Some(Body::Map(map)) => {
                let key = map_key(segment).ok_or_else(|| {
                    missing(format!("{} is a map, and a map has keys, no indices", above()))
                })?;
                match nodes {
                    Nodes::One(node) => map
                        .find(key)
                        .filter(|slot| map.register(*slot).is_some_and(Register::is_alive))
                        .map(|slot| Places::One(Loc { node: *node, slot })),
                    Nodes::Many(_) => {
                        Some(self.living(nodes, key)).filter(|locs| !locs.is_empty()).map(Places::Many)
                    }
                }
            }
            Some(Body::List(_)) => {
                if matches!(segment, Segment::Key(_)) {
                    return Err(missing(format!("{} is a list, and a list has indices, no keys", above())));
                }
                let index = list_index(segment, self.len_of(nodes));
                index.and_then(|index| self.element_at(nodes, index)).map(Places::One)
            }
            None => None,
        };
        places.ok_or_else(|| missing(format!("there is no {}", up_to(segments, depth + 1))))
    }

    /// Takes the text container with this dot apart. What readers see and what is sent stays the same.
    pub(in crate::document) fn expand(&mut self, loc: Loc, dot: Dot) -> Option<NodeId> {
        let ContentRef::Text(text) = self.arena.register(loc)?.find(dot)?.content() else { return None };
        let text = text.clone();
        let node = build::expand(&mut self.arena, &text, dot)?;
        let id = self.arena.add(Node { parent: Some(loc), ..node });
        self.arena.register_mut(loc)?.find_mut(dot)?.set_node(id);
        self.index.index_container(dot, id);
        Some(id)
    }

    /// The container with this dot, wherever it hangs and also where it lost a conflict, taken apart so that
    /// it can be written to; none where it is not, or no longer, in the document.
    pub(in crate::document) fn container(&mut self, dot: Dot) -> Option<NodeId> {
        if dot == Dot::ROOT {
            return Some(Arena::ROOT);
        }
        if let Some(id) = self.index.container(dot) {
            return Some(id);
        }
        let record = self.index.at_or_before(dot.client, dot.stamp)?;
        let top = Dot { stamp: record.stamp, client: dot.client };
        let mut loc = record.loc;
        let mut at = self.arena.register(loc)?.find(top)?.dot();
        // Down through what was written in one go, to the container that was born with this very dot.
        loop {
            let id = match self.arena.register(loc)?.find(at)?.content() {
                ContentRef::Node(id) => id,
                _ => self.expand(loc, at)?,
            };
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
                .find(|sibling| sibling.dot().client == dot.client && sibling.dot().stamp <= dot.stamp)?;
            let distance = dot.since(sibling.dot())?;
            let span = match sibling.content() {
                ContentRef::Text(text) => crate::json::entries(text),
                ContentRef::Node(id) => self.arena.get(id)?.span,
                ContentRef::Tombstone | ContentRef::Known => return None,
            };
            (distance <= span).then_some(sibling.dot())
        };
        let found = match &self.arena.get(node)?.body {
            Body::Map(map) => map
                .born_until(dot, &self.clients)
                .find_map(|(slot, entry)| Some((slot, holds(&entry.register)?))),
            Body::List(list) => list
                .born_until(dot, build::CHUNK as u64)
                .find_map(|(slot, e)| Some((slot, holds(&e.register)?))),
        };
        found.map(|(slot, at)| (Loc { node, slot }, at))
    }

    /// Where the value at a path is written.
    pub(in crate::document) fn target(&mut self, path: &Path) -> Result<Target> {
        let segments = path.segments();
        let Some((last, parents)) = segments.split_last() else {
            return Err(Error::no_such_path(
                "the root",
                "the document itself cannot be set or removed; use update",
            ));
        };
        let nodes = self.open(parents)?;
        let missing = |reason: String| Error::no_such_path(path.to_string(), reason);
        let parent = up_to(segments, parents.len());
        match self.body(nodes.first()) {
            Some(Body::Map(_)) => {
                let key = map_key(last)
                    .ok_or_else(|| missing(format!("{parent} is a map, and a map has keys, no indices")))?;
                Ok(Target::Entry { maps: nodes, key: key.into() })
            }
            Some(Body::List(_)) => {
                if matches!(last, Segment::Key(_)) {
                    return Err(missing(format!("{parent} is a list, and a list has indices, no keys")));
                }
                let len = self.len_of(&nodes);
                let index = list_index(last, len);
                let index = index.ok_or_else(|| missing(format!("{parent} has only {len} elements")))?;
                Ok(Target::Element { lists: nodes, index })
            }
            None => Err(missing("its container is gone".to_owned())),
        }
    }

    /// How readers see a container. Looks into each register with several siblings once, as long as the same
    /// `known` is handed in.
    pub(in crate::document) fn sight(&self, node: NodeId, known: &mut KnownSeen) -> Sight {
        let mut segments = Vec::new();
        // What lost in its own register may be seen in the union of an ancestor with others.
        let (mut at, mut united, mut is_lost) = (node, None, false);
        while let Some((dot, loc)) = self.arena.get(at).and_then(|node| Some((node.dot, node.parent?))) {
            let Some(register) = self.arena.register(loc) else { return Sight::Hidden };
            if let Register::Full(_) = register {
                if !known.contains_key(&dot) {
                    self.look_into(register, known);
                }
                match known.get(&dot).map_or(0, |seen| seen.slot) {
                    0 => is_lost = true,
                    1 => {}
                    _ => (united, is_lost) = (Some(loc), false),
                }
            }
            let Some(segment) = self.segment(loc) else { return Sight::Hidden };
            segments.push(segment);
            at = loc.node;
        }
        segments.reverse();
        match united {
            _ if is_lost => Sight::Hidden,
            Some(loc) => Sight::United(loc),
            None => Sight::Path(segments.into_iter().collect()),
        }
    }

    #[inline(never)]
    fn look_into(&self, register: &Register, known: &mut KnownSeen) {
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
        let Sight::Path(path) = self.sight(loc.node, &mut KnownSeen::default()) else { return None };
        Some(path.segments().iter().cloned().chain([self.segment(loc)?]).collect())
    }

    /// The last part of the path to a register.
    pub(in crate::document) fn segment(&self, loc: Loc) -> Option<Segment> {
        match &self.arena.get(loc.node)?.body {
            Body::Map(map) => Some(Segment::Key(map.entry(loc.slot)?.key.clone())),
            Body::List(list) => Some(Segment::Index(i64::try_from(list.rank(loc.slot)?).ok()?)),
        }
    }

    /// Parses a path, and makes sure that a value of this depth may stand there.
    pub(in crate::document) fn address<'p>(
        &self,
        path: &'p impl ToPath,
    ) -> Result<std::borrow::Cow<'p, Path>> {
        let path = path.to_path()?;
        if path.segments().len() > self.limits.depth {
            return Err(Error::limit(format!("the path is deeper than {} levels", self.limits.depth)));
        }
        Ok(path)
    }

    /// What a value becomes in memory, when it is written at `dot`: `text` is canonical.
    pub(in crate::document) fn build(&mut self, text: &str, dot: Dot) -> Result<Content> {
        let mut cursor = crate::json::Cursor::new(text, usize::MAX);
        let built = build::content(&mut self.arena, &mut cursor, dot);
        built.map(|(content, _)| content).map_err(|error| Error::invalid_value(error.pointer, error.reason))
    }
}
