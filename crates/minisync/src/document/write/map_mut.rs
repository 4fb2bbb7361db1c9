//! A map that can be written to, without naming its path each time.

use serde::Serialize;

use crate::{
    address::path::{Segment, ToPath},
    document::{Document, Type, read::union::Nodes, read::view::View},
    names::error::Result,
};

/// A map in a document; see [`Document::map`].
#[derive(Debug)]
pub struct MapMut<'a> {
    document: &'a mut Document,
    maps: Nodes,
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
    /// assert_eq!(document.to_text(), r#"{"days":{"2026-11-22":true}}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where there is none.
    pub fn map(&mut self, path: impl ToPath) -> Result<MapMut<'_>> {
        let path = self.address(&path)?;
        let maps = self.open_kind(&path, Type::Map)?;
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

    /// Sets the value under a key. Setting what is there already changes nothing.
    ///
    /// # Errors
    /// Where the value is not JSON, too deep or too large.
    pub fn set(&mut self, key: &str, value: impl Serialize) -> Result<()> {
        let text = self.document.text_of(&value, self.depth + 1)?;
        let found = self.document.step(&self.view(), &Segment::Key(key.into()));
        if found.is_some_and(|found| self.document.is_settled(&found, &text)) {
            return Ok(());
        }
        self.document.write_entry(&self.maps, key, &text)
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
