//! On what FILE and its document last agreed: the one owner of all that is kept about it. Knows neither of the two,
//! only the hash of the one and the version of the other. `docs/files.md` has the formats.
//!
//! FILE is edited by any program at any time, and the document changes by merging, so the two go apart and are
//! brought together again. Three questions must have an answer whenever a run begins, also after a crash:
//!
//! - *Was FILE edited?* An [`Agreement`] says which text stood for which version. It is kept with the state (the
//!   note `agreement`) where the document followed FILE, and in the [`WriteJournal`] where FILE was written; the
//!   one with the higher number counts.
//! - *How far did the run before come with replacing FILE?* The [`WriteJournal`] (`written.json`) is written
//!   before FILE is replaced, and again after.
//! - *What were the edits made on?* Where the document has changed since the agreement, FILE's edits belong to the
//!   document as it was then. That is the [`MergeBases`]' (`base-….json`), saved before the document changes.

mod base;
mod journal;

use minisync::{Changes, Document, Version};
use minisync_store::{Hash, State, StatePlace};
use serde::{Deserialize, Serialize};

use self::base::MergeBases;
pub(super) use self::journal::{Replacement, WriteJournal};
use crate::terminal::{Failure, Result, Screen};

/// The name of the note that keeps the agreement with the state.
const NOTE: &str = "agreement";

/// A text of FILE, and the version of the document that it stood for.
///
/// A text with another hash was edited since; a document with another version has changed since. Where both have,
/// the edits belong to that version and to no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Agreement {
    /// Counts up: of two agreements, the higher one is the later one.
    pub(super) number: u64,
    pub(super) text: Hash,
    pub(super) version: Version,
}

impl Agreement {
    /// The one after `last`: this text stands for the document as it is.
    pub(super) fn after(last: Option<&Agreement>, text: Hash, document: &Document) -> Agreement {
        let number = last.map_or(0, |last| last.number) + 1;
        Agreement { number, text, version: document.version() }
    }
}

/// All that is kept about the agreements of one FILE.
#[derive(Debug)]
pub(super) struct Agreements {
    pub(super) journal: WriteJournal,
    bases: MergeBases,
}

impl Agreements {
    /// Those of the FILE with this name, whose state is at `place`.
    ///
    /// # Errors
    /// Where they are there and cannot be read.
    pub(super) fn open(place: &StatePlace, name: &str, screen: &Screen) -> Result<Agreements> {
        let folder = place.folder().join("text").join(name);
        Ok(Agreements {
            journal: WriteJournal::open(folder.clone(), place.models(), screen)?,
            bases: MergeBases::new(folder, place.models()),
        })
    }

    /// The latest one: the later one of what the state and the journal know.
    pub(super) fn last(&self, state: &State) -> Option<Agreement> {
        let note = state.note(NOTE).and_then(|note| serde_json::from_str(note).ok());
        let settled = self.journal.settled().cloned();
        note.into_iter().chain(settled).max_by_key(|agreement: &Agreement| agreement.number)
    }

    /// Notes with the state that FILE with this text stands for the document as it is.
    ///
    /// # Errors
    /// Never, as far as is known.
    pub(super) fn agree(&self, state: &mut State, text: Hash) -> Result<()> {
        let last = self.last(state);
        let next = Agreement::after(last.as_ref(), text, state.document());
        if last.is_some_and(|last| last.text == text && last.version == next.version) {
            return Ok(());
        }
        self.note(state, &next)
    }

    /// Notes an agreement with the state. It counts once the state is saved.
    pub(super) fn note(&self, state: &mut State, agreement: &Agreement) -> Result<()> {
        let note = serde_json::to_string(agreement)
            .map_err(|error| Failure::new(format!("cannot write the agreement: {error}")))?;
        state.set_note(NOTE, Some(note));
        Ok(())
    }

    /// Keeps what the document is now, where FILE agrees with it: should FILE be edited before what comes now is
    /// written into it, the edits are based on that. To be called before the document takes in anything else.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn save_merge_base(&self, state: &State) -> Result<()> {
        match self.last(state) {
            Some(agreement) if agreement.version == state.document().version() => {
                self.bases.save(&agreement, state.document())?;
                // Only now: a crash in between leaves two, never none.
                self.bases.remove_all_but(Some(&agreement))
            }
            // The document is ahead of FILE already, and the base of that is kept.
            _ => Ok(()),
        }
    }

    /// What the document was at the latest agreement, where that was kept.
    pub(super) fn merge_base(&self, state: &State, screen: &Screen) -> Result<Option<Changes>> {
        self.last(state).map_or(Ok(None), |agreement| self.bases.load(&agreement, screen))
    }

    /// Keeps a document that is no copy of ours, but what FILE agreed with on its way.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn save_fork(&self, agreement: &Agreement, fork: &Document) -> Result<()> {
        self.bases.save(agreement, fork)
    }

    /// Starts over: with this agreement, or with none.
    ///
    /// # Errors
    /// Where that cannot be written.
    pub(super) fn reset(&mut self, settled: Option<Agreement>) -> Result<()> {
        self.bases.remove_all_but(None)?;
        self.journal.reset(settled)
    }
}
