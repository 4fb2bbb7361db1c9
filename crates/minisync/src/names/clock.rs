//! Time comes in from outside, through [`Clock`]. Nothing else in the crate may ask what time it is.

use crate::names::stamp::Stamp;

/// Says what time it is. Convergence never depends on it: clocks only decide who wins a true conflict.
pub trait Clock: Send {
    /// Now, in microseconds since the Unix epoch.
    fn now(&self) -> Stamp;
}

impl<F: Fn() -> Stamp + Send> Clock for F {
    fn now(&self) -> Stamp {
        self()
    }
}

/// The clock of the operating system, read to the millisecond.
///
/// Writes that follow each other within a millisecond take consecutive stamps instead of scattered ones,
/// and a run of consecutive stamps costs nothing on the wire.
#[cfg(feature = "system")]
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[cfg(feature = "system")]
impl Clock for SystemClock {
    fn now(&self) -> Stamp {
        let since_epoch =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Stamp::saturating(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX).saturating_mul(1000))
    }
}
