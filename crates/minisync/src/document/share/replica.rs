//! What only a store needs of a document: who has what, and that no two copies write under one client id. A face
//! for `renew`, and for what is known of others.

use crate::{
    document::Document,
    format::Changes,
    names::{error::Result, id::ClientId, stamp::Stamp, version::Version},
};

/// A document as one copy among others; see [`Document::replica`].
///
/// Who merges change sets needs none of this. It is for what carries them, and knows more than they say: what
/// others have published, and that a copy is one of two.
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
    /// From now on, this copy writes under a new random id: for a copy of which others may exist that write under
    /// the same. Own writes that nobody else is known to have go over to the new id.
    ///
    /// ```
    /// let alice = minisync::Document::new(serde_json::json!({ "list": [1] }))?;
    /// let mut copy = minisync::Document::restore(&alice.changes())?;
    /// copy.replica().renew_client_id()?;
    /// assert_ne!(copy.client_id(), alice.client_id());
    /// assert_eq!(copy.to_value(), alice.to_value());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Inside a transaction.
    pub fn renew_client_id(&mut self) -> Result<()> {
        self.renew_client_id_after(&Version::default())
    }

    /// Like [`Replica::renew_client_id`], where others can get the own writes within `shared`, for instance since
    /// they were published: those keep their names.
    ///
    /// # Errors
    /// Inside a transaction.
    pub fn renew_client_id_after(&mut self, shared: &Version) -> Result<()> {
        self.document.renew(shared.get(self.document.client_id()), Stamp::MAX).map(drop)
    }

    /// Like [`Replica::renew_client_id_after`], where `others` are change sets that another copy made under this id:
    /// of the own writes within `shared`, those up to the last one that both have keep their names.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({ "list": ["both"] }))?;
    /// let mut copy = Document::restore(&alice.changes())?;
    /// let published = copy.version();
    /// alice.list("list")?.push("alice")?;
    /// copy.list("list")?.push("copy")?;
    /// copy.replica().renew_client_id_beside(&published, &[alice.changes()])?;
    /// copy.merge(&alice.changes())?;
    /// assert_eq!(copy.get("list").unwrap().len(), 3);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Inside a transaction; and where a change set is another document's, or does not keep to the format.
    pub fn renew_client_id_beside(&mut self, shared: &Version, others: &[Changes]) -> Result<()> {
        let most = shared.get(self.document.client_id());
        let own = self.document.own_runs(&self.document.changes())?;
        let mut both = Stamp::ZERO;
        for other in others {
            for (start, end) in self.document.own_runs(other)? {
                let common = own.iter().filter(|(first, last)| *first <= end && start <= *last);
                both = common.map(|(_, last)| Stamp::saturating(end.min(*last))).fold(both, Stamp::max);
            }
        }
        self.document.renew(both.min(most), Stamp::MAX).map(drop)
    }

    /// Looks for writes under the own client id that this copy never made, in what somebody has seen or published;
    /// where there are some, takes a new id like [`Replica::renew_client_id`]. Whether it did.
    ///
    /// Merging looks by itself. A store looks before it publishes: once others take in what two copies wrote
    /// under one id, a part of it is lost.
    ///
    /// ```
    /// let alice = minisync::Document::new(serde_json::json!({ "a": 1 }))?;
    /// let mut copy = minisync::Document::restore(&alice.changes())?;
    /// let mut alice = alice;
    /// alice.set("a", 2)?;
    /// let published = alice.version();
    /// assert!(copy.replica().notice_own(&published)?);
    /// assert!(!alice.replica().notice_own(&published)?);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Inside a transaction, if there are some.
    pub fn notice_own(&mut self, version: &Version) -> Result<bool> {
        let is_foreign = self.document.is_foreign(version);
        if is_foreign {
            self.document.renew_for(version, Stamp::ZERO)?;
        }
        Ok(is_foreign)
    }

    /// Notes that `client` is known to have seen `version`, for instance from what it published. Like merging,
    /// it may renew the client id; see [`Document::renewal`]. Inside a transaction, a version that calls for
    /// that is not noted.
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
        if self.notice_own(version).is_err() {
            return;
        }
        let client = self.document.clients.intern(client);
        if client != self.document.author.me() {
            self.document.known.join(client, version);
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
        if let Some(client) = self.document.clients.find(client) {
            self.document.known.remove(client);
        }
    }
}
