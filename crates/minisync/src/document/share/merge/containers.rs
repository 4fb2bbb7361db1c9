//! Merging maps and lists, entry by entry and element by element: section 5 of `docs/algorithm.md`.

use crate::{
    address::{patch::Change, path::Path},
    base::{impossible, sort::sort_by},
    data::{
        arena::{Body, Loc, Node},
        build,
        list::{Element, List, Move},
        map::{Entry, Map, Slot},
        position::{BunchIx, Bunches, Place},
        register::{Born, ContentRef, NodeId, Register, Sibling, survivors},
    },
    document::{View, read::resolve::Visibility, share::merge::Merge},
    names::dot::Dot,
};

impl Merge<'_> {
    /// Merges what the message says of a container into it.
    pub(super) fn container(&mut self, mine: NodeId, theirs: NodeId) {
        let Some(Node { body, .. }) = self.theirs.remove(theirs) else { return };
        match body {
            Body::Map(map) if self.document.tree.map(mine).is_some() => self.map(mine, map),
            Body::List(list) if self.document.tree.list(mine).is_some() => self.list(mine, *list),
            Body::Map(_) | Body::List(_) => {}
        }
    }

    fn map(&mut self, node: NodeId, theirs: Map) {
        let gone: Vec<String> = match self.document.tree.map(node) {
            Some(map) if self.is_full => {
                let missing = map.iter_all().filter(|(_, entry)| theirs.find(&entry.key).is_none());
                missing.map(|(_, entry)| entry.key.to_string()).collect()
            }
            _ => Vec::new(),
        };
        for key in gone {
            self.entry(node, &key, Register::VACANT);
        }
        let entries = theirs.sorted(&self.document.clients).into_iter();
        let entries: Vec<Entry> = entries.map(|(_, entry)| entry.clone()).collect();
        for Entry { key, register } in entries {
            self.entry(node, &key, register);
        }
    }

    fn entry(&mut self, node: NodeId, key: &str, theirs: Register) {
        let Some(map) = self.document.tree.map(node) else { return };
        let slot = map.find(key);
        let mine = slot.and_then(|slot| map.register(slot)).cloned().unwrap_or(Register::VACANT);
        if same_text(&mine, &theirs) {
            return;
        }
        let shared = shared_containers(&mine, &theirs);
        if let Some(merged) = self.merge_siblings(&mine, theirs) {
            let before = self.document.visible_dots(&mine);
            let (tree, clients) = (&mut self.document.tree, &self.document.clients);
            if let Some(loc) = tree.put_merged_entry(node, key, merged.clone(), clients) {
                self.forget_visible(loc);
            }
            if before != self.document.visible_dots(&merged) {
                self.record_change(node, |path| path.key(key), !before.is_empty(), &merged);
            } else {
                // What lost here may be seen all the same, where maps read as one: it is of the winner's kind there.
                self.visible_path(node);
            }
            self.document.tree.drop_lost(&mine, &merged);
        }
        let slot = self.document.tree.map(node).and_then(|map| map.find(key));
        if let Some(slot) = slot {
            self.merge_shared(Loc { node, slot }, shared);
        }
    }

    /// What two registers become; none where mine stays as it is.
    fn merge_siblings(&mut self, mine: &Register, theirs: Register) -> Option<Register> {
        let siblings = survivors(
            mine.clone().into_siblings(),
            theirs.into_siblings(),
            Born::dot,
            &self.seen_before,
            &self.their_version,
        );
        let unchanged =
            siblings.len() == mine.len() && siblings.iter().all(|born| mine.find(born.dot()).is_some());
        if unchanged {
            return None;
        }
        let adopted = siblings
            .into_iter()
            .map(|born| if mine.find(born.dot()).is_some() { born } else { self.import_container(born) });
        Some(Register::from_siblings(adopted.collect()))
    }

    /// A sibling of the message, whose container, if it is one, moves here.
    fn import_container(&mut self, mut born: Born) -> Born {
        if let Some(id) = born.sibling.node()
            && let Some(new) = self.document.tree.import(&mut self.theirs, id)
        {
            born.sibling.set_node(new);
        }
        born
    }

    /// A register changed: what readers see in it has to be looked up again.
    fn forget_visible(&mut self, loc: Loc) {
        for sibling in self.document.tree.register(loc).into_iter().flat_map(Register::siblings) {
            self.visible.remove(&sibling.dot());
        }
    }

    /// Merges the containers that both registers have.
    fn merge_shared(&mut self, loc: Loc, shared: Vec<(Dot, Shared)>) {
        for (dot, theirs) in shared {
            if self.document.tree.register(loc).and_then(|register| register.find(dot)).is_none() {
                continue;
            }
            let node = match theirs {
                Shared::Node(id) => Some(id),
                Shared::Text(text) => {
                    build::expand(&mut self.theirs, &text, dot).map(|node| self.theirs.add(node))
                }
            };
            if let (Some(mine), Some(theirs)) = (self.document.tree.open(loc, dot), node) {
                self.container(mine, theirs);
            }
        }
    }

    /// Says that readers see something else in a register of `node`.
    fn record_change(
        &mut self,
        node: NodeId,
        path: impl FnOnce(Path) -> Path,
        was_there: bool,
        register: &Register,
    ) {
        let Some(container) = self.visible_path(node) else { return };
        let value = View::of(self.document, register).map(|view| view.to_string());
        if let Some(change) = Change::between(value, was_there) {
            self.patches.push(path(container), change);
        }
    }

    /// Where readers see a container. What changes within containers that read as one is noted, and said at the
    /// end, as a whole.
    fn visible_path(&mut self, node: NodeId) -> Option<Path> {
        match self.document.visibility(node, &mut self.visible) {
            Visibility::Path(path) => Some(path),
            Visibility::Union(loc) => {
                self.changed_unions.push((loc, self.document.tree.get(loc.node)?.dot));
                None
            }
            Visibility::Hidden => None,
        }
    }

    /// Says what stands now where containers read as one, and something in them changed.
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

    fn list(&mut self, node: NodeId, theirs: List) {
        if self.is_full {
            self.drop_missing(node, &theirs);
        }
        let mut bunches = BunchTranslation::default();
        bunches.insert(BunchIx::OWN, BunchIx::OWN);
        let living = theirs.iter().map(|(slot, _)| slot);
        let rest = theirs.iter_all().map(|(slot, _)| slot).filter(|slot| theirs.rank(*slot).is_none());
        for slot in living.chain(rest) {
            let Some(element) = theirs.element(slot) else { continue };
            self.element(node, element, theirs.moves(slot), &theirs.bunches, &mut bunches);
        }
    }

    /// Full only: what is here and not there, although the sender has seen it, has died there and was purged.
    fn drop_missing(&mut self, node: NodeId, theirs: &List) {
        let Some(list) = self.document.tree.list(node) else { return };
        let missing: Vec<Slot> = list
            .iter_all()
            .filter(|(_, e)| theirs.find(e.register.element()).is_none())
            .map(|(slot, _)| slot)
            .collect();
        for slot in missing {
            let Some(register) = self.document.tree.list(node).and_then(|list| list.register(slot)).cloned()
            else {
                continue;
            };
            if register.is_alive() {
                if self.their_version.contains(register.element()) {
                    self.remove(node, slot, Register::VACANT);
                }
                continue;
            }
            let kept =
                register.into_siblings().into_iter().filter(|born| !self.their_version.contains(born.dot()));
            let deletions = Register::from_siblings(kept.collect());
            self.document.tree.put_deletions(Loc { node, slot }, deletions, &self.document.clients);
        }
    }

    /// Removes a living element: remembered as dead by these deletions, or for good where there are none.
    fn remove(&mut self, node: NodeId, slot: Slot, deletions: Register) {
        let path = self.visible_path(node);
        let index = self.document.tree.kill_merged(Loc { node, slot }, deletions, &self.document.clients);
        if let (Some(path), Some(index)) = (path, index) {
            self.patches.push(path.at(index), Change::Remove);
        }
    }

    fn element(
        &mut self,
        node: NodeId,
        theirs: &Element,
        moves: Vec<Move>,
        from: &Bunches,
        bunches: &mut BunchTranslation,
    ) {
        let id = theirs.register.element();
        let Some(list) = self.document.tree.list(node) else { return };
        let slot = list.find(id);
        let alive = slot.is_some_and(|slot| list.rank(slot).is_some());
        if !theirs.register.is_alive() {
            self.dead(node, slot, alive, theirs.register.clone());
        } else if let Some(slot) = slot.filter(|_| alive) {
            self.value(node, slot, theirs.register.clone());
            self.position(node, slot, moves, from, bunches);
        } else if slot.is_none() && !self.seen_before.contains(id) {
            self.insert(node, theirs.register.clone(), moves, from, bunches);
        }
    }

    /// An element that is dead there. Deletions that were seen here did what they could.
    fn dead(&mut self, node: NodeId, slot: Option<Slot>, alive: bool, theirs: Register) {
        let mine = &self.seen_before;
        let fresh = theirs.into_siblings().into_iter().filter(|born| !mine.contains(born.dot()));
        let mut all: Vec<Born> = fresh.collect();
        if all.is_empty() {
            return;
        }
        match slot {
            Some(slot) if alive => self.remove(node, slot, Register::from_siblings(all)),
            Some(slot) => {
                let loc = Loc { node, slot };
                let old = self.document.tree.register(loc).cloned();
                all.extend(old.unwrap_or(Register::VACANT).into_siblings());
                self.document.tree.put_deletions(loc, Register::from_siblings(all), &self.document.clients);
            }
            None => {
                let deletions = Register::from_siblings(all);
                self.document.tree.insert_dead(node, deletions, &self.document.clients);
            }
        }
    }

    /// The value of an element that is alive on both sides.
    fn value(&mut self, node: NodeId, slot: Slot, theirs: Register) {
        let loc = Loc { node, slot };
        let told = theirs.siblings().any(|sibling| !matches!(sibling.content(), ContentRef::Known))
            || theirs.len() > 1;
        let Some(mine) =
            self.document.tree.register(loc).cloned().filter(|mine| told && !same_text(mine, &theirs))
        else {
            return;
        };
        let shared = shared_containers(&mine, &theirs);
        if let Some(merged) = self.merge_siblings(&mine, theirs).filter(|merged| !merged.is_vacant()) {
            self.document.tree.put_merged_value(loc, merged.clone());
            self.forget_visible(loc);
            let is_same = self.document.visible_dots(&mine) == self.document.visible_dots(&merged);
            let index = self.document.tree.list(node).and_then(|list| list.rank(slot));
            if let Some(index) = index.filter(|_| !is_same) {
                self.record_change(node, |path| path.at(index), true, &merged);
            }
            self.document.tree.drop_lost(&mine, &merged);
        }
        self.merge_shared(loc, shared);
    }

    /// The position of an element that is alive on both sides.
    fn position(
        &mut self,
        node: NodeId,
        slot: Slot,
        theirs: Vec<Move>,
        from: &Bunches,
        bunches: &mut BunchTranslation,
    ) {
        let Some(list) = self.document.tree.list(node).filter(|_| !theirs.is_empty()) else { return };
        let mine = list.moves(slot);
        let (old, dot) = (mine.clone(), |at: &Move| at.dot.by_client());
        let is_old = |at: &Move| old.binary_search_by_key(&dot(at), dot).is_ok();
        let merged = survivors(mine, theirs, |at| at.dot, &self.seen_before, &self.their_version);
        if merged.is_empty() || (merged.len() == old.len() && merged.iter().all(is_old)) {
            return;
        }
        let merged = merged
            .into_iter()
            .map(|at| if is_old(&at) { at } else { self.translate_move(node, at, from, bunches) });
        let merged: Vec<Move> = merged.collect();
        let loc = Loc { node, slot };
        let Some((before, after)) = self.document.tree.relocate_merged(loc, merged, &self.document.clients)
        else {
            return impossible("a merged list is gone");
        };
        if before != after
            && let Some(path) = self.visible_path(node)
        {
            self.patches.push(path.at(before), Change::Move(after));
        }
    }

    /// An element that is new here.
    fn insert(
        &mut self,
        node: NodeId,
        register: Register,
        moves: Vec<Move>,
        from: &Bunches,
        bunches: &mut BunchTranslation,
    ) {
        let siblings: Vec<Born> =
            register.into_siblings().into_iter().map(|born| self.import_container(born)).collect();
        let register = Register::from_siblings(siblings);
        let moves = moves.into_iter().map(|at| self.translate_move(node, at, from, bunches)).collect();
        let (tree, clients) = (&mut self.document.tree, &self.document.clients);
        let Some((loc, index)) = tree.insert_merged(node, register.clone(), moves, clients) else {
            return impossible("a merged list is gone");
        };
        self.forget_visible(loc);
        self.record_change(node, |path| path.at(index), false, &register);
    }

    /// A position of the message, in the bunches of a list here.
    fn translate_move(
        &mut self,
        node: NodeId,
        at: Move,
        from: &Bunches,
        known: &mut BunchTranslation,
    ) -> Move {
        let chain: Vec<BunchIx> =
            from.ancestors(at.place.bunch).take_while(|bunch| known.get(*bunch).is_none()).collect();
        let Some(own) = self.document.tree.bunches_mut(node) else { return at };
        for bunch in chain.into_iter().rev() {
            let theirs = from.get(bunch);
            let parent = known.get(theirs.parent.bunch).unwrap_or(BunchIx::OWN);
            let declared = own
                .find(theirs.id)
                .or_else(|| own.declare(theirs.id, Place { bunch: parent, ..theirs.parent }, theirs.side));
            known.insert(bunch, declared.unwrap_or(BunchIx::OWN));
        }
        let bunch = known.get(at.place.bunch).unwrap_or(BunchIx::OWN);
        Move { place: Place { bunch, ..at.place }, ..at }
    }
}

/// The bunches of a list of the message, and what each is called here.
#[derive(Default)]
struct BunchTranslation(Vec<Option<BunchIx>>);

impl BunchTranslation {
    fn get(&self, theirs: BunchIx) -> Option<BunchIx> {
        self.0.get(theirs.index()).copied().flatten()
    }

    fn insert(&mut self, theirs: BunchIx, mine: BunchIx) {
        let index = theirs.index();
        if index >= self.0.len() {
            self.0.resize(index + 1, None);
        }
        self.0[index] = Some(mine);
    }
}

/// A container of the message that is here too.
enum Shared {
    Node(NodeId),
    /// Untouched there.
    Text(ecow::EcoString),
}

/// Whether both are one and the same untouched value: the usual case in a full change set.
fn same_text(mine: &Register, theirs: &Register) -> bool {
    let (Register::Plain(mine), Register::Plain(theirs)) = (mine, theirs) else { return false };
    mine.dot() == theirs.dot() && is_same_text(mine, theirs)
}

/// Text of the same dot may yet differ: what followed stamp upon stamp looks as if written in one go.
fn is_same_text(mine: &Sibling, theirs: &Sibling) -> bool {
    matches!((mine.content(), theirs.content()), (ContentRef::Text(mine), ContentRef::Text(theirs)) if mine == theirs)
}

/// The containers that both have.
fn shared_containers(mine: &Register, theirs: &Register) -> Vec<(Dot, Shared)> {
    let shared = theirs.siblings().filter(|sibling| {
        let own = mine.find(sibling.dot());
        own.is_some_and(|own| !is_same_text(own, sibling))
    });
    let found = shared.filter_map(|sibling| match sibling.content() {
        ContentRef::Node(id) => Some((sibling.dot(), Shared::Node(id))),
        ContentRef::Text(text) if text.starts_with(['{', '[']) => {
            Some((sibling.dot(), Shared::Text(text.clone())))
        }
        _ => None,
    });
    found.collect()
}
