//! A FILE and its document: takes FILE's edits into the document, and writes the document back into FILE,
//! so that neither loses anything, whatever happens between. Knows no targets.

use std::{path::Path, sync::Arc, time::Duration};

use minisync::{Changes, Document, RenewalReason, SystemClock, Version};
use minisync_store::{Opened, State, StatePlace, Vacancy};

use crate::{
    agreement::Agreement,
    failure::{Failure, Result},
    file::{Fault, Kind, Place, Reading, Replaced, Source, Tree, lay_out, read, rewrite},
    ledger::{Ledger, Pending},
    meeting::keys_only_in,
    screen::Screen,
};

/// How long another process may have the state before we give up.
const PATIENCE: Duration = Duration::from_secs(10);

/// The name of the note that keeps the agreement with the state.
const NOTE: &str = "agreement";

/// A FILE that has a document.
pub(crate) struct Tracked<'s> {
    source: Source,
    state: State,
    ledger: Ledger,
    /// What FILE held when it was taken in; None where it was not there.
    reading: Option<Reading>,
    screen: &'s Screen,
}

/// A FILE that has none yet; nobody else can give it one while this is held.
pub(crate) struct Untracked<'s> {
    pub(crate) source: Source,
    /// There was a state, but it could not be read.
    pub(crate) damaged: bool,
    vacancy: Vacancy,
    ledger: Ledger,
    screen: &'s Screen,
}

#[expect(clippy::large_enum_variant, reason = "there is one in a run, and it is taken apart at once")]
pub(crate) enum Found<'s> {
    Tracked(Tracked<'s>),
    Untracked(Untracked<'s>),
}

/// What writing the document into FILE came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// FILE says the same already.
    Same,
    Changed,
    /// Another program wrote FILE meanwhile; it is to be taken in again.
    Overtaken,
}

/// Opens the state of `file`, and finishes what a crash interrupted.
///
/// # Errors
/// Where another process has it, or it cannot be read or made.
pub(crate) fn open<'s>(file: &Path, screen: &'s Screen) -> Result<Found<'s>> {
    let source = Source::new(file)?;
    let place = StatePlace::beside(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let (opened, warnings) = State::open(&place, Arc::new(SystemClock), PATIENCE)?;
    for warning in &warnings {
        screen.warn(format!("{}: {warning}", file.display()));
    }
    let ledger = Ledger::open(place.folder(), &name);
    match opened {
        Opened::Tracked(state) => {
            let mut tracked = Tracked { source, state, ledger, reading: None, screen };
            tracked.finish_writing()?;
            tracked.renewed_at_opening()?;
            Ok(Found::Tracked(tracked))
        }
        Opened::Untracked(vacancy) => {
            let damaged = !warnings.is_empty();
            Ok(Found::Untracked(Untracked { source, damaged, vacancy, ledger, screen }))
        }
    }
}

impl<'s> Untracked<'s> {
    /// Makes a new document of what FILE holds; of a file of version 1 the document that is in it.
    ///
    /// # Errors
    /// Where it is no JSON object, or no full change set though it says that it is one of version 1.
    pub(crate) fn start(mut self, label: &str) -> Result<Tracked<'s>> {
        let reading = self.source.read()?;
        if let Some(reading) = reading.as_ref().filter(|reading| Changes::is_v1(reading.text())) {
            return self.import(reading, label);
        }
        let text = checked(self.source.named(), reading.as_ref())?;
        let document = Document::builder().create_json(text).map_err(|error| self.about(error))?;
        let fingerprint = reading.as_ref().map(|reading| reading.fingerprint().clone());
        let agreement = fingerprint.map(|text| Agreement::after(None, text, document.version()));
        self.ledger.reset(agreement)?;
        self.create(document, label)
    }

    /// Makes the document of a file of version 1, and FILE its data. FILE as it was is kept.
    fn import(mut self, reading: &Reading, label: &str) -> Result<Tracked<'s>> {
        let changes = reading.text().trim().parse::<Changes>().map_err(|error| self.about(error))?;
        let document = Document::from_changes(&changes).map_err(|error| self.about(error))?;
        let copy = self.source.keep_copy(reading)?;
        let (named, copy) = (self.source.named().display(), copy.display());
        self.screen.say(format_args!("{named}: read in version 1 of the format, and kept as {copy}"));
        // FILE stands for less than the document from the start, so that it is written whatever happens now.
        let nothing = Agreement::after(None, reading.fingerprint().clone(), Version::default());
        self.ledger.reset(Some(nothing.clone()))?;
        let data = lay_out(&document.to_json()).map_err(|fault| Failure::new(fault.to_string()))?;
        let data = Reading::new(reading.with_bom(data));
        let agreement = Agreement::after(Some(&nothing), data.fingerprint().clone(), document.version());
        let mut tracked = self.create(document, label)?;
        tracked.reading = tracked.source.read()?.filter(|now| now.fingerprint() == reading.fingerprint());
        if tracked.reading.is_some() {
            tracked.put(data, agreement)?;
        }
        Ok(tracked)
    }

    /// Goes on with a document that others have.
    ///
    /// # Errors
    /// Where the state cannot be written.
    pub(crate) fn join(mut self, document: Document, label: &str) -> Result<Tracked<'s>> {
        self.ledger.reset(None)?;
        self.create(document, label)
    }

    fn create(self, document: Document, label: &str) -> Result<Tracked<'s>> {
        let Untracked { source, vacancy, ledger, screen, .. } = self;
        let state = vacancy.create(document, label)?;
        Ok(Tracked { source, state, ledger, reading: None, screen })
    }

    fn about(&self, error: minisync::Error) -> Failure {
        Failure::from(error).about(self.source.named().display())
    }
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
        self.brace()?;
        Ok(self.state.document_mut())
    }

    pub(crate) fn save(&mut self) -> Result<()> {
        Ok(pollster::block_on(self.state.save())?)
    }

    /// Whether the document is older than FILE: an older copy of the state had to serve.
    pub(crate) fn is_behind(&self) -> bool {
        self.agreement().is_some_and(|agreement| !self.document().version().covers(&agreement.version))
    }

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
            self.reading = None;
            return Ok(false);
        };
        let agreement = self.agreement();
        let version = self.document().version();
        let unedited = |agreement: &Agreement| {
            agreement.text == *reading.fingerprint() && version.covers(&agreement.version)
        };
        if agreement.as_ref().is_some_and(unedited) {
            self.reading = Some(reading);
            return Ok(false);
        }
        let text = checked(&named, Some(&reading)).map_err(|failure| self.restorable(&reading, failure))?;
        if Changes::is_v1(text) {
            return Err(self.misplaced());
        }
        let changed = match &agreement {
            Some(agreement) if agreement.version == version || !version.covers(&agreement.version) => {
                let updated = self.state.document_mut().update_json("", text);
                updated.map_err(|error| Failure::from(error).about(named.display()))?;
                self.agree(&reading);
                true
            }
            _ if says_the_same(text, &self.document().to_json()) => {
                self.agree(&reading);
                true
            }
            Some(agreement) => match self.noted().and_then(|noted| self.ledger.base(&noted)) {
                Some(base) => self.merge_edits(&base, &reading, agreement.number)?,
                None => self.meet(&reading)?,
            },
            None => self.meet(&reading)?,
        };
        self.reading = Some(reading);
        Ok(changed)
    }

    /// Writes the document into FILE, if FILE says anything else.
    ///
    /// # Errors
    /// Where FILE cannot be written. It is as it was then.
    pub(crate) fn write_back(&mut self) -> Result<Written> {
        if self.is_settled() {
            return Ok(Written::Same);
        }
        let text = self.document().to_json();
        let new = match &self.reading {
            Some(reading) => rewrite(reading.text(), &text).map(|text| reading.with_bom(text)),
            None => lay_out(&text),
        };
        let new = Reading::new(new.map_err(|fault| Failure::new(fault.to_string()))?);
        let was = self.reading.as_ref().map(Reading::fingerprint);
        if was == Some(new.fingerprint()) {
            self.agree(&new);
            return Ok(Written::Same);
        }
        let last = self.agreement();
        if was.is_none() && last.is_some() {
            let named = self.source.named().display();
            self.screen.say(format_args!("{named}: it was gone, and is written again"));
        }
        let text = new.fingerprint().clone();
        let agreement = Agreement::after(last.as_ref(), text, self.document().version());
        self.put(new, agreement)
    }

    /// Puts a text in FILE's place, on which FILE and the document agree.
    fn put(&mut self, new: Reading, agreement: Agreement) -> Result<Written> {
        let before = self.reading.as_ref().map(|reading| reading.fingerprint().clone());
        let Tracked { source, ledger, reading, .. } = self;
        let replaced =
            source.replace(reading.as_ref(), new.bytes(), || ledger.announce(Pending { agreement, before }));
        match replaced {
            Ok(Replaced::Yes) => {}
            Ok(Replaced::Overtaken) => {
                ledger.withdraw()?;
                source.discard_draft()?;
                return Ok(Written::Overtaken);
            }
            Err(failure) => {
                // Where this fails too, the draft stays, and the next run sees how far this one came.
                let _ = ledger.withdraw().and_then(|()| source.discard_draft());
                return Err(failure);
            }
        }
        ledger.confirm()?;
        self.reading = Some(new);
        Ok(Written::Changed)
    }

    /// Whether [`Tracked::write_back`] would change FILE.
    pub(crate) fn would_write(&self) -> bool {
        let text = self.document().to_json();
        !self.is_settled()
            && !self.reading.as_ref().is_some_and(|reading| says_the_same(reading.text(), &text))
    }

    /// Whether FILE, as it was read, and the document agree.
    fn is_settled(&self) -> bool {
        let agreement = self.agreement();
        agreement.zip(self.reading.as_ref()).is_some_and(|(agreement, reading)| {
            agreement.text == *reading.fingerprint() && agreement.version == self.document().version()
        })
    }

    /// Keeps what the document is now, where FILE agrees with it: should FILE be edited before what comes
    /// now is written into it, the edits are based on that.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn brace(&self) -> Result<()> {
        match self.agreement() {
            Some(agreement) if agreement.version == self.document().version() => {
                self.ledger.keep_base(&agreement, self.document())?;
                self.ledger.forget_bases(Some(&agreement))
            }
            _ => Ok(()),
        }
    }

    /// The state was copied here: FILE agrees with the document as far as it did where it came from.
    fn renewed_at_opening(&mut self) -> Result<()> {
        if self.document().renewal().is_none() {
            return Ok(());
        }
        if let Some(agreement) = self.agreement().filter(|last| last.version == self.document().version()) {
            let agreement =
                Agreement::after(Some(&agreement), agreement.text.clone(), agreement.version.clone());
            self.state.set_note(NOTE, agreement.to_note());
        }
        self.save()
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

    /// What FILE and the document last agreed on, by the names that writes have now.
    fn agreement(&self) -> Option<Agreement> {
        let noted = self.noted()?;
        Some(Agreement { version: self.state.renamed(&noted.version), ..noted })
    }

    /// The later one of what the state and the ledger know.
    fn noted(&self) -> Option<Agreement> {
        let note = self.state.note(NOTE).and_then(Agreement::from_note);
        let settled = self.ledger.settled().cloned();
        note.into_iter().chain(settled).max_by_key(|agreement| agreement.number)
    }

    /// Notes that FILE with this text stands for the document as it is.
    fn agree(&mut self, reading: &Reading) {
        let last = self.agreement();
        let version = self.document().version();
        let known =
            last.as_ref().is_some_and(|last| last.text == *reading.fingerprint() && last.version == version);
        if !known {
            let agreement = Agreement::after(last.as_ref(), reading.fingerprint().clone(), version);
            self.state.set_note(NOTE, agreement.to_note());
        }
    }

    /// FILE was edited after a run that merged, but did not come to write FILE: the edits are made in a
    /// copy of the document as it was, by a client of its own, and then merged.
    fn merge_edits(&mut self, base: &Changes, reading: &Reading, number: u64) -> Result<bool> {
        let mut fork = Document::from_changes(base)?;
        fork.update_json("", reading.text())?;
        let edits = fork.changes_since(base.version());
        let document = self.state.document_mut();
        match document.merge(&edits) {
            // The base is of before a renewal.
            Err(error) if error.is_missing_changes() => document.merge(&fork.changes())?,
            merged => merged?,
        };
        // It was no device: what it has counts for nothing.
        document.replica().dismiss(fork.client_id());
        let agreement =
            Agreement { number: number + 1, text: reading.fingerprint().clone(), version: fork.version() };
        self.ledger.keep_base(&agreement, &fork)?;
        self.state.set_note(NOTE, agreement.to_note());
        Ok(true)
    }

    /// FILE and the document have never met: the document's values stay, FILE's own keys are added, and
    /// FILE as it was is kept.
    fn meet(&mut self, reading: &Reading) -> Result<bool> {
        let text = self.document().to_json();
        let additions = keys_only_in(reading.text(), &text);
        let copy = self.source.keep_copy(reading)?;
        self.screen.say(format!("{}: kept as {}", self.source.named().display(), copy.display()));
        for (path, value) in &additions {
            self.state.document_mut().set_json(path, value)?;
        }
        Ok(!additions.is_empty())
    }

    /// Finds out how far the run before came with replacing FILE.
    fn finish_writing(&mut self) -> Result<()> {
        let Some(pending) = self.ledger.pending().cloned() else {
            return self.source.discard_draft();
        };
        let draft = read(&self.source.draft())?;
        let was_replaced = match draft.as_ref().map(Reading::fingerprint) {
            None => true,
            Some(draft) if *draft == pending.agreement.text => false,
            Some(draft) if Some(draft) == pending.before.as_ref() => true,
            // Another program wrote FILE in the moment in which it was replaced.
            Some(_) => {
                let file = self.source.read()?;
                let ours = file.is_some_and(|file| *file.fingerprint() == pending.agreement.text);
                match &draft {
                    Some(draft) if !ours => drop(self.source.keep_copy(draft)?),
                    _ => self.source.restore_draft()?,
                }
                !ours
            }
        };
        if was_replaced {
            self.ledger.confirm()?
        } else {
            self.ledger.withdraw()?
        }
        self.source.discard_draft()
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

/// The text of FILE, if it is a JSON object.
fn checked<'r>(named: &Path, reading: Option<&'r Reading>) -> Result<&'r str> {
    let named = named.display();
    let Some(reading) = reading else {
        return Err(Failure::new(format!("there is no file {named}")));
    };
    if reading.is_blank() {
        return Err(Failure::new(format!("{named} is empty; it must hold a JSON object, for instance {{}}")));
    }
    let text = reading.text();
    let at = |offset| Place::of(text.as_bytes(), offset);
    let tree = Tree::parse(text).map_err(|Fault { offset, reason }| {
        Failure::new(format!(
            "{named}:{}: {reason}; nothing was changed, correct it and try again",
            at(offset)
        ))
    })?;
    let root = tree.root();
    if root.kind() == Kind::Object {
        return Ok(text);
    }
    let place = at(root.start());
    Err(Failure::new(format!(
        "{named}:{place}: only an object {{…}} can be synced; put the value under a key of one"
    )))
}

/// Whether two texts mean the same value.
fn says_the_same(a: &str, b: &str) -> bool {
    match (Tree::parse(a), Tree::parse(b)) {
        (Ok(a), Ok(b)) => a.root().means_same(b.root()),
        _ => false,
    }
}
