//! Shows how a transfer goes on. Wraps a store, and changes nothing that passes through it.

use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use minisync_store::{Entry, Store, StoreError};

use crate::terminal::Screen;

/// Shorter transfers show nothing.
const PATIENCE: Duration = Duration::from_millis(700);

/// A store that counts the bytes that pass through it.
pub(crate) struct Watched {
    store: Box<dyn Store>,
    bar: ProgressBar,
    begun: std::time::Instant,
}

/// `store`, with a progress bar if a person watches.
pub(crate) fn watched(store: Box<dyn Store>, name: &str, screen: &Screen) -> Box<dyn Store> {
    if !screen.is_watched() {
        return store;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {bytes} ({bytes_per_sec})") {
        bar.set_style(style);
    }
    bar.set_message(name.to_owned());
    Box::new(Watched { store, bar, begun: std::time::Instant::now() })
}

impl Watched {
    fn count(&self, bytes: usize) {
        if self.bar.is_hidden() && self.begun.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(u64::try_from(bytes).unwrap_or(u64::MAX));
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Store for Watched {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        let read = self.store.read(path);
        async move { read.await.inspect(|bytes| self.count(bytes.len())) }.boxed()
    }

    fn read_at_most<'a>(&'a self, path: &'a str, limit: u64) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        let read = self.store.read_at_most(path, limit);
        async move { read.await.inspect(|bytes| self.count(bytes.len())) }.boxed()
    }

    fn write<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        let write = self.store.write(path, bytes);
        async move { write.await.inspect(|()| self.count(bytes.len())) }.boxed()
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        self.store.list(folder)
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.store.delete(path)
    }

    fn public_url<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        self.store.public_url(path)
    }
}
