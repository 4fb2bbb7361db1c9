//! Accidents: backups that are put back, and states that are copied. All of them go on, and none has to notice. Accidents
//! that no program can live through are none of the simulator's; `docs/algorithm.md` lists them.

use minisync::Changes;
use serde_json::json;

use super::{Checked, Peer, World, accepted, author::Author};

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
            // It is back where it was, and may be told again.
            peer.told.clear();
            peer.author = author.copied(clock, &self.oracle);
        }
        self.check(client)
    }

    /// A client's state is copied to `client`. With `own_id`, the copy takes an id of its own, as a store makes it.
    pub(super) fn duplicate(&mut self, client: usize, from: usize, own_id: bool) -> Checked {
        let Some(source) = self.peers.get(&from).filter(|_| !self.peers.contains_key(&client)) else {
            return Ok(());
        };
        let clock = source.author.clock.another(self.now);
        let author = source.author.clone();
        let text = source.doc.changes().to_string();
        let changes: Changes = accepted(text.parse(), "decode", &text)?;
        let doc = accepted(self.restore(client, &clock, &changes), "restore", &text)?;
        let twin = self.twin(client, "restore", &clock, &[json!(text)])?;
        let author = author.copied(clock, &self.oracle);
        self.shared.insert(author.id.clone());
        self.peers.insert(client, Peer::new(doc, author, twin));
        if own_id {
            self.take_new_id(client)?;
        }
        self.check(client)
    }

    fn take_new_id(&mut self, client: usize) -> Checked {
        let Some(peer) = self.peers.get_mut(&client) else { return Ok(()) };
        accepted(peer.doc.replica().take_new_client_id(), "new id", format_args!("c{client}"))?;
        if let Some(twin) = &peer.twin {
            twin.ask("renew", &[])?;
        }
        peer.author.took_new_id(&peer.doc, &self.oracle)?;
        self.trace.note(|| format!("  c{client} is {} from now on", peer.author.id));
        Ok(())
    }
}
