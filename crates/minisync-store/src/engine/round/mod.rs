//! One round of sync, as a machine: what it is doing, and how it goes on. Its phases are in the files beside this.
//!
//! ```text
//!  Begin ─list head/─> Listing ──────────── nothing changed ───────────> Done
//!                         │ read format.json
//!                      Folder ── missing, foreign, still arriving ──> Done (error)
//!                         │ read own head
//!                      OwnHead ── another copy wrote it ─read its files─> Beside ┐
//!                         │ read heads of others  <───────────────────────────────┘
//!                       Heads ── now and then ─list data/─> OwnFiles ┐
//!                         │ read what is lacking <───────────────────┘
//!                      Fetching ⟲ until nothing more can be had
//!                         │ save
//!                   SavingDraft     (nothing to publish: on to Deleting)
//!                         │ write format.json, data file, head, one after the other
//!                      Writing
//!                         │ read and write index.json
//!                   ReadingIndex, WritingIndex
//!                         │ delete own files that nobody needs
//!                      Deleting
//!                         │ save
//!                   SavingRecord ─────────────────────────────────────> Done
//! ```

mod complaints;
mod fetch;
mod finish;
mod heads;
mod look;
mod own_files;
mod own_head;
mod publish;
mod silent;

use std::sync::Arc;

use minisync::{ClientId, Document, Overruled, Patches, Path, Stamp};

use crate::{
    engine::{Report, Skipped, SyncOptions, decode::Fault, pending::Pending},
    errors::{Error, Result, Warning},
    files::Codec,
    names::{DataName, Layout, Name, NameSet},
    plan::HeadListing,
    record::{SyncRecord, Target, TargetRecord},
    requests::{Answer, RequestId, Step},
};

/// A round of sync of one document with one target, as a machine without I/O: it takes in what others
/// published, and publishes what is new.
///
/// Whoever drives it calls [`next`](SyncRound::next) until it says [`Step::Done`], performs what it asks for, and
/// gives it the answers. Document and record are only lent for the time of a call; between two calls the document
/// may be edited, merged into and saved. Only one round at a time may be under way with a target; rounds with
/// several targets may.
///
/// A machine that is dropped leaves what a crash at that moment would: nothing is lost.
///
/// ```
/// use minisync::{Clock as _, Document, SystemClock};
/// use minisync_store::{Answer, Request, Step, SyncOptions, SyncRecord, SyncRound, Target, stores::MemoryStore};
///
/// let mut document = Document::new(serde_json::json!({ "milk": 2 }))?;
/// let mut record = SyncRecord::new("laptop");
/// let store = MemoryStore::new();
/// let target = Target::at("memory://lists");
/// let mut round = SyncRound::new(&document, &target, SyncOptions::default(), SystemClock.now());
/// let report = loop {
///     match round.next(&mut document, &mut record) {
///         Step::Perform(id, request) => {
///             let answer = match request {
///                 Request::Read { path, .. } => Answer::Read(store.read_file(&path)),
///                 Request::Write { path, bytes } => Answer::Written(Ok(store.write_file(&path, &bytes))),
///                 Request::List { folder } => Answer::Listed(Ok(store.list_folder(&folder))),
///                 Request::Delete { path } => Answer::Deleted(Ok(store.delete_file(&path))),
///                 // Here document and record would be brought to a disk.
///                 Request::Save => Answer::Saved(Ok(())),
///             };
///             round.answer(id, answer);
///         }
///         Step::Wait => unreachable!("every request is answered at once"),
///         Step::Done(report) => break report?,
///     }
/// };
/// assert!(report.sent.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SyncRound {
    pending: Pending,
    phase: Phase,
    facts: Facts,
    /// Whether document or record hold something that a save must come before publishing, or at the end.
    unsaved: bool,
    /// What the caller has not been told of yet.
    touched: Option<Touched>,
    report: Report,
    /// Of how many edits that were overruled the state knows.
    overruled: usize,
}

/// What the round has to do with; known from its beginning, or found out on the way.
#[derive(Debug)]
struct Facts {
    options: SyncOptions,
    target: Target,
    /// Microseconds since the Unix epoch.
    now: u64,
    /// What is known of the target. The round works on a copy, and hands it over at each save, so that a round that
    /// fails leaves nothing half known.
    known: TargetRecord,
    layout: Layout,
    /// The own client.
    client: ClientId,
    /// Its name in the store.
    name: Name,
    listing: HeadListing,
    /// Whether all heads are read, whatever the listing shows.
    due: bool,
    /// Whether the document's folder is to be marked first.
    is_new_folder: bool,
    /// What is wrong with `format.json`, until the own head proves that this is the folder all the same.
    format_fault: Option<Error>,
    /// Whether an own head is there that has to be written over: it is older than the last one, or `format.json` is
    /// to be written again before it.
    is_outdated: bool,
    /// Whether another client id was taken: the former one's head is another client's now, and has to be read.
    is_renewed: bool,
    /// Clients whose files were fetched in this round, or could not be.
    tried: NameSet,
    /// Files that were fetched and merged in this round.
    fetched: Vec<DataName>,
    /// Files that were of no use in this round.
    unusable: Vec<(DataName, Fault)>,
    /// Where there were conflicts before anything was merged, in the order of paths; None as long as nothing was.
    conflicts_before: Option<Vec<Path>>,
}

/// What was asked for, and what its answers are for. Each takes its answers, does what follows from them, and asks
/// for what the next phase takes.
#[derive(Debug)]
enum Phase {
    Begin,
    Listing(look::Listing),
    Folder(look::Folder),
    OwnHead(own_head::OwnHead),
    Beside(own_head::Beside),
    Heads(heads::Heads),
    OwnFiles(own_files::OwnFiles),
    Fetching(fetch::Fetching),
    SavingDraft(publish::SavingDraft),
    Writing(publish::Writing),
    ReadingIndex(publish::ReadingIndex),
    WritingIndex(publish::WritingIndex),
    Deleting(publish::Deleting),
    SavingRecord(finish::SavingRecord),
    /// Nothing is left to do.
    Over,
}

/// What a step changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touched {
    /// Only what may be lost without harm: when the target was last reached.
    Times,
    /// Something that has to be saved before it can be published.
    Content,
}

/// Document and record, for the time of one call.
struct Lent<'a> {
    document: &'a mut Document,
    record: &'a mut SyncRecord,
}

impl SyncRound {
    /// A round that begins with the first call of [`next`](SyncRound::next). The target is added to the record if it
    /// is not there. `now` is by the own clock.
    pub fn new(document: &Document, target: &Target, options: SyncOptions, now: Stamp) -> SyncRound {
        SyncRound {
            pending: Pending::new(options.concurrency),
            phase: Phase::Begin,
            facts: Facts::new(document, target, options, now),
            unsaved: false,
            touched: None,
            report: Report::default(),
            overruled: 0,
        }
    }

    /// The next step. If nothing changed on either side, a round costs one request and saves nothing.
    ///
    /// # Errors
    /// In [`Step::Done`]: `is_wrong_folder()`, with nothing written; errors of the store that stop the whole round; and
    /// those of a save. What one other client did wrong is no error, but reported. After an error the document may
    /// hold what was merged before it, which is right in any case.
    pub fn next(&mut self, document: &mut Document, record: &mut SyncRecord) -> Step<Report> {
        let mut lent = Lent { document, record };
        loop {
            // A phase sees its answers all together, in the order in which it asked: so in whatever order they
            // come, the round does the same.
            if let Some(step) = self.pending.step() {
                return step;
            }
            let phase = std::mem::replace(&mut self.phase, Phase::Over);
            match self.advance(phase, &mut lent) {
                Ok(Phase::Over) => return Step::Done(Ok(std::mem::take(&mut self.report))),
                Ok(phase) => self.phase = phase,
                Err(error) => return Step::Done(Err(error)),
            }
        }
    }

    /// Takes the answer to a request that was asked for. It is looked at in the next call of
    /// [`next`](SyncRound::next).
    pub fn answer(&mut self, id: RequestId, answer: Answer) {
        self.pending.answer(id, answer);
    }

    /// Whether the document or the record were changed since this was last asked, for those who keep account of what
    /// is to be saved.
    pub fn take_touched(&mut self) -> Option<Touched> {
        self.touched.take()
    }

    /// What was overruled by merges since this was last asked; `step` is the one before.
    pub(crate) fn take_overruled(&mut self, step: &Step<Report>) -> Vec<Overruled> {
        let report = if let Step::Done(Ok(report)) = step { report } else { &self.report };
        let all = report.received.iter().flat_map(|received| &received.patches).flat_map(Patches::overruled);
        let new: Vec<Overruled> = all.skip(self.overruled).cloned().collect();
        self.overruled += new.len();
        new
    }

    fn advance(&mut self, phase: Phase, lent: &mut Lent<'_>) -> Result<Phase> {
        match phase {
            Phase::Begin => self.begin(lent),
            Phase::Listing(phase) => self.listed(phase, lent),
            Phase::Folder(phase) => self.folder_read(phase, lent),
            Phase::OwnHead(phase) => self.own_head_read(phase, lent),
            Phase::Beside(phase) => self.beside_read(phase, lent),
            Phase::Heads(phase) => self.heads_read(phase, lent),
            Phase::OwnFiles(phase) => self.own_files_listed(phase, lent),
            Phase::Fetching(phase) => self.fetched(phase, lent),
            Phase::SavingDraft(phase) => self.draft_saved(phase, lent),
            Phase::Writing(phase) => self.written(phase, lent),
            Phase::ReadingIndex(phase) => self.index_read(phase, lent),
            Phase::WritingIndex(phase) => self.index_written(phase, lent),
            Phase::Deleting(phase) => self.deleted(phase, lent),
            Phase::SavingRecord(phase) => self.record_saved(phase),
            Phase::Over => Err(Error::driver("it was asked for more after its round was over")),
        }
    }

    /// Notes that something changed that must be saved before anything is published.
    fn touch(&mut self) {
        self.unsaved = true;
        self.touched = Some(Touched::Content);
    }

    /// Goes on under the client id that the document has by now, if that is another one. Whether it is.
    fn follow_renewal(&mut self, lent: &Lent<'_>) -> bool {
        let facts = &mut self.facts;
        let is_renewed = *lent.document.client_id() != facts.client;
        if is_renewed {
            facts.client = lent.document.client_id().clone();
            facts.name = facts.codec().client_name(&facts.client);
            facts.is_outdated = false;
            facts.is_renewed = true;
        }
        is_renewed
    }

    fn warn(&mut self, text: String) {
        self.report.warnings.push(Warning::new(text));
    }

    fn skip(&mut self, client: impl Into<String>, reason: impl Into<String>) {
        self.report.skipped.push(Skipped { client: client.into(), reason: reason.into() });
    }
}

impl Facts {
    fn new(document: &Document, target: &Target, options: SyncOptions, now: Stamp) -> Facts {
        let client = document.client_id().clone();
        Facts {
            target: target.clone(),
            now: now.as_micros(),
            known: TargetRecord::new(target),
            layout: Layout::of(&options.codec.document_name(document.id())),
            name: options.codec.client_name(&client),
            client,
            listing: HeadListing::default(),
            due: false,
            is_new_folder: false,
            format_fault: None,
            is_outdated: false,
            is_renewed: false,
            tried: NameSet::default(),
            fetched: Vec::new(),
            unusable: Vec::new(),
            conflicts_before: None,
            options,
        }
    }

    fn codec(&self) -> Arc<dyn Codec> {
        Arc::clone(&self.options.codec)
    }

    /// Whether nothing is to be written to the store.
    fn is_read_only(&self) -> bool {
        self.target.is_read_only()
    }
}
