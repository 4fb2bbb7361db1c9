//! Reads what small files a store has: `format.json`, heads, and the names of the own files. Writes nothing.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use crate::{
    error::{Error, Result},
    format_file::FormatFile,
    hash::Hash,
    head::{DataFile, Head},
    layout::DataName,
    local::{Listed, Origin, Published, Retired, SeenHead},
    name::Name,
    plan::{self, HeadListing},
    remote::{fetch::fetch_file, round::Round},
    store::StoreError,
};

/// Whether the document's folder is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    Marked,
    /// Certainly not: `format.json` is to be written first.
    New,
}

impl Round<'_> {
    /// Makes sure that this is the folder that it was: an empty mount must not pass for an empty folder.
    pub(super) async fn check_folder(&mut self, listing: &HeadListing) -> Result<Folder> {
        let path = self.layout.format();
        let found = match self.store.read(&path).await {
            Ok(bytes) => Some(FormatFile::parse(&bytes, &path)),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error.into()),
        };
        let is_empty = listing.heads.is_empty();
        match found {
            Some(Ok(format)) if format.document() == self.state.document().id() => {
                self.books.used = true;
                Ok(Folder::Marked)
            }
            Some(Ok(format)) => {
                let reason = format!("{path} is of the document {}", format.document());
                Err(Error::wrong_folder(reason))
            }
            // Whoever began to write it was cut short: it is written again, with the same bytes.
            Some(Err(error)) if !(error.is_malformed() && is_empty && !self.books.used) => Err(error),
            None if self.books.used => Err(Error::wrong_folder(format!("there is no {path}"))),
            None if !is_empty => Err(Error::malformed(
                self.layout.root(),
                "there is no format.json; if a file synchroniser is at work, wait for it to end, and \
                 sync again",
            )),
            _ if self.read_only => {
                let document = self.state.document().id().as_str();
                Err(Error::no_document(document, format!("there is no {path}")))
            }
            _ => Ok(Folder::New),
        }
    }

    /// Before anything is published: the own head must be one that we wrote.
    pub(super) async fn check_own_head(&mut self) -> Result<()> {
        if self.read_only {
            return Ok(());
        }
        let path = self.layout.head(&self.name);
        let bytes = match self.store.read(&path).await {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_found() => {
                self.books.set_published(None, self.now);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        match Head::parse(&bytes, &path) {
            Ok(head) if head.client == self.client => self.judge_own_head(head, &bytes).await,
            Ok(head) => {
                Err(Error::malformed(path, format!("it says that it is of the client {}", head.client)))
            }
            Err(error) if error.is_unsupported() => Err(error),
            // Our write was cut short, or is under way still: the next one mends it.
            Err(_) => {
                self.books.set_published(None, self.now);
                Ok(())
            }
        }
    }

    async fn judge_own_head(&mut self, head: Head, bytes: &[u8]) -> Result<()> {
        let hash = Hash::of(bytes);
        let own = self.state.document().version().get(&self.client);
        if self.state.books().judge(&head, hash) == Origin::Foreign || head.version.get(&self.client) > own {
            return self.renew_beside(&head).await;
        }
        let last = self.books.published(&self.client).map(|last| last.head.sequence);
        if last.is_some_and(|last| head.sequence < last) {
            self.is_outdated = true;
        } else {
            let length = bytes.len() as u64;
            self.books.set_published(Some(Published { head, hash, length }), self.now);
        }
        Ok(())
    }

    /// Another copy goes on under our client id, and this is its head: this one was restored from a backup, or
    /// copied. It takes a new id; the other copy is like any other then. What that published tells which own
    /// writes both have; where it cannot be had, others' word counts alone, and more may appear twice.
    async fn renew_beside(&mut self, head: &Head) -> Result<()> {
        let mut published = Vec::new();
        for file in &head.files {
            published.extend(fetch_file(self.store, &self.layout, head, file).await.ok());
        }
        let shared = self.state.books().shared(&self.client);
        let document = self.state.document_mut();
        if document.replica().renew_client_id_beside(&shared, &published).is_err() {
            document.replica().renew_client_id()?;
        }
        self.follow_renewal();
        Ok(())
    }

    /// Reads the heads that changed, or all if `due`; the last good one of each client is kept.
    pub(super) async fn read_heads(&mut self, listing: &HeadListing, due: bool) -> Result<()> {
        for (name, seen) in &mut self.books.seen {
            if !listing.heads.contains_key(name) {
                seen.listed = None;
                seen.whole = false;
            }
        }
        let names = plan::plan_reads(&self.books, listing, &self.name, due);
        let paths: Vec<String> = names.iter().map(|name| self.layout.head(name)).collect();
        let (store, concurrency) = (self.store, self.options.concurrency.max(1));
        let reads = paths.iter().map(|path| store.read(path));
        let read: Vec<_> = stream::iter(reads).buffered(concurrency).collect().await;
        for ((name, path), bytes) in names.into_iter().zip(&paths).zip(read) {
            let Some(listed) = listing.heads.get(&name) else {
                continue;
            };
            if let Err(reason) = self.note_head(&name, path, listed, bytes)? {
                let label = self.books.seen.get(&name).map(|seen| seen.head.label.clone());
                self.skip(label.unwrap_or_else(|| name.to_string()), reason);
                if let Some(seen) = self.books.seen.get_mut(&name) {
                    seen.listed = None;
                }
            }
        }
        Ok(())
    }

    /// Takes note of a head as read. The inner error says why it is of no use.
    fn note_head(
        &mut self,
        name: &Name,
        path: &str,
        listed: &Listed,
        bytes: Result<Vec<u8>, StoreError>,
    ) -> Result<Result<(), String>> {
        let parsed = bytes
            .map_err(Error::from)
            .and_then(|bytes| Head::parse(&bytes, path).map(|head| (head, Hash::of(&bytes))));
        let (head, hash) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return Ok(Err(error.to_string())),
        };
        if Name::of_client(&head.client) != *name || head.document != *self.state.document().id() {
            let reason = format!("{path} is of {}, of the document {}", head.client, head.document);
            return Ok(Err(reason));
        }
        let mut at = self.now;
        if let Some(before) = self.books.seen.get(name) {
            if head.sequence < before.head.sequence {
                return Ok(Err(format!("{path} is older than what was there before")));
            }
            if hash == before.hash {
                at = before.at;
            } else if head.sequence == before.head.sequence {
                self.warn(format!(
                    "{path} was rewritten under its number {}: perhaps the copy {:?} was cloned with \
                     its .minisync folder",
                    head.sequence, head.label
                ));
            }
        }
        self.state.document_mut().replica().acknowledge(&head.client, &head.version);
        self.follow_renewal();
        let seen = SeenHead { listed: Some(listed.clone()), head, hash, at, whole: true };
        self.books.seen.insert(name.clone(), seen);
        Ok(Ok(()))
    }

    /// Now and then: are the own files still there? If not, all is published anew. Files that a crash left
    /// without a head that names them are retired.
    pub(super) async fn verify_own_files(&mut self) -> Result<()> {
        let Some(published) = self.books.published(&self.client).cloned() else {
            return Ok(());
        };
        let entries = self.store.list(&self.layout.data()).await?;
        let sizes: BTreeMap<DataName, u64> = entries
            .into_iter()
            .filter_map(|entry| Some((entry.name.parse::<DataName>().ok()?, entry.size)))
            .filter(|(name, _)| *name.client() == self.name)
            .collect();
        let is_there = |file: &DataFile| sizes.get(&file.name) == Some(&file.length);
        if !published.head.files.iter().all(is_there) {
            self.warn(format!(
                "files of this copy are missing in {}; everything is sent again",
                self.layout.data()
            ));
            self.books.set_published(None, self.now);
        }
        let named = |name: &DataName| published.head.files.iter().any(|file| file.name == *name);
        for (name, length) in sizes {
            let known = self.books.retired.iter().any(|retired| retired.file.name == name);
            if !named(&name) && !known {
                let version = self.state.document().version();
                let since = Some(version.clone());
                let file = DataFile { name, length, since, version };
                self.books.retired.push(Retired { file, at: self.now });
            }
        }
        Ok(())
    }
}
