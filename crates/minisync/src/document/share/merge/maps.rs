//! Merging maps, entry by entry, and registers, sibling by sibling: section 5 of `docs/algorithm.md`.
//!
//! ```text
//!   here                 the message          what is left
//!   {a₃, b₁}             {a₄, b₁}             a₄ replaces a₃, if its sender had seen a₃; else both stay, in conflict
//!   {a₃}  (seen: a₁..₃)  {}   (seen: a₁..₃)   nothing: who has seen a₃ and does not have it, has seen it overwritten
//!   {}    (seen: a₁..₃)  {a₃} (seen: a₁..₃)   nothing, for the same reason
//! ```

use crate::{
    address::{
        patch::Change,
        path::{Path, Segment},
    },
    base::{impossible, sort::sort_by},
    data::{
        arena::{Body, ContainerRef, Loc, MapId, Node},
        build,
        map::{Entry, Map},
        register::{Born, ContentRef, NodeId, Register, Sibling, survivors},
    },
    document::{View, read::resolve::Visibility, share::merge::Merge},
    names::dot::Dot,
};

impl Merge<'_> {
    /// Merges what the message says of a container into it.
    pub(super) fn container(&mut self, mine: NodeId, theirs: NodeId) {
        // Taken out, so that it can be read while what is in it moves into the document.
        let Some(Node { body, .. }) = self.theirs.remove(theirs) else {
            return impossible("a container of the message is merged twice");
        };
        match (self.document.tree.typed(mine), body) {
            (Some(ContainerRef::Map(mine)), Body::Map(theirs)) => self.map(mine, &theirs),
            (Some(ContainerRef::List(mine)), Body::List(theirs)) => self.list(mine, &theirs),
            // Two clients that give one dot to a map and to a list do not keep to the algorithm. Each copy stays
            // with what it has.
            (Some(_), Body::Map(_) | Body::List(_)) => {}
            (None, _) => impossible("a container that is merged into is gone"),
        }
    }

    fn map(&mut self, map: MapId, theirs: &Map) {
        if self.is_full {
            // Keys that the sender does not have at all. To merge with nothing drops what it has seen.
            let all = self.document.tree.map(map).iter_all();
            let missing = all.filter(|(_, entry)| theirs.find(&entry.key).is_none());
            let missing: Vec<_> = missing.map(|(_, entry)| entry.key.clone()).collect();
            for key in missing {
                self.entry(map, &key, Register::VACANT);
            }
        }
        // In the order of their births, so that most of them are appended: a map keeps its entries in that order.
        let entries = theirs.sorted(&self.document.writers).into_iter();
        let entries: Vec<Entry> = entries.map(|(_, entry)| entry.clone()).collect();
        for Entry { key, register } in entries {
            self.entry(map, &key, register);
        }
    }

    fn entry(&mut self, map: MapId, key: &str, theirs: Register) {
        let entries = self.document.tree.map(map);
        let mine = entries.find(key).and_then(|slot| entries.register(slot)).cloned();
        let mine = mine.unwrap_or(Register::VACANT);
        if same_text(&mine, &theirs) {
            return;
        }
        // Noted before the registers merge: containers that both have are merged themselves, and not one replaced
        // by the other.
        let shared = shared_containers(&mine, &theirs);
        self.overrule_incoming(map.into(), || Segment::Key(key.into()), &mine, &theirs);
        if let Some(merged) = self.merge_siblings(&mine, theirs) {
            let before = self.document.visible_dots(&mine);
            let (tree, writers) = (&mut self.document.tree, &self.document.writers);
            if let Some(entry) = tree.put_merged_entry(map, key, merged.clone(), writers) {
                self.forget_visible(entry.into());
            }
            if before != self.document.visible_dots(&merged) {
                self.record_change(map, |path| path.key(key), !before.is_empty(), &merged);
            } else {
                // What lost here may be seen all the same, where maps read as one: it is of the winner's kind there.
                self.visible_path(map);
            }
            // Last, since patches and paths still read it.
            self.overrule_replaced(map.into(), Segment::Key(key.into()), &mine, &merged);
            self.document.tree.drop_lost(&mine, &merged);
        }
        let slot = self.document.tree.map(map).find(key);
        if let Some(slot) = slot {
            self.merge_shared(map.entry(slot).into(), shared);
        }
    }

    /// What two registers become; none where mine stays as it is.
    pub(super) fn merge_siblings(&mut self, mine: &Register, theirs: Register) -> Option<Register> {
        let siblings = survivors(
            mine.clone().into_siblings(),
            theirs.into_siblings(),
            Born::dot,
            &self.seen_before,
            &self.their_version,
        );
        let is_unchanged =
            siblings.len() == mine.len() && siblings.iter().all(|born| mine.find(born.dot()).is_some());
        if is_unchanged {
            return None;
        }
        let siblings = siblings
            .into_iter()
            .map(|born| if mine.find(born.dot()).is_some() { born } else { self.import_container(born) });
        Some(Register::from_siblings(siblings.collect()))
    }

    /// A sibling of the message, whose container, if it is one, moves here.
    pub(super) fn import_container(&mut self, mut born: Born) -> Born {
        if let Some(id) = born.sibling.node()
            && let Some(new) = self.document.tree.import(&mut self.theirs, id)
        {
            born.sibling.set_node(new);
        }
        born
    }

    /// A register changed: what readers see in it has to be looked up again.
    pub(super) fn forget_visible(&mut self, loc: Loc) {
        for sibling in self.document.tree.register(loc).into_iter().flat_map(Register::siblings) {
            self.visible.remove(&sibling.dot());
        }
    }

    /// Merges the containers that both registers have.
    pub(super) fn merge_shared(&mut self, loc: Loc, shared: Vec<(Dot, SharedContainer)>) {
        for (dot, theirs) in shared {
            // It may have been overwritten: then nobody needs what is in it.
            if self.document.tree.register(loc).and_then(|register| register.find(dot)).is_none() {
                continue;
            }
            // One of them may be untouched text, whose entries then have the dots that follow its own; taken apart,
            // both have an entry for each.
            let theirs = match theirs {
                SharedContainer::Node(id) => Some(id),
                SharedContainer::Text(text) => {
                    build::expand(&mut self.theirs, &text, dot).map(|node| self.theirs.add(node))
                }
            };
            if let (Some(mine), Some(theirs)) = (self.document.tree.open(loc, dot), theirs) {
                self.container(mine, theirs);
            }
        }
    }

    /// Records that readers see something else in a register of a container, at the path that is made of its own.
    pub(super) fn record_change(
        &mut self,
        container: impl Into<NodeId>,
        path: impl FnOnce(Path) -> Path,
        was_there: bool,
        register: &Register,
    ) {
        let Some(container) = self.visible_path(container) else { return };
        let value = View::of(self.document, register).map(|view| view.to_json());
        if let Some(change) = Change::between(value, was_there) {
            self.patches.push(path(container), change);
        }
    }

    /// Where readers see a container. What changes within containers that read as one is noted, and recorded at the
    /// end, as a whole: an entry of one of them may be hidden by that of another, and elements are counted through.
    pub(super) fn visible_path(&mut self, container: impl Into<NodeId>) -> Option<Path> {
        match self.document.visibility(container.into(), &mut self.visible) {
            Visibility::Path(path) => Some(path),
            Visibility::Union(loc) => {
                self.changed_unions.push((loc, self.document.tree.dot(loc.node)));
                None
            }
            Visibility::Hidden => None,
        }
    }

    /// Records what stands now where containers read as one, and something in them changed.
    pub(super) fn record_union_patches(&mut self) {
        let mut noted = std::mem::take(&mut self.changed_unions);
        sort_by(&mut noted, |(a, _), (b, _)| a.cmp(b));
        noted.dedup();
        for (loc, container) in noted {
            // The container may be gone by now, and its number be another's.
            let is_there = self.document.tree.get(loc.node).is_some_and(|node| node.dot == container);
            if let Some((path, change)) = self.document.union_patch(loc).filter(|_| is_there) {
                self.patches.push(path, change);
            }
        }
    }
}

/// A container of the message that is here too.
pub(super) enum SharedContainer {
    Node(NodeId),
    /// Untouched there.
    Text(ecow::EcoString),
}

/// Whether both are one and the same untouched value: the usual case in a full change set.
pub(super) fn same_text(mine: &Register, theirs: &Register) -> bool {
    let (Register::Plain(mine), Register::Plain(theirs)) = (mine, theirs) else { return false };
    mine.dot() == theirs.dot() && is_same_text(mine, theirs)
}

/// Text of the same dot may yet differ: what followed stamp upon stamp looks as if written in one go.
fn is_same_text(mine: &Sibling, theirs: &Sibling) -> bool {
    matches!((mine.content(), theirs.content()), (ContentRef::Text(mine), ContentRef::Text(theirs)) if mine == theirs)
}

/// The containers that both have, and that may differ.
pub(super) fn shared_containers(mine: &Register, theirs: &Register) -> Vec<(Dot, SharedContainer)> {
    let shared = theirs.siblings().filter(|sibling| {
        let own = mine.find(sibling.dot());
        own.is_some_and(|own| !is_same_text(own, sibling))
    });
    let found = shared.filter_map(|sibling| match sibling.content() {
        ContentRef::Node(id) => Some((sibling.dot(), SharedContainer::Node(id))),
        ContentRef::Text(text) if text.starts_with(['{', '[']) => {
            Some((sibling.dot(), SharedContainer::Text(text.clone())))
        }
        _ => None,
    });
    found.collect()
}
