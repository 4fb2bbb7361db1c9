//! Fetches what the own version lacks, and merges it. Writes nothing to the store.

use minisync::{Patches, Path};

use crate::{
    engine::{
        Received,
        decode::{Fault, Unusable, read_data_file},
        pending::ReadTicket,
        round::{Lent, Phase, SyncRound},
    },
    errors::Result,
    files::{DataFile, Head},
    names::{DataName, Name},
    plan,
};

#[derive(Debug)]
pub(super) struct Fetching {
    sources: Vec<SourceRead>,
}

/// The files of one client, to be merged in this order.
#[derive(Debug)]
struct SourceRead {
    name: Name,
    head: Head,
    files: Vec<(DataFile, ReadTicket)>,
}

impl SyncRound {
    /// Asks for what others have published. Where a client's files were not all there, the others' are tried in its
    /// place: so this comes again until nothing more can be had.
    pub(super) fn fetch(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        let facts = &mut self.facts;
        let usable = facts.known.seen.iter().filter(|(name, seen)| seen.whole && !facts.tried.contains(name));
        let heads = usable.map(|(name, seen)| (name, &seen.head));
        let mut sources = Vec::new();
        for plan::Source { name, head, files } in
            plan::plan_fetch(&|version| lent.document.contains(version), heads)
        {
            let pending = &mut self.pending;
            let layout = &facts.layout;
            let read = |file: &DataFile| {
                (file.clone(), pending.read_at_most(layout.data_file(&file.name), file.length))
            };
            let files = files.iter().map(read).collect();
            sources.push(SourceRead { name: name.clone(), head: head.clone(), files });
        }
        if sources.is_empty() {
            return self.tell_conflicts(lent);
        }
        facts.tried.extend(sources.iter().map(|source| &source.name));
        facts.conflicts_before.get_or_insert_with(|| conflicted(lent));
        Ok(Phase::Fetching(Fetching { sources }))
    }

    pub(super) fn fetched(&mut self, phase: Fetching, lent: &mut Lent<'_>) -> Result<Phase> {
        self.keep_unpublished(lent);
        for source in phase.sources {
            self.merge(source, lent);
        }
        // What others have seen may have come only now.
        for seen in self.facts.known.seen.values() {
            lent.document.replica().acknowledge(&seen.head.client, &seen.head.version);
        }
        self.follow_renewal(lent);
        self.fetch(lent)
    }

    /// Merges a client's files up to the first that is of no use: each builds on the one before it.
    fn merge(&mut self, source: SourceRead, lent: &mut Lent<'_>) {
        let SourceRead { name, head, files } = source;
        let codec = self.facts.codec();
        let mut patches: Vec<Patches> = Vec::new();
        let mut failure: Option<(DataName, Unusable)> = None;
        for (file, ticket) in files {
            // Also those behind a failure are collected, so that no answer is left over.
            let bytes = self.pending.take_read(ticket);
            if failure.is_some() {
                continue;
            }
            let merged = read_data_file(&head, &file, bytes, &*codec).and_then(|changes| {
                let refused =
                    |error| Unusable::new(Fault::Unknown, format!("{} cannot be merged: {error}", file.name));
                lent.document.merge(&changes).map_err(refused)
            });
            match merged {
                Ok(patch) => {
                    patches.push(patch);
                    self.facts.fetched.push(file.name);
                }
                Err(unusable) => failure = Some((file.name, unusable)),
            }
        }
        if !patches.is_empty() {
            self.touch();
            self.report.received.push(Received {
                client: head.client.clone(),
                label: head.label.clone(),
                changes: patches.iter().map(Patches::len).sum(),
                patches,
            });
        }
        if let Some((file, Unusable { reason, fault })) = failure {
            self.skip(head.label, reason);
            self.facts.unusable.push((file, fault));
            if let Some(seen) = self.facts.known.seen.get_mut(&name) {
                seen.listed = None;
                seen.whole = false;
            }
        }
    }

    fn tell_conflicts(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        if let Some(before) = self.facts.conflicts_before.take() {
            let mut new = conflicted(lent);
            new.retain(|path| before.binary_search(path).is_err());
            self.report.conflicts = new;
        }
        self.note_complaints();
        self.publish(lent)
    }
}

/// Where there are conflicts now, in the order of paths.
fn conflicted(lent: &Lent<'_>) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    for path in lent.document.conflicted_paths() {
        if let Err(at) = paths.binary_search(&path) {
            paths.insert(at, path);
        }
    }
    paths
}
