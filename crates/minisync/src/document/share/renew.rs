//! Renewal: a copy that shares its client id with another one, or whose clock was wrong, takes a new id. See
//! section 7 of `docs/algorithm.md`. Costs in proportion to the document, but for the clock.

use crate::{
    address::{
        patch::{Change, Patches},
        path::Path,
    },
    base::limits::Limits,
    data::index::Index,
    document::Document,
    format::{self, Changes, Envelope, Writer},
    names::{
        dot::{ClientIx, Dot},
        error::{Error, Result},
        id::ClientId,
        stamp::Stamp,
        version::Version,
    },
};

/// From which id to which a copy went over, where the former's writes end, and why.
pub(in crate::document) type Passage = (Dot, ClientIx, RenewalReason);

/// A copy went over to a new client id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// The id under which it wrote before.
    pub former: ClientId,
    /// What it wrote up to this stamp is the former id's still; what came after is the new one's.
    pub kept: Stamp,
    /// The new id.
    pub client: ClientId,
    /// Why.
    pub reason: RenewalReason,
}

impl Renewal {
    /// What a version of before says, by the names that writes have now.
    ///
    /// ```
    /// let alice = minisync::Document::new(serde_json::json!({ "a": 1 }))?;
    /// let mut copy = minisync::Document::restore(&alice.changes())?;
    /// copy.replica().renew_client_id()?;
    /// let renewal = copy.renewal().unwrap();
    /// assert_eq!(renewal.renamed(&alice.version()), copy.version());
    /// assert_eq!(renewal.renamed(&copy.version()), copy.version());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn renamed(&self, version: &Version) -> Version {
        let last = version.get(&self.former);
        if version.get(&self.client) > Stamp::ZERO || last <= self.kept {
            return version.clone();
        }
        version.clone().with(vec![(self.former.clone(), self.kept), (self.client.clone(), last)])
    }
}

/// Why a copy went over to a new client id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenewalReason {
    /// It was restored from an older state, or copied: another copy writes, or wrote, under the same id. Own
    /// writes that nobody else is known to have went over to the new id, so an item may appear twice.
    Copied,
    /// The last own write was more than a day ahead of the clock. What was written stays as it is.
    Clock,
}

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
        let (last, client, reason) = self.renewal?;
        let id = |client| self.clients.id(client).clone();
        Some(Renewal { former: id(last.client), kept: last.stamp, client: id(client), reason })
    }

    /// From which stamp to which the own writes in a change set go.
    pub(super) fn own_runs(&self, changes: &Changes) -> Result<Vec<(u64, u64)>> {
        if *changes.document_id() != self.id {
            return Err(Error::wrong_document(self.id.as_str(), changes.document_id().as_str()));
        }
        let message = format::read(changes, &mut self.clients.clone(), &self.limits)?;
        let own = message.runs.into_iter().filter(|(client, _, _)| *client == self.me);
        Ok(own.map(|(_, first, last)| (first, last)).collect())
    }

    /// Takes a new id, since a version shows own writes that were never made here; what readers see differently.
    /// Others have what was written up to `shared`.
    pub(super) fn renew_for(&mut self, version: &Version, shared: Stamp) -> Result<Patches> {
        // What comes after a stamp of the other copy was never shared with it.
        let is_idle = version.get(self.client_id()) < self.idle.1;
        self.renew(shared, if is_idle { self.idle.0 } else { Stamp::MAX })
    }

    /// Whether a version shows an own stamp that was never issued here.
    pub(super) fn is_foreign(&self, version: &Version) -> bool {
        let shown = version.get(self.client_id());
        shown > self.seen.get(self.me) || (shown > self.idle.0 && shown < self.idle.1)
    }

    /// Own writes go over to a new id, but for those that others are known to have, or that are `shared`; those
    /// after `most` do in any case.
    pub(super) fn renew(&mut self, shared: Stamp, most: Stamp) -> Result<Patches> {
        self.refuse_in_transaction("renew_client_id")?;
        let known = self.known.iter().map(|(_, version)| version.get(self.client_id()));
        let stays = known.fold(shared, Stamp::max).min(most);
        let (to, mut patches) = (self.new_id(), Patches::default());
        if stays < self.seen.get(self.me) {
            let before = self.to_json();
            self.rename(Dot { stamp: stays, client: self.me }, to)?;
            let after = self.to_json();
            if after != before {
                // Of writes at the very same time, the client id decides.
                patches.push(Path::root(), Change::Replace(after));
            }
        }
        self.take_id(to, stays, RenewalReason::Copied);
        if let Some(kept) = &mut self.patches {
            kept.extend(&patches);
        }
        Ok(patches)
    }

    /// Where the own last stamp is more than a day ahead of the clock, goes on from the clock, under a new id.
    /// Inside a transaction, which looked when it began, nothing is done.
    pub(in crate::document) fn heed_clock(&mut self, now: Stamp) {
        let limit = Stamp::saturating(now.as_micros() + Stamp::DAY);
        if self.last > limit && self.rollback.is_none() {
            self.leave_clock(limit);
        }
    }

    #[cold]
    fn leave_clock(&mut self, limit: Stamp) {
        if self.seen.get(self.me) > limit {
            let to = self.new_id();
            self.take_id(to, Stamp::MAX, RenewalReason::Clock);
        }
        self.last = self.seen.get(self.me);
        self.absorb(&self.seen.clone());
        self.begin_session();
    }

    fn new_id(&mut self) -> ClientIx {
        self.clients.intern(&ClientId::random(&mut *self.random))
    }

    fn take_id(&mut self, to: ClientIx, kept: Stamp, reason: RenewalReason) {
        self.renewal = Some((Dot { stamp: kept, client: self.me }, to, reason));
        self.me = to;
        self.begin_session();
    }

    /// Gives the writes of a client that come after `last` to another one, by writing the document and reading it
    /// again: stamps decide the order of keys and elements, and of two that are equal the client.
    fn rename(&mut self, last: Dot, to: ClientIx) -> Result<()> {
        let limits = Limits { depth: usize::MAX, bytes: usize::MAX };
        let name = |dot: Dot| {
            let goes = dot.client == last.client && dot.stamp > last.stamp;
            if goes { Dot { client: to, ..dot } } else { dot }
        };
        let mut message = format::read_split(&self.changes(), &mut self.clients, &limits, last)?;
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
        self.arena = message.arena;
        self.index = Index::of(&self.arena);
        (self.seen, self.horizon) = (seen, horizon);
        if let Some(keeper) = &mut self.keeper {
            keeper.clear();
        }
        Ok(())
    }
}
