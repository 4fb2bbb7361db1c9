//! Documents: state, and what is common to all that happens to it. The parts are in `document/`.

mod builder;
mod check;
mod history;
mod patches;
mod read;
mod share;
mod write;

pub use builder::Builder;
pub use history::UndoPolicy;
pub use read::conflicts::Conflict;
pub use read::view::{ValueType, View};
pub use share::forget::ForgetPolicy;
pub use share::renew::{Renewal, RenewalReason};
pub use share::replica::Replica;
pub use write::list_mut::ListMut;
pub use write::map_mut::MapMut;
pub use write::transact::Transaction;

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    address::patch::Patches,
    base::limits::Limits,
    data::{arena::Arena, index::Index},
    names::{
        clock::Clock,
        dot::{ClientIx, Clients, Dot, KnownVersions, VersionVector},
        error::{Error, Result},
        id::{ClientId, DocumentId, Random},
        stamp::Stamp,
        version::Version,
    },
};

/// One copy of a JSON document, which can be edited and merged with other copies at any time.
///
/// A copy writes under a client id of its own; no two copies may use the same, so documents cannot be
/// cloned: hand over [`Document::changes`] instead.
///
/// ```
/// use minisync::Document;
/// use serde_json::json;
///
/// let mut alice = Document::new(json!({ "foo": { "bar": ["baz"] } }))?;
/// let mut bob = Document::from_changes(&alice.changes())?;
///
/// bob.list("foo.bar")?.push("quu")?;
/// alice.set("foo.hello", "world")?;
///
/// alice.merge(&bob.changes())?;
/// bob.merge(&alice.changes_for(bob.client_id()))?;
/// assert_eq!(alice.to_value(), json!({ "foo": { "bar": ["baz", "quu"], "hello": "world" } }));
/// assert_eq!(alice.to_value(), bob.to_value());
/// # Ok::<(), minisync::Error>(())
/// ```
pub struct Document {
    id: DocumentId,
    clients: Clients,
    me: ClientIx,
    /// The latest stamp that was issued or absorbed here.
    last: Stamp,
    /// Dots of `me` before this are of earlier sessions.
    session: Stamp,
    /// Between the last stamp of the earlier sessions and the first of this one, `me` issued none.
    idle: (Stamp, Stamp),
    renewal: Option<share::renew::Passage>,
    seen: VersionVector,
    horizon: VersionVector,
    known: KnownVersions,
    arena: Arena,
    index: Index,
    clock: Box<dyn Clock>,
    random: Box<dyn Random>,
    limits: Limits,
    rollback: Option<write::rollback::Rollback>,
    /// What changed since it was last asked for, if somebody wants to know.
    patches: Option<Patches>,
    /// Remembers what can be undone, if that is wanted.
    keeper: Option<Box<dyn history::Keeper>>,
    /// Whether a change set was ever made: until then nobody else can know the own client id.
    shared: AtomicBool,
}

impl Document {
    /// The id that all copies of this document have.
    pub fn id(&self) -> &DocumentId {
        &self.id
    }

    /// The id under which this copy writes.
    pub fn client_id(&self) -> &ClientId {
        self.clients.id(self.me)
    }

    /// From now on, this copy writes under another id.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({}))?;
    /// document.set_client_id("alice")?;
    /// assert_eq!(document.client_id().as_str(), "alice");
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the id is none, or where somebody has written under it before.
    pub fn set_client_id(&mut self, id: impl AsRef<str>) -> Result<()> {
        self.refuse_in_transaction("set_client_id")?;
        let id = ClientId::new(id)?;
        if id == *self.client_id() {
            return Ok(());
        }
        if id.is_genesis() {
            return Err(Error::refused(format!(
                "client ids that begin with {:?} are for built-in defaults; choose another one",
                ClientId::GENESIS
            )));
        }
        if let Some(client) = self.clients.find(&id)
            && self.seen.get(client) > Stamp::ZERO
        {
            return Err(Error::refused(format!(
                "the client id {id:?} is taken: changes under it are in this document; choose another one"
            )));
        }
        let alone = self.known.is_empty() && self.clients.len() == 1;
        if alone && !self.shared.load(Ordering::Relaxed) {
            self.clients = Clients::default();
        }
        self.me = self.clients.intern(&id);
        self.begin_session();
        Ok(())
    }

    /// Nothing that `me` wrote so far is of this session.
    fn begin_session(&mut self) {
        self.end_runs();
        self.idle = (self.seen.get(self.me), Stamp::MAX);
    }

    /// Bunches from before now grow no further.
    fn end_runs(&mut self) {
        self.session = Stamp::saturating(self.last.as_micros() + 1);
    }

    /// What this copy has seen.
    pub fn version(&self) -> Version {
        self.clients.version(&self.seen)
    }

    /// Every deletion that this copy has forgotten lies within this version.
    pub fn horizon(&self) -> Version {
        self.clients.version(&self.horizon)
    }

    /// The other clients of which something is known, and what each is known to have.
    ///
    /// ```
    /// use minisync::Document;
    /// let alice = Document::new(serde_json::json!({}))?;
    /// let bob = Document::from_changes(&alice.changes())?;
    /// let (client, version) = bob.clients().next().unwrap();
    /// assert_eq!(client, alice.client_id());
    /// assert_eq!(version, alice.version());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn clients(&self) -> impl Iterator<Item = (&ClientId, Version)> {
        self.known.iter().map(|(client, seen)| (self.clients.id(client), seen.clone()))
    }

    /// Takes `count` stamps that follow each other; the first.
    fn issue(&mut self, count: u64) -> Result<Dot> {
        let now = self.clock.now();
        self.heed_clock(now);
        let next = Stamp::saturating(self.last.as_micros() + 1).max(now);
        let last = next.checked_add(count.saturating_sub(1)).filter(|_| self.last < Stamp::MAX).ok_or_else(|| {
            Error::limit("no stamps are left: a clock was set to the end of time; set the clock right and take a new client id")
        })?;
        self.last = last;
        self.idle.1 = self.idle.1.min(next);
        self.seen.raise(Dot { stamp: last, client: self.me });
        Ok(Dot { stamp: next, client: self.me })
    }

    /// Whether a bunch of this name may be extended: it was made in this session.
    fn is_mine(&self) -> impl Fn(Dot) -> bool + use<> {
        let (me, session) = (self.me, self.session);
        move |id| crate::data::position::is_of_session(id, me, session)
    }

    fn refuse_in_transaction(&self, what: &str) -> Result<()> {
        match self.rollback {
            Some(_) => Err(Error::refused(format!(
                "{what} is not possible inside a transaction; call it before or after"
            ))),
            None => Ok(()),
        }
    }
}

/// Ids and version; the content is in [`Document::to_json`].
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("id", &self.id)
            .field("client", self.client_id())
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}
