//! How documents are made: new, joined or recreate, with which clock, randomness and limits.

use std::sync::atomic::AtomicBool;

use serde::Serialize;

use crate::{
    base::limits::Limits,
    document::{Document, author::Author, tree::Tree},
    format::{self, Changes},
    json,
    names::{
        clock::Clock,
        dot::{Dot, KnownVersions, VersionVector},
        error::{Error, Result},
        id::{ClientId, DocumentId, Random},
        lineage::Lines,
        stamp::Stamp,
        writers::Writers,
    },
};

/// Makes documents whose ids, clock, randomness or limits are not the usual ones.
///
/// ```
/// use minisync::{ClientId, Document, Stamp};
/// let document = Document::builder()
///     .client_id(ClientId::new("alice")?)
///     .clock(|| Stamp::saturating(1_795_377_823_000_123))
///     .create(serde_json::json!({ "a": 1 }))?;
/// assert_eq!(document.version().to_string(), r#"{"alice":1795377823000123}"#);
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Default)]
pub struct Builder {
    document_id: Option<DocumentId>,
    client_id: Option<ClientId>,
    clock: Option<Box<dyn Clock>>,
    random: Option<Box<dyn Random>>,
    limits: Limits,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("document_id", &self.document_id)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "system")]
fn system() -> Option<(Box<dyn Clock>, Box<dyn Random>)> {
    Some((Box::new(crate::names::clock::SystemClock), Box::new(crate::names::id::SystemRandom)))
}

#[cfg(not(feature = "system"))]
fn system() -> Option<(Box<dyn Clock>, Box<dyn Random>)> {
    None
}

impl Builder {
    /// The id of a new document; else a random one.
    #[must_use]
    pub fn document_id(self, id: DocumentId) -> Self {
        Builder { document_id: Some(id), ..self }
    }

    /// The id under which the document writes; else a random one, or, when recreate, the former.
    #[must_use]
    pub fn client_id(self, id: ClientId) -> Self {
        Builder { client_id: Some(id), ..self }
    }

    /// The clock; else that of the system.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Builder { clock: Some(Box::new(clock)), ..self }
    }

    /// Where random ids come from; else from the system.
    #[must_use]
    pub fn random(self, random: impl Random + 'static) -> Self {
        Builder { random: Some(Box::new(random)), ..self }
    }

    /// What the document refuses.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Builder { limits, ..self }
    }

    /// A new document; see [`Document::new`].
    ///
    /// # Errors
    /// Where the value is not an object, not JSON, too deep or too large.
    pub fn create(self, json: impl Serialize) -> Result<Document> {
        let text = json::to_text(&json, self.limits.depth)?;
        self.create_from(&text)
    }

    /// A new document from JSON text, whose numbers stay exactly as they are written.
    ///
    /// ```
    /// let document = minisync::Document::builder().create_json(r#"{ "big": 12345678901234567890123 }"#)?;
    /// assert_eq!(document.to_json(), r#"{"big":12345678901234567890123}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Like [`Builder::create`]; the error says in which line and column.
    pub fn create_json(self, json: &str) -> Result<Document> {
        let text = json::canonical_text(json, self.limits.depth)?;
        self.create_from(&text)
    }

    /// `text` is canonical.
    fn create_from(self, text: &str) -> Result<Document> {
        let mut document = self.empty_for(text)?;
        document.author.made_document();
        let entries = json::entries(text);
        if entries > 0 {
            let first = document.issue(entries)?;
            document.fill(text, first)?;
        }
        Ok(document)
    }

    /// How deep values may be.
    #[cfg(feature = "genesis")]
    pub(super) fn depth(&self) -> usize {
        self.limits.depth
    }

    /// A document without content, which this canonical text is to become.
    pub(super) fn empty_for(self, text: &str) -> Result<Document> {
        if !text.starts_with('{') {
            return Err(Error::invalid_value("", "a document is an object, {…}"));
        }
        if text.len() > self.limits.bytes {
            return Err(Error::limit(format!(
                "the document has {} bytes, more than the limit of {}",
                text.len(),
                self.limits.bytes
            )));
        }
        self.empty(None, None)
    }

    /// A document without content.
    fn empty(self, document_id: Option<&DocumentId>, client_id: Option<&ClientId>) -> Result<Document> {
        let (system_clock, system_random) = system().unzip();
        let (Some(clock), Some(mut random)) = (self.clock.or(system_clock), self.random.or(system_random))
        else {
            return Err(Error::refused(
                "there is no system clock here: give the builder a clock and a source of randomness",
            ));
        };
        let id = match document_id.cloned().or(self.document_id) {
            Some(id) => id,
            None => DocumentId::random(&mut *random),
        };
        let given = self.client_id.or(client_id.cloned());
        let is_maker = given.is_none();
        let client_id = given.unwrap_or_else(|| ClientId::random(&mut *random));
        let mut writers = Writers::default();
        // The first number is the own one, so a copy that is loaded again has the same.
        let own = writers.intern_root(&client_id);
        let me = writers.client(own);
        Ok(Document {
            id,
            lines: Lines::of(&writers, &VersionVector::default()),
            writers,
            author: Author::new(me, is_maker, clock, random),
            seen: VersionVector::default(),
            horizon: VersionVector::default(),
            known: KnownVersions::default(),
            tree: Tree::new(),
            limits: self.limits,
            rollback: None,
            patches: None,
            undo_recorder: None,
            shared: AtomicBool::new(false),
        })
    }

    /// Joins as a new client; see [`Document::from_changes`].
    ///
    /// # Errors
    /// Where the changes are not a full change set, or not one at all, or where the client id given is taken.
    pub fn join(self, changes: &Changes) -> Result<Document> {
        let mut document = self.empty(Some(changes.document_id()), None)?;
        if changes.version().has_client(document.client_id()) {
            let taken = document.client_id();
            return Err(Error::refused(format!(
                "the client id {taken:?} is taken: changes under it are in this document; choose another one, or restore"
            )));
        }
        document.load(changes)?;
        Ok(document)
    }

    /// Goes on as the client that wrote the changes; see [`Document::restore`].
    ///
    /// # Errors
    /// Where the changes are not a full change set, or not one at all.
    pub fn restore(self, changes: &Changes) -> Result<Document> {
        let mut document = self.empty(Some(changes.document_id()), Some(changes.sender()))?;
        document.load(changes)?;
        Ok(document)
    }

    /// Like [`Builder::restore`], where the document was saved in parts: full change sets, and deltas of what came
    /// after, in any order, made by any of the clients. It goes on as the client whose id was given, or else as the one
    /// that wrote the first full change set.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({ "a": 1 }))?;
    /// let (saved, version) = (alice.changes(), alice.version());
    /// alice.set("a", 2)?;
    /// let journal = alice.changes_since(&version);
    /// let recreate = Document::builder().restore_all(&[saved, journal])?;
    /// assert_eq!(recreate.version(), alice.version());
    /// assert_eq!(recreate.client_id(), alice.client_id());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where none is a full change set, and like [`Document::merge`]: what a delta builds on has to be among them.
    pub fn restore_all(self, saved: &[Changes]) -> Result<Document> {
        let Some(full) = saved.iter().find(|changes| changes.is_full()) else {
            return Err(Error::refused(
                "none of these is a full change set, which a document has to begin with; a file may be missing",
            ));
        };
        let mut document = self.empty(Some(full.document_id()), Some(full.sender()))?;
        document.load(full)?;
        let mut open: Vec<&Changes> = saved.iter().filter(|changes| !std::ptr::eq(*changes, full)).collect();
        while !open.is_empty() {
            let next = document.next_of(&mut open);
            // What builds on nothing that is here is refused, and says what is missing.
            document.merge_all(if next.is_empty() { std::mem::take(&mut open) } else { next })?;
        }
        document.go_on_from(saved.iter());
        Ok(document)
    }
}

impl Document {
    /// Takes out change sets of which each builds on what is here, or on those before it.
    fn next_of<'c>(&self, open: &mut Vec<&'c Changes>) -> Vec<&'c Changes> {
        let mut next: Vec<&Changes> = Vec::with_capacity(open.len());
        loop {
            let before = next.len();
            open.retain(|changes| {
                let is_next = changes.since().is_none_or(|since| {
                    next.iter().rev().any(|before| before.version().covers(since)) || self.contains(since)
                });
                if is_next {
                    next.push(*changes);
                }
                !is_next
            });
            if next.len() == before {
                return next;
            }
        }
    }

    /// Goes on as the own client, in the line in which it wrote last by what it says itself.
    fn go_on_from<'c>(&mut self, saved: impl Iterator<Item = &'c Changes>) {
        let me = self.author.me();
        let lines = saved.filter(|changes| changes.sender() == self.client_id()).filter_map(|changes| {
            self.lines.find(&self.writers.sessions, me, changes.envelope().sender_branch)
        });
        let before = lines.map(|line| self.lines.last(line)).max_by_key(|session| self.seen.get(*session));
        self.author.resume(me, before, Stamp::ZERO);
        self.author.resume(me, before, self.own_last());
    }
}

impl Document {
    /// A new document, from any value whose JSON is an object.
    ///
    /// ```
    /// use minisync::Document;
    /// use serde_json::json;
    /// let document = Document::new(json!({ "days": {} }))?;
    /// assert_eq!(document.to_json(), r#"{"days":{}}"#);
    /// assert!(Document::new(json!("no object")).is_err());
    /// assert!(Document::new(std::collections::BTreeMap::from([("x", f64::NAN)])).is_err());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the value is not an object, not JSON (NaN, say), too deep or too large.
    pub fn new(json: impl Serialize) -> Result<Document> {
        Document::builder().create(json)
    }

    /// For a document with ids, clock, randomness or limits of your choice.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A copy of someone's document, which writes under a new client id.
    ///
    /// ```
    /// use minisync::Document;
    /// let alice = Document::new(serde_json::json!({ "a": 1 }))?;
    /// let bob = Document::from_changes(&alice.changes())?;
    /// assert_eq!(bob.to_value(), alice.to_value());
    /// assert_ne!(bob.client_id(), alice.client_id());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the changes are not a full change set, or not one at all.
    pub fn from_changes(changes: &Changes) -> Result<Document> {
        Document::builder().join(changes)
    }

    /// A saved document, which goes on as the client that wrote the changes. If several copies do so, they merge like any
    /// others; but each of them is a branch of the client, which every version has an entry for from then on. Where copies
    /// go on side by side for long, as two windows do, [`Document::from_changes`] is the better way: each has an id of its own.
    ///
    /// ```
    /// use minisync::{Changes, Document};
    /// let mut alice = Document::new(serde_json::json!({ "a": 1 }))?;
    /// let saved = alice.changes().to_string();
    /// alice = Document::restore(&saved.parse::<Changes>()?)?;
    /// assert_eq!(alice.changes().to_string(), saved);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the changes are not a full change set, or not one at all.
    pub fn restore(changes: &Changes) -> Result<Document> {
        Document::builder().restore(changes)
    }

    /// Gives an empty document its content, canonical text, whose first entry is written at `first`.
    pub(super) fn fill(&mut self, text: &str, first: Dot) -> Result<()> {
        // The root is no entry: the first stamp is that of its first entry.
        let before = Dot { stamp: Stamp::saturating(first.stamp.as_micros() - 1), ..first };
        self.tree = Tree::of_text(text, before)?;
        Ok(())
    }

    /// Fills an empty document from a message.
    fn load(&mut self, changes: &Changes) -> Result<()> {
        if !changes.is_full() {
            return Err(Error::refused(
                "this is a delta, and a document can only be made from a full change set; ask its sender for one",
            ));
        }
        let message = format::read(changes, &mut self.writers, &self.lines, &self.limits)?;
        self.tree = Tree::of(message.arena);
        self.seen = message.version;
        self.horizon = message.horizon;
        for (line, floor) in message.floors {
            self.writers.sessions.raise_floor(line, floor);
        }
        self.lines = Lines::of(&self.writers, &self.seen);
        self.known = message.known;
        self.known.remove(self.author.me());
        self.author.absorb(&self.seen);
        if self.has_written(&self.client_id().clone()) || changes.sender() == self.client_id() {
            self.go_on_from(std::iter::once(changes));
        }
        Ok(())
    }
}
