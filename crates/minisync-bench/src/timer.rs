//! Times: medians of many runs.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// What `act` returns, and how long it took. Freeing it is not in the time.
pub(crate) fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let made = black_box(act());
    (made, start.elapsed())
}

/// The median of `runs` runs.
pub(crate) fn median_of<T>(runs: usize, mut act: impl FnMut() -> T) -> Duration {
    let mut samples = Samples::default();
    for _ in 0..runs {
        samples.add(timed(&mut act).1);
    }
    samples.median()
}

/// Times of the same thing.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// Zero where there is none.
    pub(crate) fn median(&mut self) -> Duration {
        self.0.sort_unstable();
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        let mut samples = Samples::default();
        assert_eq!(samples.median(), Duration::ZERO);
        for millis in [9, 1, 5] {
            samples.add(Duration::from_millis(millis));
        }
        assert_eq!(samples.median(), Duration::from_millis(5));
    }
}
