//! What a sync says it did. Plain data.

use minisync::{ClientId, Patches};

use crate::errors::Warning;

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// What came, by the client whose files brought it.
    pub received: Vec<Received>,
    /// What went; None if there was nothing new.
    pub sent: Option<Sent>,
    /// Clients of whom something could not be had this time.
    pub skipped: Vec<Skipped>,
    /// Paths that have a conflict now and had none before.
    pub conflicts: Vec<minisync::Path>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
}

impl Report {
    /// How many changes came, in all.
    pub fn received_changes(&self) -> usize {
        self.received.iter().map(|received| received.changes).sum()
    }

    /// Whether there is nothing to tell.
    pub fn is_quiet(&self) -> bool {
        *self == Report::default()
    }
}

/// What came from one client: its own changes, and those of others that it handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its id.
    pub client: ClientId,
    /// What people call it.
    pub label: String,
    /// How many changes to the visible document that made.
    pub changes: usize,
    /// These changes, file by file, in the order in which they were merged.
    pub patches: Vec<Patches>,
}

/// What went to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// How many changes; of a first publication, how many entries the document has.
    pub changes: usize,
    /// The size of the file.
    pub bytes: u64,
    /// Whether the file holds the whole document.
    pub whole: bool,
}

/// A client of whom something could not be had. It is tried again next time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its label, or its name in the store.
    pub client: String,
    /// What is wrong, and what to do.
    pub reason: String,
}
