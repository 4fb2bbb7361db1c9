//! The containers of one document, by number. Knows maps, lists and registers; no versions, no text.

use std::sync::LazyLock;

use crate::{
    base::{impossible, narrow::narrow},
    data::{
        list::List,
        map::{Map, Slot},
        register::{ContentRef, NodeId, Register},
    },
    names::{dot::Dot, writers::Writers},
};

/// A register's place: a container, and the slot in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Loc {
    pub(crate) node: NodeId,
    pub(crate) slot: Slot,
}

/// A map in the arena: a number that was a map's when this was made, and stays one as long as the map is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct MapId(NodeId);

/// A list in the arena; see [`MapId`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ListId(NodeId);

/// A container whose type is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ContainerRef {
    Map(MapId),
    List(ListId),
}

/// The register of a map entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct EntryLoc {
    pub(crate) map: MapId,
    pub(crate) slot: Slot,
}

/// The register of a list element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ElementLoc {
    pub(crate) list: ListId,
    pub(crate) slot: Slot,
}

impl ContainerRef {
    /// The list, if it is one.
    pub(crate) fn list(self) -> Option<ListId> {
        match self {
            ContainerRef::List(list) => Some(list),
            ContainerRef::Map(_) => None,
        }
    }
}

impl MapId {
    pub(crate) const ROOT: MapId = MapId(Arena::ROOT);

    pub(crate) fn entry(self, slot: Slot) -> EntryLoc {
        EntryLoc { map: self, slot }
    }
}

impl ListId {
    pub(crate) fn element(self, slot: Slot) -> ElementLoc {
        ElementLoc { list: self, slot }
    }
}

impl From<MapId> for NodeId {
    fn from(map: MapId) -> NodeId {
        map.0
    }
}

impl From<ListId> for NodeId {
    fn from(list: ListId) -> NodeId {
        list.0
    }
}

impl From<EntryLoc> for Loc {
    fn from(entry: EntryLoc) -> Loc {
        Loc { node: entry.map.0, slot: entry.slot }
    }
}

impl From<ElementLoc> for Loc {
    fn from(element: ElementLoc) -> Loc {
        Loc { node: element.list.0, slot: element.slot }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Map(Map),
    List(Box<List>),
}

/// A container: its identity is the dot of the write that created it.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) dot: Dot,
    /// The register that holds it; none for the root, and for what a message says of a container.
    pub(crate) parent: Option<Loc>,
    /// How many entries, at every depth, it was born with, where these were taken apart later and have no
    /// entries of their own in the journal; else 0.
    pub(crate) span: u64,
    pub(crate) body: Body,
}

/// Invariant: the children's `parent` and the registers' contents agree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    nodes: Vec<Option<Node>>,
    unused: Vec<NodeId>,
    strays: Option<Box<Strays>>,
}

/// What an id leads to whose container is gone: cannot happen, and in a release build has no effect on anything else.
#[derive(Clone, Debug)]
struct Strays {
    map: Map,
    list: List,
}

impl Default for Strays {
    fn default() -> Strays {
        Strays { map: Map::default(), list: List::new(Dot::ROOT) }
    }
}

/// Strays that are only read.
static STRAYS: LazyLock<Strays> = LazyLock::new(Strays::default);

impl Arena {
    pub(crate) const ROOT: NodeId = NodeId(0);

    /// With an empty root.
    pub(crate) fn new() -> Arena {
        let mut arena = Arena::default();
        arena.add(Node { dot: Dot::ROOT, parent: None, span: 0, body: Body::Map(Map::default()) });
        arena
    }

    pub(crate) fn add(&mut self, node: Node) -> NodeId {
        match self.unused.pop() {
            Some(id) => {
                self.nodes[id.0 as usize] = Some(node);
                id
            }
            None => {
                self.nodes.push(Some(node));
                NodeId(narrow(self.nodes.len() - 1))
            }
        }
    }

    pub(crate) fn add_map(&mut self, dot: Dot, map: Map) -> NodeId {
        self.add(Node { dot, parent: None, span: 0, body: Body::Map(map) })
    }

    pub(crate) fn add_list(&mut self, dot: Dot, list: List) -> NodeId {
        self.add(Node { dot, parent: None, span: 0, body: Body::List(Box::new(list)) })
    }

    /// Takes one container out; what it holds stays where it is.
    pub(crate) fn remove(&mut self, id: NodeId) -> Option<Node> {
        let node = self.nodes.get_mut(id.0 as usize)?.take()?;
        self.unused.push(id);
        Some(node)
    }

    pub(crate) fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)?.as_mut()
    }

    /// All containers, in no order.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().flatten()
    }

    /// The container as what it is.
    pub(crate) fn typed(&self, id: NodeId) -> Option<ContainerRef> {
        Some(match self.get(id)?.body {
            Body::Map(_) => ContainerRef::Map(MapId(id)),
            Body::List(_) => ContainerRef::List(ListId(id)),
        })
    }

    pub(crate) fn as_map(&self, id: NodeId) -> Option<&Map> {
        match &self.get(id)?.body {
            Body::Map(map) => Some(map),
            Body::List(_) => None,
        }
    }

    pub(crate) fn as_list(&self, id: NodeId) -> Option<&List> {
        match &self.get(id)?.body {
            Body::List(list) => Some(list),
            Body::Map(_) => None,
        }
    }

    pub(crate) fn map(&self, id: MapId) -> &Map {
        self.as_map(id.0).unwrap_or_else(|| {
            impossible("a map is gone");
            &STRAYS.map
        })
    }

    pub(crate) fn list(&self, id: ListId) -> &List {
        self.as_list(id.0).unwrap_or_else(|| {
            impossible("a list is gone");
            &STRAYS.list
        })
    }

    pub(crate) fn map_mut(&mut self, id: MapId) -> &mut Map {
        match self.nodes.get_mut(id.0.0 as usize) {
            Some(Some(Node { body: Body::Map(map), .. })) => map,
            _ => {
                impossible("a map is gone");
                &mut self.strays.get_or_insert_default().map
            }
        }
    }

    pub(crate) fn list_mut(&mut self, id: ListId) -> &mut List {
        match self.nodes.get_mut(id.0.0 as usize) {
            Some(Some(Node { body: Body::List(list), .. })) => list,
            _ => {
                impossible("a list is gone");
                &mut self.strays.get_or_insert_default().list
            }
        }
    }

    /// The dot of a container.
    pub(crate) fn dot(&self, id: impl Into<NodeId>) -> Dot {
        self.get(id.into()).map_or_else(
            || {
                impossible("a container is gone");
                Dot::ROOT
            },
            |node| node.dot,
        )
    }

    pub(crate) fn register(&self, loc: Loc) -> Option<&Register> {
        match &self.get(loc.node)?.body {
            Body::Map(map) => map.register(loc.slot),
            Body::List(list) => list.register(loc.slot),
        }
    }

    /// For changes that leave births, identity and life as they are.
    pub(crate) fn register_mut(&mut self, loc: Loc) -> Option<&mut Register> {
        match &mut self.get_mut(loc.node)?.body {
            Body::Map(map) => map.register_mut(loc.slot),
            Body::List(list) => list.register_mut(loc.slot),
        }
    }

    /// Every register of a container, also the dead.
    pub(crate) fn registers(&self, id: NodeId) -> Vec<(Slot, &Register)> {
        match self.get(id).map(|node| &node.body) {
            Some(Body::Map(map)) => map.iter_all().map(|(slot, e)| (slot, &e.register)).collect(),
            Some(Body::List(list)) => list.iter_all().map(|(slot, e)| (slot, &e.register)).collect(),
            None => Vec::new(),
        }
    }

    /// Tells the containers in a register which register holds them.
    pub(crate) fn set_parent(&mut self, loc: Loc) {
        let nodes: Vec<NodeId> = match self.register(loc) {
            Some(register) => register.siblings().filter_map(|sibling| sibling.node()).collect(),
            None => Vec::new(),
        };
        for id in nodes {
            let node = self.get_mut(id);
            debug_assert!(node.is_some(), "the register at {loc:?} holds a container that is gone");
            if let Some(node) = node {
                node.parent = Some(loc);
            }
        }
    }

    /// How many containers there are above it.
    pub(crate) fn depth(&self, id: NodeId) -> usize {
        let above = |at: &NodeId| self.get(*at)?.parent.map(|loc| loc.node);
        std::iter::successors(Some(id), above).count() - 1
    }

    /// Takes a container over from another arena with all below it.
    pub(crate) fn import(&mut self, other: &mut Arena, id: NodeId) -> Option<NodeId> {
        let node = other.remove(id)?;
        let new = self.add(node);
        self.import_children(other, new);
        Some(new)
    }

    /// After a container's body came from another arena: takes over what is below.
    fn import_children(&mut self, other: &mut Arena, top: NodeId) {
        let mut waiting = vec![top];
        while let Some(parent) = waiting.pop() {
            let Some(Node { body, .. }) = self.get_mut(parent) else { continue };
            let children = match body {
                Body::Map(map) => nodes_of(map.registers_mut()),
                Body::List(list) => nodes_of(list.registers_mut()),
            };
            for (slot, dot, old) in children {
                let Some(mut child) = other.remove(old) else {
                    impossible("a message holds a container twice, or not at all");
                    continue;
                };
                child.parent = Some(Loc { node: parent, slot });
                let new = self.add(child);
                let loc = Loc { node: parent, slot };
                if let Some(sibling) = self.register_mut(loc).and_then(|register| register.find_mut(dot)) {
                    sibling.set_node(new);
                }
                waiting.push(new);
            }
        }
    }

    /// All containers, those above first.
    pub(crate) fn walk(&self, top: NodeId) -> Vec<NodeId> {
        let mut all = vec![top];
        let mut next = 0;
        while let Some(id) = all.get(next).copied() {
            all.extend(
                self.registers(id)
                    .iter()
                    .flat_map(|(_, register)| register.siblings().filter_map(|s| s.node())),
            );
            next += 1;
        }
        all
    }

    /// Whether all links agree. `writers` orders the entries.
    pub(crate) fn check(&self, writers: &Writers) -> Result<(), String> {
        let reached = self.walk(Arena::ROOT);
        if reached.len() != self.nodes.iter().flatten().count() {
            return Err("a container has no parent".into());
        }
        for id in reached {
            let Some(node) = self.get(id) else {
                return Err("a register holds a container that is gone".into());
            };
            match &node.body {
                Body::Map(map) => map.check(writers)?,
                Body::List(list) => list.check(writers)?,
            }
            for (slot, register) in self.registers(id) {
                for sibling in register.siblings() {
                    let ContentRef::Node(child) = sibling.content() else { continue };
                    let linked = self.get(child).map(|child| (child.dot, child.parent));
                    if linked != Some((sibling.dot(), Some(Loc { node: id, slot }))) {
                        return Err(format!("the container {:?} has another parent", sibling.dot()));
                    }
                }
            }
        }
        Ok(())
    }
}

fn nodes_of<'a>(registers: impl Iterator<Item = (Slot, &'a mut Register)>) -> Vec<(Slot, Dot, NodeId)> {
    let mut nodes = Vec::new();
    for (slot, register) in registers {
        nodes.extend(register.siblings().filter_map(|s| s.node().map(|id| (slot, s.dot(), id))));
    }
    nodes
}
