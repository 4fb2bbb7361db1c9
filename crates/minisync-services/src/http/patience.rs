//! How often and after how long a request is tried again. Decides, and waits only through what is handed in.

use std::time::Duration;

use minisync::{Random as _, SystemRandom};

/// Time and chance, handed in so that tests need not wait.
pub trait Pacing: Send + Sync {
    /// Lets this time pass.
    fn sleep(&self, time: Duration);

    /// Any number, for waiting times that differ between devices.
    fn random(&self) -> u64;
}

/// The system's.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemPacing;

impl Pacing for SystemPacing {
    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        SystemRandom.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

/// How much waiting a request is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often a request is tried.
    pub tries: u32,
    /// The longest that it waits between two tries, also where the server asks for more: then it fails, and says how
    /// long the server asked for.
    pub longest_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { tries: 5, longest_wait: Duration::from_secs(30) }
    }
}

/// The first wait, at most; each one after it is twice as long.
const FIRST: Duration = Duration::from_millis(400);

impl Patience {
    /// How long to wait before the next try; None for no more. `tried` counts from 1. Without a word of the server the
    /// time is between half and the whole of a step, by chance, so that devices that failed together do not come back
    /// together; with one it is what the server asked for, and a little more.
    pub(crate) fn wait(&self, tried: u32, asked: Option<Duration>, random: u64) -> Option<Duration> {
        if tried >= self.tries {
            return None;
        }
        let step = FIRST.saturating_mul(1 << (tried - 1).min(10)).min(self.longest_wait);
        #[expect(clippy::cast_precision_loss, reason = "chance needs no exact number")]
        let share = random as f64 / u64::MAX as f64 / 2.0;
        match asked {
            Some(asked) if asked > self.longest_wait => None,
            Some(asked) => Some(asked + FIRST.mul_f64(share)),
            None => Some(step.mul_f64(0.5 + share)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let patience = Patience { tries: 4, longest_wait: Duration::from_secs(1) };
        let waits = |random| (1..5).map(|tried| patience.wait(tried, None, random)).collect::<Vec<_>>();
        let millis =
            |waits: &[u64]| waits.iter().map(|wait| Some(Duration::from_millis(*wait))).collect::<Vec<_>>();
        assert_eq!(waits(0)[..3], millis(&[200, 400, 500]));
        assert_eq!(waits(u64::MAX)[..3], millis(&[400, 800, 1000]));
        assert_eq!(waits(7)[3], None);
    }

    #[test]
    fn a_server_gets_the_time_that_it_asks_for_or_none() {
        let patience = Patience::default();
        let asked = |seconds| patience.wait(1, Some(Duration::from_secs(seconds)), 0);
        assert_eq!(asked(12), Some(Duration::from_secs(12)));
        assert_eq!(asked(300), None);
    }
}
