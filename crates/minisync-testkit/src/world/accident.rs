//! Accidents: backups that are put back, and states that are copied. Says when a copy has to notice, and what it
//! does then. Accidents that nothing can notice are none of the simulator's; `docs/algorithm.md` lists them.
//!
//! All that a client hands out goes through a store, as far as the client id is concerned: a *publication* has a
//! number, and before a copy publishes it looks whether the last one under its id was its own. Where it is about to
//! hear of another copy's writes and the document alone could not tell, it has looked there before too.

use minisync::{Changes, Version};
use serde_json::json;

use super::{Checked, Peer, World, accepted, author::Author};
use crate::oracle::Seen;

/// A client's state at some time.
pub(super) struct Backup {
    text: String,
    author: Author,
}

impl World<'_> {
    pub(super) fn back_up(&mut self, client: usize) -> Checked {
        if let Some(peer) = self.peers.get_mut(&client) {
            peer.backup = Some(Backup { text: peer.doc.changes().to_string(), author: peer.author.clone() });
        }
        Ok(())
    }

    pub(super) fn recover(&mut self, client: usize) -> Checked {
        let Some(peer) = self.peers.get(&client) else { return Ok(()) };
        let clock = peer.author.clock.clone();
        let Some((text, author)) =
            peer.backup.as_ref().map(|backup| (backup.text.clone(), backup.author.clone()))
        else {
            return Ok(());
        };
        let changes: Changes = accepted(text.parse(), "decode", &text)?;
        let doc = accepted(self.restore(client, &clock, &changes), "restore", &text)?;
        let twin = self.twin(client, "restore", &clock, &[json!(text)])?;
        self.shared.insert(doc.client_id().clone());
        if let Some(peer) = self.peers.get_mut(&client) {
            peer.load(doc, twin);
            peer.author = author.copied(clock, &peer.doc);
        }
        self.check(client)
    }

    /// A client's state is copied to `client`.
    pub(super) fn duplicate(&mut self, client: usize, from: usize, noticed: bool) -> Checked {
        let Some(source) = self.peers.get(&from).filter(|_| !self.peers.contains_key(&client)) else {
            return Ok(());
        };
        let clock = source.author.clock.another(self.now);
        let author = source.author.clone();
        let text = source.doc.changes().to_string();
        let changes: Changes = accepted(text.parse(), "decode", &text)?;
        let doc = accepted(self.restore(client, &clock, &changes), "restore", &text)?;
        let twin = self.twin(client, "restore", &clock, &[json!(text)])?;
        let author = author.copied(clock, &doc);
        self.shared.insert(author.id.clone());
        self.peers.insert(client, Peer::new(doc, author, twin));
        if noticed {
            self.renew(client)?;
        }
        self.check(client)
    }

    /// A client is about to publish something under its id.
    pub(super) fn publish(&mut self, client: usize) -> Checked {
        self.look(client)?;
        if let Some(peer) = self.peers.get_mut(&client) {
            self.counts.0 += 1;
            self.published.insert(peer.author.id.clone(), self.counts.0);
            peer.author.published = Some(self.counts.0);
        }
        Ok(())
    }

    /// A client looks whether the last publication under its id is its own.
    fn look(&mut self, client: usize) -> Checked {
        match self.peers.get(&client) {
            Some(peer) if self.published.get(&peer.author.id).copied() != peer.author.published => {
                self.renew(client)
            }
            _ => Ok(()),
        }
    }

    /// A client is about to write. One that leaves its id for its clock's sake has published before what it wrote
    /// under that, or has noticed that it cannot; otherwise two accidents at once would be one too many.
    pub(super) fn before_writing(&mut self, client: usize) -> Checked {
        match self.peers.get(&client) {
            Some(peer) if peer.author.must_leave(&peer.doc) => self.publish(client),
            _ => Ok(()),
        }
    }

    /// A client takes a new id.
    fn renew(&mut self, client: usize) -> Checked {
        let Some(peer) = self.peers.get_mut(&client) else { return Ok(()) };
        let (before, shown) = (peer.doc.version(), peer.doc.to_value());
        let last = peer.author.shared(&peer.doc, None);
        accepted(peer.doc.replica().renew_client_id(), "renew", format_args!("c{client}"))?;
        if let Some(twin) = &peer.twin {
            twin.ask("renew", &[])?;
        }
        peer.author.renewed(&peer.doc, &mut self.oracle, &before, last)?;
        self.trace.note(|| format!("  c{client} is {} from now on, and shows {shown}", peer.author.id));
        self.check(client)
    }

    /// A client is about to hear of a version, of someone who has seen `seen`. Where another copy of it wrote
    /// something of that: whether it will notice by itself; otherwise it notices now, by what was published.
    pub(super) fn hear(&mut self, client: usize, version: &Version, seen: &Seen) -> Checked<bool> {
        let Some(peer) = self.peers.get(&client) else { return Ok(false) };
        let is_other = |writer| peer.author.seen.lacks(seen, writer);
        if !self.oracle.writers(&peer.author.id).any(is_other) {
            return Ok(false);
        }
        if peer.author.must_notice(&peer.doc, version) {
            return Ok(true);
        }
        self.renew(client)?;
        Ok(false)
    }
}
