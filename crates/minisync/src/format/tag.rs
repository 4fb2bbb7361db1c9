//! The tags: objects that name the dot of an entry where counting does not. Knows their spelling alone.
//!
//! A tag is an object whose first key is one of these. Plain objects that begin so stand in `{"=": …}`.

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

/// Whether a plain object whose first key this is looks like a tag.
pub(crate) fn is_tag(key: &str) -> bool {
    matches!(key.as_bytes(), [byte] if b"+@!-?=^<>|#".contains(byte))
}
