//! Patches: what changed in a document, as plain data. Knows no document.

use std::{slice, vec};

use crate::{
    address::{overruled::Overruled, path::Path},
    json,
};

/// What changed, in the order in which it is to be applied to a plain copy: the path of each patch is that
/// in the copy to which the ones before it have been applied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patches {
    patches: Vec<Patch>,
    overruled: Vec<Overruled>,
}

/// One change, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Where the change is. Its indices count from the beginning.
    pub path: Path,
    /// What changed there.
    pub change: Change,
}

/// What changed at a path. Values are plain JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new map entry, or an element inserted before what was at this index.
    Add(String),
    /// Another value in the place of the one that was there.
    Replace(String),
    /// The map entry or the element is gone.
    Remove,
    /// The element at this path goes out and comes in again at this index of the same list.
    Move(usize),
}

impl Change {
    /// What became of a place; nothing where there was nothing and is nothing.
    pub(crate) fn between(value: Option<String>, was_there: bool) -> Option<Change> {
        match (value, was_there) {
            (Some(value), true) => Some(Change::Replace(value)),
            (Some(value), false) => Some(Change::Add(value)),
            (None, true) => Some(Change::Remove),
            (None, false) => None,
        }
    }
}

impl Patches {
    pub(crate) fn extend(&mut self, more: &Patches) {
        self.patches.extend_from_slice(&more.patches);
        self.overruled.extend_from_slice(&more.overruled);
    }

    /// Takes back all but the first patches: those of a transaction, which overrules nothing.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.patches.truncate(len);
    }

    pub(crate) fn push(&mut self, path: Path, change: Change) {
        self.patches.push(Patch { path, change });
    }

    pub(crate) fn set_overruled(&mut self, overruled: Vec<Overruled>) {
        self.overruled = overruled;
    }

    /// The edits that lost beside a deletion, and that are no conflicts either: this is the only word of them. Each
    /// is told once, by the merge in which this copy comes to hold the edit and the deletion for the first time.
    ///
    /// ```
    /// use minisync::Document;
    /// use serde_json::json;
    /// let mut alice = Document::new(json!({ "todo": [{ "title": "milk" }, { "title": "eggs" }] }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// alice.remove("todo[1]")?;
    /// bob.set("todo[1].title", "six eggs")?;
    /// let patches = bob.merge(&alice.changes_for(bob.client_id()))?;
    /// let [lost] = patches.overruled() else { panic!() };
    /// assert_eq!(lost.path.as_ref().unwrap().to_string(), "todo[1].title");
    /// assert_eq!((lost.value.as_str(), &lost.client), (r#""six eggs""#, bob.client_id()));
    /// bob.restore_overruled(lost)?;
    /// assert_eq!(bob.to_value(), json!({ "todo": [{ "title": "milk" }, { "title": "six eggs" }] }));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn overruled(&self) -> &[Overruled] {
        &self.overruled
    }

    /// The patches, in order.
    pub fn iter(&self) -> slice::Iter<'_, Patch> {
        self.patches.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.patches.len()
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.patches.is_empty()
    }

    /// As JSON Patch (RFC 6902): JSON text.
    ///
    /// ```
    /// use minisync::Patches;
    /// assert_eq!(Patches::default().to_json_patch(), "[]");
    /// ```
    pub fn to_json_patch(&self) -> String {
        let mut text = String::from("[");
        for patch in &self.patches {
            if text.len() > 1 {
                text.push(',');
            }
            patch.write_operation(&mut text);
        }
        text.push(']');
        text
    }
}

impl Patch {
    /// Appends it as an operation of JSON Patch.
    fn write_operation(&self, text: &mut String) {
        let (operation, value) = match &self.change {
            Change::Add(value) => ("add", Some(value)),
            Change::Replace(value) => ("replace", Some(value)),
            Change::Remove => ("remove", None),
            Change::Move(_) => ("move", None),
        };
        text.push_str("{\"op\":\"");
        text.push_str(operation);
        text.push('"');
        let pointer = self.path.to_pointer();
        if let Change::Move(to) = self.change {
            let list = pointer.rsplit_once('/').map_or("", |(list, _)| list);
            write_member(text, "from", &pointer);
            write_member(text, "path", &format!("{list}/{to}"));
        } else {
            write_member(text, "path", &pointer);
        }
        if let Some(value) = value {
            text.push_str(",\"value\":");
            text.push_str(value);
        }
        text.push('}');
    }
}

/// Appends a comma, `name`, and `value` as a JSON string.
fn write_member(text: &mut String, name: &str, value: &str) {
    text.push_str(",\"");
    text.push_str(name);
    text.push_str("\":");
    json::write_string(value, text);
}

impl IntoIterator for Patches {
    type Item = Patch;
    type IntoIter = vec::IntoIter<Patch>;
    fn into_iter(self) -> Self::IntoIter {
        self.patches.into_iter()
    }
}

impl<'a> IntoIterator for &'a Patches {
    type Item = &'a Patch;
    type IntoIter = slice::Iter<'a, Patch>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn becomes_a_json_patch() {
        let mut patches = Patches::default();
        let list = Path::root().key("a/\"b\"");
        patches.push(list.clone(), Change::Add("[1,2.0]".to_owned()));
        patches.push(list.clone().index(0), Change::Replace("{\"k\":null}".to_owned()));
        patches.push(list.clone().index(1), Change::Move(0));
        patches.push(list.index(1), Change::Remove);
        patches.push(Path::root(), Change::Replace("{}".to_owned()));
        let expected = concat!(
            r#"[{"op":"add","path":"/a~1\"b\"","value":[1,2.0]},"#,
            r#"{"op":"replace","path":"/a~1\"b\"/0","value":{"k":null}},"#,
            r#"{"op":"move","from":"/a~1\"b\"/1","path":"/a~1\"b\"/0"},"#,
            r#"{"op":"remove","path":"/a~1\"b\"/1"},"#,
            r#"{"op":"replace","path":"","value":{}}]"#,
        );
        assert_eq!(patches.to_json_patch(), expected);
        assert!(serde_json::from_str::<serde_json::Value>(expected).is_ok());
        assert_eq!((&patches).into_iter().count(), patches.len());
        assert!(patches.clone().into_iter().eq(patches.iter().cloned()));
    }
}
