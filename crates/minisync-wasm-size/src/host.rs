//! What the host hands in: the time and randomness. Knows no document.

use minisync::{Random, Stamp};

#[expect(unsafe_code, reason = "nobody checks that the host's functions have these types")]
unsafe extern "C" {
    /// Microseconds since the Unix epoch.
    safe fn host_now() -> f64;
    /// 32 random bits.
    safe fn host_random() -> u32;
}

/// The host's time; what is below 0 or no number is 0.
pub(crate) fn now() -> Stamp {
    Stamp::saturating(host_now() as u64)
}

/// The host's randomness.
pub(crate) struct Randomness;

impl Random for Randomness {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&host_random().to_le_bytes()[..chunk.len()]);
        }
    }
}
