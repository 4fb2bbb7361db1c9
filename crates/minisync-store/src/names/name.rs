//! How ids become file names. Knows nothing of folders or stores.

use std::fmt;

use minisync::{ClientId, DocumentId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::names::{Hash, decode_byte};

/// The longest name, in bytes: room for a sequence number, a hash and an ending within the 143 bytes that
/// the narrowest file systems in use allow.
const MAX_NAME_BYTES: usize = 80;

/// Names that mean devices on Windows, with any ending.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The name of a document or a client in a store: an id, spelled so that every file system takes it.
///
/// It consists of `a-z`, `0-9`, `-` and `_`. Lowercase letters, digits and `-` stand for themselves; every
/// other byte becomes `_` and two hexadecimal digits, and so does the first letter of a name that Windows
/// reserves. Different ids have different names, also where upper and lower case are the same. An id whose
/// name would be longer than 80 bytes is named `_h` and its hash; the files say which id that is.
///
/// ```
/// use minisync::ClientId;
/// use minisync_store::Name;
/// assert_eq!(Name::of_client(&ClientId::new("alice")?).as_str(), "alice");
/// assert_eq!(Name::of_client(&ClientId::new("Bob & Co")?).as_str(), "_42ob_20_26_20_43o");
/// assert_eq!(Name::of_client(&ClientId::new("con")?).as_str(), "_63on");
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The name under which a client's files are found.
    pub fn of_client(id: &ClientId) -> Name {
        Name::encode(id.as_str())
    }

    /// The name of a document's folder.
    pub fn of_document(id: &DocumentId) -> Name {
        Name::encode(id.as_str())
    }

    /// Takes a name as found in a store; None where no id has this name.
    pub fn parse(text: &str) -> Option<Name> {
        let is_hash = text.strip_prefix("_h").is_some_and(|hash| hash.parse::<Hash>().is_ok());
        let is_spelled = decode(text).is_some_and(|id| Name::encode(&id).0 == text);
        (is_hash || is_spelled).then(|| Name(text.to_owned()))
    }

    /// The id; None where the name is a hash.
    pub fn decode(&self) -> Option<String> {
        decode(&self.0)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn encode(id: &str) -> Name {
        let mut name = String::with_capacity(id.len());
        for (index, byte) in id.bytes().enumerate() {
            let plain = matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
            if plain && !(index == 0 && is_reserved(id)) {
                name.push(char::from(byte));
            } else {
                name.push_str(&format!("_{byte:02x}"));
            }
        }
        if name.len() > MAX_NAME_BYTES {
            name = format!("_h{}", Hash::of(id.as_bytes()));
        }
        Name(name)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Name::parse(&text).ok_or_else(|| de::Error::custom(format!("{text:?} is not a name")))
    }
}

fn is_reserved(id: &str) -> bool {
    let port = id.strip_prefix("com").or_else(|| id.strip_prefix("lpt"));
    RESERVED.contains(&id) || port.is_some_and(|port| matches!(port.as_bytes(), [b'0'..=b'9']))
}

fn decode(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte != b'_' {
            bytes.push(*byte);
            continue;
        }
        let (digits, tail) = rest.split_at_checked(2)?;
        bytes.push(decode_byte(digits)?);
        rest = tail;
    }
    String::from_utf8(bytes).ok().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(id: &str) -> Name {
        Name::of_client(&ClientId::new(id).unwrap())
    }

    #[test]
    fn plain_ids_stand_for_themselves() {
        for id in ["alice", "a", "7", "kq2v-x", "abcdefghij234567abcd"] {
            assert_eq!(name(id).as_str(), id);
        }
    }

    #[test]
    fn windows_devices_are_escaped() {
        assert_eq!(name("nul").as_str(), "_6eul");
        assert_eq!(name("com7").as_str(), "_63om7");
        assert_eq!(name("com77").as_str(), "com77");
        assert_eq!(name("NUL").as_str(), "_4e_55_4c");
    }

    #[test]
    fn escapes_do_not_collide_with_ids_that_look_like_them() {
        assert_eq!(name("_41").as_str(), "_5f41");
        assert_ne!(name("_41"), name("A"));
        assert_ne!(name("_63on"), name("con"));
    }

    #[test]
    fn names_that_no_id_has_are_refused() {
        for text in ["", "Alice", "_", "_4", "_4G", "_61lice", "con", "a.b", "_h12", "_ff", "a b"] {
            assert_eq!(Name::parse(text), None, "{text}");
        }
    }

    #[test]
    fn long_ids_are_named_by_their_hash() {
        let long = name(&"ä".repeat(128));
        assert_eq!(long.as_str().len(), 34);
        assert_eq!(Name::parse(long.as_str()), Some(long.clone()));
        assert_eq!(long.decode(), None);
    }

    proptest! {
        /// Thirteen characters at most: longer names of such letters are hashes, which no one can decode.
        #[test]
        fn reversible_without_collisions_and_without_regard_to_case(
            one in "[a-cA-C_ é./\\\\:-]{1,13}", other in "[a-cA-C_ é./\\\\:-]{1,13}",
        ) {
            let names = (name(&one), name(&other));
            prop_assert_eq!(names.0.decode(), Some(one.clone()));
            prop_assert_eq!(Name::parse(names.0.as_str()), Some(names.0.clone()));
            let same = names.0.as_str().eq_ignore_ascii_case(names.1.as_str());
            prop_assert_eq!(same, one == other);
        }
    }
}
