//! What only a store needs of a document: who has what, and another client id. A face for `renew`, and for what is known
//! of others.

use crate::{
    document::Document,
    names::{error::Result, id::ClientId, version::Version},
};

/// A document as one copy among others; see [`Document::replica`].
///
/// Who merges change sets needs none of this. It is for what carries them, and knows more than they say: what
/// others have published, and under which ids.
#[derive(Debug)]
pub struct Replica<'a> {
    document: &'a mut Document,
}

impl Document {
    /// What only a store needs of a document.
    ///
    /// ```
    /// let mut alice = minisync::Document::new(serde_json::json!({}))?;
    /// let bob = minisync::ClientId::new("bob")?;
    /// let published = alice.version();
    /// alice.replica().acknowledge(&bob, &published);
    /// assert!(alice.changes_for(&bob).is_empty());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn replica(&mut self) -> Replica<'_> {
        Replica { document: self }
    }
}

impl Replica<'_> {
    /// From now on, this copy writes under a new random id. What was written keeps its names. For a store, whose files
    /// have one writer, where another process writes under the same id.
    ///
    /// ```
    /// let alice = minisync::Document::new(serde_json::json!({ "list": [1] }))?;
    /// let mut copy = minisync::Document::restore(&alice.changes())?;
    /// copy.replica().take_new_client_id()?;
    /// assert_ne!(copy.client_id(), alice.client_id());
    /// assert_eq!(copy.version(), alice.version());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Inside a transaction.
    pub fn take_new_client_id(&mut self) -> Result<()> {
        self.document.take_new_client_id()
    }

    /// Notes that `client` is known to have seen `version`, for instance from what it published. Nothing is noted where
    /// the version knows of sessions of which nothing was seen here so far: tell it again after the next merge.
    ///
    /// ```
    /// let mut alice = minisync::Document::new(serde_json::json!({}))?;
    /// let bob = minisync::ClientId::new("bob")?;
    /// let published = alice.version();
    /// alice.replica().acknowledge(&bob, &published);
    /// assert!(alice.changes_for(&bob).is_empty());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn acknowledge(&mut self, client: &ClientId, version: &Version) {
        let Document { writers, lines, known, author, .. } = &mut *self.document;
        let client = writers.clients.intern(client);
        if client != author.me() {
            // All or nothing: what is known of others holds with each write what its author had seen.
            let tips: Option<Vec<_>> =
                version.entries().iter().map(|entry| writers.tip(entry, lines)).collect();
            if let Some(tips) = tips {
                known.join(client, tips, &writers.sessions);
            }
        }
    }

    /// Forgets what a client is known to have: one that is gone for good, and has handed out nothing. Should it be
    /// heard of again, it is known again.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({}))?;
    /// let draft = Document::from_changes(&alice.changes())?;
    /// alice.merge(&draft.changes())?;
    /// alice.replica().dismiss(draft.client_id());
    /// assert_eq!(alice.clients().count(), 0);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn dismiss(&mut self, client: &ClientId) {
        if let Some(client) = self.document.writers.clients.find(client) {
            self.document.known.remove(client);
        }
    }
}
