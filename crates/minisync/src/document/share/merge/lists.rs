//! Merging lists, element by element: section 5 of `docs/algorithm.md`.
//!
//! An element lives from its insertion until somebody deletes it, and whoever has seen it die never takes it in
//! again. So four cases are told apart, by whether it is here, and whether it is alive there:
//!
//! ```text
//!                     alive in the message                         dead in the message
//!   alive here        values and positions merge                   it dies, if the deletion is news
//!   dead here         stays dead                                   the deletions are joined
//!   never seen here   inserted                                     remembered as dead
//!   seen and gone     stays gone: it was deleted, and purged       stays gone, unless the deletion is news
//! ```

use crate::{
    address::{patch::Change, path::Segment},
    base::impossible,
    data::{
        arena::{ElementLoc, ListId},
        list::List,
        map::Slot,
        position::{BunchIx, Bunches, Move, Place},
        register::{Born, ContentRef, Register, survivors},
    },
    document::share::merge::{
        Merge,
        maps::{same_text, shared_containers},
    },
};

/// The list of the message that is merged, and the names that its bunches have here.
struct TheirList<'a> {
    list: &'a List,
    bunches: BunchTranslation,
}

impl Merge<'_> {
    pub(super) fn list(&mut self, mine: ListId, theirs: &List) {
        if self.is_full {
            self.drop_missing(mine, theirs);
        }
        let mut from = TheirList { list: theirs, bunches: BunchTranslation::default() };
        from.bunches.insert(BunchIx::OWN, BunchIx::OWN);
        // The living first and in order, so that each is inserted behind the one before it, and patches can be
        // applied one after the other.
        let living = theirs.iter().map(|(slot, _)| slot);
        let rest = theirs.iter_all().map(|(slot, _)| slot).filter(|slot| theirs.rank(*slot).is_none());
        for slot in living.chain(rest) {
            self.element(mine, slot, &mut from);
        }
    }

    /// Full only: what is here and not there, although the sender has seen it, has died there and was purged.
    fn drop_missing(&mut self, id: ListId, theirs: &List) {
        let list = self.document.tree.list(id);
        let missing =
            list.iter_all().filter(|(_, element)| theirs.find(element.register.element()).is_none());
        let missing: Vec<(Slot, Register)> =
            missing.map(|(slot, element)| (slot, element.register.clone())).collect();
        for (slot, register) in missing {
            if register.is_alive() {
                // Without a deletion to remember it by: that lies within the sender's horizon, and so in ours soon.
                if self.their_version.contains(register.element()) {
                    self.remove(id.element(slot), Register::VACANT);
                }
                continue;
            }
            let kept = register.into_siblings().into_iter();
            let kept = kept.filter(|born| !self.their_version.contains(born.dot()));
            let deletions = Register::from_siblings(kept.collect());
            self.document.tree.put_deletions(id.element(slot), deletions, &self.document.writers);
        }
    }

    /// Removes a living element: remembered as dead by these deletions, or for good where there are none.
    fn remove(&mut self, at: ElementLoc, deletions: Register) {
        self.overrule_killed(at, &deletions);
        // Asked before it goes: the path leads through the list as it is now.
        let path = self.visible_path(at.list);
        let index = self.document.tree.kill_merged(at, deletions, &self.document.writers);
        if let (Some(path), Some(index)) = (path, index) {
            self.patches.push(path.at(index), Change::Remove);
        }
    }

    fn element(&mut self, mine: ListId, slot: Slot, from: &mut TheirList<'_>) {
        let Some(theirs) = from.list.register(slot) else {
            return impossible("an element of the message is gone");
        };
        let id = theirs.element();
        let list = self.document.tree.list(mine);
        let here = list.find(id);
        let is_alive = here.is_some_and(|slot| list.rank(slot).is_some());
        let here = here.map(|slot| mine.element(slot));
        match here {
            _ if !theirs.is_alive() => self.dead_element(mine, here, is_alive, theirs.clone()),
            Some(at) if is_alive => {
                self.value(at, theirs.clone());
                self.position(at, from.list.moves(slot), from);
            }
            // Dead here: an element never comes back.
            Some(_) => self.overrule_late(mine, theirs),
            // Seen, and not here: it was deleted, and the deletion was purged.
            None if self.seen_before.contains(id) => self.overrule_late(mine, theirs),
            None => self.insert(mine, theirs.clone(), from.list.moves(slot), from),
        }
    }

    /// An element that is dead there. Deletions that were seen here did what they could.
    fn dead_element(&mut self, list: ListId, here: Option<ElementLoc>, is_alive: bool, theirs: Register) {
        let seen = &self.seen_before;
        let fresh = theirs.into_siblings().into_iter().filter(|born| !seen.contains(born.dot()));
        let mut deletions: Vec<Born> = fresh.collect();
        if deletions.is_empty() {
            return;
        }
        match here {
            Some(at) if is_alive => self.remove(at, Register::from_siblings(deletions)),
            Some(at) => {
                let known = self.document.tree.list(list).register(at.slot).cloned();
                deletions.extend(known.unwrap_or(Register::VACANT).into_siblings());
                let deletions = Register::from_siblings(deletions);
                self.document.tree.put_deletions(at, deletions, &self.document.writers);
            }
            // Not here, and still remembered: others who have the element have to hear of it from this copy too.
            None => {
                let deletions = Register::from_siblings(deletions);
                self.document.tree.insert_dead(list, deletions, &self.document.writers);
            }
        }
    }

    /// The value of an element that is alive on both sides.
    fn value(&mut self, at: ElementLoc, theirs: Register) {
        // A message that only moves an element says of its value no more than that it is known.
        let is_told = theirs.siblings().any(|sibling| !matches!(sibling.content(), ContentRef::Known))
            || theirs.len() > 1;
        let mine = self.document.tree.list(at.list).register(at.slot).cloned();
        let Some(mine) = mine.filter(|mine| is_told && !same_text(mine, &theirs)) else { return };
        let shared = shared_containers(&mine, &theirs);
        if let Some(index) = self.document.tree.list(at.list).rank(at.slot) {
            self.overrule_incoming(at.list.into(), || Segment::at(index), &mine, &theirs);
        }
        // Who overwrites a value writes another one, so none is left without any.
        if let Some(merged) = self.merge_siblings(&mine, theirs).filter(|merged| !merged.is_vacant()) {
            self.document.tree.put_merged_value(at, merged.clone());
            self.forget_visible(at.into());
            let is_same = self.document.visible_dots(&mine) == self.document.visible_dots(&merged);
            let index = self.document.tree.list(at.list).rank(at.slot);
            if let Some(index) = index.filter(|_| !is_same) {
                self.record_change(at.list, |path| path.at(index), true, &merged);
            }
            if let Some(index) = index {
                self.overrule_replaced(at.list.into(), Segment::at(index), &mine, &merged);
            }
            self.document.tree.drop_lost(&mine, &merged);
        }
        self.merge_shared(at.into(), shared);
    }

    /// The position of an element that is alive on both sides: a register too, whose siblings are moves. Readers
    /// see the latest; the others stay, as those of a value do, until somebody moves the element again.
    fn position(&mut self, at: ElementLoc, theirs: Vec<Move>, from: &mut TheirList<'_>) {
        if theirs.is_empty() {
            return;
        }
        let mine = self.document.tree.list(at.list).moves(at.slot);
        let (old, dot) = (mine.clone(), |at: &Move| at.dot.by_session());
        let is_old = |at: &Move| old.binary_search_by_key(&dot(at), dot).is_ok();
        let merged = survivors(mine, theirs, |at| at.dot, &self.seen_before, &self.their_version);
        if merged.is_empty() || (merged.len() == old.len() && merged.iter().all(is_old)) {
            return;
        }
        let merged = merged.into_iter();
        let merged = merged.map(|new| if is_old(&new) { new } else { self.translate(at.list, new, from) });
        let merged: Vec<Move> = merged.collect();
        let (before, after) = self.document.tree.relocate_merged(at, merged, &self.document.writers);
        if before != after
            && let Some(path) = self.visible_path(at.list)
        {
            self.patches.push(path.at(before), Change::Move(after));
        }
    }

    /// An element that is new here.
    fn insert(&mut self, list: ListId, register: Register, moves: Vec<Move>, from: &mut TheirList<'_>) {
        let siblings = register.into_siblings().into_iter().map(|born| self.import_container(born));
        let register = Register::from_siblings(siblings.collect());
        let moves = moves.into_iter().map(|at| self.translate(list, at, from)).collect();
        let (tree, writers) = (&mut self.document.tree, &self.document.writers);
        let (at, index) = tree.insert_merged(list, register.clone(), moves, writers);
        self.forget_visible(at.into());
        self.record_change(list, |path| path.at(index), false, &register);
    }

    /// A position of the message, in the bunches of the list here.
    fn translate(&mut self, list: ListId, at: Move, from: &mut TheirList<'_>) -> Move {
        from.bunches.learn(&from.list.bunches, at.place.bunch, self.document.tree.bunches_mut(list));
        let Some(bunch) = from.bunches.get(at.place.bunch) else {
            impossible("a bunch of the message is not known");
            return at;
        };
        Move { place: Place { bunch, ..at.place }, ..at }
    }
}

/// The bunches of a list of the message by their numbers there, and the number that each has here.
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

    /// Finds a bunch in `mine`, or makes it there, with all above it that are not known yet.
    fn learn(&mut self, theirs: &Bunches, bunch: BunchIx, mine: &mut Bunches) {
        let unknown: Vec<BunchIx> =
            theirs.ancestors(bunch).take_while(|above| self.get(*above).is_none()).collect();
        // From the top down: each hangs at a position in the one before.
        for number in unknown.into_iter().rev() {
            let bunch = theirs.get(number);
            let Some(parent) = self.get(bunch.parent.bunch) else {
                return impossible("a bunch of the message hangs nowhere");
            };
            let parent = Place { bunch: parent, ..bunch.parent };
            // One that is here under this name is the same, wherever the message says that it hangs. (Only who does
            // not keep to the algorithm names two bunches alike.)
            match mine.find(bunch.id).or_else(|| mine.declare(bunch.id, parent, bunch.side)) {
                Some(found) => self.insert(number, found),
                None => return impossible("a bunch that is not there is there already"),
            }
        }
    }
}
