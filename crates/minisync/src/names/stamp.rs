//! Stamps: when a write was made. Knows no clock and no client.

use std::fmt;

use crate::names::error::{Error, Result};

/// When a write was made: microseconds since the Unix epoch, below 2^53, so that it survives in a JSON
/// number and in a JavaScript double. 0 is before every write.
///
/// ```
/// use minisync::Stamp;
/// let stamp = Stamp::from_micros(1_795_377_823_000_123)?;
/// assert_eq!(stamp.as_micros(), 1_795_377_823_000_123);
/// assert!(Stamp::from_micros(1 << 53).is_err());
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stamp(u64);

impl Stamp {
    /// Before every write.
    pub const ZERO: Stamp = Stamp(0);
    /// The last stamp there is, in the year 2255.
    pub const MAX: Stamp = Stamp((1 << 53) - 1);
    /// A day, in microseconds: stamps of others that are further ahead than this are not absorbed.
    pub const DAY: u64 = 86_400_000_000;

    /// # Errors
    /// Where `micros` is 2^53 or more.
    pub fn from_micros(micros: u64) -> Result<Stamp> {
        if micros > Stamp::MAX.0 {
            return Err(Error::limit(format!("the stamp {micros} is not below 2^53")));
        }
        Ok(Stamp(micros))
    }

    /// Like [`Stamp::from_micros`], but takes the nearest stamp there is.
    pub const fn saturating(micros: u64) -> Stamp {
        Stamp(if micros > Stamp::MAX.0 { Stamp::MAX.0 } else { micros })
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The stamp `count` microseconds later; none above [`Stamp::MAX`].
    pub fn checked_add(self, count: u64) -> Option<Stamp> {
        self.0.checked_add(count).filter(|micros| *micros <= Stamp::MAX.0).map(Stamp)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
