//! Change sets as part of other JSON: a member of a message, say. Needs `serde_json`, since only that can hand over a
//! text as it is.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer, de,
    ser::{self, SerializeMap},
};
use serde_json::value::RawValue;

use crate::{
    format::Changes,
    json::{JsonText, Member, Members, RAW_VALUE},
};

/// As a JSON value; in formats that people do not read, as a string.
impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        // A map whose values stand for themselves, not one such value for the whole: so it can also be what an enum with
        // `tag` or a field with `flatten` holds.
        let text = self.to_string();
        let mut map = serializer.serialize_map(None)?;
        for Member { key, value } in Members::new(&text) {
            if let Some(key) = key {
                let value: &RawValue = serde_json::from_str(value).map_err(ser::Error::custom)?;
                map.serialize_entry(&key.decode(), value)?;
            }
        }
        map.end()
    }
}

/// From a JSON value, or a string that holds one.
///
/// Within an enum with `tag` or `untagged`, or beside `flatten`, serde first reads the whole message into a memory of
/// its own. Numbers come from there as 64-bit integers or doubles, which is what programs write; of a number that a person
/// wrote with more digits, or as `1.50`, the nearest double is left. Where such numbers are to be kept, hand the change
/// set over as a string ([`Changes::to_string`](ToString::to_string)).
impl<'de> Deserialize<'de> for Changes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = if deserializer.is_human_readable() {
            deserializer.deserialize_newtype_struct(RAW_VALUE, TextVisitor)?
        } else {
            String::deserialize(deserializer)?
        };
        if text.starts_with('"') {
            text = serde_json::from_str(&text).map_err(de::Error::custom)?;
        }
        text.parse().map_err(de::Error::custom)
    }
}

/// Takes the text of a value: from `serde_json` as it is, from anybody else written anew.
struct TextVisitor;

impl<'de> de::Visitor<'de> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a change set")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        JsonText::deserialize(deserializer).map(|json| json.0)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<String, A::Error> {
        JsonText::deserialize(de::value::MapAccessDeserializer::new(map)).map(|json| json.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}
