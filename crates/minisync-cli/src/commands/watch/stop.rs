//! Ctrl-C and the like: how followers are told to stop, and how long they may take. Knows no files.

use std::{
    process,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::events::Message;
use crate::terminal::{Failure, Result};

/// So long a sync that is going on may take to its end. Then it is cut off, which a crash could do as well.
const PATIENCE: Duration = Duration::from_secs(5);

/// The exit code of a program that a signal ended.
const INTERRUPTED: i32 = 130;

/// Whether it is time to stop, and who has to be told.
#[derive(Clone)]
pub(super) struct Stop(Arc<Shared>);

#[derive(Default)]
struct Shared {
    stopping: AtomicBool,
    followers: Mutex<Vec<Sender<Message>>>,
    since: Mutex<Option<Instant>>,
    changed: Condvar,
}

impl Stop {
    /// The first signal stops what goes on at its next end; the second ends the program at once.
    ///
    /// # Errors
    /// Where signals cannot be received.
    pub(super) fn at_signals() -> Result<Stop> {
        let stop = Stop(Arc::default());
        let shared = Arc::clone(&stop.0);
        ctrlc::set_handler(move || shared.stop())
            .map_err(|error| Failure::new(format!("cannot wait for Ctrl-C: {error}")))?;
        Ok(stop)
    }

    /// Tells this follower when it is time.
    pub(super) fn tell(&self, follower: Sender<Message>) {
        if self.0.stopping.load(Ordering::SeqCst) {
            let _ = follower.send(Message::Stop);
        }
        self.0.followers.lock().unwrap_or_else(PoisonError::into_inner).push(follower);
    }

    /// Returns when it is time to stop.
    pub(super) fn wait(&self) {
        let mut since = self.0.since.lock().unwrap_or_else(PoisonError::into_inner);
        while since.is_none() {
            since = self.0.changed.wait(since).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether a follower has come to its end; waits for that, but not longer than followers may take.
    pub(super) fn has_ended(&self, thread: &JoinHandle<()>) -> bool {
        let since = self.0.since.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(Instant::now);
        while !thread.is_finished() && since.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(10));
        }
        thread.is_finished()
    }
}

impl Shared {
    fn stop(&self) {
        if self.stopping.swap(true, Ordering::SeqCst) {
            process::exit(INTERRUPTED);
        }
        for follower in self.followers.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // A follower that is gone has stopped.
            let _ = follower.send(Message::Stop);
        }
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.changed.notify_all();
    }
}
