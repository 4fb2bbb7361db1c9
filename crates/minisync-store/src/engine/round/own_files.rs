//! Now and then: are the own files still there? Writes nothing.

use crate::{
    engine::{
        pending::ListTicket,
        round::{Lent, Phase, SyncRound},
    },
    errors::Result,
    files::DataFile,
    names::DataName,
    record::Retired,
};

#[derive(Debug)]
pub(super) struct OwnFiles {
    files: ListTicket,
}

impl SyncRound {
    pub(super) fn list_own_files(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        if self.facts.known.published(&self.facts.client).is_none() {
            return self.fetch(lent);
        }
        let files = self.pending.list(self.facts.layout.data());
        Ok(Phase::OwnFiles(OwnFiles { files }))
    }

    /// If one is missing, all is published anew. Files that a crash left without a head that names them are retired.
    pub(super) fn own_files_listed(&mut self, phase: OwnFiles, lent: &mut Lent<'_>) -> Result<Phase> {
        let entries = self.pending.take_list(phase.files)?;
        self.follow_renewal(lent);
        let facts = &mut self.facts;
        let Some(published) = facts.known.published(&facts.client).cloned() else {
            // The client id was renewed while the list was on its way.
            return self.fetch(lent);
        };
        let own: Vec<(DataName, u64)> = entries
            .into_iter()
            .filter_map(|entry| Some((entry.name.parse::<DataName>().ok()?, entry.size)))
            .filter(|(name, _)| *name.client() == facts.name)
            .collect();
        let is_there =
            |file: &DataFile| own.iter().any(|(name, size)| *name == file.name && *size == file.length);
        let is_whole = published.head.files.iter().all(is_there);
        if !is_whole {
            facts.known.set_published(None, facts.now);
        }
        for (name, _) in own {
            if published.head.files.iter().all(|file| file.name != name) {
                // Nobody was ever told of it, so who has seen what we have has no use for it.
                let version = lent.document.version();
                facts.known.retire(Retired { name, version, is_snapshot: false, at: facts.now });
            }
        }
        if !is_whole {
            let place = self.facts.layout.data();
            self.warn(format!("files of this copy are missing in {place}; everything is sent again"));
        }
        self.fetch(lent)
    }
}
