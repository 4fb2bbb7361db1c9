//! Containers that are opened to be written to: nearly always one, and several where they read as one. Finds where
//! a write goes (section 3 of `docs/algorithm.md`); writes nothing, but takes apart what was text so far.
//!
//! ```text
//!   days: {monday: …}   by alice   ─┐ read as one map:  {monday, tuesday}
//!   days: {tuesday: …}  by bob     ─┘ a new key goes into the latest of them, an old one to where it is
//!
//!   todo: [milk]        by alice   ─┐ read as one list: [milk, eggs]
//!   todo: [eggs]        by bob     ─┘ a new element goes behind its left neighbour, into that one's list
//! ```

use crate::{
    address::path::{Path, Segment},
    data::{
        arena::{Body, ContainerRef, ElementLoc, EntryLoc, ListId, Loc, MapId},
        register::{NodeId, Register},
    },
    document::{
        Document, ValueType,
        read::{
            resolve::{list_index, map_key, up_to},
            union::{self, Candidate, ValueRef},
            view::View,
        },
    },
    names::{
        dot::Dot,
        error::{Error, Result},
    },
};

/// The maps, or the lists, that are written to as one; nearly always a single one. Of maps the first is the one that
/// new entries go to; lists stand in the order in which they read.
///
/// Invariant: several are at least two.
#[derive(Debug, Clone)]
pub(in crate::document) enum Containers<Id> {
    One(Id),
    Several(Vec<Id>),
}

pub(in crate::document) type Maps = Containers<MapId>;
pub(in crate::document) type Lists = Containers<ListId>;

/// What is open at a path.
pub(in crate::document) enum Opened {
    Maps(Maps),
    Lists(Lists),
}

/// What a path's last part names, in a container that can be written to.
pub(in crate::document) enum WriteTarget {
    Entry {
        maps: Maps,
        key: ecow::EcoString,
    },
    /// The index may be the list's length.
    Element {
        lists: Lists,
        index: usize,
    },
}

impl<Id: Copy> Containers<Id> {
    fn of(all: Vec<Id>) -> Option<Containers<Id>> {
        match all.as_slice() {
            [] => None,
            [only] => Some(Containers::One(*only)),
            _ => Some(Containers::Several(all)),
        }
    }

    pub(in crate::document) fn as_slice(&self) -> &[Id] {
        match self {
            Containers::One(id) => std::slice::from_ref(id),
            Containers::Several(ids) => ids,
        }
    }

    pub(in crate::document) fn first(&self) -> Id {
        match self {
            Containers::One(id) => *id,
            Containers::Several(ids) => ids[0],
        }
    }

    fn last(&self) -> Id {
        match self {
            Containers::One(id) => *id,
            Containers::Several(ids) => ids[ids.len() - 1],
        }
    }
}

impl Document {
    /// The container at a path, or those that read as one there, taken apart so that they can be written to.
    fn open(&mut self, segments: &[Segment]) -> Result<Opened> {
        let mut opened = Opened::Maps(Containers::One(MapId::ROOT));
        for depth in 0..segments.len() {
            opened = match self.open_child(&opened, &segments[depth]) {
                Some(child) => child,
                None => return Err(self.why_not_open(&opened, segments, depth)),
            };
        }
        Ok(opened)
    }

    /// The map at a path, or those that read as one there.
    pub(in crate::document) fn open_map(&mut self, path: &Path) -> Result<Maps> {
        match self.open(path.segments())? {
            Opened::Maps(maps) => Ok(maps),
            Opened::Lists(_) => Err(wrong_type(path, ValueType::List, ValueType::Map)),
        }
    }

    /// The list at a path, or those that read as one there.
    pub(in crate::document) fn open_list(&mut self, path: &Path) -> Result<Lists> {
        match self.open(path.segments())? {
            Opened::Lists(lists) => Ok(lists),
            Opened::Maps(_) => Err(wrong_type(path, ValueType::Map, ValueType::List)),
        }
    }

    /// What is at a path that leads to a container.
    pub(in crate::document) fn open_container(&mut self, path: &Path) -> Result<Opened> {
        self.open(path.segments())
    }

    /// The container in an entry or element of these, or those that readers see there as one; none where nothing is
    /// there, or no container.
    fn open_child(&mut self, opened: &Opened, segment: &Segment) -> Option<Opened> {
        match opened {
            Opened::Maps(maps) => self.open_entry(maps, map_key(segment)?),
            Opened::Lists(lists) => {
                let index = list_index(segment, self.len_of(lists))?;
                let element = self.element_at(lists, index)?;
                self.open_registers(&[element.into()])
            }
        }
    }

    /// The containers that readers see under a key of these maps.
    pub(in crate::document) fn open_entry(&mut self, maps: &Maps, key: &str) -> Option<Opened> {
        if let Containers::One(map) = maps {
            let slot = self.tree.map(*map).find(key)?;
            return self.open_registers(&[map.entry(slot).into()]);
        }
        let living: Vec<Loc> = self.living_entries(maps, key).into_iter().map(Loc::from).collect();
        self.open_registers(&living)
    }

    /// The containers that readers see in these registers as one, taken apart; none where they see a primitive, or
    /// nothing.
    pub(in crate::document) fn open_registers(&mut self, locs: &[Loc]) -> Option<Opened> {
        if let [loc] = locs
            && let Register::Plain(only) = self.tree.register(*loc)?
        {
            let dot = only.dot();
            let node = self.tree.open(*loc, dot)?;
            return Some(match self.tree.typed(node)? {
                ContainerRef::Map(map) => Opened::Maps(Containers::One(map)),
                ContainerRef::List(list) => Opened::Lists(Containers::One(list)),
            });
        }
        let mut all = Vec::new();
        for loc in locs {
            all.append(&mut union::candidates(self.tree.register(*loc)?));
        }
        let (seen, _) = union::split(self, all);
        let dots: Vec<Dot> = seen.into_iter().map(|candidate| candidate.dot).collect();
        let (mut maps, mut lists) = (Vec::new(), Vec::new());
        for dot in dots {
            let holds = |loc: &&Loc| self.tree.register(**loc).is_some_and(|r| r.find(dot).is_some());
            let loc = *locs.iter().find(holds)?;
            let node = self.tree.open(loc, dot)?;
            match self.tree.typed(node)? {
                ContainerRef::Map(map) => maps.push(map),
                ContainerRef::List(list) => lists.push(list),
            }
        }
        // What reads as one is of one type.
        Containers::of(maps).map(Opened::Maps).or_else(|| Containers::of(lists).map(Opened::Lists))
    }

    /// Why nothing can be opened at the segment of this depth.
    #[cold]
    fn why_not_open(&self, opened: &Opened, segments: &[Segment], depth: usize) -> Error {
        let here = up_to(segments, depth + 1);
        let found = self.find(&segments[..=depth]).map(|found| found.view.value_type());
        let reason = why_no_child(opened, segments, depth).unwrap_or_else(|| match found {
            None => format!("there is no {here}"),
            Some(found) => format!("{here} is {found}, neither a map nor a list"),
        });
        Error::no_such_path(up_to(segments, segments.len()), reason)
    }

    /// Where the value at a path is written.
    pub(in crate::document) fn write_target(&mut self, path: &Path) -> Result<WriteTarget> {
        let segments = path.segments();
        let Some((last, parents)) = segments.split_last() else {
            return Err(Error::no_such_path(
                "the root",
                "the document itself cannot be set or removed; use update",
            ));
        };
        let opened = self.open(parents)?;
        let missing = |reason: String| Error::no_such_path(path.to_string(), reason);
        if let Some(reason) = why_no_child(&opened, segments, parents.len()) {
            return Err(missing(reason));
        }
        match opened {
            Opened::Maps(maps) => {
                let key = map_key(last).unwrap_or_default().into();
                Ok(WriteTarget::Entry { maps, key })
            }
            Opened::Lists(lists) => {
                let len = self.len_of(&lists);
                let index = list_index(last, len);
                let too_far =
                    || missing(format!("{} has only {len} elements", up_to(segments, parents.len())));
                Ok(WriteTarget::Element { index: index.ok_or_else(too_far)?, lists })
            }
        }
    }

    /// How readers see these containers.
    pub(in crate::document) fn view_of<Id: Copy + Into<NodeId>>(
        &self,
        containers: &Containers<Id>,
    ) -> View<'_> {
        let first = || View::of_value(self, ValueRef::Node(containers.first().into()));
        let Containers::Several(ids) = containers else { return first() };
        let part = |id: &Id| {
            let dot = self.tree.dot(*id);
            Candidate { dot, born: dot, value: ValueRef::Node((*id).into()) }
        };
        View::of_visible(self, ids.iter().map(part).collect()).unwrap_or_else(first)
    }

    /// The entries in which something alive stands under a key.
    pub(in crate::document) fn living_entries(&self, maps: &Maps, key: &str) -> Vec<EntryLoc> {
        let alive = |id: &MapId| {
            let map = self.tree.map(*id);
            let slot = map.find(key).filter(|slot| map.register(*slot).is_some_and(Register::is_alive))?;
            Some(id.entry(slot))
        };
        maps.as_slice().iter().filter_map(alive).collect()
    }

    /// How many elements lists that read as one have.
    fn len_of(&self, lists: &Lists) -> usize {
        lists.as_slice().iter().map(|id| self.tree.list(*id).len()).sum()
    }

    /// The element at an index of lists that read as one.
    pub(in crate::document) fn element_at(&self, lists: &Lists, mut index: usize) -> Option<ElementLoc> {
        for id in lists.as_slice() {
            let list = self.tree.list(*id);
            if let Some(slot) = list.at(index) {
                return Some(id.element(slot));
            }
            index -= list.len();
        }
        None
    }

    /// Where readers see an element in lists that read as one.
    pub(in crate::document) fn index_in(&self, lists: &Lists, element: ElementLoc) -> Option<usize> {
        let mut before = 0;
        for id in lists.as_slice() {
            let list = self.tree.list(*id);
            if *id == element.list {
                return list.rank(element.slot).map(|rank| before + rank);
            }
            before += list.len();
        }
        None
    }

    /// Where something new goes so that it stands at an index: behind its left neighbour; at the very end,
    /// into the last list.
    pub(in crate::document) fn insertion_point(&self, lists: &Lists, index: usize) -> (ListId, usize) {
        if let Containers::One(list) = lists {
            return (*list, index);
        }
        if index >= self.len_of(lists) {
            return (lists.last(), self.tree.list(lists.last()).len());
        }
        let left = index.checked_sub(1).and_then(|left| self.element_at(lists, left));
        let behind = left.and_then(|left| Some((left.list, self.tree.list(left.list).rank(left.slot)? + 1)));
        behind.unwrap_or((lists.first(), 0))
    }

    /// The body of a container.
    pub(in crate::document) fn body(&self, id: NodeId) -> Option<&Body> {
        self.tree.get(id).map(|node| &node.body)
    }
}

/// Why a container of this type can have nothing that the segment of this depth names, if so.
fn why_no_child(opened: &Opened, segments: &[Segment], depth: usize) -> Option<String> {
    let above = up_to(segments, depth);
    match (opened, segments.get(depth)?) {
        (Opened::Maps(_), Segment::Index(_)) => {
            Some(format!("{above} is a map, and a map has keys, no indices"))
        }
        (Opened::Lists(_), Segment::Key(_)) => {
            Some(format!("{above} is a list, and a list has indices, no keys"))
        }
        _ => None,
    }
}

fn wrong_type(path: &Path, found: ValueType, wanted: ValueType) -> Error {
    Error::no_such_path(path.to_string(), format!("it is {found}, not {wanted}"))
}
