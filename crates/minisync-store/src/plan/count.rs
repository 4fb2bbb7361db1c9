//! How many changes a change set carries, for people. Knows of the content only that it is a list of
//! `[container, entries]`, with the entries in an object or an array.

use std::fmt;

use minisync::Changes;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// How the first element of a list begins that only names bunches of positions.
const BUNCHES: &str = r#"{"|":"#;

/// How many entries of maps and elements of lists a delta touches; a value set in one go counts once.
/// Of a full change set, the entries of the document. For people: nothing depends on it.
pub(crate) fn count_changes(changes: &Changes) -> usize {
    count(&changes.to_string())
}

fn count(text: &str) -> usize {
    #[derive(Deserialize)]
    struct Text {
        changes: Vec<(IgnoredAny, Entries)>,
    }
    let entries = serde_json::from_str(text).map(|Text { changes }| changes).unwrap_or_default();
    entries.iter().map(|(_, entries)| entries.0).sum()
}

/// The number of entries in a container's content.
struct Entries(usize);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Count;
        impl<'de> Visitor<'de> for Count {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the content of a container")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut count = 0;
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Entries(count))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Entries, A::Error> {
                let mut count = 0;
                while let Some(element) = list.next_element::<&RawValue>()? {
                    count += usize::from(!element.get().starts_with(BUNCHES));
                }
                Ok(Entries(count))
            }
        }
        deserializer.deserialize_any(Count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bunches_of_positions_do_not_count() {
        assert_eq!(count(r#"{"changes":[[["x",7],[{"|":[1]},"one",{"^":[0,1],"=":"two"}]]]}"#), 2);
    }

    #[test]
    fn entries_and_elements_count_once_however_large_they_are() {
        let text = r#"{"changes":[[null,{"a":1,"b":{"c":[1,2,3]}}],[["x",7],["one","two"]]]}"#;
        assert_eq!(count(text), 4);
        assert_eq!(count(r#"{"changes":[]}"#), 0);
    }
}
