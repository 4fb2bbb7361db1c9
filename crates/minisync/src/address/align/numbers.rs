//! Short lists of numbers that are one value: colours, places, rectangles. Knows canonical texts only.

use super::{Plan, Step};

/// Longer lists are data, whose elements are edited one by one.
const LONGEST: usize = 16;

/// Lists of up to this many numbers are one value as soon as half of them change.
const TUPLE: usize = 4;

/// How one list of numbers becomes another of the same length, where its elements do not live on by themselves: its
/// numbers change in place, or all of it is one value. None where it is a list like any other.
///
/// Nothing tells whether the 255 in `[255,0,0]` moved or changed; but if it were a move, green here and blue there
/// would be two moves of one element, of which one is lost.
pub(super) fn plan_numbers(old: &[&str], new: &[&str]) -> Option<Plan> {
    let is_number = |text: &&str| text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let is_short = old.len() == new.len() && (2..=LONGEST).contains(&old.len());
    if !is_short || !old.iter().chain(new).all(is_number) {
        return None;
    }
    let different = old.iter().zip(new).filter(|(old, new)| old != new).count();
    let is_half = different * 2 >= old.len();
    let (mut old_sorted, mut new_sorted) = (old.to_vec(), new.to_vec());
    old_sorted.sort_unstable();
    new_sorted.sort_unstable();
    let is_permuted = different > 0 && old_sorted == new_sorted;
    let is_tuple = old.len() <= TUPLE;
    let has_twins = old_sorted.windows(2).any(|pair| pair[0] == pair[1]);
    let is_new = || old_sorted.iter().all(|number| new_sorted.binary_search(number).is_err());
    let is_one_value = if is_permuted { is_tuple || has_twins } else { is_half && (is_tuple || is_new()) };
    if !is_one_value && (is_half || is_permuted) {
        return None;
    }
    let steps = old.iter().zip(new).enumerate();
    Some(Plan {
        steps: steps.map(|(at, (old, new))| Step::Keep { old: at, equal: old == new }).collect(),
        deleted: Vec::new(),
        moved: Vec::new(),
        is_one_value,
    })
}
