//! Before anything is published: the own head must be one that we wrote. If another process publishes under our client
//! id, this one takes a new one: a head has one writer.

use crate::{
    engine::{
        decode::read_head,
        pending::ReadTicket,
        round::{Lent, Phase, SyncRound},
    },
    errors::{Error, Result},
    names::Hash,
    record::{Origin, Published},
};

#[derive(Debug)]
pub(super) struct OwnHead {
    path: String,
    head: ReadTicket,
}

impl SyncRound {
    pub(super) fn check_own_head(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        if self.facts.is_read_only() {
            return self.read_heads(lent);
        }
        let path = self.facts.layout.head(&self.facts.name);
        let head = self.pending.read(path.clone());
        Ok(Phase::OwnHead(OwnHead { path, head }))
    }

    pub(super) fn own_head_read(&mut self, phase: OwnHead, lent: &mut Lent<'_>) -> Result<Phase> {
        let OwnHead { path, head } = phase;
        // The document may have taken a new client id while the head of the former one was on its way.
        let is_renewed = self.follow_renewal(lent);
        let found = match self.pending.take_read(head) {
            _ if is_renewed => return self.read_heads_in_proven_folder(false, lent),
            Ok(bytes) => bytes,
            Err(error) if error.is_not_found() => {
                self.facts.known.set_published(None, self.facts.now);
                return self.read_heads_in_proven_folder(false, lent);
            }
            Err(error) => return Err(error.into()),
        };
        let (hash, length) = (Hash::of(&found), found.len() as u64);
        let codec = self.facts.codec();
        match read_head(lent.document.id(), &self.facts.name, &path, found, &*codec) {
            Ok(head) if head.client != self.facts.client => {
                Err(Error::malformed(path, format!("it says that it is of the client {}", head.client)))
            }
            Ok(head) => self.classify_own_head(Published { head, hash, length }, lent),
            Err(error) if error.is_unsupported() => Err(error),
            // Our write was cut short, or is under way still: the next one mends it.
            Err(_) => {
                self.facts.known.set_published(None, self.facts.now);
                self.read_heads_in_proven_folder(false, lent)
            }
        }
    }

    /// Goes on with the heads of others. Where `format.json` is lost or broken, only an own head that we know proves
    /// that this is the folder, and no empty or foreign one: then the mark is written again.
    fn read_heads_in_proven_folder(&mut self, is_proven: bool, lent: &mut Lent<'_>) -> Result<Phase> {
        match self.facts.format_fault.take() {
            Some(fault) if !is_proven => return Err(fault),
            Some(_) => {
                self.facts.is_new_folder = true;
                self.facts.is_outdated = true;
                let path = self.facts.layout.format();
                self.warn(format!("{path} was lost or broken; it is written again"));
            }
            None => {}
        }
        self.read_heads(lent)
    }

    fn classify_own_head(&mut self, found: Published, lent: &mut Lent<'_>) -> Result<Phase> {
        let origin = lent.record.classify(&found.head, found.hash);
        if origin == Origin::Foreign {
            return match self.facts.format_fault.take() {
                Some(fault) => Err(fault),
                None => self.leave_id(lent),
            };
        }
        let is_proven = origin == Origin::Ours && found.head.document == *lent.document.id();
        let last = self.facts.known.published(&self.facts.client).map(|last| last.head.sequence);
        if last.is_some_and(|last| found.head.sequence < last) {
            self.facts.is_outdated = true;
        } else {
            self.facts.known.set_published(Some(found), self.facts.now);
        }
        self.read_heads_in_proven_folder(is_proven, lent)
    }

    /// Another process publishes under our client id: this copy was restored from a backup, or copied. It takes a new id,
    /// and a head with it; the other one is like any other then. What no head there holds is published again by that.
    fn leave_id(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        lent.document.replica().take_new_client_id()?;
        self.touch();
        self.follow_renewal(lent);
        self.read_heads(lent)
    }
}
