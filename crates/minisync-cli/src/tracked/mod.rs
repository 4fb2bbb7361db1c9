//! A FILE and its document: takes FILE's edits into the document, and writes the document back into FILE,
//! so that neither loses anything, whatever happens between. Knows no targets.

mod agreement;
mod edits;
mod hint;
mod json_object;
mod open;
mod reconcile;
mod untracked;
mod write_back;

use minisync::{Changes, Document, RenewalReason};
use minisync_store::State;

use self::agreement::Agreements;
pub(crate) use self::{
    hint::FileHint,
    open::{Found, open},
    untracked::Untracked,
    write_back::Written,
};
use crate::{
    file::{Reading, Source},
    terminal::{Result, Screen},
};

/// A FILE that has a document.
pub(crate) struct Tracked<'s> {
    source: Source,
    state: State,
    agreements: Agreements,
    /// What FILE held when it was taken in; None where it was not there.
    reading: Option<Reading>,
    /// What a document that is older than FILE said before it took in what FILE cannot know.
    older: Option<String>,
    screen: &'s Screen,
}

impl Tracked<'_> {
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    pub(crate) fn document(&self) -> &Document {
        self.state.document()
    }

    /// For changes that come from elsewhere than from FILE. Keeps what FILE's edits would be based on.
    ///
    /// # Errors
    /// Where that cannot be written.
    pub(crate) fn document_mut(&mut self) -> Result<&mut Document> {
        self.save_merge_base()?;
        Ok(self.state.document_mut())
    }

    pub(crate) fn save(&mut self) -> Result<()> {
        Ok(pollster::block_on(self.state.save())?)
    }

    /// Saves what changed; when a target was last reached does not count.
    ///
    /// # Errors
    /// Where it cannot be saved.
    pub(crate) fn save_changes(&mut self) -> Result<()> {
        if self.state.is_changed() { self.save() } else { Ok(()) }
    }

    /// Merges what came from elsewhere than from FILE, and keeps what that overruled. How many values changed.
    ///
    /// # Errors
    /// Where it cannot be merged; nothing is changed then.
    pub(crate) fn merge(&mut self, changes: &Changes) -> Result<usize> {
        let patches = self.document_mut()?.merge(changes)?;
        self.state.note_overruled(patches.overruled());
        Ok(patches.len())
    }

    /// Makes the document what it was before a change that nobody has heard of, and saves it.
    ///
    /// # Errors
    /// Where it cannot be saved; then the change stays.
    pub(crate) fn put_back(&mut self, before: &Changes) -> Result<()> {
        *self.state.document_mut() = Document::restore(before)?;
        self.save()
    }

    /// What FILE is called, and how it is laid out or was before it went.
    fn file_hint(&self) -> FileHint {
        FileHint::read(self.state.hint())
    }

    /// Says to those who join that FILE is called so.
    pub(crate) fn set_file_name(&mut self, name: &str) {
        FileHint { name: name.to_owned(), ..self.file_hint() }.say(&mut self.state);
    }

    /// Says to those who join how FILE is laid out. It is saved with what comes next.
    fn note_layout(&mut self, reading: &Reading) {
        let name = self.source.named().file_name().unwrap_or_default().to_string_lossy();
        FileHint::of(&name, reading).say(&mut self.state);
    }

    /// Whether the document is older than FILE: an older copy of the state had to serve.
    pub(crate) fn is_behind(&self) -> bool {
        let last = self.agreements.last(&self.state);
        last.is_some_and(|agreement| !self.document().version().covers(&agreement.version))
    }

    /// To be called before a document that is older than FILE takes in what did not come from FILE.
    pub(crate) fn keep_older(&mut self) {
        self.older = Some(self.document().to_json());
    }

    /// To be called before the document takes in what did not come from FILE.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn save_merge_base(&self) -> Result<()> {
        self.agreements.save_merge_base(&self.state)
    }

    /// Says that this copy went over to a new client id, if it did in this run.
    pub(crate) fn tell_renewal(&self) {
        let Some(renewal) = self.document().renewal() else { return };
        let file = self.source.named().display();
        match renewal.reason {
            RenewalReason::Copied => self.screen.say(format_args!(
                "{file}: this copy was restored from a backup or copied, so it goes on as a new one; nothing is \
                 lost, but an item may appear twice"
            )),
            _ => self.screen.say(format_args!(
                "{file}: the clock was more than a day ahead when this was written last; this copy goes on as a \
                 new one, by the clock as it is now"
            )),
        }
    }
}
