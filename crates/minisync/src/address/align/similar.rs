//! Joins items that nothing identifies with the ones that they are most similar to, wherever those are. Knows
//! canonical texts only.

use hashbrown::HashMap;

use super::{JsonKind, Pairs, kind};
use crate::json::Members;

/// Up to this many pairs all are compared; beyond that, those which share something that is rare.
const MOST_COMPARED: usize = 4_096;

/// What more items than this have in common tells nothing.
const MOST_SHARING: usize = 8;

/// Of a text at most this many bytes are looked at from either end.
const MOST_BYTES: usize = 1_000;

/// In parts of a thousand: what is this similar is the same item in another place.
const SAME_ANYWHERE: u32 = 600;

/// What is this similar is the same item in its place.
const SAME_IN_PLACE: u32 = 350;

/// An old and a new item that could be the same.
struct Candidate {
    similarity: u32,
    old: usize,
    new: usize,
}

impl Pairs {
    /// Joins the most similar first. `old` and `new` are the texts of those that may be joined by content.
    pub(super) fn join_similar(&mut self, old: &[Option<&str>], new: &[Option<&str>]) {
        let of_old = |o: usize| Some((o, old[o]?));
        let of_new = |n: usize| Some((n, new[n]?));
        let left_old: Vec<(usize, &str)> = self.deleted().filter_map(of_old).collect();
        let left_new: Vec<(usize, &str)> = self.inserted().filter_map(of_new).collect();
        if left_old.is_empty() || left_new.is_empty() {
            return;
        }
        let anchors = self.staying();
        let mut candidates = Vec::new();
        let mut compare = |(old, old_text): (usize, &str), (new, new_text): (usize, &str)| {
            let similarity = similarity(old_text, new_text);
            let is_in_place =
                anchors.partition_point(|(o, _)| *o < old) == anchors.partition_point(|(_, n)| *n < new);
            if similarity >= if is_in_place { SAME_IN_PLACE } else { SAME_ANYWHERE } {
                candidates.push(Candidate { similarity, old, new });
            }
        };
        if left_old.len().saturating_mul(left_new.len()) <= MOST_COMPARED {
            for o in &left_old {
                left_new.iter().for_each(|n| compare(*o, *n));
            }
        } else {
            let index = Index::of(&left_old);
            // Those in the same place from either end are compared in any case.
            for (at, n) in left_new.iter().enumerate() {
                let mut found = index.sharing(n.1);
                found.push(at);
                found.extend((at + left_old.len()).checked_sub(left_new.len()));
                found.sort_unstable();
                found.dedup();
                found.into_iter().filter_map(|at| left_old.get(at)).for_each(|o| compare(*o, *n));
            }
        }
        candidates.sort_by_key(|found| {
            (1_000 - found.similarity.min(1_000), found.old.abs_diff(found.new), found.new, found.old)
        });
        for Candidate { old, new, .. } in candidates {
            if !self.is_kept[old] && self.old_of[new].is_none() {
                self.join(old, new);
            }
        }
    }
}

/// Which items have something in common that few have: a member, or how a text begins or ends.
struct Index<'a>(HashMap<(&'a str, &'a [u8], bool), Vec<usize>>);

impl<'a> Index<'a> {
    fn of(items: &[(usize, &'a str)]) -> Index<'a> {
        let mut places: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, (_, text)) in items.iter().enumerate() {
            for_each_trait(text, |trait_| {
                let sharing = places.entry(trait_).or_default();
                // One more than count says that there are too many.
                if sharing.len() <= MOST_SHARING && sharing.last() != Some(&at) {
                    sharing.push(at);
                }
            });
        }
        places.retain(|_, sharing| sharing.len() <= MOST_SHARING);
        Index(places)
    }

    fn sharing(&self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        for_each_trait(text, |trait_| found.extend(self.0.get(&trait_).into_iter().flatten()));
        found
    }
}

/// The traits of an item, each under the key of the member that has it: the first and the last bytes of its text.
fn for_each_trait<'a>(text: &'a str, mut each: impl FnMut((&'a str, &'a [u8], bool))) {
    const LENGTH: usize = 12;
    for_each_part(text, |key, part| {
        let bytes = part.as_bytes();
        // What is true, false or null says nothing of who it is.
        if bytes.first().is_some_and(|first| !first.is_ascii_lowercase()) {
            each((key, &bytes[..bytes.len().min(LENGTH)], false));
            each((key, &bytes[bytes.len().saturating_sub(LENGTH)..], true));
        }
    });
}

/// The members of an object with their keys as they are spelled, or else the whole.
fn for_each_part<'a>(text: &'a str, mut each: impl FnMut(&'a str, &'a str)) {
    if kind(text) == JsonKind::Map {
        Members::new(text).for_each(|member| each(member.key.map_or("", |key| key.raw), member.value));
    } else {
        each("", text);
    }
}

/// How similar two values are, in parts of a thousand. Members of objects count by what they say: a title more than a
/// flag.
fn similarity(old: &str, new: &str) -> u32 {
    if kind(old) != kind(new) {
        return 0;
    }
    let mut parts: HashMap<&str, &str> = HashMap::new();
    for_each_part(old, |key, part| {
        parts.insert(key, part);
    });
    // An object may have so many members that 32 bits do not hold their sum.
    let (mut same, mut all) = (0_u64, 0_u64);
    for_each_part(new, |key, part| {
        let before = parts.remove(key);
        let weight = weight(part).max(before.map_or(0, weight));
        same += u64::from(weight * before.map_or(0, |before| likeness(before, part)));
        all += u64::from(weight);
    });
    all += parts.values().map(|part| u64::from(weight(part))).sum::<u64>();
    same.checked_div(all).map_or(1_000, |share| share as u32)
}

/// What a value says of who it is.
fn weight(text: &str) -> u32 {
    match text.as_bytes() {
        [b't' | b'f' | b'n', ..] => 1,
        bytes => 2 + bytes.len().min(38) as u32,
    }
}

/// How much of two texts is the same from either end, in parts of a thousand.
fn likeness(old: &str, new: &str) -> u32 {
    if old == new {
        return 1_000;
    }
    let (Some(old), Some(new)) = (inner(old), inner(new)) else {
        return 0;
    };
    let shorter = old.len().min(new.len()).min(MOST_BYTES);
    let longer = old.len().max(new.len()).clamp(1, MOST_BYTES);
    let head = old.iter().zip(new).take(shorter).take_while(|(a, b)| a == b).count();
    let tail = old.iter().rev().zip(new.iter().rev()).take(shorter - head);
    let tail = tail.take_while(|(a, b)| a == b).count();
    ((head + tail) * 1_000 / longer) as u32
}

/// What stands between the quotes or brackets. None for what is no text: one number is as far from another as any.
fn inner(text: &str) -> Option<&[u8]> {
    match text.as_bytes() {
        [b'"' | b'[' | b'{', inner @ .., _] => Some(inner),
        _ => None,
    }
}
