//! One document with its books, in memory, and where they are kept. Knows no store.

use std::{collections::BTreeMap, io::Write, sync::Arc, time::Duration};

use futures_util::future::LocalBoxFuture;
use minisync::{ClientId, Clock, Document, Stamp, Version};

use crate::{
    disk::{self, Disk, SystemDisk},
    error::{Error, Result},
    hash::Hash,
    local::{
        books::{Books, TargetBooks},
        lock::Lock,
        mark::mark,
        place::StatePlace,
        save::{self, FileKeep, Saved},
    },
    target::Target,
    warning::Warning,
};

/// A clock that the document and its state share.
pub type SharedClock = Arc<dyn Clock + Sync>;

/// Keeps the document and its books: in a file, in a browser's database, or nowhere.
pub trait Keep {
    /// Saves both, so that they survive a crash once this returns.
    ///
    /// # Errors
    /// Where they could not be saved; what was saved before is still there.
    fn save<'a>(&'a mut self, document: &'a Document, books: &'a Books) -> LocalBoxFuture<'a, Result<()>>;
}

/// What [`State::open`] found. Both hold the lock.
#[expect(clippy::large_enum_variant, reason = "one is made per run")]
pub enum Opened {
    /// There is a state.
    Tracked(State),
    /// There is none yet.
    Untracked(Vacancy),
}

impl Opened {
    /// The state, if there is one; otherwise the lock is given back.
    pub fn tracked(self) -> Option<State> {
        match self {
            Opened::Tracked(state) => Some(state),
            Opened::Untracked(_) => None,
        }
    }
}

/// A place without a state, which is locked, so that one can be made.
pub struct Vacancy {
    keep: FileKeep,
    clock: SharedClock,
}

impl Vacancy {
    /// Begins to track this document. It is saved when this returns.
    ///
    /// # Errors
    /// Where it cannot be saved.
    pub fn create(self, document: Document, label: &str) -> Result<State> {
        let mut books = Books::new(label);
        books.mark = mark(self.keep.place.folder());
        self.keep.save_now(&document, &books)?;
        let keep = Box::new(self.keep);
        Ok(State { document, books, keep, clock: self.clock, changed: false, noted: false })
    }
}

/// A document that is kept on this device, with what is known of its targets.
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
    books: Books,
    keep: Box<dyn Keep>,
    clock: SharedClock,
    /// Whether something must be saved before anything is published.
    changed: bool,
    /// Whether something may be saved that is no loss if it is not, such as when a target was reached.
    noted: bool,
}

/// What is known of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetStatus {
    /// Its URL.
    pub url: String,
    /// Whether it is only read.
    pub read_only: bool,
    /// When it last answered, by the own clock.
    pub last_reached: Option<Stamp>,
    /// How many changes, own and others', are not there yet as far as we know. Zero where it is only read.
    pub unsent: usize,
}

/// What is known of another copy of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientStatus {
    /// Its id.
    pub client: ClientId,
    /// What people call it, if it was met in a target.
    pub label: Option<String>,
    /// What it is known to have.
    pub version: Version,
    /// When its last head was found, by the own clock.
    pub last_seen: Option<Stamp>,
}

impl State {
    /// Locks the place and reads its state. Makes the folder, with a `.gitignore`, where it is not there.
    ///
    /// A state that is damaged is set aside and the one saved before it serves; if that is damaged too, the
    /// place is vacant. Warnings say so.
    ///
    /// A state that was copied here, from another machine or path, goes on under a new client id:
    /// [`Document::renewal`] says so.
    ///
    /// # Errors
    /// `is_locked()` where another process has it for longer than `wait`; `is_unsupported()` where a newer
    /// version wrote it; and those of the file system.
    pub fn open(place: &StatePlace, clock: SharedClock, wait: Duration) -> Result<(Opened, Vec<Warning>)> {
        State::open_on(Arc::new(SystemDisk), place, clock, wait)
    }

    /// The same on another disk; the lock is the file system's in any case.
    ///
    /// # Errors
    /// As [`State::open`].
    pub fn open_on(
        disk: Arc<dyn Disk>,
        place: &StatePlace,
        clock: SharedClock,
        wait: Duration,
    ) -> Result<(Opened, Vec<Warning>)> {
        make_folder(place, &*disk)?;
        let (lock, warning) = Lock::take(&place.lock(), place.name(), wait)?;
        let mut warnings = Vec::from_iter(warning);
        disk::sweep(&*disk, place.folder());
        let saved = save::load(place, &*disk, clock.now().as_micros(), &mut warnings)?;
        let keep = FileKeep { place: place.clone(), disk, _lock: lock };
        let opened = match saved {
            None => Opened::Untracked(Vacancy { keep, clock }),
            Some(saved) => {
                Opened::Tracked(State::restore(saved, Box::new(keep), clock)?.at(mark(place.folder()))?)
            }
        };
        Ok((opened, warnings))
    }

    /// The state as it was last saved, to look at: without the lock, so that it works while another process
    /// has the state open. It cannot be saved.
    ///
    /// # Errors
    /// As [`State::open`]; and where all that is there is damaged.
    pub fn peek(place: &StatePlace, clock: SharedClock) -> Result<Option<State>> {
        let keep = || Box::new(NoKeep { name: place.name().to_owned() });
        let saved = save::peek(place, &SystemDisk)?;
        saved.map(|saved| State::restore(saved, keep(), clock)).transpose()
    }

    fn restore(saved: Saved, keep: Box<dyn Keep>, clock: SharedClock) -> Result<State> {
        let own = clock.clone();
        let document = Document::builder().clock(move || own.now()).restore(&saved.changes)?;
        Ok(State::new(document, saved.books, keep, clock))
    }

    /// The state as it is in the place with this mark. Where it was in another one before, it was copied, and the
    /// one there may go on too.
    fn at(mut self, mark: Option<Hash>) -> Result<State> {
        if mark.is_some() && self.books.mark != mark {
            if self.books.mark.is_some() {
                let shared = self.books.shared(self.document.client_id());
                self.document.replica().renew_client_id_after(&shared)?;
                self.changed = true;
            }
            self.books.mark = mark;
            self.noted = true;
        }
        Ok(self)
    }

    /// What a version says that was taken while this copy wrote as `author`, by the names that writes have now:
    /// it may have gone over to another client id since.
    pub fn renamed(&self, version: &Version, author: &ClientId) -> Version {
        self.books.renamed(version, author, self.document.renewal())
    }

    /// A state that is kept elsewhere, and is as it was saved there.
    pub fn new(document: Document, books: Books, keep: Box<dyn Keep>, clock: SharedClock) -> State {
        State { document, books, keep, clock, changed: false, noted: false }
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The document, to change it. The state counts as changed from here on.
    pub fn document_mut(&mut self) -> &mut Document {
        self.changed = true;
        &mut self.document
    }

    /// What people call this copy.
    pub fn label(&self) -> &str {
        &self.books.label
    }

    /// Gives this copy another name for people.
    pub fn set_label(&mut self, label: &str) {
        self.changed |= self.books.label != label;
        label.clone_into(&mut self.books.label);
    }

    /// The targets, in the order in which they were added.
    pub fn targets(&self) -> Vec<Target> {
        self.books.targets.iter().map(|books| books.target.clone()).collect()
    }

    /// What is known of a target; None where it is not among ours. Costs in proportion to what is unsent.
    pub fn target_status(&self, target: &Target) -> Option<TargetStatus> {
        let books = self.books.target(target.url())?;
        let there = books.covered(self.document.client_id());
        let unsent = if books.target.is_read_only() || there.covers(&self.document.version()) {
            0
        } else {
            self.document.changes_since(&there).count()
        };
        Some(TargetStatus {
            url: books.target.url().to_owned(),
            read_only: books.target.is_read_only(),
            last_reached: books.last_reached.map(Stamp::saturating),
            unsent,
        })
    }

    /// Remembers a target; false where it was there. One that was only read, and is now to be written to,
    /// changes into that.
    pub fn add_target(&mut self, target: &Target) -> bool {
        let known = self.books.targets.iter_mut().find(|books| books.target.url() == target.url());
        let known = match known {
            Some(books) if books.target.is_read_only() && !target.is_read_only() => {
                books.target = target.clone();
                books.listing = None;
                self.changed = true;
                true
            }
            known => known.is_some(),
        };
        if !known {
            self.books.targets.push(TargetBooks::new(target));
            self.changed = true;
        }
        !known
    }

    /// Forgets a target, and what is known of it; false where it was not there. Nothing is deleted in it.
    pub fn remove_target(&mut self, url: &str) -> bool {
        let before = self.books.targets.len();
        self.books.targets.retain(|books| books.target.url() != url);
        let removed = self.books.targets.len() < before;
        self.changed |= removed;
        removed
    }

    /// The other copies, by client id: those met in targets, and those that the document knows of.
    pub fn clients(&self) -> Vec<ClientStatus> {
        let mut clients: BTreeMap<ClientId, ClientStatus> = BTreeMap::new();
        let entry = |client: &ClientId, version| ClientStatus {
            client: client.clone(),
            label: None,
            version,
            last_seen: None,
        };
        for (client, version) in self.document.clients() {
            clients.insert(client.clone(), entry(client, version));
        }
        for seen in self.books.targets.iter().flat_map(|books| books.seen.values()) {
            let client = &seen.head.client;
            let status = clients.entry(client.clone()).or_insert_with(|| entry(client, Version::default()));
            status.version.join(&seen.head.version);
            let at = Stamp::saturating(seen.at);
            if status.last_seen.is_none_or(|before| before <= at) {
                status.last_seen = Some(at);
                status.label = Some(seen.head.label.clone());
            }
        }
        clients.remove(self.document.client_id());
        clients.into_values().collect()
    }

    /// A small fact that the caller keeps with the document.
    pub fn note(&self, key: &str) -> Option<&str> {
        self.books.notes.get(key).map(String::as_str)
    }

    /// Keeps a small fact with the document, saved with it; None removes it.
    pub fn set_note(&mut self, key: &str, value: Option<String>) {
        let before = match value.clone() {
            Some(value) => self.books.notes.insert(key.to_owned(), value),
            None => self.books.notes.remove(key),
        };
        self.changed |= before != value;
    }

    /// Whether there is something to save; when a target was last reached does not count.
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// Saves the document and its books; does nothing where nothing changed. They survive a crash once this
    /// returns.
    ///
    /// # Errors
    /// Where they could not be saved; what was saved before is still there.
    pub async fn save(&mut self) -> Result<()> {
        let renewal = self.document.renewal();
        self.changed |= renewal.is_some_and(|renewal| self.books.left(&renewal));
        if self.changed || self.noted {
            self.keep.save(&self.document, &self.books).await?;
            self.changed = false;
            self.noted = false;
        }
        Ok(())
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now().as_micros()
    }

    pub(crate) fn books(&self) -> &Books {
        &self.books
    }

    /// Takes over the books of a target. Those that only say when it was reached can wait to be saved.
    pub(crate) fn set_target_books(&mut self, books: TargetBooks) {
        let times =
            |books: &TargetBooks| TargetBooks { last_reached: None, read_at: 0, quiet: 0, ..books.clone() };
        let before = self.books.target(books.target.url());
        self.changed |= before.map(times) != Some(times(&books));
        self.noted = true;
        self.books.set_target(books);
    }

    /// Remembers an own head that is about to be written.
    pub(crate) fn attempt(&mut self, sequence: u64, hash: Hash) {
        self.changed = true;
        self.books.attempt(self.document.client_id(), sequence, hash);
    }
}

/// Keeps nothing: for a state that is only looked at.
struct NoKeep {
    name: String,
}

impl Keep for NoKeep {
    fn save<'a>(&'a mut self, _: &'a Document, _: &'a Books) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(async move { Err(Error::not_open(&self.name)) })
    }
}

fn make_folder(place: &StatePlace, disk: &dyn Disk) -> Result<()> {
    let folder = place.folder();
    let failed = |error| Error::disk("make the folder", folder, error);
    if !folder.is_dir() {
        disk.create_folder(folder).map_err(failed)?;
    }
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        disk::replace(disk, &ignore, &mut |to: &mut dyn Write| to.write_all(b"*\n")).map_err(failed)?;
    }
    Ok(())
}
