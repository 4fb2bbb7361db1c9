//! Local edits: the only place that issues stamps. Each function here checks first, then changes.

use std::borrow::Cow;

use serde::Serialize;

use crate::{
    address::{patch::Change, path::ToPath},
    data::{
        arena::{Body, Loc},
        index::NewRecords,
        list::Move,
        position::{Place, Placement},
        register::{Born, Content, NodeId, Register, Sibling},
    },
    document::{
        Document, View,
        history::Event,
        read::resolve::{Competing, Found, Target},
        read::union::{self, Nodes},
        write::rollback::Step,
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
        let path = self.address(&path)?;
        let text = self.text_of(&value, path.segments().len())?;
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
        let path = self.address(&path)?;
        let text = self.canonical(json, path.segments().len())?;
        self.set_canonical(&path, &text)
    }

    fn set_canonical(&mut self, path: &crate::address::path::Path, text: &str) -> Result<()> {
        let is_there = self.find(path.segments()).is_some_and(|found| self.is_settled(&found, text));
        if is_there && !path.segments().is_empty() {
            return Ok(());
        }
        match self.target(path)? {
            Target::Entry { maps, key } => self.write_entry(&maps, &key, text),
            Target::Element { lists, index } => self.write_element(&lists, index, text),
        }
    }

    /// Whether readers see this value, and no conflict is left to settle: then writing it would change nothing.
    pub(in crate::document) fn is_settled(&self, found: &Found<'_>, text: &str) -> bool {
        let is_alone = match &found.place {
            Competing::Nothing | Competing::Register(Register::Plain(_)) => true,
            Competing::Register(register) if register.len() == 1 => true,
            Competing::Register(register) if !register.siblings().all(Sibling::is_alive) => false,
            place => union::split(self, place.candidates()).1.is_empty(),
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
        let path = self.address(&path)?;
        if !path.segments().is_empty() && self.find(path.segments()).is_none() {
            return Ok(false);
        }
        match self.target(&path)? {
            Target::Entry { maps, key } => self.remove_entry(&maps, &key)?,
            Target::Element { lists, index } => self.remove_element(&lists, index)?,
        }
        Ok(true)
    }

    /// A value as canonical text, where it may stand `depth` levels below the root.
    pub(in crate::document) fn text_of(
        &self,
        value: &(impl Serialize + ?Sized),
        depth: usize,
    ) -> Result<String> {
        let text = json::to_text(value, self.limits.depth - depth.min(self.limits.depth))?;
        self.check_size(text.len())?;
        Ok(text)
    }

    /// JSON text in its canonical spelling, where it may stand `depth` levels below the root.
    pub(in crate::document) fn canonical<'t>(&self, json: &'t str, depth: usize) -> Result<Cow<'t, str>> {
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
    pub(in crate::document) fn write_entry(&mut self, maps: &Nodes, key: &str, text: &str) -> Result<()> {
        let Nodes::One(id) = maps else {
            return self.transact(|document| document.write_entry_in_first(maps, key, text));
        };
        let dot = self.issue(1 + json::entries(text))?;
        let content = self.build(text, dot)?;
        let old = self.arena.map(*id).and_then(|map| map.register(map.find(key)?));
        let born = old.filter(|old| old.is_alive()).map_or(dot, |old| old.birth(&self.clients));
        self.put_entry(*id, key, vec![Born::new(born, dot, content)], None);
        Ok(())
    }

    fn write_entry_in_first(&mut self, maps: &Nodes, key: &str, text: &str) -> Result<()> {
        let first = maps.first();
        let mut others = self.living(maps, key);
        let mut born = None;
        for register in others.iter().filter_map(|loc| self.arena.register(*loc)) {
            let birth = register.birth(&self.clients);
            born = born.filter(|born| self.clients.compare(*born, birth).is_lt()).or(Some(birth));
        }
        others.retain(|loc| loc.node != first);
        let count = others.len() as u64;
        let dot = self.issue(count + 1 + json::entries(text))?;
        let own = dot.after(count);
        let content = self.build(text, own)?;
        self.delete_in(&others, key, dot);
        self.put_entry(first, key, vec![Born::new(born.unwrap_or(own), own, content)], None);
        Ok(())
    }

    /// Removes a map entry: from each of the maps that read as one.
    pub(in crate::document) fn remove_entry(&mut self, maps: &Nodes, key: &str) -> Result<()> {
        let living = self.living(maps, key);
        let delete = |document: &mut Document| {
            let dot = document.issue(living.len() as u64)?;
            document.delete_in(&living, key, dot);
            Ok(())
        };
        if living.len() == 1 { delete(self) } else { self.transact(delete) }
    }

    /// Deletes these entries, with `dot` and those after it.
    fn delete_in(&mut self, entries: &[Loc], key: &str, dot: Dot) {
        for (count, loc) in (0..).zip(entries) {
            let own = dot.after(count);
            self.put_entry(loc.node, key, vec![Born::new(own, own, Content::Tombstone)], None);
        }
    }

    /// Puts new siblings under a key, the first of them issued first: in the place of all that stands there, or
    /// only of some.
    pub(in crate::document) fn put_entry(
        &mut self,
        id: NodeId,
        key: &str,
        new: Vec<Born>,
        over: Option<&[Dot]>,
    ) {
        let Some(dot) = new.first().map(Born::dot) else { return };
        self.keep(Event::Entry { map: id, key, new: &new, over });
        let Some(map) = self.arena.map_mut(id) else { return };
        let slot = map.find(key);
        let old = slot.and_then(|slot| map.register(slot)).cloned().unwrap_or(Register::VACANT);
        let was_there = old.is_alive();
        if let Some(slot) = slot.filter(|_| !was_there) {
            map.take_out(slot);
        }
        let mut siblings = new;
        if let Some(over) = over {
            siblings
                .extend(old.clone().into_siblings().into_iter().filter(|born| !over.contains(&born.dot())));
        }
        let register = Register::from_siblings(siblings);
        let Some(slot) = map.put(key, register.clone(), &self.clients) else { return };
        self.index.unindex_tombstones(&old);
        if over.is_some() {
            self.index.update_slot(Loc { node: id, slot }, &register);
        }
        self.wrote(Loc { node: id, slot }, dot);
        if self.rollback.is_some() {
            self.log(Step::Entry { map: id, key: key.into(), old });
        } else {
            self.drop_lost(&old, &register);
        }
        self.say_value(Loc { node: id, slot }, was_there);
    }

    /// Writes the element at an index, or a new one at the end; `text` is canonical.
    pub(in crate::document) fn write_element(
        &mut self,
        lists: &Nodes,
        index: usize,
        text: &str,
    ) -> Result<()> {
        match self.element_at(lists, index) {
            Some(loc) => self.write_value(loc, text),
            None => self.insert_element(lists, index, text).map(|_| ()),
        }
    }

    /// Writes the value of a living element; `text` is canonical.
    pub(in crate::document) fn write_value(&mut self, loc: Loc, text: &str) -> Result<()> {
        let dot = self.issue(1 + json::entries(text))?;
        let content = self.build(text, dot)?;
        let id = self.arena.register(loc).map_or(dot, Register::element);
        self.put_value(loc, dot, Register::born(id, dot, content));
        Ok(())
    }

    /// Puts a register, written from `dot` on, in the place of a living element's value.
    pub(in crate::document) fn put_value(&mut self, loc: Loc, dot: Dot, new: Register) {
        self.keep(Event::Value { loc, new: &new });
        let Some(register) = self.arena.register_mut(loc) else { return };
        let old = std::mem::replace(register, new);
        self.wrote(loc, dot);
        if self.rollback.is_some() {
            self.log(Step::Value { loc, old });
        } else {
            self.release(&old);
        }
        self.say_value(loc, true);
    }

    /// Inserts an element so that it stands at `index`; `text` is canonical.
    pub(in crate::document) fn insert_element(
        &mut self,
        lists: &Nodes,
        index: usize,
        text: &str,
    ) -> Result<Loc> {
        let dot = self.issue(1 + json::entries(text))?;
        let content = self.build(text, dot)?;
        let (id, index) = self.gap_at(lists, index);
        let place = self.place_at(id, index, None, dot);
        let Some(list) = self.arena.list_mut(id) else { return Err(Error::refused("the list is gone")) };
        let slot = list.insert_at(index, Register::new(dot, content), place, &self.clients);
        let loc = Loc { node: id, slot };
        self.inserted(loc, dot);
        Ok(loc)
    }

    /// Notes an element that was just inserted.
    pub(in crate::document) fn inserted(&mut self, loc: Loc, dot: Dot) {
        self.wrote(loc, dot);
        self.log(Step::Inserted { list: loc.node, slot: loc.slot });
        self.keep(Event::Inserted { loc });
        self.say_value(loc, false);
    }

    /// A position between the neighbours of `index`; `moving` is the element, if any, that leaves its place.
    pub(in crate::document) fn place_at(
        &mut self,
        id: NodeId,
        index: usize,
        moving: Option<usize>,
        dot: Dot,
    ) -> Place {
        let is_mine = self.is_mine();
        let Some(Body::List(list)) = self.arena.get_mut(id).map(|node| &mut node.body) else {
            return Place::NONE;
        };
        let neighbour = |index: Option<usize>| {
            let index =
                index.map(|index| if moving.is_some_and(|from| index >= from) { index + 1 } else { index });
            index
                .and_then(|index| list.at(index))
                .and_then(|slot| list.element(slot))
                .map(|element| element.place)
        };
        let (left, right) = (neighbour(index.checked_sub(1)), neighbour(Some(index)));
        match list.bunches.between(left, right, is_mine, dot, &self.clients) {
            Placement::Extend(place) => place,
            Placement::NewBunch(parent, side) => {
                let bunch = list.bunches.declare(dot, parent, side);
                bunch.map_or(Place::NONE, |bunch| Place { bunch, index: 0 })
            }
        }
    }

    pub(in crate::document) fn remove_element(&mut self, lists: &Nodes, index: usize) -> Result<()> {
        let Some(loc) = self.element_at(lists, index) else { return Ok(()) };
        self.remove_at(loc)
    }

    /// Removes a living element.
    pub(in crate::document) fn remove_at(&mut self, loc: Loc) -> Result<()> {
        let Loc { node: id, slot } = loc;
        let dot = self.issue(1)?;
        self.keep(Event::Killed { loc });
        let Some(list) = self.arena.list_mut(id) else { return Ok(()) };
        let moves = list.moves(slot);
        if self.rollback.is_some() {
            list.bunches.retain_all(&moves);
        }
        let element = list.register(slot).map_or(Dot::ROOT, Register::element);
        let (index, old) = list.kill(slot, Register::born(element, dot, Content::Tombstone), &self.clients);
        self.wrote(Loc { node: id, slot }, dot);
        if self.rollback.is_some() {
            self.log(Step::Killed { list: id, slot, old, moves });
        } else {
            self.release(&old);
        }
        self.say(id, |_, path| Some((path.at(index?), Change::Remove)));
        Ok(())
    }

    /// Moves the element at `from` so that it stands at `to`; where it is then. Into another one of the lists
    /// that read as one, it goes as a new element.
    pub(in crate::document) fn move_element(
        &mut self,
        lists: &Nodes,
        from: usize,
        to: usize,
    ) -> Result<Option<Loc>> {
        let Some(loc) = self.element_at(lists, from) else { return Ok(None) };
        if from == to {
            return Ok(Some(loc));
        }
        let (id, at) = match lists {
            Nodes::One(id) => (*id, to),
            Nodes::Many(_) => {
                let left = if to > from { Some(to) } else { to.checked_sub(1) };
                let left = left.and_then(|left| self.element_at(lists, left));
                let rank = |loc: Loc| self.arena.list(loc.node)?.rank(loc.slot);
                let leaves = |left: Loc| usize::from(left.node == loc.node && rank(left) > rank(loc));
                let place = left.and_then(|left| Some((left.node, rank(left)? + 1 - leaves(left))));
                place.unwrap_or((lists.first(), 0))
            }
        };
        if id == loc.node {
            return self.move_within(loc, at).map(|()| Some(loc));
        }
        let view = self.arena.register(loc).and_then(|register| View::of(self, register));
        let text = view.map_or_else(|| "null".to_owned(), |view| view.to_canonical().into_owned());
        self.transact(|document| {
            let new = document.insert_element(&Nodes::One(id), at, &text)?;
            document.remove_at(loc).map(|()| Some(new))
        })
    }

    /// Moves a living element so that it stands at `to` in its list.
    fn move_within(&mut self, loc: Loc, to: usize) -> Result<()> {
        let Loc { node: id, slot } = loc;
        let from = self.arena.list(id).and_then(|list| list.rank(slot));
        if from == Some(to) {
            return Ok(());
        }
        let dot = self.issue(1)?;
        let place = self.place_at(id, to, from, dot);
        self.relocate(loc, vec![Move { dot, place }]);
        Ok(())
    }

    /// Gives a living element another position: several, where that is in conflict.
    pub(in crate::document) fn relocate(&mut self, loc: Loc, new: Vec<Move>) {
        let Loc { node: id, slot } = loc;
        self.keep(Event::Moved { loc, new: &new });
        let Some(list) = self.arena.list_mut(id) else { return };
        let moves = list.moves(slot);
        if self.rollback.is_some() {
            list.bunches.retain_all(&moves);
        }
        let dots: Vec<Dot> = new.iter().map(|at| at.dot).collect();
        let (from, to) = list.relocate(slot, new, &self.clients);
        dots.into_iter().for_each(|dot| self.index.record(&self.arena, dot, loc));
        self.log(Step::Moved { list: id, slot, moves });
        self.say(id, |_, path| Some((path.at(from), Change::Move(to))));
    }

    /// Enters a register that was just written at `dot` into the index.
    fn wrote(&mut self, loc: Loc, dot: Dot) {
        let Some(register) = self.arena.register(loc) else { return };
        let is_plain = register.len() == 1 && register.siblings().all(|sibling| sibling.node().is_none());
        if is_plain {
            self.index.index_tombstones(loc, register);
            self.index.record(&self.arena, dot, loc);
            return;
        }
        self.arena.set_parent(loc);
        let mut new_records = NewRecords::default();
        self.index.index_register(&self.arena, loc, &mut new_records);
        new_records.only_from(dot);
        self.index.record_all(new_records);
    }

    fn log(&mut self, step: Step) {
        if let Some(rollback) = &mut self.rollback {
            rollback.steps.push(step);
        }
    }

    /// Releases the containers of `old` that `new` no longer has.
    pub(in crate::document) fn drop_lost(&mut self, old: &Register, new: &Register) {
        for sibling in old.siblings().filter(|sibling| new.find(sibling.dot()).is_none()) {
            if let Some(id) = sibling.node() {
                self.release_node(id);
            }
        }
    }

    /// Drops all containers below a register that was replaced.
    pub(in crate::document) fn release(&mut self, register: &Register) {
        self.index.unindex_tombstones(register);
        for top in register.siblings().filter_map(|sibling| sibling.node()) {
            self.release_node(top);
        }
    }

    pub(in crate::document) fn release_node(&mut self, top: NodeId) {
        for id in self.arena.walk(top) {
            for (_, register) in self.arena.registers(id) {
                self.index.unindex_tombstones(register);
            }
            if let Some(node) = self.arena.remove(id) {
                self.index.unindex_container(node.dot);
            }
        }
    }

    /// The container at a path, or those that read as one there, must be of this kind.
    pub(in crate::document) fn open_kind(
        &mut self,
        path: &crate::address::path::Path,
        kind: crate::document::ValueType,
    ) -> Result<Nodes> {
        let nodes = self.open(path.segments())?;
        let found = self.kind_of(&nodes);
        if found == kind {
            return Ok(nodes);
        }
        Err(Error::no_such_path(path.to_string(), format!("it is {found}, not {kind}")))
    }
}
