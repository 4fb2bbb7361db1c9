//! Renewal: a copy that shares its client id with another one, or whose clock was wrong, takes a new id. See
//! section 7 of `docs/algorithm.md`. Costs in proportion to the document, but for the clock.
//!
//! ```text
//!   alice     1 ─ 2 ─ 3 ─ 4        3 and 4 are known to bob
//!                  └─ backup ──> a copy, also alice:  1 ─ 2 ─ 5 ─ 6
//!
//!   bob's change set shows alice 4, which the copy never wrote: from now on it writes as carol. What nobody is known
//!   to have goes over to her:     alice 1 ─ 2,   carol 5 ─ 6   and then alice 3 ─ 4 can be merged like any other's
//! ```

use crate::{
    address::{
        patch::{Change, Patches},
        path::Path,
    },
    base::limits::Limits,
    document::{Document, author::Handover, tree::Tree},
    format::{self, Changes, Envelope, Writer},
    names::{
        dot::{ClientIx, Dot},
        error::{Error, Result},
        renewal::{Renewal, RenewalReason},
        stamp::Stamp,
        version::Version,
    },
};

impl Document {
    /// The last time, since this document was loaded, that it went over to a new client id, if it did. It does so
    /// by itself where it finds that another copy writes under the same id ([`Document::merge`],
    /// [`Replica::notice_own`](crate::Replica::notice_own)), and where its own last write is more than a day ahead of the clock.
    ///
    /// ```
    /// use minisync::{Document, RenewalReason};
    /// let mut alice = Document::new(serde_json::json!({ "list": [1] }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// alice.merge(&bob.changes())?; // so she knows what he has
    /// let backup = alice.changes();
    /// alice.list("list")?.extend([2, 3])?;
    /// bob.merge(&alice.changes())?;
    ///
    /// let mut alice = Document::restore(&backup)?; // an accident: bob has seen more of alice than this
    /// alice.list("list")?.push(4)?;
    /// alice.merge(&bob.changes())?;
    /// assert_eq!(alice.renewal().unwrap().reason, RenewalReason::Copied);
    /// assert_eq!(alice.get("list").unwrap().len(), 4);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn renewal(&self) -> Option<Renewal> {
        let Handover { last, to, reason } = self.author.handover()?;
        let id = |client| self.clients.id(client).clone();
        Some(Renewal { former: id(last.client), kept: last.stamp, client: id(to), reason })
    }

    /// From which stamp to which the own writes in a change set go.
    pub(super) fn own_runs(&self, changes: &Changes) -> Result<Vec<(u64, u64)>> {
        if *changes.document_id() != self.id {
            return Err(Error::wrong_document(self.id.as_str(), changes.document_id().as_str()));
        }
        let message = format::read(changes, &mut self.clients.clone(), &self.limits)?;
        let own = message.runs.into_iter().filter(|(client, _, _)| *client == self.author.me());
        Ok(own.map(|(_, first, last)| (first, last)).collect())
    }

    /// Takes a new id, since a version shows own writes that were never made here; what readers see differently.
    /// Others have what was written up to `shared`.
    pub(super) fn renew_for(&mut self, version: &Version, shared: Stamp) -> Result<Patches> {
        self.renew(shared, self.author.common_with(version.get(self.client_id())))
    }

    /// Whether a version shows an own stamp that was never issued here.
    pub(super) fn is_foreign(&self, version: &Version) -> bool {
        self.author.is_foreign(version.get(self.client_id()), self.own_last())
    }

    /// Own writes go over to a new id, but for those that others are known to have, or that are `shared`; those
    /// after `most` do in any case.
    pub(super) fn renew(&mut self, shared: Stamp, most: Stamp) -> Result<Patches> {
        self.refuse_in_transaction("renew_client_id")?;
        let known = self.known.iter().map(|(_, version)| version.get(self.client_id()));
        // What somebody has under the old name must keep it: under another one it would come back to us as a second
        // copy of itself. But no more than that: what the other copy wrote under the same stamps is not this.
        let stays = known.fold(shared, Stamp::max).min(most);
        let (to, mut patches) = (self.new_client(), Patches::default());
        if stays < self.own_last() {
            let before = self.to_json();
            self.rename(Dot { stamp: stays, client: self.author.me() }, to)?;
            let after = self.to_json();
            if after != before {
                // Of writes at the very same time, the client id decides.
                patches.push(Path::root(), Change::Replace(after));
            }
        }
        self.hand_over(to, stays, RenewalReason::Copied);
        if let Some(kept) = &mut self.patches {
            kept.extend(&patches);
        }
        Ok(patches)
    }

    /// Gives the writes of a client that come after `last` to another one, by writing the document and reading it
    /// again: stamps decide the order of keys and elements, and of two that are equal the client.
    fn rename(&mut self, last: Dot, to: ClientIx) -> Result<()> {
        let limits = Limits { depth: usize::MAX, bytes: usize::MAX };
        let name = |dot: Dot| {
            let goes = dot.client == last.client && dot.stamp > last.stamp;
            if goes { Dot { client: to, ..dot } } else { dot }
        };
        // Text counts its entries from one dot on, so none may reach across the cut between the two names.
        let mut message = format::read_split(&self.changes(), &mut self.clients, &limits, last)?;
        // Nothing in the arena lies where it belongs now, as keys and elements go by their dots, and the index is
        // gone. Written and read again, it is as if it had come from somebody who always wrote under both names.
        message.arena.rename(&name);
        let (mut seen, mut horizon) = (self.seen.clone(), self.horizon.clone());
        seen.reassign(last, to);
        horizon.reassign(last, to);
        let version = self.clients.version(&seen);
        let content = Writer::new(&message.arena, &self.clients, &version, 256).full();
        let envelope = Envelope {
            document_id: self.id.clone(),
            sender: self.client_id().clone(),
            horizon: self.clients.version(&horizon),
            version,
            since: None,
            states: Vec::new(),
        };
        let message = format::read(&Changes::new(envelope, content), &mut self.clients, &limits)?;
        self.tree = Tree::of(message.arena);
        (self.seen, self.horizon) = (seen, horizon);
        // Edits are remembered by their dots.
        if let Some(undo_recorder) = &mut self.undo_recorder {
            undo_recorder.clear();
        }
        Ok(())
    }
}
