//! Documents: the state, and what every room needs. Each room beside this file adds its part of the face:
//!
//! ```text
//!   share   change sets out and in        builder  new, joined, restored
//!   undo    takes back own edits          write    edits and transactions
//!   patches, history                      what follows edits
//!   read    views, paths, unions          tree, author   content, and who writes here
//! ```

mod author;
mod builder;
mod check;
mod history;
mod patches;
mod read;
mod share;
mod tree;
mod undo;
mod write;

pub use builder::Builder;
pub use history::UndoPolicy;
pub use read::conflicts::Conflict;
pub use read::view::{ValueType, View};
pub use share::forget::ForgetPolicy;
pub use share::replica::Replica;
pub use write::list_mut::ListMut;
pub use write::map_mut::MapMut;
pub use write::transact::Transaction;

use std::{fmt, sync::atomic::AtomicBool};

use crate::{
    address::patch::Patches,
    base::limits::Limits,
    names::{
        dot::{KnownVersions, VersionVector},
        error::{Error, Result},
        id::{ClientId, DocumentId},
        lineage::Lines,
        version::Version,
        writers::Writers,
    },
};

/// One copy of a JSON document, which can be edited and merged with other copies at any time.
///
/// Documents cannot be cloned: hand over [`Document::changes`] instead. A copy writes under a client id of its own. Copies
/// of one saved state that both go on, as a backup does, merge like all others; only each of them costs an entry in every
/// version from then on.
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
    /// Clients and sessions, by the numbers that stand for them in everything below.
    writers: Writers,
    /// Those of `seen`: made anew when sessions come, or one goes on from which another one goes on.
    lines: Lines,
    author: author::Author,
    /// The writes that were made or merged here: the own ones, and all that others had when they were merged.
    seen: VersionVector,
    /// Deletions within it may have been forgotten. Always within `seen`.
    horizon: VersionVector,
    /// What other clients are known to have seen.
    known: KnownVersions,
    tree: tree::Tree,
    limits: Limits,
    /// What the transaction under way has done, if there is one.
    rollback: Option<write::rollback::RollbackLog>,
    /// What changed since it was last asked for, if somebody wants to know.
    patches: Option<Patches>,
    /// Remembers what can be undone, if that is wanted.
    undo_recorder: Option<Box<dyn history::UndoRecorder>>,
    /// Whether a change set was ever made: until then nobody else can know the own client id.
    shared: AtomicBool,
}

impl Document {
    /// The id that all copies of this document have.
    pub fn id(&self) -> &DocumentId {
        &self.id
    }

    /// What this copy has seen.
    pub fn version(&self) -> Version {
        self.writers.version(&self.lines, &self.lines.stamps(&self.seen))
    }

    /// Every deletion that this copy has forgotten lies within this version.
    pub fn horizon(&self) -> Version {
        self.writers.version(&self.lines, &self.lines.stamps(&self.horizon))
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
        let version = |tips: &[_]| self.writers.version_alone(&self.lines, tips);
        self.known.iter().map(move |(client, seen)| (self.writers.clients.id(client), version(seen)))
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
