//! Updates: makes a value equal to a plain one by the fewest changes.

use std::borrow::Cow;

use hashbrown::HashSet;
use serde::Serialize;

use crate::{
    align::{self, Item, Step},
    arena::Loc,
    document::{
        Document, Type,
        view::{At, View},
    },
    error::{Error, Result},
    json::{self, Members},
    map::Slot,
    path::{Path, ToPath},
    register::{NodeId, Register},
};

impl Document {
    /// Makes the value at a path equal to a plain value by the fewest changes: objects by key, lists by their
    /// elements' `id` (or `_id`, `uuid`, `key`, `name`) if all have one, else by longest common subsequence.
    /// What is equal stays untouched, so that others' edits of it survive; moved elements move, edited ones
    /// are edited. All or nothing.
    ///
    /// ```
    /// use serde_json::json;
    /// let mut document = minisync::Document::new(json!({ "todo": [{ "id": 1, "done": false }, { "id": 2 }] }))?;
    /// document.update("", json!({ "todo": [{ "id": 2 }, { "id": 1, "done": true }] }))?;
    /// assert_eq!(document.to_text(), r#"{"todo":[{"id":2},{"id":1,"done":true}]}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the path leads nowhere, the whole document would not be an object, or the value is not JSON, too
    /// deep or too large. Nothing is changed then.
    pub fn update(&mut self, path: impl ToPath, value: impl Serialize) -> Result<()> {
        let path = self.address(&path)?;
        let text = self.text_of(&value, path.segments().len())?;
        self.update_canonical(&path, &text)
    }

    /// Like [`Document::update`], from JSON text, whose numbers stay exactly as they are written.
    ///
    /// # Errors
    /// Like [`Document::update`]; where the text is not JSON, the error says in which line and column.
    pub fn update_text(&mut self, path: impl ToPath, json: &str) -> Result<()> {
        let path = self.address(&path)?;
        let text = self.canonical(json, path.segments().len())?;
        self.update_canonical(&path, &text)
    }

    fn update_canonical(&mut self, path: &Path, text: &str) -> Result<()> {
        if path.segments().is_empty() && !text.starts_with('{') {
            return Err(Error::invalid_value("", "a document is an object, {…}"));
        }
        let kind = self.find(path.segments()).map(|found| found.view.value_type());
        if !kind.is_some_and(|kind| is_kind(kind, text)) {
            return self.set_text(path, text);
        }
        self.transact(|document| {
            let node = document.open(path.segments())?;
            document.update_container(node, text)
        })
    }

    /// `text` is a container of the same kind.
    fn update_container(&mut self, node: NodeId, text: &str) -> Result<()> {
        if text.starts_with('{') { self.update_map(node, text) } else { self.update_list(node, text) }
    }

    fn update_map(&mut self, node: NodeId, text: &str) -> Result<()> {
        let new: Vec<(String, &str)> = Members::new(text)
            .filter_map(|member| Some((member.key?.decode().into_owned(), member.value)))
            .collect();
        let kept: HashSet<&str> = new.iter().map(|(key, _)| key.as_str()).collect();
        let gone: Vec<ecow::EcoString> = match self.arena.map(node) {
            Some(map) => map
                .iter()
                .map(|(_, entry)| entry.key.clone())
                .filter(|key| !kept.contains(key.as_str()))
                .collect(),
            None => return Ok(()),
        };
        for key in gone {
            self.remove_entry(node, &key)?;
        }
        for (key, value) in &new {
            let slot = self.arena.map(node).and_then(|map| map.find(key));
            let slot = slot.filter(|slot| {
                self.arena.register(Loc { node, slot: *slot }).is_some_and(Register::is_alive)
            });
            match slot {
                Some(slot) => {
                    if !self.update_register(Loc { node, slot }, value)? {
                        self.write_entry(node, key, value)?;
                    }
                }
                None => self.write_entry(node, key, value)?,
            }
        }
        Ok(())
    }

    /// Updates what is visible in a register; false where it has to be replaced.
    fn update_register(&mut self, loc: Loc, text: &str) -> Result<bool> {
        let view = self.arena.register(loc).and_then(|register| View::of(self, register));
        let Some(view) = view else { return Ok(false) };
        if let At::Text(old) = view.at
            && json::equal(old, text)
        {
            return Ok(true);
        }
        if !is_kind(view.value_type(), text) {
            return Ok(false);
        }
        let Some(node) = self.open_at(loc) else { return Ok(false) };
        self.update_container(node, text).map(|()| true)
    }

    fn update_list(&mut self, node: NodeId, text: &str) -> Result<()> {
        let new: Vec<&str> = Members::new(text).map(|member| member.value).collect();
        let Some((slots, plan)) = self.plan(node, &new) else { return Ok(()) };
        for old in &plan.deleted {
            let index = slots.get(*old).and_then(|slot| self.arena.list(node)?.rank(*slot));
            if let Some(index) = index {
                self.remove_element(node, index)?;
            }
        }
        let mut moved = plan.moved.iter().peekable();
        let mut before: Option<Slot> = None;
        for (at, (step, text)) in plan.steps.iter().zip(&new).enumerate() {
            let slot = match step {
                Step::Insert => {
                    let rank = before.and_then(|before| self.arena.list(node)?.rank(before));
                    self.insert_element(node, rank.map_or(0, |rank| rank + 1), text)?
                }
                Step::Keep { old, equal } => {
                    let slot = slots[*old];
                    if moved.next_if(|index| **index == at).is_some() {
                        self.move_behind(node, slot, before)?;
                    }
                    if !equal {
                        self.update_element(Loc { node, slot }, text)?;
                    }
                    slot
                }
            };
            before = Some(slot);
        }
        Ok(())
    }

    fn update_element(&mut self, loc: Loc, text: &str) -> Result<()> {
        if self.update_register(loc, text)? {
            return Ok(());
        }
        let index = self.arena.list(loc.node).and_then(|list| list.rank(loc.slot));
        index.map_or(Ok(()), |index| self.write_element(loc.node, index, text))
    }

    /// How to make the list out of what it is now; with the present elements' slots.
    fn plan(&self, node: NodeId, new: &[&str]) -> Option<(Vec<Slot>, align::Plan)> {
        let list = self.arena.list(node)?;
        let slots: Vec<Slot> = list.iter().map(|(slot, _)| slot).collect();
        let old: Vec<Cow<'_, str>> = list
            .iter()
            .filter_map(|(_, element)| View::of(self, &element.register))
            .map(|view| view.to_canonical())
            .collect();
        let old: Vec<&str> = old.iter().map(AsRef::as_ref).collect();
        // A plain list whose elements are the same as before needs no search for their ids.
        let key =
            if old == new { None } else { align::id_key(|name| ids(&old, name), |name| ids(new, name)) };
        Some((slots, align::plan(&items(&old, key), &items(new, key))))
    }
}

fn items<'a>(texts: &[&'a str], key: Option<&str>) -> Vec<Item<'a>> {
    texts.iter().map(|text| Item { key: key.and_then(|key| json::member(text, key)), text }).collect()
}

/// What the member `name` is in each object of a list: none where one lacks it or has a container there.
fn ids<'a>(texts: &[&'a str], name: &str) -> Option<Vec<&'a str>> {
    let objects = texts.iter().filter(|text| text.starts_with('{'));
    objects
        .map(|text| {
            let id = json::member(text, name)?;
            let is_id = id.starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit());
            is_id.then_some(id)
        })
        .collect()
}

/// Whether the text is a container of this kind.
fn is_kind(kind: Type, text: &str) -> bool {
    match kind {
        Type::Map => text.starts_with('{'),
        Type::List => text.starts_with('['),
        Type::Null | Type::Bool | Type::Number | Type::String => false,
    }
}
