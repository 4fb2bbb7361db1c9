//! Fetches what the own version lacks, and merges it. Writes nothing to the store.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use minisync::Changes;

use crate::{
    error::Result,
    head::{DataFile, Head},
    layout::Layout,
    name::Name,
    plan::{self, Source},
    remote::{Received, round::Round},
    store::Store,
};

impl Round<'_> {
    /// Takes in what others have published. Where a client's files are not all there, the others' are tried
    /// in its place.
    pub(super) async fn take_in(&mut self) -> Result<()> {
        let mut tried = BTreeSet::new();
        let mut conflicts: Option<BTreeSet<minisync::Path>> = None;
        loop {
            let version = self.state.document().version();
            let heads: Vec<Head> = self
                .books
                .seen
                .iter()
                .filter(|(name, seen)| seen.whole && !tried.contains(*name))
                .map(|(_, seen)| seen.head.clone())
                .collect();
            let heads: Vec<&Head> = heads.iter().collect();
            let sources = plan::plan_fetch(&version, &heads);
            if sources.is_empty() {
                break;
            }
            conflicts.get_or_insert_with(|| self.conflicted());
            let (store, layout) = (self.store, &self.layout);
            let fetches = sources.iter().map(|source| fetch(store, layout, source));
            let concurrency = self.options.concurrency.max(1);
            let fetched: Vec<_> = stream::iter(fetches).buffered(concurrency).collect().await;
            for (source, fetched) in sources.iter().zip(fetched) {
                let name = Name::of_client(&source.head.client);
                self.merge(&name, source, fetched);
                tried.insert(name);
            }
        }
        if let Some(before) = conflicts {
            let now = self.conflicted();
            self.report.conflicts = now.difference(&before).cloned().collect();
        }
        Ok(())
    }

    fn conflicted(&self) -> BTreeSet<minisync::Path> {
        self.state.document().conflicted_paths().into_iter().collect()
    }

    fn merge(&mut self, name: &Name, source: &Source<'_>, fetched: Fetched) {
        let head = source.head;
        let mut failure = fetched.failure;
        let mut patches = Vec::new();
        for (file, changes) in source.files.iter().zip(&fetched.changes) {
            match self.state.document_mut().merge(changes) {
                Ok(patch) => patches.push(patch),
                Err(error) => {
                    failure = Some(format!("{} cannot be merged: {error}", file.name));
                    break;
                }
            }
        }
        if !patches.is_empty() {
            self.report.received.push(Received {
                client: head.client.clone(),
                label: head.label.clone(),
                changes: patches.iter().map(minisync::Patches::len).sum(),
                patches,
            });
        }
        if let Some(reason) = failure {
            self.skip(head.label.clone(), reason);
            if let Some(seen) = self.books.seen.get_mut(name) {
                seen.listed = None;
                seen.whole = false;
            }
        }
    }
}

/// What could be had of a source: a beginning of its files, and why not all.
struct Fetched {
    changes: Vec<Changes>,
    failure: Option<String>,
}

async fn fetch(store: &dyn Store, layout: &Layout, source: &Source<'_>) -> Fetched {
    let mut fetched = Fetched { changes: Vec::with_capacity(source.files.len()), failure: None };
    for file in source.files {
        match fetch_file(store, layout, source.head, file).await {
            Ok(changes) => fetched.changes.push(changes),
            Err(reason) => {
                fetched.failure = Some(reason);
                break;
            }
        }
    }
    fetched
}

/// Reads a data file, and makes sure that it is what its head says.
///
/// # Errors
/// Says for people why it is of no use now.
pub(super) async fn fetch_file(
    store: &dyn Store,
    layout: &Layout,
    head: &Head,
    file: &DataFile,
) -> Result<Changes, String> {
    let late = |what| format!("{} {what}; it is fetched next time", file.name);
    let bytes = match store.read(&layout.data_file(&file.name)).await {
        Ok(bytes) => bytes,
        Err(error) if error.is_not_found() => return Err(late("has not arrived yet")),
        Err(error) => return Err(error.to_string()),
    };
    if !file.is_whole(&bytes) {
        return Err(late("has not arrived whole yet"));
    }
    let text = String::from_utf8(bytes).map_err(|error| format!("{}: {error}", file.name))?;
    let changes: Changes =
        text.parse().map_err(|error: minisync::Error| format!("{}: {error}", file.name))?;
    let is_as_said = *changes.sender() == head.client
        && *changes.document_id() == head.document
        && *changes.version() == file.version
        && changes.since() == file.since.as_ref();
    if is_as_said { Ok(changes) } else { Err(format!("{} is not what its head says", file.name)) }
}
