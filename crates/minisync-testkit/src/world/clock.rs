//! A clock that is set by hand. Shared between a document and the simulator.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use minisync::{Clock, Stamp};

/// Shows the simulator's time, off by a skew.
#[derive(Debug, Clone, Default)]
pub(super) struct ManualClock {
    shown: Arc<AtomicU64>,
    skew: Arc<AtomicI64>,
}

impl ManualClock {
    pub(super) fn new(now: u64, skew: i64) -> ManualClock {
        let clock = ManualClock::default();
        clock.jump(now, skew);
        clock
    }

    /// A clock of its own, that shows the same.
    pub(super) fn another(&self, now: u64) -> ManualClock {
        ManualClock::new(now, self.skew.load(Ordering::Relaxed))
    }

    /// Time has passed.
    pub(super) fn set(&self, now: u64) {
        let shown = now.saturating_add_signed(self.skew.load(Ordering::Relaxed)).max(1);
        self.shown.store(shown, Ordering::Relaxed);
    }

    /// The clock is set forwards or backwards.
    pub(super) fn jump(&self, now: u64, by: i64) {
        self.skew.fetch_add(by, Ordering::Relaxed);
        self.set(now);
    }

    pub(super) fn micros(&self) -> u64 {
        self.shown.load(Ordering::Relaxed)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Stamp {
        Stamp::saturating(self.micros())
    }
}
