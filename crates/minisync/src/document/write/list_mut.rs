//! A list that can be written to: the whole interface of an array.

use std::{borrow::Cow, cmp::Ordering};

use serde::Serialize;
#[cfg(feature = "serde_json")]
use serde_json::Value;

use crate::{
    address::{
        align::increasing_subsequence,
        path::{Segment, ToPath},
    },
    data::arena::ElementLoc,
    document::{Document, read::open::Lists, read::resolve::absolute, read::view::View},
    json,
    names::error::{Error, Result},
};

/// A list in a document; see [`Document::list`]. Negative indices count from the end.
#[derive(Debug)]
pub struct ListMut<'a> {
    document: &'a mut Document,
    lists: Lists,
    depth: usize,
}

impl Document {
    /// The list at a path, to write to.
    ///
    /// ```
    /// use serde_json::json;
    /// let mut document = minisync::Document::new(json!({ "list": ["b", "c"] }))?;
    /// let mut list = document.list("list")?;
    /// list.push("d")?;
    /// list.unshift("a")?;
    /// list.move_to(-1, 0)?;
    /// assert_eq!(list.pop(), Some(json!("c")));
    /// assert_eq!(document.to_value(), json!({ "list": ["d", "a", "b"] }));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where there is none.
    pub fn list(&mut self, path: impl ToPath) -> Result<ListMut<'_>> {
        let path = self.checked_path(&path)?;
        let lists = self.open_list(&path)?;
        Ok(ListMut { document: self, lists, depth: path.segments().len() })
    }
}

impl ListMut<'_> {
    /// The list, for reading.
    pub fn view(&self) -> View<'_> {
        self.document.view_of(&self.lists)
    }

    /// How many elements it has.
    pub fn len(&self) -> usize {
        self.view().len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at an index.
    pub fn get(&self, index: isize) -> Option<View<'_>> {
        self.view().at(self.index(index, self.len()).ok()?)
    }

    /// The first element.
    pub fn first(&self) -> Option<View<'_>> {
        self.get(0)
    }

    /// The last element.
    pub fn last(&self) -> Option<View<'_>> {
        self.get(-1)
    }

    /// The elements from `start` to before `end`.
    pub fn slice(&self, start: isize, end: isize) -> Vec<View<'_>> {
        let (start, end) = (self.clamped(start), self.clamped(end));
        (start..end).filter_map(|index| self.view().at(index)).collect()
    }

    /// The index of the first element that equals this value.
    pub fn index_of(&self, value: impl Serialize) -> Option<usize> {
        let text = json::to_text(&value, usize::MAX).ok()?;
        self.view().items().position(|item| json::equal(&item.to_canonical(), &text))
    }

    /// Whether some element equals this value.
    pub fn contains(&self, value: impl Serialize) -> bool {
        self.index_of(value).is_some()
    }

    /// An index from the start; `len` itself is allowed.
    fn index(&self, index: isize, len: usize) -> Result<usize> {
        let found = absolute(i64::try_from(index).unwrap_or(i64::MAX), len);
        found.ok_or_else(|| Error::no_such_path(format!("[{index}]"), format!("the list has {len} elements")))
    }

    /// The index of an element that is there.
    fn existing(&self, index: isize) -> Result<usize> {
        let len = self.len();
        self.index(index, len).and_then(|found| {
            let there = (found < len).then_some(found);
            there.ok_or_else(|| {
                Error::no_such_path(format!("[{index}]"), format!("the list has {len} elements"))
            })
        })
    }

    /// An index as JavaScript's `slice` and `splice` take it: out of range is the nearest end.
    fn clamped(&self, index: isize) -> usize {
        let len = self.len();
        if index < 0 { len.saturating_sub(index.unsigned_abs()) } else { index.unsigned_abs().min(len) }
    }

    fn canonical_value(&self, value: &impl Serialize) -> Result<String> {
        self.document.canonical_value(value, self.depth + 1)
    }

    fn loc(&self, index: usize) -> Option<ElementLoc> {
        self.document.element_at(&self.lists, index)
    }

    fn canonical<'t>(&self, json: &'t str) -> Result<Cow<'t, str>> {
        self.document.canonical(json, self.depth + 1)
    }

    fn insert_at(&mut self, index: usize, value: &impl Serialize) -> Result<()> {
        let text = self.canonical_value(value)?;
        self.document.insert_element(&self.lists, index, &text).map(|_| ())
    }

    /// The list as compact JSON; see [`View::to_json`].
    pub fn to_json(&self) -> String {
        self.view().to_json()
    }

    /// The list as a `serde_json::Value`; see [`View::to_value`].
    #[cfg(feature = "serde_json")]
    pub fn to_value(&self) -> Value {
        self.view().to_value()
    }

    /// Appends an element.
    ///
    /// # Errors
    /// Where the value is not JSON, too deep or too large.
    pub fn push(&mut self, value: impl Serialize) -> Result<()> {
        self.insert_at(self.len(), &value)
    }

    /// Like [`ListMut::push`], from JSON, whose numbers stay exactly as they are written.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "list": [1] }))?;
    /// let mut list = document.list("list")?;
    /// list.push_json("2.50")?;
    /// list.insert_json(0, r#"{ "n": 0.0 }"#)?;
    /// list.set_json(1, "1.25")?;
    /// assert_eq!(list.to_json(), r#"[{"n":0.0},1.25,2.50]"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Like [`ListMut::push`]; where the text is not JSON, the error says in which line and column.
    pub fn push_json(&mut self, json: &str) -> Result<()> {
        let text = self.canonical(json)?;
        self.document.insert_element(&self.lists, self.len(), &text).map(|_| ())
    }

    /// Inserts an element at the beginning.
    ///
    /// # Errors
    /// Where the value is not JSON, too deep or too large.
    pub fn unshift(&mut self, value: impl Serialize) -> Result<()> {
        self.insert_at(0, &value)
    }

    /// Removes the last element, and returns it.
    #[cfg(feature = "serde_json")]
    pub fn pop(&mut self) -> Option<Value> {
        self.remove(-1).ok()
    }

    /// Removes the first element, and returns it.
    #[cfg(feature = "serde_json")]
    pub fn shift(&mut self) -> Option<Value> {
        self.remove(0).ok()
    }

    /// Inserts an element so that it stands at `index`; a negative index counts from the end.
    ///
    /// # Errors
    /// Where the index is beyond the end, or the value is not JSON, too deep or too large.
    pub fn insert(&mut self, index: isize, value: impl Serialize) -> Result<()> {
        let index = self.index(index, self.len())?;
        self.insert_at(index, &value)
    }

    /// Like [`ListMut::insert`], from JSON; see [`ListMut::push_json`].
    ///
    /// # Errors
    /// Like [`ListMut::insert`]; where the text is not JSON, the error says in which line and column.
    pub fn insert_json(&mut self, index: isize, json: &str) -> Result<()> {
        let index = self.index(index, self.len())?;
        let text = self.canonical(json)?;
        self.document.insert_element(&self.lists, index, &text).map(|_| ())
    }

    /// Sets the value of an element, or appends one where the index is the length. Setting what is there
    /// already changes nothing.
    ///
    /// # Errors
    /// Where the index is beyond the end, or the value is not JSON, too deep or too large.
    pub fn set(&mut self, index: isize, value: impl Serialize) -> Result<()> {
        let index = self.index(index, self.len())?;
        let text = self.canonical_value(&value)?;
        self.set_canonical(index, &text)
    }

    /// Like [`ListMut::set`], from JSON; see [`ListMut::push_json`].
    ///
    /// # Errors
    /// Like [`ListMut::set`]; where the text is not JSON, the error says in which line and column.
    pub fn set_json(&mut self, index: isize, json: &str) -> Result<()> {
        let index = self.index(index, self.len())?;
        let text = self.canonical(json)?;
        self.set_canonical(index, &text)
    }

    fn set_canonical(&mut self, index: usize, text: &str) -> Result<()> {
        let found = self.document.step_into(&self.view(), &Segment::at(index));
        if found.is_some_and(|found| self.document.is_settled(&found, text)) {
            return Ok(());
        }
        self.document.write_element(&self.lists, index, text)
    }

    /// Makes the element at an index equal to this value by the fewest changes, or appends it where the index is
    /// the length; see [`Document::update`].
    ///
    /// # Errors
    /// Where the index is beyond the end, or the value is not JSON, too deep or too large. Nothing is changed then.
    pub fn update(&mut self, index: isize, value: impl Serialize) -> Result<()> {
        let index = self.index(index, self.len())?;
        let text = self.canonical_value(&value)?;
        self.update_canonical(index, &text)
    }

    /// Like [`ListMut::update`], from JSON, whose numbers stay exactly as they are written.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "todo": [{ "done": false, "id": 1 }] }))?;
    /// document.list("todo")?.update_json(-1, r#"{ "done": true, "id": 1 }"#)?;
    /// assert_eq!(document.to_json(), r#"{"todo":[{"done":true,"id":1}]}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Like [`ListMut::update`]; where the text is not JSON, the error says in which line and column.
    pub fn update_json(&mut self, index: isize, json: &str) -> Result<()> {
        let index = self.index(index, self.len())?;
        let text = self.canonical(json)?;
        self.update_canonical(index, &text)
    }

    fn update_canonical(&mut self, index: usize, text: &str) -> Result<()> {
        if self.document.update_element_within(&self.lists, index, text)? {
            return Ok(());
        }
        self.set_canonical(index, text)
    }

    /// Removes an element, and returns it.
    ///
    /// # Errors
    /// Where there is none at this index.
    #[cfg(feature = "serde_json")]
    pub fn remove(&mut self, index: isize) -> Result<Value> {
        let index = self.existing(index)?;
        let value = self.view().at(index).map_or(Value::Null, |item| item.to_value());
        self.document.remove_element(&self.lists, index)?;
        Ok(value)
    }

    /// Removes `count` elements from `start` on, puts `values` there, and returns what was removed; as
    /// JavaScript's `splice`. All or nothing.
    ///
    /// ```
    /// use serde_json::json;
    /// let mut document = minisync::Document::new(json!({ "list": [1, 2, 3] }))?;
    /// let removed = document.list("list")?.splice(1, 1, ["two", "and a half"])?;
    /// assert_eq!(removed, [json!(2)]);
    /// assert_eq!(document.to_value(), json!({ "list": [1, "two", "and a half", 3] }));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where a value is not JSON, too deep or too large.
    #[cfg(feature = "serde_json")]
    pub fn splice<V: Serialize>(
        &mut self,
        start: isize,
        count: usize,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Vec<Value>> {
        let texts: Vec<String> =
            values.into_iter().map(|value| self.canonical_value(&value)).collect::<Result<_>>()?;
        self.replace(start, count, &texts, |removed| removed.to_value())
    }

    /// Like [`ListMut::splice`], from JSON and to JSON, whose numbers stay exactly as they are written.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "list": [1, 2.0, 3] }))?;
    /// assert_eq!(document.list("list")?.splice_json(1, 1, ["2.50"])?, ["2.0"]);
    /// assert_eq!(document.get("list").unwrap().to_string(), "[1,2.50,3]");
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where a text is not JSON, too deep or too large.
    pub fn splice_json<'j>(
        &mut self,
        start: isize,
        count: usize,
        values: impl IntoIterator<Item = &'j str>,
    ) -> Result<Vec<String>> {
        let texts = values.into_iter().map(|json| self.canonical(json));
        let texts = texts.collect::<Result<Vec<_>>>()?;
        self.replace(start, count, &texts, |removed| removed.to_json())
    }

    /// Puts canonical texts in the place of `count` elements.
    fn replace<T>(
        &mut self,
        start: isize,
        count: usize,
        texts: &[impl AsRef<str>],
        read: impl Fn(View<'_>) -> T,
    ) -> Result<Vec<T>> {
        let start = self.clamped(start);
        let count = count.min(self.len() - start);
        let removed = (start..start + count).filter_map(|index| self.view().at(index).map(&read)).collect();
        let lists = &self.lists;
        self.document.transact(|document| {
            for _ in 0..count {
                document.remove_element(lists, start)?;
            }
            for (index, text) in (start..).zip(texts) {
                document.insert_element(lists, index, text.as_ref())?;
            }
            Ok(removed)
        })
    }

    /// Moves the element at `from` so that it stands at `to`. Someone else's edit of it goes with it.
    ///
    /// # Errors
    /// Where there is no element at one of the indices.
    pub fn move_to(&mut self, from: isize, to: isize) -> Result<()> {
        let (from, to) = (self.existing(from)?, self.existing(to)?);
        self.document.move_element(&self.lists, from, to).map(|_| ())
    }

    /// Exchanges two elements.
    ///
    /// # Errors
    /// Where there is no element at one of the indices.
    pub fn swap(&mut self, a: isize, b: isize) -> Result<()> {
        let (a, b) = (self.existing(a)?, self.existing(b)?);
        let (lists, low, high) = (&self.lists, a.min(b), a.max(b));
        if low == high {
            return Ok(());
        }
        self.document.transact(|document| {
            document.move_element(lists, high, low)?;
            document.move_element(lists, low + 1, high).map(|_| ())
        })
    }

    /// Reverses the list.
    ///
    /// # Errors
    /// Where no stamps are left.
    pub fn reverse(&mut self) -> Result<()> {
        let order: Vec<usize> = (0..self.len()).rev().collect();
        self.reorder(&order)
    }

    /// Sorts the list, stably, by the fewest moves.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "list": [3, 1, 2] }))?;
    /// document.list("list")?.sort_by(|a, b| a.as_i64().cmp(&b.as_i64()))?;
    /// assert_eq!(document.to_json(), r#"{"list":[1,2,3]}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where no stamps are left.
    pub fn sort_by(&mut self, mut compare: impl FnMut(View<'_>, View<'_>) -> Ordering) -> Result<()> {
        let items: Vec<View<'_>> = self.view().items().collect();
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by(|a, b| compare(items[*a].clone(), items[*b].clone()));
        self.reorder(&order)
    }

    /// Removes all elements.
    ///
    /// # Errors
    /// Where no stamps are left.
    pub fn clear(&mut self) -> Result<()> {
        self.replace(0, usize::MAX, &[""; 0], |_| ()).map(|_| ())
    }

    /// Appends several elements; all or nothing.
    ///
    /// # Errors
    /// Where a value is not JSON, too deep or too large.
    pub fn extend<V: Serialize>(&mut self, values: impl IntoIterator<Item = V>) -> Result<()> {
        let end = isize::try_from(self.len()).unwrap_or(isize::MAX);
        let texts: Vec<String> =
            values.into_iter().map(|value| self.canonical_value(&value)).collect::<Result<_>>()?;
        self.replace(end, 0, &texts, |_| ()).map(|_| ())
    }

    /// Puts the elements in another order, given by their present indices, each of which stands there once; by the
    /// fewest moves.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "list": ["a", "b", "c"] }))?;
    /// document.list("list")?.reorder(&[2, 0, 1])?;
    /// assert_eq!(document.get("list").unwrap().to_string(), r#"["c","a","b"]"#);
    /// assert!(document.list("list")?.reorder(&[0, 0, 1]).is_err());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the indices are not those of all elements, and where no stamps are left.
    pub fn reorder(&mut self, order: &[usize]) -> Result<()> {
        let mut is_named = vec![false; self.len()];
        for index in order {
            match is_named.get_mut(*index) {
                Some(named) if !*named => *named = true,
                _ => {
                    return Err(Error::refused(format!(
                        "the order names the index {index} twice, or it is no element"
                    )));
                }
            }
        }
        if order.len() < is_named.len() {
            return Err(Error::refused("the order has to name every element"));
        }
        let locs: Vec<ElementLoc> = order.iter().filter_map(|index| self.loc(*index)).collect();
        let mut stays = vec![false; order.len()];
        for at in increasing_subsequence(order) {
            stays[at] = true;
        }
        let lists = &self.lists;
        self.document.transact(|document| {
            let mut before: Option<ElementLoc> = None;
            for (loc, stays) in locs.into_iter().zip(stays) {
                let now = if stays { Some(loc) } else { document.move_behind(lists, loc, before)? };
                before = now.or(before);
            }
            Ok(())
        })
    }
}

impl Document {
    /// Moves an element so that it stands right behind another one, or first; where it is then.
    pub(super) fn move_behind(
        &mut self,
        lists: &Lists,
        loc: ElementLoc,
        before: Option<ElementLoc>,
    ) -> Result<Option<ElementLoc>> {
        let Some(from) = self.index_in(lists, loc) else { return Ok(None) };
        let to = match before.and_then(|before| self.index_in(lists, before)) {
            Some(before) if before < from => before + 1,
            Some(before) => before,
            None => 0,
        };
        self.move_element(lists, from, to)
    }
}
