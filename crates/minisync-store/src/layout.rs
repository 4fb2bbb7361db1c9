//! Where the files of a document are, and which names are theirs. Knows nothing of what is in them.

use std::{fmt, str::FromStr};

use minisync::DocumentId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{hash::Hash, name::Name};

/// The folder in a store that holds everything of MiniSync.
pub(crate) const ROOT: &str = "minisync";

/// The paths of one document's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    root: String,
}

impl Layout {
    pub(crate) fn new(document: &DocumentId) -> Layout {
        Layout::of(&Name::of_document(document))
    }

    pub(crate) fn of(document: &Name) -> Layout {
        Layout { root: format!("{ROOT}/{document}") }
    }

    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    pub(crate) fn format(&self) -> String {
        format!("{}/format.json", self.root)
    }

    pub(crate) fn index(&self) -> String {
        format!("{}/index.json", self.root)
    }

    pub(crate) fn heads(&self) -> String {
        format!("{}/head", self.root)
    }

    pub(crate) fn head(&self, client: &Name) -> String {
        format!("{}/head/{client}.json", self.root)
    }

    pub(crate) fn data(&self) -> String {
        format!("{}/data", self.root)
    }

    pub(crate) fn data_file(&self, name: &DataName) -> String {
        format!("{}/data/{name}", self.root)
    }
}

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

/// What a file in `head/` is, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HeadName {
    Head(Name),
    /// A file synchroniser met two writers of one head, which suggests a cloned client.
    ConflictCopy,
    /// Temporary files, and whatever else people leave in folders.
    Foreign,
}

impl HeadName {
    pub(crate) fn of(file: &str) -> HeadName {
        match file.strip_suffix(".json").and_then(Name::parse) {
            Some(client) => HeadName::Head(client),
            None if is_conflict_copy(file) => HeadName::ConflictCopy,
            None => HeadName::Foreign,
        }
    }
}

/// Syncthing writes `alice.sync-conflict-…json`; Dropbox, Nextcloud and others `alice (… conflicted copy …).json`.
fn is_conflict_copy(file: &str) -> bool {
    let temporary = file.starts_with(['.', '~']) || file.ends_with(".tmp");
    let copy =
        file.contains(".sync-conflict-") || (file.contains(" (") && file.to_lowercase().contains("conflict"));
    copy && !temporary
}

#[cfg(test)]
mod tests {
    use minisync::ClientId;

    use super::*;

    fn client(id: &str) -> Name {
        Name::of_client(&ClientId::new(id).unwrap())
    }

    #[test]
    fn paths_are_where_the_specification_says() {
        let layout = Layout::new(&DocumentId::new("Todo").unwrap());
        assert_eq!(layout.format(), "minisync/_54odo/format.json");
        assert_eq!(layout.index(), "minisync/_54odo/index.json");
        assert_eq!(layout.head(&client("alice")), "minisync/_54odo/head/alice.json");
        let name = DataName::new(client("a-1"), 12, b"hello");
        assert_eq!(
            layout.data_file(&name),
            "minisync/_54odo/data/a-1-12-ea8f163db38682925e4491c5e58d4bb3.json"
        );
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

    #[test]
    fn conflict_copies_of_heads_are_told_from_temporary_files() {
        assert_eq!(HeadName::of("alice.json"), HeadName::Head(client("alice")));
        for copy in [
            "alice.sync-conflict-20260101-120000-ABCDEFG.json",
            "alice (Bob's conflicted copy 2026-01-01).json",
            "alice (conflicted copy 2026-01-01 120000).json",
            "alice (Case Conflict).json",
        ] {
            assert_eq!(HeadName::of(copy), HeadName::ConflictCopy, "{copy}");
        }
        for foreign in [
            "~x.tmp",
            ".syncthing.alice.json.tmp",
            "~syncthing~alice.json.tmp",
            ".alice.sync-conflict-20260101-120000-ABCDEFG.json.tmp",
            "README.md",
            "Alice.json",
            "con.json",
            "alice.json.gz",
        ] {
            assert_eq!(HeadName::of(foreign), HeadName::Foreign, "{foreign}");
        }
    }
}
