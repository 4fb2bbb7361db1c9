//! One document with its record, in memory, and what of it is saved. Knows no store, and storage only as a trait.

mod overruled;
mod retire;
mod status;
mod storage;

pub use overruled::OverruledEdit;
pub use status::{ClientStatus, TargetStatus};
pub use storage::{Snapshot, StateStorage};

use std::sync::Arc;

use minisync::{ClientId, Clock, Document, Stamp, Version};

use crate::{
    engine::{Report, SyncOptions, SyncRound, Touched},
    errors::Result,
    record::{Added, SyncRecord, Target},
    requests::Step,
};

/// A clock that the document and its state share.
pub type SharedClock = Arc<dyn Clock + Sync>;

/// A document that is kept somewhere, with what is known of its targets.
///
/// ```
/// use std::{sync::Arc, time::Duration};
/// use minisync_store::{State, StatePlace};
/// # let folder = tempfile::tempdir()?;
/// let place = StatePlace::new(folder.path().join(".minisync"), "todo.json")?;
/// let clock = Arc::new(minisync::SystemClock);
/// let (opened, warnings) = State::open(&place, clock, Duration::ZERO)?;
/// assert!(opened.tracked().is_none() && warnings.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct State {
    document: Document,
    record: SyncRecord,
    storage: Arc<dyn StateStorage>,
    clock: SharedClock,
    /// Grows with each change to document or record.
    generation: u64,
    /// The last generation that brought something that must be saved, other than when a target was reached.
    important: u64,
    /// The last one that was saved.
    saved: u64,
}

impl State {
    /// A state that is kept in `storage`, and is as it was saved there.
    pub fn new(
        document: Document,
        record: SyncRecord,
        storage: Arc<dyn StateStorage>,
        clock: SharedClock,
    ) -> State {
        State { document, record, storage, clock, generation: 0, important: 0, saved: 0 }
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The document, to change it. The state counts as changed from here on.
    pub fn document_mut(&mut self) -> &mut Document {
        self.change();
        &mut self.document
    }

    /// What is saved beside the document.
    pub fn record(&self) -> &SyncRecord {
        &self.record
    }

    /// What people call this copy.
    pub fn label(&self) -> &str {
        &self.record.label
    }

    /// Gives this copy another name for people.
    pub fn set_label(&mut self, label: &str) {
        if self.record.label != label {
            label.clone_into(&mut self.record.label);
            self.change();
        }
    }

    /// The targets, in the order in which they were added.
    pub fn targets(&self) -> Vec<Target> {
        self.record.targets.iter().map(|known| known.target.clone()).collect()
    }

    /// Remembers a target; false where it was there. One that was only read, and is now to be written to,
    /// changes into that.
    pub fn add_target(&mut self, target: &Target) -> bool {
        let added = self.record.add_target(target);
        if added != Added::Known {
            self.change();
        }
        added == Added::New
    }

    /// Forgets a target, and what is known of it; false where it was not there. Nothing is deleted in it.
    pub fn remove_target(&mut self, url: &str) -> bool {
        let before = self.record.targets.len();
        self.record.targets.retain(|known| known.target.url() != url);
        let is_removed = self.record.targets.len() < before;
        if is_removed {
            self.change();
        }
        is_removed
    }

    /// A small fact that the caller keeps with the document.
    pub fn note(&self, key: &str) -> Option<&str> {
        self.record.note(key)
    }

    /// Keeps a small fact with the document, saved with it; None removes it.
    pub fn set_note(&mut self, key: &str, value: Option<String>) {
        if self.note(key) == value.as_deref() {
            return;
        }
        self.record.set_note(key, value);
        self.change();
    }

    /// What the program says to those who join: published beside this copy's files, sealed as heads are. The engine
    /// does not look into it.
    pub fn hint(&self) -> Option<&str> {
        self.record.hint()
    }

    /// Says something else from now on. Keep it below a kilobyte: it is in every head, and whoever reads one keeps it.
    pub fn set_hint(&mut self, hint: Option<String>) {
        if self.hint() != hint.as_deref() {
            self.record.set_hint(hint);
            self.change();
        }
    }

    /// What a version says that was taken while this copy wrote as `author`, by the names that writes have now:
    /// it may have gone over to another client id since.
    pub fn renamed(&self, version: &Version, author: &ClientId) -> Version {
        self.record.renamed(version, author, self.document.renewal())
    }

    /// The time, by the clock that document and state share.
    pub fn now(&self) -> Stamp {
        self.clock.now()
    }

    /// Whether there is something to save; when a target was last reached does not count.
    pub fn is_changed(&self) -> bool {
        self.important > self.saved
    }

    /// Saves the document and its record; does nothing where nothing changed. They survive a crash once this
    /// returns. To let others edit meanwhile, take a [`snapshot`](State::snapshot) and save that.
    ///
    /// # Errors
    /// Where they could not be saved; what was saved before is still there.
    pub async fn save(&mut self) -> Result<()> {
        self.note_renewal();
        if self.generation > self.saved {
            let snapshot = self.snapshot();
            let storage = Arc::clone(&self.storage);
            storage.save(&snapshot).await?;
            self.set_saved(&snapshot);
        }
        Ok(())
    }

    /// What there is to save now, for [`StateStorage::save`]; once that went well, [`State::set_saved`] wants to know.
    pub fn snapshot(&mut self) -> Snapshot {
        self.note_renewal();
        Snapshot {
            changes: self.document.changes(),
            record: self.record.clone(),
            generation: self.generation,
        }
    }

    /// Where it is saved.
    pub fn storage(&self) -> Arc<dyn StateStorage> {
        Arc::clone(&self.storage)
    }

    /// A snapshot was saved; what came after it was not.
    pub fn set_saved(&mut self, snapshot: &Snapshot) {
        debug_assert!(snapshot.generation <= self.generation, "a snapshot of another state");
        self.saved = self.saved.max(snapshot.generation);
    }

    /// A round of sync with this target, to be driven with [`State::next`].
    pub fn sync_round(&self, target: &Target, options: SyncOptions) -> SyncRound {
        SyncRound::new(&self.document, target, options, self.now())
    }

    /// The next step of a round, on this document and record.
    pub fn next(&mut self, round: &mut SyncRound) -> Step<Report> {
        let step = round.next(&mut self.document, &mut self.record);
        // Before anything is saved: what a merge overruled is kept together with the merge.
        let overruled = round.take_overruled(&step);
        self.note_overruled(&overruled);
        match round.take_touched() {
            Some(Touched::Content) => self.change(),
            Some(Touched::Times) => self.generation += 1,
            None => {}
        }
        step
    }

    /// The state as it is in the location with this id. Where it was in another one before, it was copied, and the
    /// one there may go on too.
    #[cfg(feature = "folder")]
    pub(crate) fn located(mut self, location: Option<crate::names::Hash>) -> Result<State> {
        if location.is_some() && self.record.location_id != location {
            if self.record.location_id.is_some() {
                let shared = self.record.shared(self.document.client_id());
                self.document.replica().renew_client_id_after(&shared)?;
                self.change();
            }
            self.record.location_id = location;
            self.generation += 1;
        }
        Ok(self)
    }

    fn change(&mut self) {
        self.generation += 1;
        self.important = self.generation;
    }

    fn note_renewal(&mut self) {
        let renewal = self.document.renewal();
        if renewal.is_some_and(|renewal| self.record.note_renewal(&renewal)) {
            self.change();
        }
    }
}
