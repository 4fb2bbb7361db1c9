//! Sizes as people read them.

use indicatif::DecimalBytes;

/// `980 B`, `1.24 kB`.
pub(crate) fn bytes(number: u64) -> String {
    DecimalBytes(number).to_string()
}
