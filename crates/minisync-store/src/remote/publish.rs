//! Publishes: data, then the head, then what can wait. A crash between any two of these leaves a store
//! that everyone still reads.

use std::collections::BTreeSet;

use minisync::Version;

use crate::{
    error::Result,
    format_file::FormatFile,
    index::Index,
    name::Name,
    plan::{self, Draft, HeadListing, Publication},
    remote::{Sent, read::Folder, round::Round},
};

impl Round<'_> {
    /// Saves, publishes what the target lacks, and deletes what nobody needs any more. The caller saves again.
    pub(super) async fn publish(&mut self, folder: Folder, listing: &HeadListing) -> Result<()> {
        if let Some(draft) = self.draft()? {
            self.tell(&draft);
            if self.options.dry_run {
                return Ok(());
            }
            self.state.attempt(draft.published.head.sequence, draft.published.hash);
            self.save().await?;
            self.write(draft, folder).await?;
            self.index(listing).await?;
        }
        self.delete_retired(listing).await
    }

    /// What to publish, down to the bytes; None for nothing.
    fn draft(&self) -> Result<Option<Draft>> {
        let document = self.state.document();
        let before = self.books.published(&self.client);
        let data = match self.publication() {
            Publication::Nothing => return Ok(None),
            Publication::Head => None,
            Publication::Snapshot => Some((None, document.changes().to_string())),
            Publication::Delta(since) => Some(self.delta(&since)),
        };
        let sequence = self.state.books().last_sequence(&self.client) + 1;
        let names = (document.id(), &self.client, self.state.label());
        Draft::new(names, document.version(), sequence, before, data).map(Some)
    }

    /// A delta since this version, or a snapshot where that is the better choice, or the only one.
    fn delta(&self, since: &Version) -> (Option<Version>, String) {
        let document = self.state.document();
        let delta = document.changes_since(since);
        let text = delta.to_string();
        let before = self.books.published(&self.client);
        let is_due = |length| before.is_none_or(|own| plan::is_snapshot_due(&own.head, length));
        if delta.is_full() {
            (None, text)
        } else if is_due(text.len() as u64) {
            (None, document.changes().to_string())
        } else {
            (Some(since.clone()), text)
        }
    }

    fn tell(&mut self, draft: &Draft) {
        let Some((file, _)) = &draft.data else { return };
        let document = self.state.document();
        let news = document.changes_since(&self.books.covered(&self.client));
        self.report.sent =
            Some(Sent { changes: news.count(), bytes: file.length, whole: file.is_snapshot() });
    }

    async fn write(&mut self, draft: Draft, folder: Folder) -> Result<()> {
        if folder == Folder::New {
            let format = FormatFile::new(self.state.document().id()).to_text()?;
            self.store.write(&self.layout.format(), format.as_bytes()).await?;
            self.books.used = true;
        }
        if let Some((file, bytes)) = &draft.data {
            self.store.write(&self.layout.data_file(&file.name), bytes).await?;
        }
        let head = self.layout.head(&self.name);
        self.store.write(&head, draft.text.as_bytes()).await?;
        self.books.set_published(Some(draft.published), self.now);
        Ok(())
    }

    /// Adds to `index.json` whoever is missing there. It is a hint: where it fails, it is left for later.
    async fn index(&mut self, listing: &HeadListing) -> Result<()> {
        let mut clients: BTreeSet<Name> = listing.heads.keys().cloned().collect();
        clients.insert(self.name.clone());
        if clients.is_subset(&self.books.indexed) {
            return Ok(());
        }
        let path = self.layout.index();
        let there = match self.store.read(&path).await {
            Ok(bytes) => Index::parse(&bytes, &path).ok(),
            Err(_) => None,
        };
        if let Some(index) = &there {
            clients.extend(index.clients().iter().cloned());
        }
        let index = Index::new(clients);
        let is_news = there.is_none_or(|there| there != index);
        if is_news && self.store.write(&path, index.to_text()?.as_bytes()).await.is_err() {
            return Ok(());
        }
        self.books.indexed = index.clients().clone();
        Ok(())
    }

    /// Deletes own files that nobody needs any more.
    async fn delete_retired(&mut self, listing: &HeadListing) -> Result<()> {
        let Some(published) = self.books.published(&self.client) else {
            return Ok(());
        };
        if self.options.dry_run || self.read_only {
            return Ok(());
        }
        let keep = u64::try_from(self.options.keep.as_micros()).unwrap_or(u64::MAX);
        let (files, retired) = (&published.head.files, &self.books.retired);
        let names = plan::plan_deletions(files, retired, &self.known(listing), self.now, keep);
        for name in names.into_iter().filter(|name| *name.client() == self.name) {
            let path = self.layout.data_file(&name);
            if let Err(error) = self.store.delete(&path).await {
                self.warn(format!("{error}; it is no longer needed, and is deleted later"));
                return Ok(());
            }
            self.books.retired.retain(|retired| retired.file.name != name);
        }
        Ok(())
    }

    /// What each client has that may read our files: those met here, also those of whom nothing could be
    /// read yet, and those that the document knows of.
    fn known(&self, listing: &HeadListing) -> Vec<Version> {
        let here = listing.heads.keys().filter(|name| **name != self.name);
        let here = here.map(|name| match self.books.seen.get(name) {
            Some(seen) => seen.head.version.clone(),
            None => Version::default(),
        });
        let elsewhere = self.state.document().clients().map(|(_, version)| version);
        here.chain(elsewhere).collect()
    }
}
