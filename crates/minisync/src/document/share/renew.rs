//! Renewal: a copy whose clock was wrong, or whose store says that another process publishes under the same id, takes a new
//! client id. What was written keeps its names. See section 9 of `docs/algorithm.md`.

use crate::{
    document::{Document, author::Handover},
    names::{
        error::Result,
        renewal::{Renewal, RenewalReason},
    },
};

impl Document {
    /// The last time, since this document was loaded, that it went over to a new client id, if it did: by itself where
    /// its own last write is more than a day ahead of the clock, or since it was asked to
    /// ([`Replica::take_new_client_id`](crate::Replica::take_new_client_id)).
    ///
    /// ```
    /// use minisync::{Document, RenewalReason};
    /// let mut alice = Document::new(serde_json::json!({ "a": 1 }))?;
    /// assert_eq!(alice.renewal(), None);
    /// alice.replica().take_new_client_id()?;
    /// assert_eq!(alice.renewal().unwrap().reason, RenewalReason::Head);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn renewal(&self) -> Option<Renewal> {
        let Handover { former, to, reason } = self.author.handover()?;
        let id = |client| self.writers.clients.id(client).clone();
        Some(Renewal { former: id(former), client: id(to), reason })
    }

    pub(super) fn take_new_client_id(&mut self) -> Result<()> {
        self.refuse_in_transaction("take_new_client_id")?;
        self.hand_over(RenewalReason::Head);
        // What is known of the new id is what this copy has; nobody keeps that of oneself.
        self.known.remove(self.author.me());
        Ok(())
    }
}
