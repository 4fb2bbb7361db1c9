//! A map that can be written to, without naming its path each time.

use serde::Serialize;

use crate::{
    address::path::{Segment, ToPath},
    document::{Document, read::open::Maps, read::view::View},
    names::error::Result,
};

/// A map in a document; see [`Document::map`].
#[derive(Debug)]
pub struct MapMut<'a> {
    document: &'a mut Document,
    maps: Maps,
    depth: usize,
}

impl Document {
    /// The map at a path, to write to.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "days": {} }))?;
    /// let mut days = document.map("days")?;
    /// days.set("2026-11-22", true)?;
    /// assert_eq!(days.len(), 1);
    /// assert_eq!(document.to_json(), r#"{"days":{"2026-11-22":true}}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where there is none.
    pub fn map(&mut self, path: impl ToPath) -> Result<MapMut<'_>> {
        let path = self.checked_path(&path)?;
        let maps = self.open_map(&path)?;
        Ok(MapMut { document: self, maps, depth: path.segments().len() })
    }
}

impl MapMut<'_> {
    /// The map, for reading.
    pub fn view(&self) -> View<'_> {
        self.document.view_of(&self.maps)
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.view().len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<View<'_>> {
        self.view().get(key)
    }

    /// The map as compact JSON; see [`View::to_json`].
    pub fn to_json(&self) -> String {
        self.view().to_json()
    }

    /// The map as a `serde_json::Value`; see [`View::to_value`].
    #[cfg(feature = "serde_json")]
    pub fn to_value(&self) -> serde_json::Value {
        self.view().to_value()
    }

    /// Sets the value under a key. Setting what is there already changes nothing.
    ///
    /// # Errors
    /// Where the value is not JSON, too deep or too large.
    pub fn set(&mut self, key: &str, value: impl Serialize) -> Result<()> {
        let text = self.document.canonical_value(&value, self.depth + 1)?;
        self.set_canonical(key, &text)
    }

    /// Like [`MapMut::set`], from JSON, whose numbers stay exactly as they are written.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "sizes": {} }))?;
    /// let mut sizes = document.map("sizes")?;
    /// sizes.set_json("width", "1.50")?;
    /// assert_eq!(sizes.to_json(), r#"{"width":1.50}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Like [`MapMut::set`]; where the text is not JSON, the error says in which line and column.
    pub fn set_json(&mut self, key: &str, json: &str) -> Result<()> {
        let text = self.document.canonical(json, self.depth + 1)?;
        self.set_canonical(key, &text)
    }

    fn set_canonical(&mut self, key: &str, text: &str) -> Result<()> {
        let found = self.document.step_into(&self.view(), &Segment::Key(key.into()));
        if found.is_some_and(|found| self.document.is_settled(&found, text)) {
            return Ok(());
        }
        self.document.write_entry(&self.maps, key, text)
    }

    /// Makes the value under a key equal to this one by the fewest changes; see [`Document::update`].
    ///
    /// # Errors
    /// Where the value is not JSON, too deep or too large. Nothing is changed then.
    pub fn update(&mut self, key: &str, value: impl Serialize) -> Result<()> {
        let text = self.document.canonical_value(&value, self.depth + 1)?;
        self.update_canonical(key, &text)
    }

    /// Like [`MapMut::update`], from JSON, whose numbers stay exactly as they are written.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "user": { "age": 36, "name": "Ada" } }))?;
    /// let named = document.author("user.name").map(|(_, stamp)| stamp);
    /// document.map("")?.update_json("user", r#"{ "age": 37, "name": "Ada" }"#)?;
    /// assert_eq!(document.to_json(), r#"{"user":{"age":37,"name":"Ada"}}"#);
    /// assert_eq!(document.author("user.name").map(|(_, stamp)| stamp), named); // untouched
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Like [`MapMut::update`]; where the text is not JSON, the error says in which line and column.
    pub fn update_json(&mut self, key: &str, json: &str) -> Result<()> {
        let text = self.document.canonical(json, self.depth + 1)?;
        self.update_canonical(key, &text)
    }

    fn update_canonical(&mut self, key: &str, text: &str) -> Result<()> {
        if self.document.update_entry_within(&self.maps, key, text)? {
            return Ok(());
        }
        self.set_canonical(key, text)
    }

    /// Removes a key. Whether it was there.
    ///
    /// # Errors
    /// Where no stamps are left.
    pub fn remove(&mut self, key: &str) -> Result<bool> {
        if self.get(key).is_none() {
            return Ok(false);
        }
        self.document.remove_entry(&self.maps, key).map(|()| true)
    }
}
