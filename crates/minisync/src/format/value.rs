//! Change sets as part of other JSON: a member of a message, say. Needs `serde_json`, since only that can hand over a
//! text as it is.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

use crate::format::Changes;

/// As a JSON value; in formats that people do not read, as a string.
impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Changes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = if deserializer.is_human_readable() {
            <Box<RawValue>>::deserialize(deserializer)?.get().to_owned()
        } else {
            String::deserialize(deserializer)?
        };
        text.parse().map_err(de::Error::custom)
    }
}
