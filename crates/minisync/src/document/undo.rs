//! Undo and redo: takes back what was edited here, by new edits, and leaves alone what others did. After Yjs's
//! UndoManager; that edits come back as new ones, and only where they still stand, is selective undo (Prakash and
//! Knister, *A Framework for Undoing Actions in Collaborative Systems*, 1994).
//!
//! ```text
//!   here                      others                   undo
//!   title: A -> B             -                        title = A, by a new write
//!   title: A -> B             title: B -> C            nothing: B does not stand any more
//!   title: A -> B             title: A -> C (beside)   B goes; C stays
//!   todo: deletes "milk"      edits "milk"             "milk" is inserted again, as it was when it died
//! ```
//!
//! What comes back has new dots. Edits before it went by the old ones, so [`Aliases`](crate::document::history::Aliases)
//! say which dot stands for which, and every edit is looked up through them.

use crate::{
    base::impossible,
    data::{
        arena::{ContainerRef, ElementLoc, ListId, MapId},
        position::Move,
        position::Place,
        register::{Born, Content, Register, Sibling},
    },
    document::{
        Document, UndoPolicy,
        history::{Anchor, Captured, Edit, Group, History, Purpose},
    },
    json,
    names::{dot::Dot, error::Result},
};

impl Document {
    /// From now on, own edits can be undone. Without this, nothing is remembered for it.
    ///
    /// ```
    /// use minisync::{Document, UndoPolicy};
    /// use serde_json::json;
    /// let mut alice = Document::new(json!({ "title": "Plan", "todo": ["milk"] }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// alice.record_undo(UndoPolicy::default());
    /// alice.set("title", "Saturday")?;
    /// bob.list("todo")?.push("eggs")?;
    /// alice.merge(&bob.changes())?;
    /// assert!(alice.undo()?);
    /// assert_eq!(alice.to_value(), json!({ "title": "Plan", "todo": ["milk", "eggs"] }));
    /// assert!(alice.redo()?);
    /// assert_eq!(alice.to_value(), json!({ "title": "Saturday", "todo": ["milk", "eggs"] }));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn record_undo(&mut self, policy: UndoPolicy) {
        self.undo_recorder = Some(Box::new(History::new(policy)));
    }

    /// Takes back the latest group of own edits of which something still stands, by new edits. Whether there was
    /// one. See [`UndoPolicy`] for what makes a group; others' changes stay as they are, also within what is taken
    /// back: where others have written since, there is nothing left to undo.
    ///
    /// What an undo brings back is new to the others: an edit that somebody made inside of it after it was
    /// deleted, and before it came back, is lost with the deletion.
    ///
    /// # Errors
    /// Inside a transaction, and where no stamps are left. Nothing is changed then.
    pub fn undo(&mut self) -> Result<bool> {
        self.step_history(Purpose::Undo)
    }

    /// Does again what was undone last, unless something else was edited since. Whether there was something.
    ///
    /// # Errors
    /// Like [`Document::undo`].
    pub fn redo(&mut self) -> Result<bool> {
        self.step_history(Purpose::Redo)
    }

    /// Whether there are own edits to undo. Others may have overwritten them, and then an undo does nothing.
    pub fn can_undo(&self) -> bool {
        self.history().is_some_and(|history| !history.undo.is_empty())
    }

    /// Whether there is something to do again.
    pub fn can_redo(&self) -> bool {
        self.history().is_some_and(|history| !history.redo.is_empty())
    }

    /// The next edit is undone apart from those before it, however soon it follows.
    pub fn end_undo_group(&mut self) {
        if let Some(history) = self.history_mut() {
            history.is_sealed = true;
        }
    }

    fn step_history(&mut self, purpose: Purpose) -> Result<bool> {
        self.refuse_in_transaction(if purpose == Purpose::Undo { "undo" } else { "redo" })?;
        loop {
            let Some(history) = self.history_mut() else { return Ok(false) };
            let Some(group) = history.groups(purpose).pop() else { return Ok(false) };
            history.purpose = purpose;
            // All of the group or nothing. The edits that this makes are themselves remembered, for the other stack:
            // what an undo does is what a redo takes back.
            let done = self.transact(|document| document.revert_all(&group));
            let Some(history) = self.history_mut() else { return Ok(false) };
            history.purpose = Purpose::Edit;
            history.is_sealed = true;
            match done {
                Ok(true) => return Ok(true),
                // Others have overwritten all of it: on to the group before.
                Ok(false) => {}
                Err(error) => {
                    history.groups(purpose).push(group);
                    return Err(error);
                }
            }
        }
    }

    fn revert_all(&mut self, group: &Group) -> Result<bool> {
        let mut is_changed = false;
        for edit in group.edits.iter().rev() {
            is_changed |= self.revert(edit)?;
        }
        Ok(is_changed)
    }

    /// Takes one edit back, if it still stands; whether it did.
    fn revert(&mut self, edit: &Edit) -> Result<bool> {
        match edit {
            Edit::Entry { map, .. } => match self.current_map(*map) {
                Some(map) => self.revert_entry(map, edit),
                None => Ok(false),
            },
            Edit::Value { list, element, dots, before } => match self.living_element(*list, *element) {
                Some(loc) => self.revert_value(loc, &self.current_dots(dots), before),
                None => Ok(false),
            },
            Edit::Inserted { list, element } => match self.living_element(*list, *element) {
                Some(loc) => self.remove_at(loc).map(|()| true),
                None => Ok(false),
            },
            Edit::Moved { list, element, .. } => match self.living_element(*list, *element) {
                Some(loc) => self.revert_move(loc, edit),
                None => Ok(false),
            },
            Edit::Deleted { list, element, before, at } => {
                let is_alive = self.living_element(*list, *element).is_some();
                match self.current_list(*list).filter(|_| !is_alive) {
                    Some(id) => self.reinsert(id, (*list, *element), before, at),
                    None => Ok(false),
                }
            }
        }
    }

    fn history(&self) -> Option<&History> {
        self.undo_recorder.as_ref().map(|undo_recorder| undo_recorder.history())
    }

    fn history_mut(&mut self) -> Option<&mut History> {
        self.undo_recorder.as_mut().map(|undo_recorder| undo_recorder.history_mut())
    }

    fn current_dot(&self, dot: Dot) -> Dot {
        self.history().map_or(dot, |history| history.aliases.current(dot))
    }

    fn current_dots(&self, dots: &[Dot]) -> Vec<Dot> {
        dots.iter().map(|dot| self.current_dot(*dot)).collect()
    }

    fn current_element(&self, element: Dot) -> Dot {
        self.history().map_or(element, |history| history.elements.current(element))
    }

    fn current_move(&self, dot: Dot) -> Dot {
        self.history().map_or(dot, |history| history.moves.current(dot))
    }

    fn current_map(&mut self, dot: Dot) -> Option<MapId> {
        let node = self.container(self.current_dot(dot))?;
        match self.tree.typed(node)? {
            ContainerRef::Map(map) => Some(map),
            ContainerRef::List(_) => None,
        }
    }

    fn current_list(&mut self, dot: Dot) -> Option<ListId> {
        let node = self.container(self.current_dot(dot))?;
        match self.tree.typed(node)? {
            ContainerRef::List(list) => Some(list),
            ContainerRef::Map(_) => None,
        }
    }

    fn living_element(&mut self, list: Dot, element: Dot) -> Option<ElementLoc> {
        let id = self.current_list(list)?;
        let list = self.tree.list(id);
        let slot = list.find(self.current_element(element)).filter(|slot| list.rank(*slot).is_some())?;
        Some(id.element(slot))
    }

    /// Where nobody wrote beside it, what was there before comes back; else only the own write goes.
    fn revert_entry(&mut self, id: MapId, edit: &Edit) -> Result<bool> {
        let Edit::Entry { map, key, dots, is_tomb, before, foreign, born, beside } = edit else {
            impossible("another kind of edit is reverted in a map");
            return Ok(false);
        };
        let own = self.current_dots(dots);
        let entries = self.tree.map(id);
        let found = entries.find(key).and_then(|slot| entries.register(slot));
        let register = found.cloned().unwrap_or(Register::VACANT);
        // A deletion may have been forgotten meanwhile, or another own one stand for it.
        let is_own = |s: &&Sibling| {
            own.contains(&s.dot())
                || (!s.is_alive()
                    && !self.history().is_some_and(|history| self.is_foreign_deletion(history, s.dot())))
        };
        let (mine, others): (Vec<_>, Vec<_>) = register.siblings().partition(is_own);
        let stands = mine.iter().any(|mine| own.contains(&mine.dot()));
        let may_stand = *is_tomb && others.is_empty();
        if !stands && !may_stand {
            return Ok(false);
        }
        // Beside others' values nothing comes back: they were written without knowing of this edit, and what was
        // there before it was replaced for them too. Unless the edit itself left others standing.
        let is_alone = others.is_empty();
        let restored = if is_alone || *beside { before.as_slice() } else { &[] };
        if restored.is_empty() && !mine.iter().any(|mine| mine.is_alive()) {
            return Ok(false);
        }
        let over = (!is_alone).then_some(own.as_slice());
        // In a copy of the map all births are new, and the key goes to the end.
        let born = born.filter(|_| self.current_dot(*map) == *map);
        let born = if register.is_alive() { Some(register.birth(&self.writers)) } else { born };
        let mut new = self.recreate(restored, born, None)?;
        if *foreign && is_alone {
            self.add_foreign_deletion(&mut new)?;
        }
        self.put_entry(id, key, new, over);
        Ok(true)
    }

    /// Beside what comes back, a deletion that stands for those of others.
    fn add_foreign_deletion(&mut self, new: &mut Vec<Born>) -> Result<()> {
        if new.iter().all(|new| new.sibling.is_alive()) {
            let dot = self.issue(1)?;
            new.push(Born::new(dot, dot, Content::Tombstone));
        }
        let tombstones = new.iter().filter(|new| !new.sibling.is_alive()).map(Born::dot);
        if let Some(history) = self.history_mut() {
            history.foreign.extend(tombstones);
        }
        Ok(())
    }

    /// Where others wrote at the same time, their values stay, copied; else what was there before comes back.
    fn revert_value(&mut self, at: ElementLoc, own: &[Dot], before: &[Captured]) -> Result<bool> {
        let Some(register) = self.tree.list(at.list).register(at.slot) else {
            impossible("a living element is gone");
            return Ok(false);
        };
        let id = register.element();
        let (mut others, all) = (register.clone().into_siblings(), register.len());
        others.retain(|born| !own.contains(&born.dot()));
        if others.len() == all {
            return Ok(false);
        }
        let others = Captured::all(self, &Register::from_siblings(others), None);
        let new = self.recreate(if others.is_empty() { before } else { &others }, Some(id), None)?;
        if let Some(first) = new.first().map(Born::dot) {
            self.put_value(at, first, Register::from_siblings(new));
        }
        Ok(true)
    }

    fn revert_move(&mut self, loc: ElementLoc, edit: &Edit) -> Result<bool> {
        let Edit::Moved { list, dots, at, before, .. } = edit else {
            impossible("another kind of edit is reverted as a move");
            return Ok(false);
        };
        let own: Vec<Dot> = dots.iter().map(|dot| self.current_move(*dot)).collect();
        let elements = self.tree.list(loc.list);
        let (moves, from) = (elements.moves(loc.slot), elements.rank(loc.slot));
        let (mine, others): (Vec<Move>, Vec<Move>) = moves.iter().partition(|at| own.contains(&at.dot));
        if mine.is_empty() {
            return Ok(false);
        }
        // In a list that came back as a copy, old positions mean nothing: the element goes behind its old neighbour.
        let is_copy = self.current_dot(*list) != *list;
        let count = match (others.len(), is_copy) {
            (0, true) => 1,
            (0, false) => before.len(),
            (count, _) => count,
        };
        let first = self.issue(count as u64)?;
        let mut places: Vec<Place> = others.iter().map(|at| at.place).collect();
        if places.is_empty() {
            for (number, (old, path)) in (0..).zip(before) {
                let dot = if is_copy { first } else { first.after(number) };
                self.history_mut().into_iter().for_each(|history| history.moves.add(*old, 1, dot));
                if !is_copy {
                    places.extend(self.tree.bunches_mut(loc.list).restore_path(path));
                }
            }
            if is_copy {
                places.extend(self.place_of(loc.list, *list, at, from, first));
            }
        }
        if places.is_empty() {
            return Ok(false);
        }
        let moves = (0..).zip(places).map(|(number, place)| Move { dot: first.after(number), place });
        self.relocate(loc, moves.collect());
        // Positions that were used are in use again.
        self.author.end_runs();
        Ok(true)
    }

    /// The position where an element stood, or, in a copy of its list, one behind the same neighbour.
    fn place_of(
        &mut self,
        id: ListId,
        list: Dot,
        at: &Anchor,
        moving: Option<usize>,
        dot: Dot,
    ) -> Option<Place> {
        if self.current_dot(list) == list {
            return self.tree.bunches_mut(id).restore_path(&at.path);
        }
        let elements = self.tree.list(id);
        let left = at.left.and_then(|left| elements.rank(elements.find(self.current_element(left))?));
        let index = left.map_or(0, |left| left + 1 - usize::from(moving.is_some_and(|from| from < left)));
        Some(self.new_place(id, index, moving, dot))
    }

    /// Inserts a deleted element where it was, as a new one.
    fn reinsert(
        &mut self,
        list_id: ListId,
        (list, element): (Dot, Dot),
        before: &[Captured],
        at: &Anchor,
    ) -> Result<bool> {
        let new = self.recreate(before, None, Some(element))?;
        let Some(id) = new.first().map(Born::dot) else {
            impossible("nothing was recreated");
            return Ok(false);
        };
        let Some(place) = self.place_of(list_id, list, at, None, id) else { return Ok(false) };
        let element = self.tree.insert(list_id, Register::from_siblings(new), place, &self.writers);
        self.inserted(element);
        // Positions that were used are in use again.
        self.author.end_runs();
        Ok(true)
    }

    /// What was there before as new siblings, born at `born` or with the first of them; a deletion if there was
    /// nothing. If it is a list's element, the first of them stands for it.
    fn recreate(
        &mut self,
        before: &[Captured],
        born: Option<Dot>,
        element: Option<Dot>,
    ) -> Result<Vec<Born>> {
        let counts: Vec<u64> = before.iter().map(|captured| 1 + json::entries(&captured.text)).collect();
        let first = self.issue(counts.iter().sum::<u64>().max(1))?;
        if before.is_empty() {
            return Ok(vec![Born::new(first, first, Content::Tombstone)]);
        }
        if let Some((history, element)) = self.history_mut().zip(element) {
            history.elements.add(element, 1, first);
            history.moves.add_unless_known(element, 1, first);
        }
        // Each entry, at every depth, gets the stamp that follows by counting, as in any value that is written in one
        // go; so where a run of old dots was, a run of new ones is, and one alias stands for all of it.
        let (mut dot, mut siblings) = (first, Vec::with_capacity(before.len()));
        for (captured, count) in before.iter().zip(counts) {
            let content = self.tree.build(&captured.text, dot)?;
            siblings.push(Born::new(born.unwrap_or(first), dot, content));
            if let Some(history) = self.history_mut() {
                for run in &captured.runs {
                    // The value itself, at offset 0, is the element's or the key's, which is noted by the caller.
                    let (new, skipped) = (dot.after(run.offset), u64::from(run.offset == 0));
                    history.aliases.add(run.first, run.len, new);
                    let (old, len) = (run.first.after(skipped), run.len - skipped);
                    history.elements.add(old, len, new.after(skipped));
                    history.moves.add_unless_known(old, len, new.after(skipped));
                }
                for run in &captured.elements {
                    history.elements.add(run.first, run.len, dot.after(run.offset));
                    // An element that was moved away and back, by undo, no longer stands where it was born: the alias of
                    // its birth leads to the move that brought it back, and from there to what comes now.
                    history.moves.add_unless_known(run.first, run.len, dot.after(run.offset));
                }
            }
            dot = dot.after(count);
        }
        Ok(siblings)
    }
}
