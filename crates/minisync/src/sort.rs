//! Sorting, compiled once for all types: a copy of the standard library's sort for each of them was a
//! quarter of the WebAssembly module, and even one of them 4 KB. Knows nothing of what it sorts.

use std::cmp::Ordering;

/// Sorts stably. What is sorted already, as most is, costs one pass.
pub(crate) fn sort_by<T>(items: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    if let Some(order) = order(items.len(), &mut |a, b| compare(&items[a], &items[b])) {
        arrange(items, &order);
    }
}

/// In which order items stand when they are sorted; none if they are. Merges runs of 1, 2, 4 and so on, from the
/// bottom up.
#[inline(never)]
fn order(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Option<Vec<usize>> {
    if (1..len).all(|at| compare(at - 1, at).is_le()) {
        return None;
    }
    let mut order: Vec<usize> = (0..len).collect();
    let mut run = 1;
    while run < len {
        let mut merged = Vec::with_capacity(len);
        for pair in order.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let (Some((a, after_a)), Some((b, after_b))) = (left.split_first(), right.split_first()) {
                if compare(*a, *b).is_le() {
                    merged.push(*a);
                    left = after_a;
                } else {
                    merged.push(*b);
                    right = after_b;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        order = merged;
        run *= 2;
    }
    Some(order)
}

#[inline(never)]
fn arrange<T>(items: &mut Vec<T>, order: &[usize]) {
    let mut all: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.iter().filter_map(|at| all[*at].take()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_stably(items in proptest::collection::vec((0..9_u8, 0..9_u8), 0..99)) {
            let mut sorted = items.clone();
            sort_by(&mut sorted, |a, b| a.0.cmp(&b.0));
            let mut expected = items;
            expected.sort_by_key(|item| item.0);
            prop_assert_eq!(sorted, expected);
        }
    }
}
