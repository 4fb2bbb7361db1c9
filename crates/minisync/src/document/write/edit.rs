//! Local edits: the only place that issues stamps. Each function here checks first, then changes.

use std::borrow::Cow;

use serde::Serialize;

use crate::{
    address::{patch::Change, path::ToPath},
    base::impossible,
    data::{
        arena::{ElementLoc, EntryLoc, ListId, MapId},
        position::Move,
        position::{Place, Placement},
        register::{Born, Content, Register, Sibling},
    },
    document::{
        Document, View,
        history::EditEvent,
        read::{
            open::{Containers, Lists, Maps, WriteTarget},
            resolve::Found,
            union,
        },
        write::rollback::RollbackStep,
    },
    json,
    names::{
        dot::Dot,
        error::{Error, Result},
    },
};

impl Document {
    /// Sets the value at a path. What lies above it has to be there; in a list, the index may be the length,
    /// and then the value is appended. Setting what is there already changes nothing.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "list": ["a"] }))?;
    /// document.set("list[0]", "b")?;
    /// document.set("list[1]", 2.5)?;
    /// document.set("user", serde_json::json!({ "name": "Ada" }))?;
    /// document.set("/user/name", "Grace")?;
    /// assert_eq!(document.to_json(), r#"{"list":["b",2.5],"user":{"name":"Grace"}}"#);
    /// assert!(document.set("nobody.name", "X").is_err());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the path leads nowhere, or the value is not JSON, too deep or too large. Nothing is changed then.
    pub fn set(&mut self, path: impl ToPath, value: impl Serialize) -> Result<()> {
        let path = self.checked_path(&path)?;
        let text = self.canonical_value(&value, path.segments().len())?;
        self.set_canonical(&path, &text)
    }

    /// Like [`Document::set`], from JSON text, whose numbers stay exactly as they are written.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({}))?;
    /// document.set_json("n", "1.50")?;
    /// assert_eq!(document.to_json(), r#"{"n":1.50}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Like [`Document::set`]; where the text is not JSON, the error says in which line and column.
    pub fn set_json(&mut self, path: impl ToPath, json: &str) -> Result<()> {
        let path = self.checked_path(&path)?;
        let text = self.canonical(json, path.segments().len())?;
        self.set_canonical(&path, &text)
    }

    fn set_canonical(&mut self, path: &crate::address::path::Path, text: &str) -> Result<()> {
        let is_there = self.find(path.segments()).is_some_and(|found| self.is_settled(&found, text));
        if is_there && !path.segments().is_empty() {
            return Ok(());
        }
        match self.write_target(path)? {
            WriteTarget::Entry { maps, key } => self.write_entry(&maps, &key, text),
            WriteTarget::Element { lists, index } => self.write_element(&lists, index, text),
        }
    }

    /// Whether readers see this value, and no conflict is left to settle: then writing it would change nothing.
    pub(super) fn is_settled(&self, found: &Found<'_>, text: &str) -> bool {
        let is_alone = match found.register {
            Some(Register::Plain(_)) => true,
            Some(register) if register.len() == 1 => true,
            Some(register) if !register.siblings().all(Sibling::is_alive) => false,
            _ => union::split(self, found.candidates()).1.is_empty(),
        };
        is_alone && json::equal(&found.view.to_canonical(), text)
    }

    /// Removes the entry or element at a path. Whether something was there.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "a": 1, "list": [1, 2] }))?;
    /// assert!(document.remove("a")?);
    /// assert!(document.remove("list[-1]")?);
    /// assert!(!document.remove("a")?);
    /// assert_eq!(document.to_json(), r#"{"list":[1]}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the path cannot be read, or is the root's.
    pub fn remove(&mut self, path: impl ToPath) -> Result<bool> {
        let path = self.checked_path(&path)?;
        if !path.segments().is_empty() && self.find(path.segments()).is_none() {
            return Ok(false);
        }
        match self.write_target(&path)? {
            WriteTarget::Entry { maps, key } => self.remove_entry(&maps, &key)?,
            WriteTarget::Element { lists, index } => self.remove_element(&lists, index)?,
        }
        Ok(true)
    }

    /// A value as canonical text, where it may stand `depth` levels below the root.
    pub(super) fn canonical_value(&self, value: &(impl Serialize + ?Sized), depth: usize) -> Result<String> {
        let text = json::to_text(value, self.limits.depth - depth.min(self.limits.depth))?;
        self.check_size(text.len())?;
        Ok(text)
    }

    /// JSON text in its canonical spelling, where it may stand `depth` levels below the root.
    pub(super) fn canonical<'t>(&self, json: &'t str, depth: usize) -> Result<Cow<'t, str>> {
        self.check_size(json.len())?;
        json::canonical_text(json, self.limits.depth - depth.min(self.limits.depth))
    }

    fn check_size(&self, bytes: usize) -> Result<()> {
        if bytes <= self.limits.bytes {
            return Ok(());
        }
        Err(Error::limit(format!(
            "the value has {bytes} bytes, more than the limit of {}",
            self.limits.bytes
        )))
    }

    /// Writes a map entry; `text` is canonical. In maps that read as one, what the others have under the key
    /// is deleted.
    pub(super) fn write_entry(&mut self, maps: &Maps, key: &str, text: &str) -> Result<()> {
        let Containers::One(id) = maps else {
            return self.transact(|document| document.write_entry_in_first(maps, key, text));
        };
        let dot = self.issue(1 + json::entries(text))?;
        let content = self.tree.build(text, dot)?;
        let map = self.tree.map(*id);
        let old = map.find(key).and_then(|slot| map.register(slot));
        let born = old.filter(|old| old.is_alive()).map_or(dot, |old| old.birth(&self.writers));
        self.put_entry(*id, key, vec![Born::new(born, dot, content)], None);
        Ok(())
    }

    fn write_entry_in_first(&mut self, maps: &Maps, key: &str, text: &str) -> Result<()> {
        let first = maps.first();
        let mut others = self.living_entries(maps, key);
        let mut born = None;
        for register in others.iter().filter_map(|entry| self.tree.register((*entry).into())) {
            let birth = register.birth(&self.writers);
            born = born.filter(|born| self.writers.compare(*born, birth).is_lt()).or(Some(birth));
        }
        others.retain(|entry| entry.map != first);
        let count = others.len() as u64;
        let dot = self.issue(count + 1 + json::entries(text))?;
        let own = dot.after(count);
        let content = self.tree.build(text, own)?;
        self.delete_in(&others, key, dot);
        self.put_entry(first, key, vec![Born::new(born.unwrap_or(own), own, content)], None);
        Ok(())
    }

    /// Removes a map entry: from each of the maps that read as one.
    pub(super) fn remove_entry(&mut self, maps: &Maps, key: &str) -> Result<()> {
        let living = self.living_entries(maps, key);
        let delete = |document: &mut Document| {
            let dot = document.issue(living.len() as u64)?;
            document.delete_in(&living, key, dot);
            Ok(())
        };
        if living.len() == 1 { delete(self) } else { self.transact(delete) }
    }

    /// Deletes these entries, with `dot` and those after it.
    fn delete_in(&mut self, entries: &[EntryLoc], key: &str, dot: Dot) {
        for (count, entry) in (0..).zip(entries) {
            let own = dot.after(count);
            self.put_entry(entry.map, key, vec![Born::new(own, own, Content::Tombstone)], None);
        }
    }

    /// Puts new siblings under a key, the first of them issued first: in the place of all that stands there, or
    /// only of some.
    pub(in crate::document) fn put_entry(
        &mut self,
        id: MapId,
        key: &str,
        new: Vec<Born>,
        over: Option<&[Dot]>,
    ) {
        let Some(dot) = new.first().map(Born::dot) else { return impossible("nothing is written") };
        self.record_edit(EditEvent::Entry { map: id, key, new: &new, over });
        let mut siblings = new;
        if let Some(over) = over {
            let map = self.tree.map(id);
            let beside = map.find(key).and_then(|slot| map.register(slot)).cloned();
            let beside = beside.unwrap_or(Register::VACANT).into_siblings().into_iter();
            siblings.extend(beside.filter(|born| !over.contains(&born.dot())));
        }
        let register = Register::from_siblings(siblings);
        let (loc, old) = self.tree.put_entry(id, key, &register, dot, &self.writers);
        let was_there = old.is_alive();
        if self.rollback.is_some() {
            self.log(RollbackStep::Entry { map: id, key: key.into(), old });
        } else {
            self.tree.drop_lost(&old, &register);
        }
        self.record_value_patch(loc, was_there);
    }

    /// Writes the element at an index, or a new one at the end; `text` is canonical.
    pub(super) fn write_element(&mut self, lists: &Lists, index: usize, text: &str) -> Result<()> {
        match self.element_at(lists, index) {
            Some(element) => self.write_value(element, text),
            None => self.insert_element(lists, index, text).map(|_| ()),
        }
    }

    /// Writes the value of a living element; `text` is canonical.
    pub(super) fn write_value(&mut self, at: ElementLoc, text: &str) -> Result<()> {
        let dot = self.issue(1 + json::entries(text))?;
        let content = self.tree.build(text, dot)?;
        let Some(id) = self.tree.list(at.list).register(at.slot).map(Register::element) else {
            impossible("an element is gone");
            return Ok(());
        };
        self.put_value(at, dot, Register::born(id, dot, content));
        Ok(())
    }

    /// Puts a register, written from `dot` on, in the place of a living element's value.
    pub(in crate::document) fn put_value(&mut self, at: ElementLoc, dot: Dot, new: Register) {
        self.record_edit(EditEvent::Value { at, new: &new });
        let old = self.tree.put_value(at, new, dot);
        if self.rollback.is_some() {
            self.log(RollbackStep::Value { at, old });
        } else {
            self.tree.drop_below(&old);
        }
        self.record_value_patch(at.into(), true);
    }

    /// Inserts an element so that it stands at `index`; `text` is canonical.
    pub(super) fn insert_element(&mut self, lists: &Lists, index: usize, text: &str) -> Result<ElementLoc> {
        let dot = self.issue(1 + json::entries(text))?;
        let content = self.tree.build(text, dot)?;
        let (id, index) = self.insertion_point(lists, index);
        let place = self.new_place(id, index, None, dot);
        let element = self.tree.insert_at(id, index, Register::new(dot, content), place, &self.writers);
        self.inserted(element);
        Ok(element)
    }

    /// Notes an element that was just inserted.
    pub(in crate::document) fn inserted(&mut self, at: ElementLoc) {
        self.log(RollbackStep::Inserted { at });
        self.record_edit(EditEvent::Inserted { at });
        self.record_value_patch(at.into(), false);
    }

    /// A position between the neighbours of `index`; `moving` is the element, if any, that leaves its place.
    pub(in crate::document) fn new_place(
        &mut self,
        id: ListId,
        index: usize,
        moving: Option<usize>,
        dot: Dot,
    ) -> Place {
        let list = self.tree.list(id);
        let neighbour = |index: Option<usize>| {
            let index =
                index.map(|index| if moving.is_some_and(|from| index >= from) { index + 1 } else { index });
            index
                .and_then(|index| list.at(index))
                .and_then(|slot| list.element(slot))
                .map(|element| element.place)
        };
        let (left, right) = (neighbour(index.checked_sub(1)), neighbour(Some(index)));
        match list.bunches.between(left, right, self.author.is_mine(), dot, &self.writers) {
            Placement::Extend(place) => place,
            Placement::NewBunch(parent, side) => {
                let Some(bunch) = self.tree.bunches_mut(id).declare(dot, parent, side) else {
                    impossible("a bunch has the name of a new write");
                    return parent;
                };
                Place { bunch, index: 0 }
            }
        }
    }

    pub(super) fn remove_element(&mut self, lists: &Lists, index: usize) -> Result<()> {
        match self.element_at(lists, index) {
            Some(element) => self.remove_at(element),
            None => Ok(()),
        }
    }

    /// Removes a living element.
    pub(in crate::document) fn remove_at(&mut self, at: ElementLoc) -> Result<()> {
        let dot = self.issue(1)?;
        self.record_edit(EditEvent::Deleted { at });
        let moves = self.retained_moves(at);
        let (index, old) = self.tree.kill(at, dot, &self.writers);
        if self.rollback.is_some() {
            self.log(RollbackStep::Deleted { at, old, moves });
        } else {
            self.tree.drop_below(&old);
        }
        self.record_patch(at.list.into(), |_, path| Some((path.at(index?), Change::Remove)));
        Ok(())
    }

    /// Where an element stands. Inside a transaction its positions stay in use, so that it can go back to them.
    fn retained_moves(&mut self, at: ElementLoc) -> Vec<Move> {
        let moves = self.tree.list(at.list).moves(at.slot);
        if self.rollback.is_some() {
            self.tree.bunches_mut(at.list).retain_all(&moves);
        }
        moves
    }

    /// Moves the element at `from` so that it stands at `to`; where it is then. Into another one of the lists
    /// that read as one, it goes as a new element.
    pub(super) fn move_element(
        &mut self,
        lists: &Lists,
        from: usize,
        to: usize,
    ) -> Result<Option<ElementLoc>> {
        let Some(element) = self.element_at(lists, from) else { return Ok(None) };
        if from == to {
            return Ok(Some(element));
        }
        let (list, at) = match lists {
            Containers::One(list) => (*list, to),
            Containers::Several(_) => {
                // Behind its new left neighbour, in that one's list.
                let left = if to > from { Some(to) } else { to.checked_sub(1) };
                let left = left.and_then(|left| self.element_at(lists, left));
                let rank = |at: ElementLoc| self.tree.list(at.list).rank(at.slot);
                let leaves =
                    |left: ElementLoc| usize::from(left.list == element.list && rank(left) > rank(element));
                let place = left.and_then(|left| Some((left.list, rank(left)? + 1 - leaves(left))));
                place.unwrap_or((lists.first(), 0))
            }
        };
        if list == element.list {
            return self.move_within(element, at).map(|()| Some(element));
        }
        let view = self.tree.register(element.into()).and_then(|register| View::of(self, register));
        let text = view.map_or_else(|| "null".to_owned(), |view| view.to_canonical().into_owned());
        self.transact(|document| {
            let new = document.insert_element(&Containers::One(list), at, &text)?;
            document.remove_at(element).map(|()| Some(new))
        })
    }

    /// Moves a living element so that it stands at `to` in its list.
    fn move_within(&mut self, at: ElementLoc, to: usize) -> Result<()> {
        let from = self.tree.list(at.list).rank(at.slot);
        if from == Some(to) {
            return Ok(());
        }
        let dot = self.issue(1)?;
        let place = self.new_place(at.list, to, from, dot);
        self.relocate(at, vec![Move { dot, place }]);
        Ok(())
    }

    /// Gives a living element another position: several, where that is in conflict.
    pub(in crate::document) fn relocate(&mut self, at: ElementLoc, new: Vec<Move>) {
        self.record_edit(EditEvent::Moved { at, new: &new });
        let moves = self.retained_moves(at);
        let (from, to) = self.tree.relocate(at, new, &self.writers);
        self.log(RollbackStep::Moved { at, moves });
        self.record_patch(at.list.into(), |_, path| Some((path.at(from), Change::Move(to))));
    }

    fn log(&mut self, step: RollbackStep) {
        if let Some(rollback) = &mut self.rollback {
            rollback.steps.push(step);
        }
    }
}
