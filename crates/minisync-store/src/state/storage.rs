//! Where a state is saved. Knows no file: it may be a browser's database, or nowhere.

use futures_util::future::BoxFuture;
use minisync::Changes;

use crate::{errors::Result, record::SyncRecord};

/// Keeps the document and its record: in a file, in a database, or nowhere.
pub trait StateStorage: Send + Sync {
    /// Saves both, so that they survive a crash once this returns.
    ///
    /// Saves of one state may be asked for at the same time, and overtake each other: one that [is
    /// older](Snapshot::generation) than what was saved must leave that as it is.
    ///
    /// # Errors
    /// Where they could not be saved; what was saved before is still there.
    fn save<'a>(&'a self, snapshot: &'a Snapshot) -> BoxFuture<'a, Result<()>>;
}

/// What a state was at one moment, to be saved.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(super) changes: Changes,
    pub(super) record: SyncRecord,
    pub(super) generation: u64,
}

impl Snapshot {
    /// The whole document.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Its record.
    pub fn record(&self) -> &SyncRecord {
        &self.record
    }

    /// Grows with each change, as long as the state is open; equal ones are equal snapshots.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}
