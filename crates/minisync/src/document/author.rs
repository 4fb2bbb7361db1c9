//! Who writes here, and when: the own client id and session, the clock, the randomness, and the stamps, which are issued
//! nowhere else. Knows no content.
//!
//! ```text
//!  saved state ──restore──> no session yet ──first write──> a session ──merge──> none, if somebody else goes on from it
//!                                │                             │
//!                                └─ from the end of the line in which the one before lies, as far as it was seen by now
//! ```

use std::sync::atomic::Ordering;

use crate::{
    data::position::is_of_session,
    document::Document,
    names::{
        client::ClientIx,
        clock::Clock,
        dot::{Dot, VersionVector},
        error::{Error, Result},
        id::{ClientId, Random},
        lineage::Lines,
        renewal::RenewalReason,
        session::SessionIx,
        stamp::Stamp,
    },
};

/// Sessions begin at a random microsecond of so many, so that no two begin at the same.
const SPREAD: u64 = 1000;

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
    /// Whether this process made up the client id: then nobody else can begin where its first session does.
    is_maker: bool,
    /// The session of this process, once it has written.
    session: Option<SessionIx>,
    /// The one before, if it is known which it was.
    before: Option<SessionIx>,
    /// The latest stamp that was issued or absorbed here.
    last: Stamp,
    /// Bunches from before this grow no further.
    growing: Stamp,
    handover: Option<Handover>,
}

/// A renewal: which id goes on, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handover {
    pub(super) former: ClientIx,
    pub(super) to: ClientIx,
    pub(super) reason: RenewalReason,
}

impl Author {
    /// `is_maker`: whether this process made up the client id.
    pub(super) fn new(
        me: ClientIx,
        is_maker: bool,
        clock: Box<dyn Clock>,
        random: Box<dyn Random>,
    ) -> Author {
        let state = AuthorState {
            me,
            is_maker,
            session: None,
            before: None,
            last: Stamp::ZERO,
            growing: Stamp::ZERO,
            handover: None,
        };
        Author { state, clock, random }
    }

    pub(super) fn me(&self) -> ClientIx {
        self.state.me
    }

    /// The own session, once something was written in it.
    pub(super) fn session(&self) -> Option<SessionIx> {
        self.state.session
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
        let AuthorState { session, growing, .. } = self.state;
        move |id| session.is_some_and(|session| is_of_session(id, session, growing))
    }

    /// Goes on as this client: nothing was written in this session so far, and in the one before up to `last`.
    pub(super) fn resume(&mut self, me: ClientIx, before: Option<SessionIx>, last: Stamp) {
        self.state = AuthorState {
            me,
            before,
            is_maker: false,
            session: None,
            last: self.state.last.max(last),
            ..self.state
        };
    }

    /// The document was made here, so its client id was too.
    pub(super) fn made_document(&mut self) {
        self.state.is_maker = true;
    }

    /// Nothing more is written in the own session: what comes is written in one that goes on from it.
    pub(super) fn end_session(&mut self) {
        self.state.before = self.state.session.take().or(self.state.before);
    }

    /// Bunches from before now grow no further.
    pub(super) fn end_runs(&mut self) {
        self.state.growing = Stamp::saturating(self.state.last.as_micros() + 1);
    }

    /// Later writes sort after what was seen; but a broken clock, a day or more ahead, drags nobody along.
    pub(super) fn absorb(&mut self, seen: &VersionVector) {
        let limit = Stamp::saturating(self.now().as_micros().saturating_add(Stamp::DAY));
        for dot in seen.iter().filter(|dot| dot.stamp < limit) {
            self.state.last = self.state.last.max(dot.stamp);
        }
    }

    pub(super) fn state(&self) -> AuthorState {
        self.state
    }

    /// As if nothing had been written since.
    pub(super) fn reset(&mut self, state: AuthorState) {
        self.state = state;
    }

    /// Only the stamps that were issued since, and the session if it began since: an inner transaction failed, and the
    /// outer one goes on.
    pub(super) fn reset_last(&mut self, last: Stamp, session: Option<SessionIx>) {
        (self.state.last, self.state.session) = (last, session);
    }

    fn issue(&mut self, from: Stamp, count: u64) -> Result<(Stamp, Stamp)> {
        let last = &mut self.state.last;
        let next = Stamp::saturating(last.as_micros() + 1).max(from);
        let end = next.checked_add(count.saturating_sub(1)).filter(|_| *last < Stamp::MAX).ok_or_else(|| {
            Error::limit("no stamps are left: a clock was set to the end of time; set the clock right and take a new client id")
        })?;
        *last = end;
        Ok((next, end))
    }

    /// From 0 up to below [`SPREAD`].
    fn spread(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        u64::from_le_bytes(bytes) % SPREAD
    }
}

impl Document {
    /// The id under which this copy writes.
    pub fn client_id(&self) -> &ClientId {
        self.writers.clients.id(self.author.me())
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
        if self.has_written(&id) {
            return Err(Error::refused(format!(
                "the client id {id:?} is taken: changes under it are in this document; choose another one"
            )));
        }
        let alone = self.known.is_empty() && self.writers.clients.len() == 1;
        if alone && self.author.state.is_maker && !self.shared.load(Ordering::Relaxed) {
            // Nobody has heard of the id so far, so what was written is the new one's.
            self.writers.clients.rename_only(&id);
            return Ok(());
        }
        let client = self.writers.clients.intern(&id);
        self.author.resume(client, None, Stamp::ZERO);
        Ok(())
    }

    /// Whether something was seen that was written under an id.
    pub(super) fn has_written(&self, id: &ClientId) -> bool {
        self.writers.find_root(id).is_some_and(|root| self.lines.line(root).is_some())
    }

    /// The last own write: the end of the own session, or of the line that the next one goes on from.
    pub(super) fn own_last(&self) -> Stamp {
        self.author
            .session()
            .map_or_else(|| self.own_end().map_or(Stamp::ZERO, |end| end.stamp), |own| self.seen.get(own))
    }

    /// The end of the line in which the session before the next one lies; none if nothing was written under the own id.
    fn own_end(&self) -> Option<Dot> {
        let root = || self.writers.sessions.find(self.author.me(), Stamp::ZERO);
        let before = self.author.session().or(self.author.state.before).or_else(root)?;
        let session = self.lines.last(self.lines.line(before)?);
        Some(Dot { stamp: self.seen.get(session), session })
    }

    /// The name of the line in which the own session lies, or the one before it: its first stamp, or 0 for the plain one.
    pub(super) fn own_branch(&self) -> Stamp {
        let own = self.author.session().or(self.author.state.before);
        let line = own.and_then(|session| self.lines.line(session));
        line.map_or(Stamp::ZERO, |line| self.writers.sessions.first(self.lines.start(line)))
    }

    /// Whether a write was made by this process, or by those that it goes on from.
    pub(super) fn is_own(&self, dot: Dot) -> bool {
        let own = self.author.session().map(|session| Dot { stamp: self.seen.get(session), session });
        own.or_else(|| self.own_end()).is_some_and(|own| {
            let mut way = self.writers.sessions.down(own);
            way.any(|own| own.session == dot.session && dot.stamp <= own.stamp)
        })
    }

    /// Takes `count` stamps that follow each other; the first.
    pub(super) fn issue(&mut self, count: u64) -> Result<Dot> {
        let now = self.author.now();
        self.heed_clock(now);
        let Some(session) = self.author.session() else { return self.begin_session(now, count) };
        let (first, last) = self.author.issue(now, count)?;
        self.seen.raise(Dot { stamp: last, session });
        Ok(Dot { stamp: first, session })
    }

    /// Takes the first stamps of a session. Where it goes on from is chosen now and not before: so what was heard since the
    /// document was loaded may save a branch.
    #[cold]
    fn begin_session(&mut self, now: Stamp, count: u64) -> Result<Dot> {
        let me = self.author.me();
        let end = self.own_end();
        let is_root = end.is_none() && self.author.state.is_maker;
        let from = if is_root {
            now
        } else {
            // Own stamps rise, also those of a line that is further than what was absorbed.
            let end = end.map_or(0, |end| end.stamp.as_micros());
            let last = self.author.last().as_micros().max(end);
            Stamp::saturating(now.as_micros().max(last + 1) + self.author.spread())
        };
        let (first, last) = self.author.issue(from, count)?;
        let root = self.writers.sessions.root(me);
        let session = match end {
            _ if is_root => root,
            Some(end) => self.writers.sessions.intern(me, first, end),
            None => self.writers.sessions.intern(me, first, Dot { stamp: Stamp::ZERO, session: root }),
        };
        self.author.state.session = Some(session);
        self.seen.raise(Dot { stamp: last, session });
        self.lines = Lines::of(&self.writers, &self.seen);
        Ok(Dot { stamp: first, session })
    }

    /// Where the own last stamp is more than a day ahead of the clock, goes on from the clock, under a new id.
    /// Inside a transaction, which looked when it began, nothing is done.
    pub(super) fn heed_clock(&mut self, now: Stamp) {
        let limit = Stamp::saturating(now.as_micros() + Stamp::DAY);
        // The line that the next session goes on from may be further than what was absorbed.
        let is_ahead =
            self.author.last() > limit || (self.author.session().is_none() && self.own_last() > limit);
        if is_ahead && self.rollback.is_none() {
            self.go_back_to_clock(limit);
        }
    }

    #[cold]
    fn go_back_to_clock(&mut self, limit: Stamp) {
        // Stamps of one id never go back, so the id has to be another one. What is ahead may also have been
        // absorbed only, and then the id can stay.
        if self.own_last() > limit {
            self.hand_over(RenewalReason::Clock);
        }
        let session = self.author.session();
        self.author.reset_last(self.own_last(), session);
        self.author.absorb(&self.seen);
        self.author.end_runs();
    }

    /// Goes on under a new random id. What was written keeps its names.
    pub(super) fn hand_over(&mut self, reason: RenewalReason) {
        let former = self.author.me();
        let to = self.writers.clients.intern(&ClientId::random(&mut *self.author.random));
        self.author.resume(to, None, Stamp::ZERO);
        self.author.state.is_maker = true;
        self.author.state.handover = Some(Handover { former, to, reason });
    }
}
