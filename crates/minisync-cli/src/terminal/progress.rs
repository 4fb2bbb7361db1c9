//! Shows a person who watches that something goes on, once it takes longer than a second. Knows no documents.

use std::{
    fmt::Display,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt as _};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use minisync_store::{Entry, Store, StoreError};

use super::screen::{Screen, printable};

/// What is shorter shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where nobody knows how long it takes.
const SPINNER: &str = "{spinner} {msg} ({elapsed})";

/// How often what is shown moves.
const TICK: Duration = Duration::from_millis(120);

/// How far the command is with what it does now.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Shows the bar when its time has come; none where nobody watches.
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    pub(crate) fn begin(is_watched: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if !is_watched {
            return Progress { bar, waiting: None };
        }
        bar.set_message("working");
        set_style(&bar, SPINNER);
        let (end, ended) = mpsc::channel();
        let shown = bar.clone();
        let show = move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(TICK);
            }
        };
        let waiting = thread::Builder::new().spawn(show).ok().map(|thread| (end, thread));
        Progress { bar, waiting }
    }

    /// What is done from here on, of which nobody knows how long it takes.
    pub(crate) fn phase(&self, what: impl Display) {
        if self.waiting.is_some() {
            set_style(&self.bar, SPINNER);
            self.bar.set_message(printable(what));
            self.bar.unset_length();
            self.bar.set_position(0);
        }
    }

    /// Runs something that writes to the terminal, with nothing in its way.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.waiting.take() {
            drop(end);
            // It has nothing to tell.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

fn set_style(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

/// A store that counts the bytes that pass through it, and changes nothing of them.
struct Watched {
    store: Box<dyn Store>,
    bar: ProgressBar,
}

/// `store`, with its transfers on the screen if a person watches.
pub(crate) fn watched(store: Box<dyn Store>, name: &str, screen: &Screen) -> Box<dyn Store> {
    let progress = screen.progress();
    if progress.waiting.is_none() {
        return store;
    }
    progress.phase(format_args!("syncing with {name}"));
    Box::new(Watched { store, bar: progress.bar.clone() })
}

impl Watched {
    /// So many bytes are going to come or go.
    fn expect(&self, bytes: u64) {
        if self.bar.length().is_none() {
            set_style(&self.bar, "{spinner} {msg} [{bar:24}] {decimal_bytes} of {decimal_total_bytes}");
        }
        self.bar.set_length(self.bar.length().unwrap_or_default().saturating_add(bytes));
    }

    fn count(&self, bytes: u64) {
        self.bar.inc(bytes);
    }
}

/// Only of data files it is known how long they are before they are read.
fn is_data(path: &str) -> bool {
    path.contains("/data/")
}

impl Store for Watched {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        self.store.read(path)
    }

    fn read_at_most<'a>(&'a self, path: &'a str, limit: u64) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        let read = self.store.read_at_most(path, limit);
        if !is_data(path) {
            return read;
        }
        self.expect(limit);
        async move { read.await.inspect(|_| self.count(limit)) }.boxed()
    }

    fn write<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        let write = self.store.write(path, bytes);
        let length = bytes.len() as u64;
        self.expect(length);
        async move { write.await.inspect(|()| self.count(length)) }.boxed()
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
