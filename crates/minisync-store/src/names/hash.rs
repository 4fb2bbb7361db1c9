//! The hash that names data files. Knows nothing of what is hashed.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::names::hex;

/// The first 128 bits of a BLAKE3 hash, written as 32 lowercase hexadecimal digits.
///
/// ```
/// let hash = minisync_store::Hash::of(b"hello");
/// assert_eq!(hash.to_string(), "ea8f163db38682925e4491c5e58d4bb3");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 16]);

impl Hash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        let mut hash = [0; 16];
        hash.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
        Hash(hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads what `Display` writes, and nothing else.
impl FromStr for Hash {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        decode(text.as_bytes()).ok_or("a hash is 32 lowercase hexadecimal digits")
    }
}

fn decode(digits: &[u8]) -> Option<Hash> {
    let mut hash = [0; 16];
    let pairs = digits.chunks(2);
    if pairs.len() != hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(pairs) {
        *byte = hex::decode_byte(pair)?;
    }
    Some(Hash(hash))
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let hash = Hash::of(b"x");
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }

    #[test]
    fn refuses_other_spellings() {
        for text in ["", "ea8f", "EA8F163DB38682925E4491C5E58D4BB3", "ea8f163db38682925e4491c5e58d4bb30"] {
            assert!(text.parse::<Hash>().is_err(), "{text}");
        }
    }
}
