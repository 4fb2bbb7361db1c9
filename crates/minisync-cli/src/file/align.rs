//! Which elements of an old list are which of a new one. Knows elements only by their hashes.

use std::collections::{HashMap, VecDeque};

/// Where an element of the new list comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It is the old element at this index, still in order with the others that were kept.
    Kept(usize),
    /// It is the old element at this index, at another place now.
    Moved(usize),
    New,
}

/// What is known of an element: the hash of its value, and the hash of what identifies it (its `id`), if
/// anything does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) value: u64,
    pub(crate) identity: Option<u64>,
}

/// For each new element its origin; costs n log n. The kept ones are in order, and no old element is the
/// origin of two.
pub(crate) fn align(old: &[Element], new: &[Element]) -> Vec<Origin> {
    let head = old.iter().zip(new).take_while(|(a, b)| a.value == b.value).count();
    let room = old.len().min(new.len()) - head;
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(a, b)| a.value == b.value).count();
    let middle_old = &old[head..old.len() - tail];
    let middle_new = &new[head..new.len() - tail];

    let mut origins: Vec<Origin> = (0..head).map(Origin::Kept).collect();
    for origin in align_middle(middle_old, middle_new) {
        origins.push(match origin {
            Origin::Kept(index) => Origin::Kept(index + head),
            Origin::Moved(index) => Origin::Moved(index + head),
            Origin::New => Origin::New,
        });
    }
    origins.extend((old.len() - tail..old.len()).map(Origin::Kept));
    origins
}

fn align_middle(old: &[Element], new: &[Element]) -> Vec<Origin> {
    let mut partners: Vec<Option<usize>> = vec![None; new.len()];
    let mut free = vec![true; old.len()];
    pair_up(old, new, &mut partners, &mut free, |element| Some(element.value));
    pair_up(old, new, &mut partners, &mut free, |element| element.identity);
    let kept = longest_increasing(&partners);
    let mut origins: Vec<Origin> = partners
        .iter()
        .zip(&kept)
        .map(|(partner, kept)| match partner {
            Some(index) if *kept => Origin::Kept(*index),
            Some(index) => Origin::Moved(*index),
            None => Origin::New,
        })
        .collect();
    fill_gaps(&mut origins, &free, old, new);
    origins
}

/// Gives each new element without a partner the first free old one with the same name.
fn pair_up(
    old: &[Element],
    new: &[Element],
    partners: &mut [Option<usize>],
    free: &mut [bool],
    name: impl Fn(&Element) -> Option<u64>,
) {
    let mut by_name: HashMap<u64, VecDeque<usize>> = HashMap::new();
    for (index, element) in old.iter().enumerate().filter(|(index, _)| free[*index]) {
        if let Some(name) = name(element) {
            by_name.entry(name).or_default().push_back(index);
        }
    }
    for (element, partner) in new.iter().zip(partners).filter(|(_, partner)| partner.is_none()) {
        let found = name(element).and_then(|name| by_name.get_mut(&name)?.pop_front());
        if let Some(index) = found {
            *partner = found;
            free[index] = false;
        }
    }
}

/// Which of the partners form a longest increasing sequence.
fn longest_increasing(partners: &[Option<usize>]) -> Vec<bool> {
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; partners.len()];
    for (position, partner) in partners.iter().enumerate() {
        let Some(partner) = *partner else { continue };
        let length = ends.partition_point(|(end, _)| *end < partner);
        before[position] = length.checked_sub(1).map(|shorter| ends[shorter].1);
        match ends.get_mut(length) {
            Some(end) => *end = (partner, position),
            None => ends.push((partner, position)),
        }
    }
    let mut kept = vec![false; partners.len()];
    let mut next = ends.last().map(|(_, position)| *position);
    while let Some(position) = next {
        kept[position] = true;
        next = before[position];
    }
    kept
}

/// Between two kept elements, what is new takes the places of what is gone, in order; elements that are
/// known to be different things do not.
fn fill_gaps(origins: &mut [Origin], free: &[bool], old: &[Element], new: &[Element]) {
    let mut place = 0;
    for (position, origin) in origins.iter_mut().enumerate() {
        if let Origin::Kept(index) = *origin {
            place = index + 1;
        }
        if *origin != Origin::New || !free.get(place).is_some_and(|free| *free) {
            continue;
        }
        if old[place].identity.is_none() || new[position].identity.is_none() {
            *origin = Origin::Kept(place);
            place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn elements(values: &[u64]) -> Vec<Element> {
        values.iter().map(|value| Element { value: *value, identity: None }).collect()
    }

    #[test]
    fn insertions_deletions_and_moves_are_told_apart() {
        use Origin::{Kept, Moved, New};
        let cases: [(&[u64], &[u64], &[Origin]); 5] = [
            (&[1, 2], &[1, 9, 2], &[Kept(0), New, Kept(1)]),
            (&[1, 2, 3], &[1, 3], &[Kept(0), Kept(2)]),
            (&[1, 2, 3], &[1, 9, 3], &[Kept(0), Kept(1), Kept(2)]),
            (&[1, 2, 3, 4], &[4, 1, 2, 3], &[Moved(3), Kept(0), Kept(1), Kept(2)]),
            (&[], &[1], &[New]),
        ];
        for (old, new, expected) in cases {
            assert_eq!(align(&elements(old), &elements(new)), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn an_edited_record_is_known_by_its_id() {
        let old = [Element { value: 1, identity: Some(10) }, Element { value: 2, identity: Some(20) }];
        let new = [Element { value: 3, identity: Some(20) }, Element { value: 4, identity: Some(30) }];
        assert_eq!(align(&old, &new), [Origin::Kept(1), Origin::New]);
    }

    proptest! {
        #[test]
        fn kept_ones_are_in_order_and_none_serves_twice(
            old in prop::collection::vec(0_u64..6, 0..12), new in prop::collection::vec(0_u64..6, 0..12),
        ) {
            let origins = align(&elements(&old), &elements(&new));
            prop_assert_eq!(origins.len(), new.len());
            let kept: Vec<usize> =
                origins.iter().filter_map(|o| if let Origin::Kept(i) = o { Some(*i) } else { None }).collect();
            prop_assert!(kept.is_sorted_by(|a, b| a < b));
            let mut used: Vec<usize> = origins
                .iter()
                .filter_map(|o| match o { Origin::Kept(i) | Origin::Moved(i) => Some(*i), Origin::New => None })
                .collect();
            used.sort_unstable();
            prop_assert!(used.is_sorted_by(|a, b| a < b));
            prop_assert!(used.iter().all(|index| *index < old.len()));
            for (origin, value) in origins.iter().zip(&new) {
                if let Origin::Moved(index) = origin {
                    prop_assert_eq!(old[*index], *value);
                }
            }
        }
    }
}
