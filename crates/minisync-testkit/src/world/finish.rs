//! The end of a run: all clients exchange until they agree, forget everything, and exchange again. All
//! must then be the same, and what the oracle says.

use minisync::{Changes, Document};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Checked, Failure, World, accepted, agree, ensure, exchange};
use crate::script::Purge;

/// So many rounds of each to each must suffice.
const ROUNDS: usize = 4;

/// The members of a change set that follow from version and horizon alone.
#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    changes: &'a RawValue,
    /// Left out where nothing was forgotten.
    #[serde(borrow, default)]
    horizon: Option<&'a RawValue>,
    #[serde(borrow, rename = "fromVersion")]
    version: &'a RawValue,
}

impl World<'_> {
    pub(super) fn finish(mut self) -> Checked {
        self.trace.note(|| "the end: each client against the oracle".into());
        self.compare_all()?;
        self.check_equal_versions()?;
        self.trace.note(|| "the end: a newcomer merges all the mail".into());
        self.merge_all_mail()?;
        self.trace.note(|| "the end: each exchanges with each".into());
        self.exchange_all()?;
        self.check_all_equal()?;
        self.check_runs()?;
        self.trace.note(|| "the end: all forget everything, and exchange again".into());
        self.is_forgetful = true;
        self.peers.values_mut().try_for_each(|peer| exchange::forget(peer, Purge::All))?;
        self.exchange_all()?;
        self.check_all_equal()?;
        self.compare_all()?;
        self.oracle.check_total_order().map_err(|message| Failure::new("order", message))
    }

    /// Every client against the oracle; what it shows of lists is kept for the order's sake.
    pub(super) fn compare_all(&mut self) -> Checked {
        let mut shown = Vec::new();
        for (client, peer) in &self.peers {
            let lists = agree::compare(&peer.doc, &self.oracle, &peer.author.seen).map_err(|failure| {
                Failure { message: format!("c{client}: {}", failure.message), ..failure }
            })?;
            shown.extend(lists);
        }
        for list in shown {
            let certain: Vec<_> = list.into_iter().flatten().collect();
            self.oracle.shown(&certain);
        }
        Ok(())
    }

    fn check_runs(&self) -> Checked {
        let Some(peer) = self.peers.values().next() else {
            return Ok(());
        };
        for list in agree::compare(&peer.doc, &self.oracle, &peer.author.seen)? {
            self.oracle.check_runs(&list).map_err(|message| Failure::new("runs", message))?;
        }
        Ok(())
    }

    fn exchange_all(&mut self) -> Checked {
        for round in 0..ROUNDS {
            let clients: Vec<usize> = self.peers.keys().copied().collect();
            for from in &clients {
                for to in clients.iter().filter(|to| *to != from) {
                    self.exchange(*from, *to, round)?;
                }
            }
            if self.are_level() {
                return Ok(());
            }
        }
        Err(Failure::new("versions", format!("clients still differ after {ROUNDS} rounds of exchange")))
    }

    fn are_level(&self) -> bool {
        let mut states = self.peers.values().map(|peer| (peer.doc.version(), peer.doc.horizon()));
        let first = states.next();
        states.all(|state| Some(state) == first)
    }

    /// One client gives another what it lacks: in the first round as text, later directly.
    fn exchange(&mut self, from: usize, to: usize, round: usize) -> Checked {
        let (Some(sender), Some(receiver)) = (self.peers.get(&from), self.peers.get(&to)) else {
            return Ok(());
        };
        let mut changes = self.changes_for(sender, receiver)?;
        let is_copied = self.shared.contains(receiver.doc.client_id());
        if round == 0 {
            changes = accepted(changes.to_string().parse::<Changes>(), "decode", &changes)?;
        }
        let seen = sender.author.seen.clone();
        let mut is_taken = self.take_in(to, &changes, &seen)?;
        if !is_taken && is_copied {
            let full = self.peers.get(&from).map(|sender| sender.doc.changes());
            is_taken = full.map_or(Ok(false), |full| self.take_in(to, &full, &seen))?;
        }
        ensure(is_taken, "missing changes", || format!("c{to} refused what c{from} made for it: {changes}"))?;
        self.check(to)
    }

    /// Wherever version and horizon are equal, all is.
    fn check_equal_versions(&self) -> Checked {
        let peers: Vec<_> = self.peers.values().collect();
        for (index, peer) in peers.iter().enumerate() {
            for other in &peers[index + 1..] {
                if peer.doc.version() == other.doc.version() && peer.doc.horizon() == other.doc.horizon() {
                    check_same(&peer.doc, &other.doc)?;
                }
            }
        }
        Ok(())
    }

    fn check_all_equal(&self) -> Checked {
        let mut docs = self.peers.values().map(|peer| &peer.doc);
        let Some(first) = docs.next() else {
            return Ok(());
        };
        docs.try_for_each(|doc| check_same(first, doc))
    }
}

fn check_same(a: &Document, b: &Document) -> Checked {
    let (shown_a, shown_b) = (a.to_json(), b.to_json());
    ensure(shown_a == shown_b, "converge", || {
        format!("{} shows {shown_a}, and {} shows {shown_b}", a.client_id(), b.client_id())
    })?;
    let (text_a, text_b) = (a.changes().to_string(), b.changes().to_string());
    let (content_a, content_b) = (content(&text_a)?, content(&text_b)?);
    let same = content_a.changes.get() == content_b.changes.get()
        && content_a.horizon.map(RawValue::get) == content_b.horizon.map(RawValue::get)
        && content_a.version.get() == content_b.version.get();
    ensure(same, "canonical", || {
        format!("these should differ in nothing but their senders: {text_a} and {text_b}")
    })
}

fn content(text: &str) -> Checked<Content<'_>> {
    serde_json::from_str(text).map_err(|error| Failure::new("format", format!("{error} in {text}")))
}
