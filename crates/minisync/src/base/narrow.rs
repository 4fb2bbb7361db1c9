//! Numbers of things in memory take 4 bytes. Knows not what is numbered.

/// A number of something in memory. There are never 2^32 of one sort: each takes some bytes of text, and documents are
/// limited to fewer (see `Limits`).
pub(crate) fn narrow(number: usize) -> u32 {
    debug_assert!(u32::try_from(number).is_ok(), "{number} of one sort in memory");
    number as u32
}
