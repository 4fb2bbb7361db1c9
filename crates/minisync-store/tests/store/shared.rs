//! A state that others use while it is synced, and a sync that runs on another thread.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

use futures_util::future::BoxFuture;
use minisync_store::{Entry, State, Store, StoreError, SyncOptions, SyncRound, stores::MemoryStore, sync};

use crate::devices::{Device, Time};

/// A store that keeps everybody waiting until its gate is opened.
struct Gated {
    store: MemoryStore,
    is_open: Arc<AtomicBool>,
}

impl Gated {
    async fn pass(&self) {
        std::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            if self.is_open.load(Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

impl Store for Gated {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(async move {
            self.pass().await;
            self.store.read(path).await
        })
    }

    fn write<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.pass().await;
            self.store.write(path, bytes).await
        })
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        Box::pin(async move {
            self.pass().await;
            self.store.list(folder).await
        })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.pass().await;
            self.store.delete(path).await
        })
    }
}

fn alice(shared: &MemoryStore) -> Device {
    Device::first("alice", &Time::new(), &(Arc::new(shared.clone()) as Arc<dyn Store>), r#"{"n":0}"#)
}

#[test]
fn a_state_can_be_edited_while_a_slow_store_answers() {
    let memory = MemoryStore::new();
    let mut alice = alice(&memory);
    let (target, options) = (alice.target.clone(), SyncOptions::default());
    let state = Mutex::new(alice.state.take().unwrap());
    let gate = Gated { store: memory.clone(), is_open: Arc::default() };
    {
        let mut syncing = pin!(sync(&gate, &state, &target, &options));
        let mut context = Context::from_waker(Waker::noop());
        assert!(syncing.as_mut().poll(&mut context).is_pending());
        state.try_lock().unwrap().document_mut().set("n", 1).unwrap();
        assert!(syncing.as_mut().poll(&mut context).is_pending());
        gate.is_open.store(true, Ordering::Relaxed);
        let report = loop {
            if let Poll::Ready(report) = syncing.as_mut().poll(&mut context) {
                break report;
            }
        };
        assert!(report.unwrap().sent.is_some());
    }
    let state = state.into_inner().unwrap();
    assert!(!state.is_changed(), "what was edited before the save is saved");
    let bob = Device::joining("bob", &Time::new(), &(Arc::new(memory) as Arc<dyn Store>));
    assert_eq!(bob.text(), r#"{"n":1}"#);
}

#[test]
fn a_sync_runs_on_another_thread_while_this_one_edits() {
    let memory = MemoryStore::new();
    let mut alice = alice(&memory);
    let target = alice.target.clone();
    let state = Arc::new(Mutex::new(alice.state.take().unwrap()));
    let syncing = {
        let (state, memory) = (Arc::clone(&state), memory.clone());
        std::thread::spawn(move || {
            for _ in 0..50 {
                pollster::block_on(sync(&memory, Arc::clone(&state), &target, &SyncOptions::default()))
                    .unwrap();
            }
            target
        })
    };
    for n in 1..=500 {
        state.lock().unwrap().document_mut().set("n", n).unwrap();
    }
    let target = syncing.join().unwrap();
    pollster::block_on(sync(&memory, &*state, &target, &SyncOptions::default())).unwrap();
    let bob = Device::joining("bob", &Time::new(), &(Arc::new(memory) as Arc<dyn Store>));
    assert_eq!(bob.text(), r#"{"n":500}"#);
}

/// A runtime that moves tasks between threads wants all of these.
#[test]
fn machines_states_and_syncs_are_send() {
    fn assert_send<T: Send>() {}
    fn assert_spawnable<T: Future + Send + 'static>(_: &T) {}
    assert_send::<SyncRound>();
    assert_send::<State>();
    let memory = MemoryStore::new();
    let state = Arc::new(Mutex::new(alice(&memory).state.take().unwrap()));
    let target = minisync_store::Target::at("memory://x");
    assert_spawnable(&async move { sync(&memory, state, &target, &SyncOptions::default()).await });
}

/// A save that takes long must not undo one that came after it.
#[test]
fn a_save_that_was_overtaken_leaves_the_later_one() {
    let memory = MemoryStore::new();
    let mut alice = alice(&memory);
    alice.set("n", "1");
    let old = alice.state().snapshot();
    alice.set("n", "2");
    alice.save().unwrap();
    let storage = alice.state().storage();
    pollster::block_on(storage.save(&old)).unwrap();
    drop(storage);
    alice.restart(minisync_store::testing::Fuse::endless());
    assert_eq!(alice.text(), r#"{"n":2}"#);
}
