//! When the next sync is due. Pure: is told the time, and what happened.

use std::time::{Duration, Instant};

/// Programs write in several steps: a sync waits until nothing has happened for so long,
const QUIET: Duration = Duration::from_millis(150);

/// but no longer than this after the first of the events.
const LONGEST: Duration = Duration::from_secs(2);

/// The first pause after a failure; each further one is twice as long, up to that between two looks.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// When to sync: soon after an event, every so often without one, and after a failure with growing pauses.
#[derive(Debug)]
pub(super) struct Schedule {
    every: Duration,
    /// When there was the first event that no sync has seen, and the last.
    events: Option<(Instant, Instant)>,
    /// When to sync if nothing happens.
    next: Instant,
    /// How many syncs failed one after the other.
    failures: u32,
}

impl Schedule {
    /// The first sync is due at once.
    pub(super) fn new(every: Duration, now: Instant) -> Schedule {
        Schedule { every, events: None, next: now, failures: 0 }
    }

    /// Something changed.
    pub(super) fn event(&mut self, now: Instant) {
        let first = self.events.map_or(now, |(first, _)| first);
        self.events = Some((first, now));
    }

    /// The world may have changed unseen; `jitter` keeps devices that wake at once from coming at once.
    pub(super) fn hurry(&mut self, now: Instant, jitter: Duration) {
        self.next = self.next.min(now + jitter);
    }

    /// When to sync.
    pub(super) fn due(&self) -> Instant {
        match self.events {
            Some((first, last)) => (last + QUIET).min(first + LONGEST).min(self.next),
            None => self.next,
        }
    }

    /// A sync begins: it sees all that happened up to now.
    pub(super) fn begin(&mut self) {
        self.events = None;
    }

    /// It went well. The next look comes after the usual time, give or take a tenth (`chance` is from 0 to 1).
    pub(super) fn done(&mut self, now: Instant, chance: f64) {
        self.failures = 0;
        self.next = now + self.every.mul_f64(0.9 + 0.2 * chance);
    }

    /// It failed.
    pub(super) fn failed(&mut self, now: Instant, chance: f64) {
        let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.failures)).min(self.every);
        self.failures = self.failures.saturating_add(1);
        self.next = now + pause.mul_f64(0.9 + 0.2 * chance);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_sync_waits_for_a_pause_but_not_for_ever() {
        let start = Instant::now();
        let mut schedule = Schedule::new(MINUTE, start);
        assert_eq!(schedule.due(), start);
        schedule.begin();
        schedule.done(start, 0.5);
        assert_eq!(schedule.due(), start + MINUTE);
        let mut now = start;
        for _ in 0..100 {
            now += QUIET / 2;
            schedule.event(now);
            assert!(schedule.due() <= now + QUIET);
        }
        assert_eq!(schedule.due(), start + QUIET / 2 + LONGEST);
        schedule.begin();
        schedule.done(now, 0.5);
        assert_eq!(schedule.due(), now + MINUTE);
    }

    #[test]
    fn pauses_after_failures_grow_up_to_the_usual_one() {
        let now = Instant::now();
        let mut schedule = Schedule::new(MINUTE, now);
        let mut pauses = Vec::new();
        for _ in 0..9 {
            schedule.begin();
            schedule.failed(now, 0.5);
            pauses.push((schedule.due() - now).as_secs());
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        schedule.done(now, 0.5);
        schedule.failed(now, 0.5);
        assert_eq!(schedule.due(), now + FIRST_PAUSE);
    }

    #[test]
    fn an_event_does_not_wait_for_a_pause_after_a_failure() {
        let now = Instant::now();
        let mut schedule = Schedule::new(MINUTE, now);
        (0..9).for_each(|_| schedule.failed(now, 0.5));
        schedule.event(now);
        assert_eq!(schedule.due(), now + QUIET);
        schedule.begin();
        schedule.failed(now, 0.5);
        schedule.hurry(now, FIRST_PAUSE);
        assert_eq!(schedule.due(), now + FIRST_PAUSE);
    }
}
