//! What the simulator knows of a copy that writes: its id, its clock, what it has seen, and which stamps it may
//! take. Knows what the core's rules for stamps and client ids are, and nothing of values.

use minisync::{ClientId, Document, RenewalReason, Stamp, Version};
use serde_json::Value;

use super::{Checked, clock::ManualClock, ensure};
use crate::{
    generate,
    oracle::{Oracle, Register, Seen},
};

/// What the simulator knows of a client that writes.
#[derive(Clone)]
pub(super) struct Author {
    pub(super) id: ClientId,
    pub(super) clock: ManualClock,
    pub(super) seen: Seen,
    /// Whom the oracle takes it for, once it has written.
    writer: Option<usize>,
    /// The number of the last publication under its id, as far as it made them itself.
    pub(super) published: Option<u64>,
    /// Between these stamps it has certainly written nothing: since it was loaded, and before it wrote then.
    idle: (u64, u64),
    /// The highest stamp of others that its next stamp has to be above.
    absorbed: u64,
    /// The highest stamp of others that its next stamp may be above.
    absorbable: u64,
}

impl Author {
    pub(super) fn new(id: ClientId, clock: ManualClock) -> Author {
        Author {
            id,
            clock,
            seen: Seen::default(),
            writer: None,
            published: None,
            idle: (0, u64::MAX),
            absorbed: 0,
            absorbable: 0,
        }
    }

    /// It has created the document with this content.
    pub(super) fn created(&mut self, doc: &Document, oracle: &mut Oracle, start: &Value) -> Checked {
        let count = generate::size(start) - 1;
        let last = doc.version().get(doc.client_id()).as_micros();
        let writer = self.writer(doc, oracle)?;
        ensure(last >= count, "stamps", || format!("{start} takes {count} stamps, but the last is {last}"))?;
        let mut pen = oracle.pen(&mut self.seen, writer, last + 1 - count);
        for (key, value) in start.as_object().into_iter().flatten() {
            pen.put(Register::Entry(0, key.clone()), value);
        }
        self.seen.raise(writer, last);
        self.wrote(last + 1 - count);
        Ok(())
    }

    /// Whom the oracle takes it for.
    pub(super) fn writer(&mut self, doc: &Document, oracle: &mut Oracle) -> Checked<usize> {
        self.follow(doc)?;
        Ok(*self.writer.get_or_insert_with(|| oracle.new_writer(&self.id)))
    }

    /// It may have a new id where, and only where, its last stamp was more than a day ahead of the clock.
    pub(super) fn follow(&mut self, doc: &Document) -> Checked {
        if self.id != *doc.client_id() {
            let (last, limit) = (doc.version().get(&self.id).as_micros(), self.limit());
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
            self.id = doc.client_id().clone();
            (self.writer, self.published) = (None, None);
            self.begin(doc);
            let earlier = doc
                .version()
                .iter()
                .filter(|(id, _)| **id != self.id)
                .map(|(id, at)| (id.clone(), at))
                .collect();
            (self.absorbed, self.absorbable) = (0, 0);
            self.absorb(&Version::default(), &earlier);
        }
        Ok(())
    }

    /// Whether it goes over to a new id with the next write, since its clock was ahead.
    pub(super) fn must_leave(&self, doc: &Document) -> bool {
        doc.version().get(&self.id).as_micros() > self.limit()
    }

    /// Nothing that it wrote so far is of this session.
    fn begin(&mut self, doc: &Document) {
        self.idle = (doc.version().get(doc.client_id()).as_micros(), u64::MAX);
    }

    /// It has written, from this stamp on or later.
    pub(super) fn wrote(&mut self, first: u64) {
        self.idle.1 = self.idle.1.min(first);
    }

    /// The highest stamp that is not more than a day ahead of the clock.
    fn limit(&self) -> u64 {
        self.clock.micros().saturating_add(Stamp::DAY)
    }

    /// It has taken in what a version covers; `known` is what it had seen before.
    pub(super) fn absorb(&mut self, known: &Version, taken: &Version) {
        let limit = self.limit();
        for (client, stamp) in taken.iter() {
            let micros = stamp.as_micros();
            if micros < limit && stamp > known.get(client) {
                self.absorbed = self.absorbed.max(micros);
            }
            if micros <= limit {
                self.absorbable = self.absorbable.max(micros);
            }
        }
    }

    /// It starts again from what it saved.
    pub(super) fn restarted(&mut self, doc: &Document) {
        self.absorbed = 0;
        self.absorb(&doc.version(), &doc.version());
        self.begin(doc);
    }

    /// Another copy, which starts from what this one saved: it is that writer no longer.
    pub(super) fn copied(self, clock: ManualClock, doc: &Document) -> Author {
        let mut copy = Author { clock, writer: None, ..self };
        copy.restarted(doc);
        copy
    }

    /// Whether it has to notice by itself that somebody who has seen `version` has seen another copy of it.
    pub(super) fn must_notice(&self, doc: &Document, version: &Version) -> bool {
        let shown = version.get(&self.id).as_micros();
        let own = doc.version().get(&self.id).as_micros();
        shown > own || (shown > self.idle.0 && shown < self.idle.1)
    }

    /// Which of its stamps others have, as far as it knows; `shown` is what somebody has seen, where it noticed by
    /// that: if that came before all that it wrote in this session, nothing of the session was shared.
    pub(super) fn shared(&self, doc: &Document, shown: Option<&Version>) -> u64 {
        let known = doc.clients().map(|(_, version)| version.get(&self.id).as_micros()).max().unwrap_or(0);
        let shown = shown.map_or(u64::MAX, |shown| shown.get(&self.id).as_micros());
        if shown < self.idle.1 { known.min(self.idle.0) } else { known }
    }

    /// It has found that another copy writes under its id, and went over to a new one. `last`: what it wrote until
    /// then stays.
    pub(super) fn renewed(
        &mut self,
        doc: &Document,
        oracle: &mut Oracle,
        before: &Version,
        last: u64,
    ) -> Checked {
        let renewal = doc.renewal().map(|renewal| (renewal.former, renewal.reason));
        ensure(
            renewal == Some((self.id.clone(), RenewalReason::Copied)) && *doc.client_id() != self.id,
            "renewal",
            || format!("{} had to go over to a new client id, but it is {}", self.id, doc.client_id()),
        )?;
        let to = oracle.new_writer(doc.client_id());
        self.seen = oracle.renew(&self.seen, &self.id, last, to);
        // The next stamp is above the last one, whoever that belongs to now.
        let own = before.get(&self.id).as_micros();
        (self.absorbed, self.absorbable) = (self.absorbed.max(own), self.absorbable.max(own));
        self.id = doc.client_id().clone();
        (self.writer, self.published) = (Some(to), None);
        self.idle = (if own > last { own } else { 0 }, u64::MAX);
        Ok(())
    }

    /// Between which stamps the first one of the next write must lie, both included; `before` is the version
    /// before it. What was absorbed does not count where it is more than a day ahead of the clock by now.
    pub(super) fn next_stamp(&mut self, before: &Version) -> (u64, u64) {
        let limit = self.limit();
        if self.absorbed > limit {
            (self.absorbed, self.absorbable) = (0, 0);
            self.absorb(&Version::default(), before);
        }
        let least = (before.get(&self.id).as_micros() + 1).max(self.clock.micros());
        let most = self.absorbable.min(limit.max(self.absorbed));
        (least.max(self.absorbed + 1), least.max(most + 1))
    }
}
