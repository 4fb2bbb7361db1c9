//! Reads the heads of others that are new or changed; the last good one of each client is kept. Writes nothing.

use crate::{
    engine::{
        decode::read_head,
        pending::ReadTicket,
        round::{Lent, Phase, SyncRound},
    },
    errors::{Error, Result, StoreError},
    names::{Hash, Name},
    plan,
    record::{Listed, SeenHead},
};

#[derive(Debug)]
pub(super) struct Heads {
    reads: Vec<HeadRead>,
}

#[derive(Debug)]
struct HeadRead {
    name: Name,
    listed: Listed,
    path: String,
    head: ReadTicket,
}

impl SyncRound {
    pub(super) fn read_heads(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        self.follow_renewal(lent);
        let facts = &mut self.facts;
        for (name, seen) in facts.known.seen.iter_mut() {
            if !facts.listing.heads.contains(name) {
                seen.listed = None;
                seen.whole = false;
            }
        }
        let names = plan::plan_reads(&facts.known, &facts.listing, &facts.name, facts.due);
        let mut reads = Vec::with_capacity(names.len());
        for (name, listed) in names {
            let path = facts.layout.head(&name);
            let head = self.pending.read(path.clone());
            reads.push(HeadRead { name, listed, path, head });
        }
        Ok(Phase::Heads(Heads { reads }))
    }

    pub(super) fn heads_read(&mut self, phase: Heads, lent: &mut Lent<'_>) -> Result<Phase> {
        for HeadRead { name, listed, path, head } in phase.reads {
            let bytes = self.pending.take_read(head);
            if let Err(reason) = self.note_head(&name, &path, listed, bytes, lent) {
                let label = self.facts.known.seen.get(&name).map(|seen| seen.head.label.clone());
                self.skip(label.unwrap_or_else(|| name.to_string()), reason);
                if let Some(seen) = self.facts.known.seen.get_mut(&name) {
                    seen.listed = None;
                }
            }
        }
        self.heed_complaints();
        if self.facts.options.resend {
            self.facts.known.set_published(None, self.facts.now);
        }
        if self.facts.due { self.list_own_files(lent) } else { self.fetch(lent) }
    }

    /// Takes note of a head as read. The error says why it is of no use.
    fn note_head(
        &mut self,
        name: &Name,
        path: &str,
        listed: Listed,
        bytes: Result<Vec<u8>, StoreError>,
        lent: &mut Lent<'_>,
    ) -> Result<(), String> {
        let codec = self.facts.codec();
        let bytes = bytes.map_err(|error| Error::from(error).to_string())?;
        let hash = Hash::of(&bytes);
        let head =
            read_head(lent.document.id(), name, path, bytes, &*codec).map_err(|error| error.to_string())?;
        if codec.client_name(&head.client) != *name || head.document != *lent.document.id() {
            return Err(format!("{path} is of {}, of the document {}", head.client, head.document));
        }
        let mut at = self.facts.now;
        if let Some(before) = self.facts.known.seen.get(name) {
            if head.sequence < before.head.sequence {
                // Perhaps an old file came back; perhaps the one before was wrong. Either way this is what readers find
                // now, so it counts from here on: otherwise one wrong number would cut this client off for ever. What
                // the client is known to have is not forgotten by that.
                let reason = format!("{path} is older than what was there before");
                self.skip(head.label.clone(), reason);
            } else if hash == before.hash {
                at = before.at;
            } else if head.sequence == before.head.sequence {
                self.warn(format!(
                    "{path} was rewritten under its number {}: perhaps the copy {:?} was cloned with \
                     its .minisync folder",
                    head.sequence, head.label
                ));
            }
        }
        lent.document.replica().acknowledge(&head.client, &head.version);
        self.touch();
        let seen = SeenHead { listed: Some(listed), head, hash, at, whole: true };
        self.facts.known.seen.insert(name.clone(), seen);
        Ok(())
    }
}
