//! Who writes here, and when: the own client id, the clock, the randomness, and the stamps, which are issued nowhere
//! else. Knows no content.
//!
//! ```text
//!  stamps of this id:   ── earlier sessions ──┤ idle ├── this session ──> next stamp: after `last`, or the clock's
//!                                         idle.0      idle.1
//! ```
//!
//! What somebody shows of the own id and lies outside of both runs was written by another copy under the same id.

use std::sync::atomic::Ordering;

use crate::{
    data::position::is_of_session,
    document::Document,
    names::{
        clock::Clock,
        dot::{ClientIx, Clients, Dot, VersionVector},
        error::{Error, Result},
        id::{ClientId, Random},
        renewal::RenewalReason,
        stamp::Stamp,
    },
};

/// The writer of a document.
pub(super) struct Author {
    state: AuthorState,
    clock: Box<dyn Clock>,
    random: Box<dyn Random>,
}

/// What a transaction that fails puts back.
#[derive(Debug, Clone, Copy)]
pub(super) struct AuthorState {
    me: ClientIx,
    /// The latest stamp that was issued or absorbed here.
    last: Stamp,
    /// Dots of `me` before this are of earlier sessions.
    session: Stamp,
    /// Between the last stamp of the earlier sessions and the first of this one, `me` issued none.
    idle: (Stamp, Stamp),
    handover: Option<Handover>,
}

/// A renewal: where the former id's writes end, which id goes on, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handover {
    pub(super) last: Dot,
    pub(super) to: ClientIx,
    pub(super) reason: RenewalReason,
}

impl Author {
    pub(super) fn new(me: ClientIx, clock: Box<dyn Clock>, random: Box<dyn Random>) -> Author {
        let (last, session, idle) = (Stamp::ZERO, Stamp::saturating(1), (Stamp::ZERO, Stamp::MAX));
        Author { state: AuthorState { me, last, session, idle, handover: None }, clock, random }
    }

    pub(super) fn me(&self) -> ClientIx {
        self.state.me
    }

    /// The time.
    pub(super) fn now(&self) -> Stamp {
        self.clock.now()
    }

    /// The latest stamp that was issued or absorbed here.
    pub(super) fn last(&self) -> Stamp {
        self.state.last
    }

    /// The last renewal since the document was loaded.
    pub(super) fn handover(&self) -> Option<Handover> {
        self.state.handover
    }

    /// Whether a bunch of this name may be extended: it was made in this session.
    pub(super) fn is_mine(&self) -> impl Fn(Dot) -> bool + use<> {
        let AuthorState { me, session, .. } = self.state;
        move |id| is_of_session(id, me, session)
    }

    /// Goes on as this client, whose last write is known.
    pub(super) fn resume(&mut self, me: ClientIx, own_last: Stamp) {
        self.state.me = me;
        self.state.last = self.state.last.max(own_last);
        self.begin_session(own_last);
    }

    /// Nothing that was written under this id so far, up to `own_last`, is of this session.
    fn begin_session(&mut self, own_last: Stamp) {
        self.end_runs();
        self.state.idle = (own_last, Stamp::MAX);
    }

    /// Bunches from before now grow no further.
    pub(super) fn end_runs(&mut self) {
        self.state.session = Stamp::saturating(self.state.last.as_micros() + 1);
    }

    /// Later writes sort after what was seen; but a broken clock, a day or more ahead, drags nobody along.
    pub(super) fn absorb(&mut self, seen: &VersionVector) {
        let limit = Stamp::saturating(self.now().as_micros().saturating_add(Stamp::DAY));
        for dot in seen.iter().filter(|dot| dot.stamp < limit) {
            self.state.last = self.state.last.max(dot.stamp);
        }
    }

    /// Whether an own stamp that somebody shows was never issued here. The last own write is `own_last`.
    pub(super) fn is_foreign(&self, shown: Stamp, own_last: Stamp) -> bool {
        let idle = self.state.idle;
        shown > own_last || (shown > idle.0 && shown < idle.1)
    }

    /// Up to where another copy, which has written up to `shown`, may share the own writes: none of this session,
    /// where it wrote while this one was idle.
    pub(super) fn common_with(&self, shown: Stamp) -> Stamp {
        let idle = self.state.idle;
        if shown < idle.1 { idle.0 } else { Stamp::MAX }
    }

    pub(super) fn state(&self) -> AuthorState {
        self.state
    }

    /// As if nothing had been written since.
    pub(super) fn reset(&mut self, state: AuthorState) {
        self.state = state;
    }

    /// Only the stamps that were issued since: an inner transaction failed, and the outer one goes on.
    pub(super) fn reset_last(&mut self, last: Stamp) {
        self.state.last = last;
    }

    fn issue(&mut self, now: Stamp, count: u64) -> Result<(Stamp, Stamp)> {
        let AuthorState { last, idle, .. } = &mut self.state;
        let next = Stamp::saturating(last.as_micros() + 1).max(now);
        let end = next.checked_add(count.saturating_sub(1)).filter(|_| *last < Stamp::MAX).ok_or_else(|| {
            Error::limit("no stamps are left: a clock was set to the end of time; set the clock right and take a new client id")
        })?;
        *last = end;
        idle.1 = idle.1.min(next);
        Ok((next, end))
    }
}

impl Document {
    /// The id under which this copy writes.
    pub fn client_id(&self) -> &ClientId {
        self.clients.id(self.author.me())
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
        let client = self.clients.intern(&id);
        self.author.resume(client, self.seen.get(client));
        Ok(())
    }

    /// The last own write.
    pub(super) fn own_last(&self) -> Stamp {
        self.seen.get(self.author.me())
    }

    /// Takes `count` stamps that follow each other; the first.
    pub(super) fn issue(&mut self, count: u64) -> Result<Dot> {
        let now = self.author.now();
        self.renew_if_ahead_of(now);
        let (first, last) = self.author.issue(now, count)?;
        let client = self.author.me();
        self.seen.raise(Dot { stamp: last, client });
        Ok(Dot { stamp: first, client })
    }

    /// Where the own last stamp is more than a day ahead of the clock, goes on from the clock, under a new id.
    /// Inside a transaction, which looked when it began, nothing is done.
    pub(super) fn renew_if_ahead_of(&mut self, now: Stamp) {
        let limit = Stamp::saturating(now.as_micros() + Stamp::DAY);
        if self.author.last() > limit && self.rollback.is_none() {
            self.go_back_to_clock(limit);
        }
    }

    #[cold]
    fn go_back_to_clock(&mut self, limit: Stamp) {
        // Stamps of one id never go back, so the id has to be another one. What is ahead may also have been
        // absorbed only, and then the id can stay.
        if self.own_last() > limit {
            let to = self.new_client();
            self.hand_over(to, Stamp::MAX, RenewalReason::Clock);
        }
        self.author.reset_last(self.own_last());
        self.author.absorb(&self.seen);
        self.author.begin_session(self.own_last());
    }

    /// A random client id.
    pub(super) fn new_client(&mut self) -> ClientIx {
        self.clients.intern(&ClientId::random(&mut *self.author.random))
    }

    /// Goes on under a new id; what was written after `kept` has gone over to it.
    pub(super) fn hand_over(&mut self, to: ClientIx, kept: Stamp, reason: RenewalReason) {
        let last = Dot { stamp: kept, client: self.author.me() };
        self.author.state.handover = Some(Handover { last, to, reason });
        self.author.resume(to, self.seen.get(to));
    }
}
