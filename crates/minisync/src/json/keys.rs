//! Keys of objects: whether one stands there twice, and whether it is of the sort that the format reserves. Must
//! not know how objects are read or written.

use hashbrown::HashSet;

use super::string::{self, JsonStr};

/// Whether a key is one ASCII punctuation character: the only place that says which keys may be tags (see
/// `format/tag`).
pub(crate) fn is_punctuation(key: &str) -> bool {
    matches!(key.as_bytes(), [byte] if byte.is_ascii_punctuation())
}

/// The same of a key as it is spelled, with its quotes; `canonical` is whether that is its canonical spelling.
#[inline]
pub(super) fn is_punctuation_spelled(raw: &str, canonical: bool) -> bool {
    match raw.as_bytes() {
        [b'"', byte, b'"'] => byte.is_ascii_punctuation(),
        // The two that have to be escaped.
        [b'"', b'\\', b'"' | b'\\', b'"'] => true,
        _ if canonical => false,
        _ => is_punctuation(&string::unescape(&raw[1..raw.len() - 1])),
    }
}

/// The key as JavaScript's array index, if it is one: decimal, without leading zeros, below 2^32 - 1. JavaScript puts
/// such keys in front of all others, the lowest first, whenever it parses an object.
pub(crate) fn array_index(key: &str) -> Option<u32> {
    let bytes = key.as_bytes();
    let is_plain = match bytes {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.len() < 10 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let index = if is_plain { key.parse().ok() } else { None };
    index.filter(|index| *index < u32::MAX)
}

/// Where JavaScript puts a key among the others of its object: lower ones first, equal ones as they stood.
pub(crate) fn javascript_rank(key: &str) -> u64 {
    array_index(key).map_or(u64::MAX, u64::from)
}

/// The array index that a key is, as it is spelled, with its quotes.
#[inline]
pub(super) fn array_index_spelled(raw: &str, canonical: bool) -> Option<u32> {
    match raw.as_bytes().get(1) {
        Some(b'0'..=b'9') if canonical => array_index(&raw[1..raw.len() - 1]),
        _ if canonical => None,
        _ => array_index(&string::unescape(&raw[1..raw.len() - 1])),
    }
}

/// Up to so many keys are compared pairwise.
const FEW: usize = 16;

/// The index of the first key that has stood before. Keys are given as start and end in the text; `respelled`:
/// not all of them are spelled canonically.
#[inline]
pub(crate) fn first_duplicate_key(text: &str, keys: &[(usize, usize)], respelled: bool) -> Option<usize> {
    if respelled { first_respelled_duplicate(text, keys) } else { first_duplicate(text.as_bytes(), keys) }
}

/// The same for keys that are all spelled canonically.
#[inline]
pub(super) fn first_duplicate(text: &[u8], keys: &[(usize, usize)]) -> Option<usize> {
    if keys.len() <= FEW { among_few(text, keys) } else { among_many(text, keys) }
}

/// The same for keys in any spelling.
#[cold]
fn first_respelled_duplicate(text: &str, keys: &[(usize, usize)]) -> Option<usize> {
    let mut spelled = String::new();
    let mut places = Vec::with_capacity(keys.len());
    for &(start, end) in keys {
        let key = JsonStr { raw: &text[start..end], escaped: true, canonical: false };
        let from = spelled.len();
        spelled.push_str(&key.canonical());
        places.push((from, spelled.len()));
    }
    first_duplicate(spelled.as_bytes(), &places)
}

fn among_few(text: &[u8], keys: &[(usize, usize)]) -> Option<usize> {
    let mut marks = [0_u32; FEW];
    for (index, &(start, end)) in keys.iter().enumerate() {
        let mark = mark(&text[start..end]);
        for (earlier, _) in marks[..index].iter().enumerate().filter(|&(_, &other)| other == mark) {
            let (other_start, other_end) = keys[earlier];
            if text[start..end] == text[other_start..other_end] {
                return Some(index);
            }
        }
        marks[index] = mark;
    }
    None
}

/// Differs for most keys that differ: from the length, the first byte and the last two.
fn mark(key: &[u8]) -> u32 {
    match key {
        [_, first, .., before, last, _] => u32::from_le_bytes([key.len() as u8, *first, *before, *last]),
        _ => key.iter().fold(key.len() as u32, |mark, &byte| mark << 8 | u32::from(byte)),
    }
}

fn among_many(text: &[u8], keys: &[(usize, usize)]) -> Option<usize> {
    let mut seen = HashSet::with_capacity(keys.len());
    keys.iter().position(|&(start, end)| !seen.insert(&text[start..end]))
}
