//! Brings back what a merge overruled, by a new edit.

use crate::{
    address::{
        overruled::Overruled,
        path::{Path, Segment},
    },
    document::{Document, ValueType},
    json,
    names::error::{Error, Result},
};

impl Document {
    /// Brings back an edit that a merge overruled ([`Patches::overruled`](crate::Patches::overruled)), by a new edit:
    ///
    /// - where a list's element is gone, it is inserted again, with the edit in it: as a whole where this copy still had
    ///   it ([`Overruled::item`], which several edits may share: bring back one of them), or else with the edit alone;
    /// - where a map or list above it was replaced, the edit is made again in what stands there now, and with it what is
    ///   missing above it. In a list it comes as another element; in a map it replaces a value that is in its way.
    ///
    /// ```
    /// use minisync::Document;
    /// use serde_json::json;
    /// let mut alice = Document::new(json!({ "settings": { "size": 1 } }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// alice.set("settings", json!({ "size": 2 }))?;
    /// bob.set("settings.theme", "dark")?;
    /// let patches = alice.merge(&bob.changes())?;
    /// assert_eq!(alice.to_value(), json!({ "settings": { "size": 2 } }));
    /// alice.restore_overruled(&patches.overruled()[0])?;
    /// assert_eq!(alice.to_value(), json!({ "settings": { "size": 2, "theme": "dark" } }));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the container that it would come back to is gone by now; and like [`Document::set`].
    pub fn restore_overruled(&mut self, overruled: &Overruled) -> Result<()> {
        let gone = || Error::refused(format!("the container {} is not there any more", overruled.home));
        let home = self.container_path(&overruled.home).ok_or_else(gone)?;
        let Some((first, rest)) = overruled.within.segments().split_first() else { return Err(gone()) };
        if overruled.is_item_gone {
            let nested = nest(rest, &overruled.value);
            let item = overruled.item.as_deref().unwrap_or(&nested);
            return self.insert_near(&home, first, item);
        }
        let (mut path, mut left) = (home, overruled.within.segments());
        while let Some((next, below)) = left.split_first() {
            let here = [next.clone()].into_iter().collect();
            let is_list = self.get(&path).is_some_and(|view| view.value_type() == ValueType::List);
            let inner = path.join(&here);
            let is_container = |kind| matches!(kind, ValueType::Map | ValueType::List);
            let inside = self.get(&inner).filter(|view| is_container(view.value_type()) && !below.is_empty());
            if inside.is_none() {
                let nested = nest(below, &overruled.value);
                return match is_list {
                    true => self.insert_near(&path, next, &nested),
                    false => self.set_json(&inner, &nested),
                };
            }
            (path, left) = (inner, below);
        }
        Err(gone())
    }

    /// Inserts an element at an index, or at the end where the list is shorter.
    fn insert_near(&mut self, list: &Path, segment: &Segment, item: &str) -> Result<()> {
        let mut list = self.list(list)?;
        let index = match segment {
            Segment::Index(index) => isize::try_from(*index).unwrap_or(isize::MAX),
            Segment::Key(_) | Segment::Token(_) => isize::MAX,
        };
        let len = isize::try_from(list.len()).unwrap_or(isize::MAX);
        list.insert_json(index.min(len), item)
    }
}

/// The value with what has to be above it.
fn nest(above: &[Segment], value: &str) -> String {
    above.iter().rev().fold(value.to_owned(), |inner, segment| match segment {
        Segment::Key(key) => {
            let mut map = String::from("{");
            json::write_string(key, &mut map);
            map.push(':');
            map.push_str(&inner);
            map.push('}');
            map
        }
        Segment::Index(_) | Segment::Token(_) => format!("[{inner}]"),
    })
}
