//! Publishes: data, then the head, then what can wait. A crash between any two of these leaves a store
//! that everyone still reads.

use std::vec::IntoIter;

use minisync::{ClientId, Version};

use crate::{
    engine::{
        Sent,
        pending::{ChangeTicket, ReadTicket, SaveTicket},
        round::{Lent, Phase, SyncRound},
    },
    errors::Result,
    files::{FormatFile, Index},
    names::{DataName, NameSet},
    plan::{self, Author, Content, Draft, Publication, Standing},
    record::Published,
};

/// The document is saved, with the hash of the head that is about to be written.
#[derive(Debug)]
pub(super) struct SavingDraft {
    draft: Draft,
    save: SaveTicket,
}

/// One file after the other: a head must not be seen before what it names.
#[derive(Debug)]
pub(super) struct Writing {
    write: ChangeTicket,
    /// What is to be written after this.
    rest: IntoIter<(String, Vec<u8>)>,
    /// The head, once it is written.
    published: Published,
}

#[derive(Debug)]
pub(super) struct ReadingIndex {
    path: String,
    index: ReadTicket,
    clients: NameSet,
}

#[derive(Debug)]
pub(super) struct WritingIndex {
    clients: NameSet,
    write: ChangeTicket,
}

#[derive(Debug)]
pub(super) struct Deleting {
    files: Vec<(DataName, ChangeTicket)>,
}

impl SyncRound {
    /// What is to be published, as things stand.
    pub(super) fn publication(&self, lent: &Lent<'_>) -> Publication {
        let facts = &self.facts;
        if facts.is_read_only() {
            return Publication::Nothing;
        }
        let publication = plan::decide(&Standing {
            version: &lent.document.version(),
            label: &lent.record.label,
            missing: &facts.known.complaints,
            hint: lent.record.hint(),
            published: facts.known.published(&facts.client).map(|published| &published.head),
            covered: &facts.known.covered(&facts.client),
        });
        match publication {
            Publication::Nothing if facts.is_outdated => Publication::Head,
            publication => publication,
        }
    }

    /// Makes what is to be published, down to the bytes, and then saves. In this order: whatever is edited from
    /// here on is saved perhaps, but not published, so what was published was saved before in any case.
    pub(super) fn publish(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        let Some(draft) = self.draft(lent)? else {
            return self.delete_retired(lent);
        };
        self.tell_sent(&draft, lent);
        if self.facts.options.dry_run {
            return self.finish(lent);
        }
        let Published { head, hash, .. } = &draft.published;
        lent.record.attempt(&head.client, head.sequence, *hash);
        self.touch();
        let save = self.save(lent)?;
        Ok(Phase::SavingDraft(SavingDraft { draft, save }))
    }

    pub(super) fn draft_saved(&mut self, phase: SavingDraft, lent: &mut Lent<'_>) -> Result<Phase> {
        let SavingDraft { draft, save } = phase;
        self.pending.take_save(save)?;
        let facts = &self.facts;
        let mut files = Vec::new();
        if facts.is_new_folder {
            let format = FormatFile::new(lent.document.id()).to_json();
            files.push((facts.layout.format(), format.into_bytes()));
        }
        if let Some((file, bytes)) = draft.data {
            files.push((facts.layout.data_file(&file.name), bytes));
        }
        files.push((facts.layout.head(&facts.name), draft.head));
        self.write_next(files.into_iter(), draft.published, lent)
    }

    pub(super) fn written(&mut self, phase: Writing, lent: &mut Lent<'_>) -> Result<Phase> {
        self.pending.take_change(phase.write)?;
        self.write_next(phase.rest, phase.published, lent)
    }

    fn write_next(
        &mut self,
        mut files: IntoIter<(String, Vec<u8>)>,
        published: Published,
        lent: &mut Lent<'_>,
    ) -> Result<Phase> {
        // A merge in the meantime may have shown that another copy goes on under our client id: then its head is
        // not ours to write any more. What was written of this draft is swept away by that copy.
        if self.follow_renewal(lent) {
            return self.finish(lent);
        }
        match files.next() {
            Some((path, bytes)) => {
                let write = self.pending.write(path, bytes);
                Ok(Phase::Writing(Writing { write, rest: files, published }))
            }
            None => {
                self.facts.known.used = true;
                self.facts.known.set_published(Some(published), self.facts.now);
                self.read_index(lent)
            }
        }
    }

    /// What to publish; None for nothing.
    fn draft(&mut self, lent: &mut Lent<'_>) -> Result<Option<Draft>> {
        let publication = self.publication(lent);
        let content = match publication {
            Publication::Snapshot => Some(self.snapshot(lent)),
            Publication::Delta(since) => Some(self.delta(&since, lent)),
            Publication::Head | Publication::Nothing => {
                // Nothing of ours is there that a delta could build on: what is next published is a snapshot anyhow.
                let own = self.facts.known.published(&self.facts.client);
                if own.is_none_or(|own| own.head.files.is_empty()) {
                    self.forget(lent);
                }
                if publication == Publication::Nothing {
                    return Ok(None);
                }
                None
            }
        };
        let Lent { document, record } = lent;
        let facts = &self.facts;
        let author = Author {
            document: document.id(),
            client: &facts.client,
            name: &facts.name,
            label: &record.label,
            missing: &facts.known.complaints,
            hint: record.hint(),
        };
        let before = facts.known.published(&facts.client);
        let sequence = record.last_sequence(&facts.client) + 1;
        Draft::new(author, &*facts.codec(), document.version(), sequence, before, content).map(Some)
    }

    /// A delta since this version, or a snapshot where that is the better choice, or the only one.
    fn delta(&mut self, since: &Version, lent: &mut Lent<'_>) -> Content {
        let delta = lent.document.changes_since(since);
        if delta.is_full() {
            return self.snapshot(lent);
        }
        let text = delta.to_string();
        let before = self.facts.known.published(&self.facts.client);
        if before.is_none_or(|own| plan::is_snapshot_due(&own.head, text.len() as u64)) {
            return self.snapshot(lent);
        }
        Content { since: Some(since.clone()), text }
    }

    fn snapshot(&mut self, lent: &mut Lent<'_>) -> Content {
        self.forget(lent);
        Content { since: None, text: lent.document.changes().to_string() }
    }

    /// Forgets deletions, where what is next published is a whole snapshot. At any other time it would make one of the
    /// next delta: who lacks a deletion that is forgotten needs everything.
    fn forget(&mut self, lent: &mut Lent<'_>) {
        let options = &self.facts.options;
        if options.dry_run || self.facts.is_read_only() {
            return;
        }
        let Some(policy) = options.forget.clone() else { return };
        self.dismiss_silent(lent);
        if lent.document.forget(&policy) > 0 {
            self.touch();
        }
    }

    fn tell_sent(&mut self, draft: &Draft, lent: &Lent<'_>) {
        if let Some((file, _)) = &draft.data {
            let news = lent.document.changes_since(&self.facts.known.covered(&self.facts.client));
            self.report.sent =
                Some(Sent { changes: news.count(), bytes: file.length, whole: file.is_snapshot() });
        }
    }

    /// Adds to `index.json` whoever is missing there. It is a hint: where it fails, it is left for later.
    fn read_index(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        let mut clients = NameSet::default();
        clients.extend(self.facts.listing.heads.names().chain([&self.facts.name]));
        if clients.is_subset(&self.facts.known.indexed) {
            return self.delete_retired(lent);
        }
        let path = self.facts.layout.index();
        let index = self.pending.read(path.clone());
        Ok(Phase::ReadingIndex(ReadingIndex { path, index, clients }))
    }

    pub(super) fn index_read(&mut self, phase: ReadingIndex, lent: &mut Lent<'_>) -> Result<Phase> {
        let ReadingIndex { path, index, mut clients } = phase;
        let there = self.pending.take_read(index).ok().and_then(|bytes| Index::parse(&bytes, &path).ok());
        if let Some(index) = &there {
            clients.extend(index.clients().iter());
        }
        let index = Index::new(&clients);
        if there.is_some_and(|there| there == index) {
            self.facts.known.indexed = clients;
            return self.delete_retired(lent);
        }
        let write = self.pending.write(path, index.to_json().into_bytes());
        Ok(Phase::WritingIndex(WritingIndex { clients, write }))
    }

    pub(super) fn index_written(&mut self, phase: WritingIndex, lent: &mut Lent<'_>) -> Result<Phase> {
        if self.pending.take_change(phase.write).is_ok() {
            self.facts.known.indexed = phase.clients;
        }
        self.delete_retired(lent)
    }

    /// Deletes own files that nobody needs any more.
    fn delete_retired(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        let facts = &self.facts;
        let Some(published) = facts.known.published(&facts.client) else {
            return self.finish(lent);
        };
        if facts.options.dry_run || facts.is_read_only() {
            return self.finish(lent);
        }
        let keep = u64::try_from(facts.options.keep.as_micros()).unwrap_or(u64::MAX);
        let clients = self.versions_of_others(lent);
        let (serving, retired) = (&published.head.files, &facts.known.retired);
        let names = plan::plan_deletions(serving, retired, &clients, facts.now, keep);
        let own = names.into_iter().filter(|name| *name.client() == facts.name);
        let mut files = Vec::new();
        for name in own {
            let delete = self.pending.delete(facts.layout.data_file(&name));
            files.push((name, delete));
        }
        Ok(Phase::Deleting(Deleting { files }))
    }

    pub(super) fn deleted(&mut self, phase: Deleting, lent: &mut Lent<'_>) -> Result<Phase> {
        let mut failure = None;
        for (name, delete) in phase.files {
            match self.pending.take_change(delete) {
                Ok(()) => self.facts.known.retired.retain(|retired| retired.name != name),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        if let Some(error) = failure {
            self.warn(format!("{error}; it is no longer needed, and is deleted later"));
        }
        self.finish(lent)
    }

    /// What each client has that may read our files: those met here, also those of whom nothing could be
    /// read yet, and those that the document knows of.
    fn versions_of_others(&self, lent: &Lent<'_>) -> Vec<Version> {
        let facts = &self.facts;
        let here = facts.listing.heads.names().filter(|name| **name != facts.name);
        let here = here.map(|name| match facts.known.seen.get(name) {
            Some(seen) => (Some(&seen.head.client), seen.head.version.clone()),
            // A client of whom nothing is known may need everything.
            None => (None, Version::default()),
        });
        let elsewhere = lent.document.clients().map(|(client, version)| (Some(client), version));
        let is_heard = |client: Option<&ClientId>, version: &Version| {
            client.is_none_or(|client| !self.is_silent(client, version, lent))
        };
        let all = here.chain(elsewhere).filter(|(client, version)| is_heard(*client, version));
        all.map(|(_, version)| version).collect()
    }
}
