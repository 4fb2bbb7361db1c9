//! Sorting, compiled once for all types: a copy of the standard library's sort for each of them was a
//! quarter of the WebAssembly module, and even one of them 4 KB. Knows nothing of what it sorts.

use std::cmp::Ordering;

/// Sorts stably. What is sorted already, as most is, costs one pass.
pub(crate) fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    if let Some(order) = order(items.len(), &mut |a, b| compare(&items[a], &items[b])) {
        arrange(order, &mut |a, b| items.swap(a, b));
    }
}

/// In which order items stand when they are sorted; none if they are.
#[inline(never)]
fn order(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Option<Vec<usize>> {
    if (1..len).all(|at| compare(at - 1, at).is_le()) {
        return None;
    }
    let (mut order, mut merged): (Vec<usize>, Vec<usize>) = ((0..len).collect(), Vec::with_capacity(len));
    // Merges runs of 1, 2, 4 and so on, from the bottom up.
    let mut run = 1;
    while run < len {
        merged.clear();
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
        std::mem::swap(&mut order, &mut merged);
        run *= 2;
    }
    Some(order)
}

/// Puts at each place what is in `order` for it, along the cycles of this permutation.
#[inline(never)]
fn arrange(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        while order[at] != start {
            let from = std::mem::replace(&mut order[at], at);
            swap(at, from);
            at = from;
        }
        order[at] = at;
    }
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
