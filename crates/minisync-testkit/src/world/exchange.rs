//! Messages, newcomers, restarts, and what is forgotten.

use std::{cmp::Ordering, time::Duration};

use minisync::{Changes, Document, ForgetPolicy, Overruled, Version};
use serde_json::{Value, json};

use super::{Checked, Failure, Message, Peer, World, accepted, ensure, patched};
use crate::{
    oracle::Seen,
    script::{Content, Purge},
};

impl World<'_> {
    pub(super) fn send(&mut self, client: usize, message: u64, content: Content) -> Checked {
        let Some(peer) = self.peers.get(&client) else {
            return Ok(());
        };
        let changes = match content {
            Content::For(to) if to != client => match self.peers.get(&to) {
                Some(other) => self.changes_for(peer, other)?,
                None => return Ok(()),
            },
            Content::Lacks(to) => match self.peers.get(&to) {
                Some(other) => peer.doc.changes_since(&other.doc.version()),
                None => return Ok(()),
            },
            Content::Since(earlier) => match self.mail.get(&earlier) {
                Some(earlier) => peer.doc.changes_since(earlier.changes.version()),
                None => return Ok(()),
            },
            Content::For(_) | Content::Full => peer.doc.changes(),
        };
        check_envelope(&peer.doc, &changes)?;
        let text = changes.to_string();
        if let Some(twin) = &peer.twin {
            twin.changes(&json!({ "since": changes.since().map(|since| since.to_string()) }), &text)?;
        }
        check_round_trip(&changes, &text)?;
        self.trace.note(|| format!("  {text}"));
        let seen = peer.author.seen.clone();
        self.mail.insert(message, Message { changes, text, from: client, seen });
        Ok(())
    }

    /// What `peer` believes that `other` lacks; `other` must really have all that this builds on.
    pub(super) fn changes_for(&self, peer: &Peer, other: &Peer) -> Checked<Changes> {
        let changes = peer.doc.changes_for(other.doc.client_id());
        if let Some(twin) = &peer.twin {
            twin.changes(&json!({ "client": other.doc.client_id().as_str() }), &changes.to_string())?;
        }
        // Where there are several copies, or one was restored, that is not so any more.
        let is_shared = self.shared.contains(other.doc.client_id());
        ensure(
            is_shared || changes.since().is_none_or(|base| other.doc.contains(base)),
            "acknowledged",
            || {
                let (from, to) = (&peer.author.id, &other.author.id);
                let version = other.doc.version();
                format!("{from} believes that {to} has {:?}, but it has {version}", changes.since())
            },
        )?;
        Ok(changes)
    }

    pub(super) fn deliver(&mut self, client: usize, message: u64) -> Checked {
        let Some(message) = self.mail.get(&message).filter(|_| self.peers.contains_key(&client)) else {
            return Ok(());
        };
        let changes: Changes = accepted(message.text.parse(), "decode", &message.text)?;
        let (from, seen) = (message.from, message.seen.clone());
        let merged = self.take_in(client, &changes, &seen)?;
        self.trace.note(|| format!("  from c{from}, {}", if merged { "taken in" } else { "refused" }));
        self.check(client)
    }

    /// A client merges changes of someone who has seen `seen`; whether it had what they build on.
    pub(super) fn take_in(&mut self, client: usize, changes: &Changes, seen: &Seen) -> Checked<bool> {
        let Some(peer) = self.peers.get_mut(&client) else { return Ok(false) };
        let had = peer.author.seen.clone();
        let told = merge(&mut peer.doc, changes)?;
        let merged = told.is_some();
        if let Some(twin) = &peer.twin {
            twin.merge(&changes.to_string(), merged)?;
        }
        let expected = changes.since().is_none_or(|base| self.oracle.contains(&had, base));
        ensure(merged == expected, "missing changes", || {
            let known = self.oracle.version(&had);
            format!("c{client} has {known}, the message is since {:?}; taken in: {merged}", changes.since())
        })?;
        if merged {
            peer.author.seen.join(seen);
            peer.author.absorb(&had, seen);
            let all = peer.author.seen.clone();
            peer.author.absorb(&all, &all);
            peer.author.heard(&self.oracle);
            self.trace.note(|| format!("  c{client} shows {}", peer.doc.to_json()));
        }
        if let Some(told) = told {
            self.check_overruled(client, &had, seen, &told)?;
        }
        Ok(merged)
    }

    pub(super) fn deliver_truncated(&mut self, client: usize, message: u64, at: u64) -> Checked {
        let (Some(peer), Some(message)) = (self.peers.get(&client), self.mail.get(&message)) else {
            return Ok(());
        };
        let text = &message.text;
        let mut end = text.len() * usize::try_from(at % 1000).unwrap_or_default() / 1000;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let cut = text.get(..end).unwrap_or_default();
        ensure(cut.parse::<Changes>().is_err(), "truncated", || format!("{cut} was read without an error"))?;
        if let Some(twin) = &peer.twin {
            twin.ask("refuse", &[json!(cut)])?;
            twin.check(&peer.doc)?;
        }
        accepted(peer.doc.check(), "check", format_args!("c{client} is broken"))
    }

    pub(super) fn acknowledge(&mut self, client: usize, of: usize) -> Checked {
        if client == of || !self.peers.contains_key(&client) {
            return Ok(());
        }
        let Some(other) = self.peers.get(&of) else { return Ok(()) };
        let (id, version) = (other.doc.client_id().clone(), other.doc.version());
        if let Some(peer) = self.peers.get_mut(&client) {
            peer.doc.replica().acknowledge(&id, &version);
            if let Some(twin) = &peer.twin {
                twin.ask("acknowledge", &[json!(id.as_str()), version_value(&version)])?;
            }
        }
        self.check(client)
    }

    pub(super) fn forget(&mut self, client: usize, policy: Purge) -> Checked {
        let Some(peer) = self.peers.get_mut(&client) else {
            return Ok(());
        };
        forget(peer, policy)?;
        self.is_forgetful = true;
        self.check(client)
    }

    pub(super) fn join(&mut self, client: usize, from: usize, skew: i64) -> Checked {
        if self.peers.contains_key(&client) || !self.peers.contains_key(&from) {
            return Ok(());
        }
        let (builder, mut author) = self.newcomer(client, skew)?;
        let Some(source) = self.peers.get(&from) else {
            return Ok(());
        };
        let changes: Changes =
            accepted(source.doc.changes().to_string().parse(), "decode", "a full change set")?;
        let doc = accepted(builder.join(&changes), "join", format_args!("c{client} from c{from}"))?;
        let options = json!({ "clientID": format!("c{client}") });
        let twin = self.twin(client, "join", &author.clock, &[options, json!(changes.to_string())])?;
        let (shown, wanted) = (doc.to_json(), source.doc.to_json());
        ensure(shown == wanted, "join", || format!("c{client} came in with {shown}, c{from} has {wanted}"))?;
        author.seen = source.author.seen.clone();
        author.absorb(&Seen::default(), &author.seen.clone());
        self.peers.insert(client, Peer::new(doc, author, twin));
        self.check(client)
    }

    pub(super) fn restart(&mut self, client: usize) -> Checked {
        let Some(clock) = self.peers.get(&client).map(|peer| peer.author.clock.clone()) else {
            return Ok(());
        };
        let Some(peer) = self.peers.get(&client) else { return Ok(()) };
        let (saved, shown) = (peer.doc.changes().to_string(), peer.doc.to_json());
        let changes: Changes = accepted(saved.parse(), "decode", &saved)?;
        let doc = accepted(self.restore(client, &clock, &changes), "restore", &saved)?;
        let twin = self.twin(client, "restore", &clock, &[json!(saved)])?;
        let Some(peer) = self.peers.get_mut(&client) else { return Ok(()) };
        ensure(doc.changes().to_string() == saved, "restart", || {
            format!("c{client} saved {saved}, and after the restart it is {}", doc.changes())
        })?;
        ensure(doc.to_json() == shown && doc.client_id() == peer.doc.client_id(), "restart", || {
            format!("c{client} showed {shown}, and after the restart {}", doc.to_json())
        })?;
        peer.load(doc, twin);
        peer.author.restarted(&self.oracle);
        self.check(client)
    }
}

/// Takes changes in, unless the document lacks what they build on: then nothing may change. Patches have
/// to make a plain copy what the document shows afterwards. What was overruled; none where changes are lacking.
pub(super) fn merge(doc: &mut Document, changes: &Changes) -> Checked<Option<Vec<Overruled>>> {
    let mut plain = doc.to_value();
    let (known, before) = (doc.version(), doc.to_json());
    match doc.merge(changes) {
        Ok(patches) => {
            patched::apply(&mut plain, &patches)?;
            let shown = doc.to_value();
            ensure(plain == shown, "patches", || {
                format!("{before} with {patches:?} becomes {plain}, but the document shows {shown}")
            })?;
            Ok(Some(patches.overruled().to_vec()))
        }
        Err(error) if error.is_missing_changes() => {
            let missing = error.missing().cloned().unwrap_or_default();
            let base = changes.since().cloned().unwrap_or_default();
            ensure(!missing.is_empty() && base.covers(&missing), "missing changes", || {
                format!("{known} is said to lack {missing}, of {base}")
            })?;
            let is_as_before = doc.version() == known && doc.to_json() == before;
            ensure(is_as_before, "missing changes", || "refused changes have left their mark".into())?;
            Ok(None)
        }
        Err(error) => Err(Failure::new("merge", format!("{error}: {changes}"))),
    }
}

/// Forgetting shows nowhere but in the tombstones and the horizon.
pub(super) fn forget(peer: &mut Peer, policy: Purge) -> Checked {
    // JavaScript counts milliseconds.
    let policy = match policy {
        Purge::Older(micros) if peer.twin.is_some() => Purge::Older(micros.next_multiple_of(1000)),
        other => other,
    };
    let doc = &mut peer.doc;
    let before = (doc.to_json(), doc.version(), doc.tombstones(), doc.horizon());
    let forgotten = doc.forget(&match policy {
        Purge::All => ForgetPolicy { acknowledged: true, older_than: Some(Duration::ZERO) },
        Purge::Acknowledged => ForgetPolicy { acknowledged: true, older_than: None },
        Purge::Older(micros) => {
            ForgetPolicy { acknowledged: false, older_than: Some(Duration::from_micros(micros)) }
        }
    });
    if let Some(twin) = &peer.twin {
        let (acknowledged, older_than) = match policy {
            Purge::All => (true, json!(0)),
            Purge::Acknowledged => (true, Value::Null),
            Purge::Older(micros) => (false, json!(micros / 1000)),
        };
        let in_twin =
            twin.ask("forget", &[json!({ "acknowledged": acknowledged, "olderThan": older_than })])?;
        ensure(in_twin == json!(forgotten), "javascript", || {
            format!("JavaScript has forgotten {in_twin}, the core {forgotten}")
        })?;
    }
    ensure(doc.to_json() == before.0 && doc.version() == before.1, "forget", || {
        format!("forgetting has changed {} to {}", before.0, doc.to_json())
    })?;
    let left = doc.tombstones();
    ensure(
        left + forgotten == before.2
            && matches!(doc.compare(&doc.horizon(), &before.3), Some(Ordering::Greater | Ordering::Equal)),
        "forget",
        || format!("of {} tombstones {forgotten} were forgotten, and {left} are left", before.2),
    )?;
    ensure(policy != Purge::All || left == 0, "forget", || format!("{left} tombstones are left of all"))
}

fn version_value(version: &Version) -> Value {
    serde_json::to_value(version).unwrap_or_default()
}

fn check_envelope(doc: &Document, changes: &Changes) -> Checked {
    let right = changes.sender() == doc.client_id()
        && changes.document_id() == doc.id()
        && *changes.version() == doc.version()
        && changes.is_full() == changes.since().is_none()
        && changes.since().is_none_or(|base| {
            matches!(doc.compare(base, &doc.horizon()), Some(Ordering::Greater | Ordering::Equal))
        });
    ensure(right, "envelope", || {
        format!("{changes} does not come from {} with {}", doc.client_id(), doc.version())
    })
}

fn check_round_trip(changes: &Changes, text: &str) -> Checked {
    let read: Changes = accepted(text.parse(), "decode", text)?;
    ensure(read == *changes, "decode", || format!("{text} is read as {read}"))?;
    ensure(read.to_string() == text, "encode", || format!("{text} is written again as {read}"))
}
