//! Takes what people edited in FILE into the document. Knows no targets.

use minisync::{Changes, Document};

use super::{
    Tracked,
    agreement::Agreement,
    json_object::{checked, says_the_same},
    reconcile::{apply, reconcile},
};
use crate::{
    file::Reading,
    terminal::{Failure, Result},
};

impl Tracked<'_> {
    /// Takes FILE's edits into the document and saves it. Nothing is done where there are none.
    ///
    /// # Errors
    /// Where FILE is not a JSON object, or the document cannot be saved. Nothing is changed then.
    pub(crate) fn take_in(&mut self) -> Result<()> {
        if self.read_edits()? { self.save() } else { Ok(()) }
    }

    /// The same, without saving. Whether the document was changed.
    ///
    /// # Errors
    /// As [`Tracked::take_in`].
    pub(crate) fn read_edits(&mut self) -> Result<bool> {
        let named = self.source.named().to_path_buf();
        let Some(reading) = self.source.read()? else {
            // A FILE that is gone is written again; to delete it deletes nothing in the document.
            self.reading = None;
            return Ok(false);
        };
        let agreement = self.agreements.last(&self.state);
        let version = self.document().version();
        let unedited =
            |agreement: &Agreement| agreement.text == reading.hash() && version.covers(&agreement.version);
        if agreement.as_ref().is_some_and(unedited) {
            self.reading = Some(reading);
            return Ok(false);
        }
        let text = checked(&named, Some(&reading)).map_err(|failure| self.restorable(&reading, failure))?;
        if Changes::is_v1(text) {
            return Err(self.misplaced());
        }
        let changed = match &agreement {
            // The document has not changed since FILE agreed with it: what differs is FILE's edits.
            Some(agreement)
                if agreement.version == version
                    || !version.covers(&agreement.version) && !self.has_outgrown_older() =>
            {
                let updated = self.state.document_mut().update_json("", text);
                updated.map_err(|error| Failure::from(error).about(named.display()))?;
                self.agreements.agree(&mut self.state, reading.hash())?;
                true
            }
            _ if says_the_same(text, &self.document().to_json()) => {
                self.agreements.agree(&mut self.state, reading.hash())?;
                true
            }
            // The document was older than FILE, and took in what FILE cannot know.
            Some(agreement) if !version.covers(&agreement.version) => self.adopt(&reading)?,
            // Both have changed: the edits were made on the document as it was.
            Some(agreement) => match self.agreements.merge_base(&self.state, self.screen)? {
                Some(base) => self.merge_edits(&base, &reading, agreement.number)?,
                None => self.adopt(&reading)?,
            },
            None => self.adopt(&reading)?,
        };
        self.note_layout(&reading);
        self.reading = Some(reading);
        Ok(changed)
    }

    /// FILE was edited after a run that merged, but did not come to write FILE: the edits are made in a
    /// copy of the document as it was, by a client of its own, and then merged.
    fn merge_edits(&mut self, base: &Changes, reading: &Reading, number: u64) -> Result<bool> {
        let mut fork = Document::from_changes(base)?;
        fork.update_json("", reading.text())?;
        let edits = fork.changes_since(base.version());
        let document = self.state.document_mut();
        let patches = match document.merge(&edits) {
            // The base is of before a renewal.
            Err(error) if error.is_missing_changes() => document.merge(&fork.changes())?,
            merged => merged?,
        };
        // It was no device: what it has counts for nothing, and what it wrote was written here.
        document.replica().dismiss(fork.client_id());
        let mut overruled = patches.overruled().to_vec();
        for lost in overruled.iter_mut().filter(|lost| lost.client == *fork.client_id()) {
            lost.client = document.client_id().clone();
        }
        self.state.note_overruled(&overruled);
        // FILE agrees with the fork, not with the document; should it be edited once more before it is written,
        // the fork is the base of that.
        let author = self.document().client_id().clone();
        let agreement =
            Agreement { number: number + 1, text: reading.hash(), version: fork.version(), author };
        self.agreements.save_fork(&agreement, &fork)?;
        self.agreements.note(&mut self.state, &agreement)?;
        Ok(true)
    }

    /// Whether the document was older than FILE, and is not what it was then.
    fn has_outgrown_older(&self) -> bool {
        self.older.as_ref().is_some_and(|older| *older != self.document().to_json())
    }

    /// There is no document on which FILE's edits were made: what it has that the document has not is added, and FILE
    /// as it was is kept.
    fn adopt(&mut self, reading: &Reading) -> Result<bool> {
        let text = self.document().to_json();
        let edits = reconcile(reading.text(), &text, self.older.as_deref());
        let edits = edits.map_err(|error| Failure::new(error.to_string()))?;
        let copy = self.source.keep_copy(reading)?;
        self.screen.say(format!("{}: kept as {}", self.source.named().display(), copy.display()));
        apply(&edits, self.state.document_mut())?;
        Ok(!edits.is_empty())
    }

    /// FILE was overwritten with a file of version 1, which is not what it would say as data.
    fn misplaced(&self) -> Failure {
        let named = self.source.named().display();
        Failure::new(format!(
            "{named} holds a change set of version 1 now; nothing was changed: move it to another name, and then: \
             minisync merge {named} THAT"
        ))
    }

    /// Says that what FILE held is not lost.
    fn restorable(&self, reading: &Reading, failure: Failure) -> Failure {
        let named = self.source.named().display();
        if !reading.is_blank() {
            return failure;
        }
        Failure::new(format!(
            "{named} is empty, which is taken for an accident: nothing was synced; \
             delete the file and sync again to get it back as it was"
        ))
    }
}
