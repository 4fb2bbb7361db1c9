//! Before anything is published: the own head must be one that we wrote. If another copy goes on under our client
//! id, this one takes a new one.

use minisync::Changes;

use crate::{
    engine::{
        decode::{read_data_file, read_head},
        pending::ReadTicket,
        round::{Lent, Phase, SyncRound},
    },
    errors::{Error, Result},
    files::{DataFile, Head},
    names::Hash,
    record::{Origin, Published},
};

#[derive(Debug)]
pub(super) struct OwnHead {
    path: String,
    head: ReadTicket,
}

/// The files of another copy under our client id.
#[derive(Debug)]
pub(super) struct Beside {
    head: Head,
    files: Vec<(DataFile, ReadTicket)>,
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
        let own = lent.document.version().get(&self.facts.client);
        let origin = lent.record.classify(&found.head, found.hash);
        // Stamps under our id that are not here: whoever gave them is another copy, whatever the head's number.
        if origin == Origin::Foreign || found.head.version.get(&self.facts.client) > own {
            return match self.facts.format_fault.take() {
                Some(fault) => Err(fault),
                None => self.read_beside(found.head),
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

    /// Another copy goes on under our client id, and this is its head: this one was restored from a backup, or
    /// copied. What that published tells which own writes both have, so that these keep their names.
    fn read_beside(&mut self, head: Head) -> Result<Phase> {
        let layout = &self.facts.layout;
        let pending = &mut self.pending;
        let read =
            |file: &DataFile| (file.clone(), pending.read_at_most(layout.data_file(&file.name), file.length));
        let files = head.files.iter().map(read).collect();
        Ok(Phase::Beside(Beside { head, files }))
    }

    /// This copy takes a new id; the other copy is like any other then. Where its files cannot be had, others' word
    /// counts alone, and more may appear twice.
    pub(super) fn beside_read(&mut self, phase: Beside, lent: &mut Lent<'_>) -> Result<Phase> {
        let codec = self.facts.codec();
        let mut published: Vec<Changes> = Vec::new();
        for (file, ticket) in phase.files {
            let bytes = self.pending.take_read(ticket);
            published.extend(read_data_file(&phase.head, &file, bytes, &*codec).ok());
        }
        if !self.follow_renewal(lent) {
            let shared = lent.record.shared(&self.facts.client);
            if lent.document.replica().renew_client_id_beside(&shared, &published).is_err() {
                lent.document.replica().renew_client_id()?;
            }
            self.touch();
            self.follow_renewal(lent);
        }
        self.read_heads(lent)
    }
}
