//! Performs the requests of a machine on a store, several at once. Knows no state, and saves nothing.

use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use minisync::{ClientId, DocumentId};

use crate::{
    engine::{Discovery, Found, Join, Joined, Machine, Retire, SyncOptions},
    errors::{Error, Result},
    requests::{Answer, Request, RequestId, Step},
    stores::Store,
};

/// The documents that a store holds, by name.
///
/// # Errors
/// Those of the store, and where a document's folder is damaged or still arriving.
pub async fn discover(store: &dyn Store, options: &SyncOptions) -> Result<Vec<Found>> {
    drive(store, Discovery::new(options)).await
}

/// A full change set of a document, from the client that has published the most, to make a new copy of.
///
/// # Errors
/// `is_not_found()` where the store does not hold the document, or nobody's snapshot is there whole.
pub async fn join(store: &dyn Store, document: &DocumentId, options: &SyncOptions) -> Result<Joined> {
    drive(store, Join::new(document, options)).await
}

/// Removes what a client has published; how many files. See [`Retire`].
///
/// # Errors
/// Those of the store.
pub async fn retire(
    store: &dyn Store,
    document: &DocumentId,
    client: &ClientId,
    options: &SyncOptions,
) -> Result<usize> {
    drive(store, Retire::new(document, client, options)).await
}

/// Runs a machine to its end.
///
/// ```
/// use minisync_store::{Discovery, SyncOptions, drive, stores::MemoryStore};
/// let found = pollster::block_on(drive(&MemoryStore::new(), Discovery::new(&SyncOptions::default())))?;
/// assert!(found.is_empty());
/// # Ok::<(), minisync_store::Error>(())
/// ```
///
/// # Errors
/// Those of the machine.
pub async fn drive<M: Machine>(store: &dyn Store, mut machine: M) -> Result<M::Output> {
    let mut running = Running::default();
    loop {
        match machine.next() {
            Step::Perform(id, request) => running.push(perform(store, id, request)),
            Step::Wait => {
                let (id, answer) = running.next().await?;
                machine.answer(id, answer);
            }
            Step::Done(result) => return result,
        }
    }
}

/// Requests that are under way.
#[derive(Default)]
pub(super) struct Running<'a>(FuturesUnordered<BoxFuture<'a, (RequestId, Answer)>>);

impl<'a> Running<'a> {
    pub(super) fn push(&mut self, request: BoxFuture<'a, (RequestId, Answer)>) {
        self.0.push(request);
    }

    /// The answer that comes first.
    pub(super) async fn next(&mut self) -> Result<(RequestId, Answer)> {
        // A machine that waits has asked for something: else this would never end.
        self.0.next().await.ok_or_else(|| Error::driver("there is nothing to wait for"))
    }
}

pub(super) fn perform<'a>(
    store: &'a dyn Store,
    id: RequestId,
    request: Request,
) -> BoxFuture<'a, (RequestId, Answer)> {
    Box::pin(async move {
        let answer = match request {
            Request::Read { path, limit } => Answer::Read(store.read_at_most(&path, limit).await),
            Request::Write { path, bytes } => Answer::Written(store.write(&path, &bytes).await),
            Request::List { folder } => Answer::Listed(store.list(&folder).await),
            Request::Delete { path } => Answer::Deleted(store.delete(&path).await),
            // Only a round saves, and its driver does that itself.
            Request::Save => Answer::Saved(Err(Error::driver("a store was asked to save a state"))),
        };
        (id, answer)
    })
}
