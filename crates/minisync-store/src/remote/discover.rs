//! Finds the documents that a store holds, and makes the first change set of a new copy. Writes nothing.

use futures_util::{StreamExt, stream};
use minisync::{Changes, ClientId, DocumentId};

use crate::{
    error::{Error, Result},
    format_file::FormatFile,
    head::Head,
    layout::{Layout, ROOT},
    name::Name,
    plan::HeadListing,
    remote::{Skipped, fetch::fetch_file},
    store::Store,
};

/// How many heads are read at once.
const CONCURRENCY: usize = 8;

/// A document that a store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub document: DocumentId,
    /// Who publishes it there, by name; without those whose heads cannot be read now.
    pub clients: Vec<FoundClient>,
}

/// A client that publishes in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundClient {
    /// Its id.
    pub client: ClientId,
    /// What people call it.
    pub label: String,
}

/// What a new copy begins with.
#[derive(Debug, Clone)]
pub struct Joined {
    /// A full change set. It may be behind; [`sync`](crate::sync) brings the rest.
    pub changes: Changes,
    /// Who published it.
    pub from: ClientId,
    /// Clients of whom something could not be had.
    pub skipped: Vec<Skipped>,
}

/// The documents that a store holds, by name.
///
/// # Errors
/// Those of the store, and where a document's folder is damaged or still arriving.
pub async fn discover(store: &dyn Store) -> Result<Vec<Found>> {
    let mut names: Vec<Name> = store
        .list(ROOT)
        .await?
        .into_iter()
        .filter(|entry| entry.is_folder)
        .filter_map(|entry| Name::parse(&entry.name))
        .collect();
    names.sort();
    let mut found = Vec::new();
    for name in names {
        let layout = Layout::of(&name);
        let (heads, _) = read_heads(store, &layout).await?;
        let Some(format) = read_format(store, &layout).await? else {
            if heads.is_empty() {
                continue;
            }
            let reason = "it has no format.json; if a file synchroniser is at work, wait for it to \
                          end, and try again";
            return Err(Error::malformed(layout.root(), reason));
        };
        if Name::of_document(format.document()) != name {
            let reason = format!("its format.json is of the document {}", format.document());
            return Err(Error::malformed(layout.root(), reason));
        }
        let client = |head: Head| FoundClient { client: head.client, label: head.label };
        let clients = heads.into_iter().map(client).collect();
        found.push(Found { document: format.document().clone(), clients });
    }
    Ok(found)
}

/// A full change set of a document, from the client that has published the most, to make a new copy of.
///
/// # Errors
/// `is_not_found()` where the store does not hold the document, or nobody's snapshot is there whole.
pub async fn join(store: &dyn Store, document: &DocumentId) -> Result<Joined> {
    let layout = Layout::new(document);
    match read_format(store, &layout).await? {
        Some(format) if format.document() == document => {}
        _ => return Err(Error::no_document(document.as_str(), "it is not there")),
    }
    let (mut heads, mut skipped) = read_heads(store, &layout).await?;
    heads.retain(|head| head.document == *document && !head.files.is_empty());
    let rank = |head: &Head| {
        let behind = |other: &&Head| match (head.data_version(), other.data_version()) {
            (Some(own), Some(other)) => own.covers(other),
            _ => false,
        };
        heads.iter().filter(behind).count()
    };
    let mut ranked: Vec<(usize, &Head)> = heads.iter().map(|head| (rank(head), head)).collect();
    ranked.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.client.cmp(&other.client)));
    for (_, head) in ranked {
        let Some(snapshot) = head.files.first() else {
            continue;
        };
        match fetch_file(store, &layout, head, snapshot).await {
            Ok(changes) => {
                return Ok(Joined { changes, from: head.client.clone(), skipped });
            }
            Err(reason) => skipped.push(Skipped { client: head.label.clone(), reason }),
        }
    }
    let reasons: Vec<String> =
        skipped.iter().map(|skipped| format!("{}: {}", skipped.client, skipped.reason)).collect();
    let reason =
        if reasons.is_empty() { "nobody has published it yet".to_owned() } else { reasons.join("; ") };
    Err(Error::no_document(document.as_str(), reason))
}

async fn read_format(store: &dyn Store, layout: &Layout) -> Result<Option<FormatFile>> {
    let path = layout.format();
    match store.read(&path).await {
        Ok(bytes) => FormatFile::parse(&bytes, &path).map(Some),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The heads that can be read, by name, and the others.
async fn read_heads(store: &dyn Store, layout: &Layout) -> Result<(Vec<Head>, Vec<Skipped>)> {
    let listing = HeadListing::of(store.list(&layout.heads()).await?);
    let names: Vec<Name> = listing.heads.into_keys().collect();
    let paths: Vec<String> = names.iter().map(|name| layout.head(name)).collect();
    let reads = paths.iter().map(|path| store.read(path));
    let read: Vec<_> = stream::iter(reads).buffered(CONCURRENCY).collect().await;
    let (mut heads, mut skipped) = (Vec::new(), Vec::new());
    for ((name, path), bytes) in names.iter().zip(&paths).zip(read) {
        let head = bytes.map_err(Error::from).and_then(|bytes| Head::parse(&bytes, path));
        match head {
            Ok(head) if Name::of_client(&head.client) == *name => heads.push(head),
            Ok(head) => {
                let reason = format!("{path} is of {}", head.client);
                skipped.push(Skipped { client: name.to_string(), reason });
            }
            Err(error) => {
                skipped.push(Skipped { client: name.to_string(), reason: error.to_string() });
            }
        }
    }
    Ok((heads, skipped))
}
