//! The tags: objects that name the dot of an entry where counting does not. Knows their spelling alone.
//!
//! A tag is an object whose first key is reserved: one ASCII punctuation character. Those below mean something
//! today; the others are kept for later versions, so that these can add to the format without a change of what is
//! written now. Plain objects that begin so stand in `{"=": …}`.

use crate::json;

/// The birth, as a distance from the last one, of the same client: `{"+": 5, "=": …}`.
pub(super) const NEXT: char = '+';
/// The birth, as a dot: `{"@": ["alice", 1795377823000123], "=": …}`.
pub(super) const BORN: char = '@';
/// The position of a list element.
pub(super) const PLACE: char = '^';
/// The dot of the write, where it is not the birth: a distance from the birth, or a dot.
pub(super) const WRITTEN: char = '!';
/// The value.
pub(super) const VALUE: char = '=';
/// Several siblings, the visible one first.
pub(super) const SIBLINGS: char = '?';
/// A deletion: of a map's key its dot, of a list's element the dots of all its deletions.
pub(super) const DELETED: char = '-';
/// A container that the receiver has: only its dot matters.
pub(super) const KNOWN: char = '#';
/// First in a list: the bunches that are not told elsewhere.
pub(super) const BUNCHES: char = '|';

/// Whether a plain object whose first key this is looks like a tag, of this version or a later one.
pub(super) fn is_reserved(key: &str) -> bool {
    json::is_punctuation(key)
}

/// The place of a member among those of a tag, which stand in this order; none of what is no member of one.
pub(super) fn rank(key: char) -> Option<u8> {
    match key {
        NEXT | BORN => Some(1),
        PLACE => Some(2),
        WRITTEN => Some(3),
        VALUE | SIBLINGS | DELETED | KNOWN => Some(4),
        _ => None,
    }
}

/// Whether a reserved key means nothing in this version, so that what begins with it is from a later one.
pub(super) fn is_newer(key: char) -> bool {
    rank(key).is_none() && key != BUNCHES
}
