//! What the simulator knows of a copy that writes: its id, its session, its clock, what it has seen, and which stamps it
//! may take. Knows what the core's rules for stamps and client ids are, and nothing of values.

use minisync::{ClientId, Document, RenewalReason, Stamp, Version};
use serde_json::Value;

use super::{Checked, Failure, clock::ManualClock, ensure};
use crate::{
    generate,
    oracle::{Oracle, Register, Seen, entries},
};

/// Sessions begin at one of so many microseconds.
const SPREAD: u64 = 1000;

/// The kind of failure that is none: what nobody can notice.
pub(super) const SAME_MICROSECOND: &str = "two sessions began at the same microsecond";

/// What the simulator knows of a client that writes.
#[derive(Clone)]
pub(super) struct Author {
    pub(super) id: ClientId,
    pub(super) clock: ManualClock,
    pub(super) seen: Seen,
    /// Whom the oracle takes its session for.
    writer: Option<usize>,
    /// Whether something was written in it.
    has_begun: bool,
    /// The session before it.
    before: Option<usize>,
    /// Whether the process made up its id.
    is_maker: bool,
    /// The highest stamp of others that its next stamp has to be above.
    absorbed: u64,
    /// The highest stamp of others that its next stamp may be above.
    absorbable: u64,
}

/// Stamps that a write has taken.
pub(super) struct Written {
    pub(super) writer: usize,
    /// Between which stamps the first one must lie.
    pub(super) least: u64,
    pub(super) most: u64,
    pub(super) last: u64,
}

impl Author {
    pub(super) fn new(id: ClientId, clock: ManualClock) -> Author {
        Author {
            id,
            clock,
            seen: Seen::default(),
            writer: None,
            has_begun: false,
            before: None,
            is_maker: false,
            absorbed: 0,
            absorbable: 0,
        }
    }

    /// It has created the document with this content.
    pub(super) fn created(&mut self, doc: &Document, oracle: &mut Oracle, start: &Value) -> Checked {
        self.is_maker = true;
        let count = generate::size(start) - 1;
        let Some(written) = self.wrote(doc, oracle)? else {
            return ensure(count == 0, "stamps", || format!("{start} was created without a stamp"));
        };
        ensure(written.last >= count, "stamps", || {
            format!("{start} takes {count} stamps, but the last is {}", written.last)
        })?;
        let mut pen = oracle.pen(&mut self.seen, written.writer, written.last + 1 - count);
        for (key, value) in start.as_object().into_iter().flatten() {
            pen.put(Register::Entry(0, key.clone()), value);
        }
        Ok(())
    }

    /// Whom the oracle takes its session for.
    pub(super) fn writer(&mut self, doc: &Document, oracle: &mut Oracle) -> Checked<usize> {
        self.follow(doc, oracle)?;
        Ok(*self.writer.get_or_insert_with(|| oracle.new_writer(&self.id)))
    }

    /// The session of which something was written last: its own, or the one before.
    fn last_session(&self) -> Option<usize> {
        self.writer.filter(|_| self.has_begun).or(self.before)
    }

    /// Where its next write goes on from, if it is the first of a session; else the last one of it.
    fn end(&self, oracle: &Oracle) -> Option<(usize, u64)> {
        match self.writer.filter(|_| self.has_begun) {
            Some(writer) => Some((writer, self.seen.stamp(writer))),
            None => oracle.end(&self.id, self.before, &self.seen),
        }
    }

    /// It may have a new id where, and only where, its last stamp was more than a day ahead of the clock.
    pub(super) fn follow(&mut self, doc: &Document, oracle: &Oracle) -> Checked {
        if self.id != *doc.client_id() {
            let (last, limit) = (self.end(oracle).map_or(0, |(_, last)| last), self.limit());
            let renewal = doc.renewal().map(|renewal| (renewal.former, renewal.reason));
            ensure(
                last > limit && renewal == Some((self.id.clone(), RenewalReason::Clock)),
                "renewal",
                || {
                    format!(
                        "{} went over to {} though its last stamp is {last}, not above {limit}",
                        self.id,
                        doc.client_id()
                    )
                },
            )?;
            self.renamed(doc);
            (self.absorbed, self.absorbable) = (0, 0);
            self.absorb_all();
        }
        Ok(())
    }

    /// It goes on under another id.
    fn renamed(&mut self, doc: &Document) {
        self.id = doc.client_id().clone();
        (self.writer, self.before, self.has_begun, self.is_maker) = (None, None, false, true);
    }

    /// It was asked to go on under another id.
    pub(super) fn took_new_id(&mut self, doc: &Document, oracle: &Oracle) -> Checked {
        let renewal = doc.renewal().map(|renewal| (renewal.former, renewal.reason));
        ensure(
            renewal == Some((self.id.clone(), RenewalReason::Head)) && *doc.client_id() != self.id,
            "renewal",
            || format!("{} had to go over to a new client id, but it is {}", self.id, doc.client_id()),
        )?;
        // The next stamp is above the last one, whoever that belongs to now.
        let own = self.end(oracle).map_or(0, |(_, last)| last);
        (self.absorbed, self.absorbable) = (self.absorbed.max(own), self.absorbable.max(own));
        self.renamed(doc);
        Ok(())
    }

    /// The highest stamp that is not more than a day ahead of the clock.
    fn limit(&self) -> u64 {
        self.clock.micros().saturating_add(Stamp::DAY)
    }

    /// It has taken in what somebody had seen; `known` is what it had seen before.
    pub(super) fn absorb(&mut self, known: &Seen, taken: &Seen) {
        let limit = self.limit();
        for (writer, micros) in taken.stamps() {
            if micros < limit && micros > known.stamp(writer) {
                self.absorbed = self.absorbed.max(micros);
            }
            if micros <= limit {
                self.absorbable = self.absorbable.max(micros);
            }
        }
    }

    fn absorb_all(&mut self) {
        let all = self.seen.clone();
        self.absorb(&Seen::default(), &all);
    }

    /// It has heard of others: where somebody goes on from its session, that has ended.
    pub(super) fn heard(&mut self, oracle: &Oracle) {
        if self.has_begun && oracle.end(&self.id, self.writer, &self.seen) != self.end(oracle) {
            (self.before, self.writer, self.has_begun) = (self.writer, None, false);
        }
    }

    /// It starts again from what it saved.
    pub(super) fn restarted(&mut self, oracle: &Oracle) {
        let line = oracle.end(&self.id, self.last_session(), &self.seen);
        self.before = line.map(|(last, _)| last);
        (self.writer, self.has_begun, self.is_maker) = (None, false, false);
        self.absorbed = 0;
        let all = self.seen.clone();
        self.absorb(&all, &all);
    }

    /// Another copy, which starts from what this one saved.
    pub(super) fn copied(self, clock: ManualClock, oracle: &Oracle) -> Author {
        let mut copy = Author { clock, ..self };
        copy.restarted(oracle);
        copy
    }

    /// The stamps that its last call has taken; none if it took none.
    pub(super) fn wrote(&mut self, doc: &Document, oracle: &mut Oracle) -> Checked<Option<Written>> {
        self.follow(doc, oracle)?;
        let name = oracle.line_name(&self.id, self.last_session(), &self.seen);
        let end = self.end(oracle);
        let (own_last, found) =
            (end.map_or(0, |(_, last)| last), entries(&doc.version()).get(&name).copied());
        let Some((first, last)) = found.filter(|(_, last)| *last > own_last) else { return Ok(None) };
        let writer = self.writer(doc, oracle)?;
        let (mut least, mut most) = self.next_stamp(own_last);
        let begun = (!self.has_begun).then_some(first);
        if let Some(first) = begun {
            let is_root = end.is_none() && self.is_maker;
            if !is_root {
                most += SPREAD - 1;
                ensure((least..=most).contains(&first), "stamps", || {
                    format!("the session of {} begins at {first}, not between {least} and {most}", self.id)
                })?;
                (least, most) = (first, first);
            }
            ensure((first == 0) == is_root, "session", || {
                format!(
                    "the session of {} begins at {first}, and it made up its id: {}",
                    self.id, self.is_maker
                )
            })?;
            if !oracle.begin(writer, first, end) {
                return Err(Failure::new(SAME_MICROSECOND, format!("{} at {first}", self.id)));
            }
            self.has_begun = true;
        }
        self.seen.raise(writer, last);
        Ok(Some(Written { writer, least, most, last }))
    }

    /// Between which stamps the first one of the next write must lie, both included. What was absorbed does not count where
    /// it is more than a day ahead of the clock by now.
    fn next_stamp(&mut self, own_last: u64) -> (u64, u64) {
        let limit = self.limit();
        if self.absorbed > limit {
            (self.absorbed, self.absorbable) = (0, 0);
            self.absorb_all();
        }
        let least = (own_last + 1).max(self.clock.micros());
        let most = self.absorbable.min(limit.max(self.absorbed));
        (least.max(self.absorbed + 1), least.max(most + 1))
    }

    /// What others had seen of a version stays as it is when it writes.
    pub(super) fn check_others(&self, oracle: &Oracle, before: &Version, after: &Version) -> Checked {
        let own = oracle.line_name(&self.id, self.last_session(), &self.seen);
        let (mut old, mut new) = (entries(before), entries(after));
        old.remove(&own);
        new.remove(&own);
        ensure(old == new, "version", || {
            format!("{} wrote, and others' stamps have changed from {before} to {after}", self.id)
        })
    }
}
