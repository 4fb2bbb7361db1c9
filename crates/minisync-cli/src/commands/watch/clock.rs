//! Notices that the computer slept, or that somebody set its clock. Knows no files.

use std::time::{Duration, Instant, SystemTime};

/// By so much the two clocks may differ between two looks.
const TOLERANCE: Duration = Duration::from_secs(5);

/// The clock on the wall beside one that stands still while the computer sleeps, or that at least never jumps.
#[derive(Debug)]
pub(super) struct Clocks {
    steady: Instant,
    wall: SystemTime,
}

impl Clocks {
    pub(super) fn new(steady: Instant, wall: SystemTime) -> Clocks {
        Clocks { steady, wall }
    }

    /// Whether the wall clock jumped since the last look, forwards or backwards.
    pub(super) fn have_parted(&mut self, steady: Instant, wall: SystemTime) -> bool {
        let passed = steady.saturating_duration_since(self.steady);
        let expected = self.wall + passed;
        let apart = match wall.duration_since(expected) {
            Ok(ahead) => ahead,
            Err(behind) => behind.duration(),
        };
        *self = Clocks { steady, wall };
        apart > TOLERANCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_and_a_clock_that_was_set_are_noticed_once() {
        let (steady, wall) = (Instant::now(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
        let second = Duration::from_secs(1);
        let mut clocks = Clocks::new(steady, wall);
        assert!(!clocks.have_parted(steady + second, wall + second));
        // Slept for an hour.
        assert!(clocks.have_parted(steady + second * 2, wall + second * 3600));
        assert!(!clocks.have_parted(steady + second * 3, wall + second * 3601));
        // Somebody set the clock back by a day.
        assert!(clocks.have_parted(steady + second * 4, wall - second * 80_000));
        assert!(!clocks.have_parted(steady + second * 900, wall - second * 79_104));
    }
}
