//! Drives a round of sync with a store and the storage of a state. Performs, and decides nothing.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    drivers::{
        LendState,
        drive::{Running, perform},
    },
    engine::{Report, SyncOptions},
    errors::Result,
    record::Target,
    requests::{Answer, Request, RequestId, Step},
    state::{Snapshot, StateStorage},
    stores::Store,
};

/// Syncs a state with one target: takes in what others published, and publishes what is new.
///
/// The state is given as `&mut State`, or, to be edited meanwhile, as `&Mutex<State>` or `Arc<Mutex<State>>`. The
/// target is added to its list if it is not there. Everything is saved before it is published, and again after. If
/// nothing changed on either side, it costs one request and saves nothing. The future is `Send`, and may be dropped
/// at any time: nothing is lost.
///
/// # Errors
/// `is_wrong_folder()`, with nothing written; errors of the store that stop the whole round; and those of the local
/// save. What one other client did wrong is no error, but reported. After an error the document may hold what was
/// merged before it, which is right in any case.
pub async fn sync(
    store: &dyn Store,
    mut state: impl LendState,
    target: &Target,
    options: &SyncOptions,
) -> Result<Report> {
    let mut round = state.with(|state| state.sync_round(target, options.clone()));
    let mut running = Running::default();
    // What is being saved. A round saves one thing at a time.
    let mut saving: Option<(RequestId, Arc<Snapshot>)> = None;
    loop {
        match state.with(|state| state.next(&mut round)) {
            Step::Perform(id, Request::Save) => {
                let (snapshot, storage) = state.with(|state| (Arc::new(state.snapshot()), state.storage()));
                saving = Some((id, Arc::clone(&snapshot)));
                running.push(save(storage, id, snapshot));
            }
            Step::Perform(id, request) => running.push(perform(store, id, request)),
            Step::Wait => {
                let (id, answer) = running.next().await?;
                let is_saved = matches!(answer, Answer::Saved(Ok(())));
                if let Some((_, snapshot)) = saving.take_if(|(saving, _)| is_saved && *saving == id) {
                    state.with(|state| state.set_saved(&snapshot));
                }
                round.answer(id, answer);
            }
            Step::Done(report) => return report,
        }
    }
}

fn save(
    storage: Arc<dyn StateStorage>,
    id: RequestId,
    snapshot: Arc<Snapshot>,
) -> BoxFuture<'static, (RequestId, Answer)> {
    Box::pin(async move { (id, Answer::Saved(storage.save(&snapshot).await)) })
}
