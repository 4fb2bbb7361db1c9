//! The names of data files. Knows nothing of what is in them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::names::{Hash, Name};

/// The name of a data file: `<client>-<sequence>-<hash>.json`.
///
/// ```
/// use minisync_store::DataName;
/// let name: DataName = "alice-7-ea8f163db38682925e4491c5e58d4bb3.json".parse()?;
/// assert_eq!((name.client().as_str(), name.sequence()), ("alice", 7));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataName {
    client: Name,
    sequence: u64,
    hash: Hash,
}

impl DataName {
    /// The name of the file that `client` publishes with its `sequence`-th head, and that has these bytes.
    pub fn new(client: Name, sequence: u64, bytes: &[u8]) -> DataName {
        DataName { client, sequence, hash: Hash::of(bytes) }
    }

    /// Whose file it is.
    pub fn client(&self) -> &Name {
        &self.client
    }

    /// The sequence number of the head that first named it.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The hash of the whole file.
    pub fn hash(&self) -> Hash {
        self.hash
    }
}

impl fmt::Display for DataName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}.json", self.client, self.sequence, self.hash)
    }
}

/// Reads what `Display` writes, and nothing else.
impl FromStr for DataName {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const REASON: &str = "a data file is named <client>-<sequence number>-<hash>.json";
        let stem = text.strip_suffix(".json").ok_or(REASON)?;
        let (stem, hash) = stem.rsplit_once('-').ok_or(REASON)?;
        let (client, sequence) = stem.rsplit_once('-').ok_or(REASON)?;
        let name = DataName {
            client: Name::parse(client).ok_or(REASON)?,
            sequence: sequence.parse().map_err(|_| REASON)?,
            hash: hash.parse()?,
        };
        if name.to_string() == text { Ok(name) } else { Err(REASON) }
    }
}

impl Serialize for DataName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DataName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use minisync::ClientId;

    use super::*;

    fn client(id: &str) -> Name {
        Name::of_client(&ClientId::new(id).unwrap())
    }

    #[test]
    fn data_names_read_back() {
        for id in ["alice", "a-1", "-", "Bob", "3-4-5"] {
            let name = DataName::new(client(id), 12, b"");
            assert_eq!(name.to_string().parse(), Ok(name));
        }
    }

    #[test]
    fn other_data_names_are_refused() {
        let hash = "ea8f163db38682925e4491c5e58d4bb3";
        for text in [
            format!("alice-07-{hash}.json"),
            format!("alice-+7-{hash}.json"),
            format!("alice-7-{hash}"),
            format!("Alice-7-{hash}.json"),
            format!("alice-{hash}.json"),
            format!("alice-7-{hash}.sync-conflict-20260101-120000-ABCDEFG.json"),
            format!("~alice-7-{hash}.json"),
            format!("alice-7-{hash}.json.tmp"),
            "alice-7-ea8f.json".to_owned(),
        ] {
            assert!(text.parse::<DataName>().is_err(), "{text}");
        }
    }
}
