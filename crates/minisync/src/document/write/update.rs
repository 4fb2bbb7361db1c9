//! Updates: makes a value equal to a plain one by the fewest changes.

use std::borrow::Cow;

use hashbrown::HashSet;
use serde::Serialize;

use crate::{
    address::{
        align::{self, Step},
        path::{Path, Segment, ToPath},
    },
    data::arena::ElementLoc,
    document::{
        Document, ValueType, View,
        read::{
            open::{Lists, Maps, Opened},
            union::ValueRef,
        },
    },
    json::{self, Members},
    names::error::{Error, Result},
};

impl Document {
    /// Makes the value at a path equal to a plain value by the fewest changes: objects by key, lists by their
    /// elements' `id` (or `_id`, `uuid`, `guid`, `key`, `name`) if all have one, else by longest common subsequence, and
    /// where elements were edited, by what is most similar. What is equal stays untouched, so that others' edits of it
    /// survive; moved elements move, edited ones are edited. A short list of numbers that becomes another one of the same
    /// length, as a colour or a place does, is written whole. All or nothing.
    ///
    /// ```
    /// use serde_json::json;
    /// let mut document = minisync::Document::new(json!({ "todo": [{ "done": false, "id": 1 }, { "id": 2 }] }))?;
    /// document.update("", json!({ "todo": [{ "id": 2 }, { "done": true, "id": 1 }] }))?;
    /// assert_eq!(document.to_json(), r#"{"todo":[{"id":2},{"done":true,"id":1}]}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the path leads nowhere, the whole document would not be an object, or the value is not JSON, too
    /// deep or too large. Nothing is changed then.
    pub fn update(&mut self, path: impl ToPath, value: impl Serialize) -> Result<()> {
        let path = self.checked_path(&path)?;
        let text = self.canonical_value(&value, path.segments().len())?;
        self.update_canonical(&path, &text)
    }

    /// Like [`Document::update`], from JSON text, whose numbers stay exactly as they are written.
    ///
    /// # Errors
    /// Like [`Document::update`]; where the text is not JSON, the error says in which line and column.
    pub fn update_json(&mut self, path: impl ToPath, json: &str) -> Result<()> {
        let path = self.checked_path(&path)?;
        let text = self.canonical(json, path.segments().len())?;
        self.update_canonical(&path, &text)
    }

    fn update_canonical(&mut self, path: &Path, text: &str) -> Result<()> {
        if path.segments().is_empty() && !text.starts_with('{') {
            return Err(Error::invalid_value("", "a document is an object, {…}"));
        }
        let found = self.find(path.segments()).map(|found| found.view.value_type());
        if !found.is_some_and(|found| is_type(found, text)) {
            return self.set_json(path, text);
        }
        self.transact(|document| {
            let opened = document.open_container(path)?;
            document.update_container(&opened, text)
        })
    }

    /// Makes the value under a key of these maps equal to canonical text by changes to what is in it; whether it is a
    /// container of the same type, so that this is possible.
    pub(super) fn update_entry_within(&mut self, maps: &Maps, key: &str, text: &str) -> Result<bool> {
        if !self.view_of(maps).get(key).is_some_and(|view| is_type(view.value_type(), text)) {
            return Ok(false);
        }
        self.transact(|document| {
            let opened = document.open_entry(maps, key);
            opened.map_or(Ok(false), |opened| document.update_container(&opened, text).map(|()| true))
        })
    }

    /// The same, for the element at an index of these lists.
    pub(super) fn update_element_within(&mut self, lists: &Lists, index: usize, text: &str) -> Result<bool> {
        if !self.view_of(lists).at(index).is_some_and(|view| is_type(view.value_type(), text)) {
            return Ok(false);
        }
        self.transact(|document| {
            let element = document.element_at(lists, index);
            let opened = element.and_then(|element| document.open_registers(&[element.into()]));
            opened.map_or(Ok(false), |opened| document.update_container(&opened, text).map(|()| true))
        })
    }

    /// `text` is a container of the same type.
    fn update_container(&mut self, opened: &Opened, text: &str) -> Result<()> {
        match opened {
            Opened::Maps(maps) => self.update_map(maps, text),
            Opened::Lists(lists) => self.update_list(lists, text),
        }
    }

    fn update_map(&mut self, maps: &Maps, text: &str) -> Result<()> {
        let new: Vec<(String, &str)> = Members::new(text)
            .filter_map(|member| Some((member.key?.decode().into_owned(), member.value)))
            .collect();
        let kept: HashSet<&str> = new.iter().map(|(key, _)| key.as_str()).collect();
        let view = self.view_of(maps);
        let keys = view.entries().map(|(key, _)| key.into_owned());
        let gone: Vec<String> = keys.filter(|key| !kept.contains(key.as_str())).collect();
        for key in gone {
            self.remove_entry(maps, &key)?;
        }
        for (key, value) in &new {
            let found = self.step_into(&self.view_of(maps), &Segment::Key(key.as_str().into()));
            let change = found.map_or(Change::Write, |found| change(&found.view, value));
            match change {
                Change::Nothing => {}
                Change::Write => self.write_entry(maps, key, value)?,
                Change::Within => {
                    if let Some(opened) = self.open_entry(maps, key) {
                        self.update_container(&opened, value)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn update_list(&mut self, lists: &Lists, text: &str) -> Result<()> {
        let new: Vec<&str> = Members::new(text).map(|member| member.value).collect();
        let (locs, plan) = self.plan(lists, &new);
        for old in &plan.deleted {
            if let Some(loc) = locs.get(*old) {
                self.remove_at(*loc)?;
            }
        }
        let mut moved = plan.moved.iter().peekable();
        let mut before: Option<ElementLoc> = None;
        for (at, (step, text)) in plan.steps.iter().zip(&new).enumerate() {
            let loc = match step {
                Step::Insert => {
                    let rank = before.and_then(|before| self.index_in(lists, before));
                    self.insert_element(lists, rank.map_or(0, |rank| rank + 1), text)?
                }
                Step::Keep { old, equal } => {
                    let mut loc = locs[*old];
                    if moved.next_if(|index| **index == at).is_some() {
                        loc = self.move_behind(lists, loc, before)?.unwrap_or(loc);
                    }
                    if plan.is_one_value {
                        self.write_value(loc, text)?;
                    } else if !equal {
                        self.update_element(loc, text)?;
                    }
                    loc
                }
            };
            before = Some(loc);
        }
        Ok(())
    }

    fn update_element(&mut self, element: ElementLoc, text: &str) -> Result<()> {
        let view = self.tree.register(element.into()).and_then(|register| View::of(self, register));
        match view.map_or(Change::Write, |view| change(&view, text)) {
            Change::Nothing => Ok(()),
            Change::Write => self.write_value(element, text),
            Change::Within => {
                let opened = self.open_registers(&[element.into()]);
                opened.map_or(Ok(()), |opened| self.update_container(&opened, text))
            }
        }
    }

    /// Where the elements of the lists are, and how they become the new ones.
    fn plan(&self, lists: &Lists, new: &[&str]) -> (Vec<ElementLoc>, align::Plan) {
        let elements = lists.as_slice().iter().flat_map(|id| {
            let list = self.tree.list(*id);
            list.iter().map(move |(slot, element)| (id.element(slot), &element.register))
        });
        let (locs, old): (Vec<ElementLoc>, Vec<Cow<'_, str>>) = elements
            .filter_map(|(loc, register)| Some((loc, View::of(self, register)?.to_canonical())))
            .unzip();
        let old: Vec<&str> = old.iter().map(AsRef::as_ref).collect();
        (locs, align::plan_texts(&old, new))
    }
}

/// How a value becomes another one.
enum Change {
    Nothing,
    /// By changes to what is in it.
    Within,
    /// It is replaced.
    Write,
}

fn change(old: &View<'_>, new: &str) -> Change {
    match old.value() {
        ValueRef::Text(text) if old.union().is_none() && json::equal(text, new) => Change::Nothing,
        _ if is_type(old.value_type(), new) => Change::Within,
        _ => Change::Write,
    }
}

/// Whether the text is a container of this type.
fn is_type(found: ValueType, text: &str) -> bool {
    match found {
        ValueType::Map => text.starts_with('{'),
        ValueType::List => text.starts_with('['),
        ValueType::Null | ValueType::Bool | ValueType::Number | ValueType::String => false,
    }
}
