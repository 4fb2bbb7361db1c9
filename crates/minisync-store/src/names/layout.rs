//! Where the files of a document are, and which names are theirs. Knows nothing of what is in them.

use crate::names::{DataName, Name};

/// The folder in a store that holds everything of MiniSync.
pub(crate) const ROOT: &str = "minisync";

/// The folder in which the clients of a document announce what they sent, by the name of the document's folder: for
/// who wants to be told by the system when somebody did.
///
/// ```
/// use minisync_store::{Name, heads_folder};
/// let document = minisync::DocumentId::new("todo")?;
/// assert_eq!(heads_folder(&Name::of_document(&document)), "minisync/todo/head");
/// # Ok::<(), minisync::Error>(())
/// ```
pub fn heads_folder(document: &Name) -> String {
    Layout::of(document).heads()
}

/// The paths of one document's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    root: String,
}

impl Layout {
    /// Of the document whose folder has this name.
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
    let copy = file.contains(".sync-conflict-")
        || (file.contains(" (") && file.to_ascii_lowercase().contains("conflict"));
    copy && !temporary
}

#[cfg(test)]
mod tests {
    use minisync::{ClientId, DocumentId};

    use super::*;

    fn client(id: &str) -> Name {
        Name::of_client(&ClientId::new(id).unwrap())
    }

    #[test]
    fn paths_are_where_the_specification_says() {
        let layout = Layout::of(&Name::of_document(&DocumentId::new("Todo").unwrap()));
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
