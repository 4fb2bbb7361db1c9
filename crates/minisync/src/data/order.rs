//! The order of a list's slots: which slot is at which index, and the other way round. Knows no positions,
//! no values and no document.

mod check;
mod node;
mod tree;

use std::{fmt, slice};

use node::LEAF;
use tree::Tree;

/// A sequence of distinct slots (small dense numbers), with the index of a slot and the slot at an index
/// both found in O(log n).
///
/// Up to 64 slots lie in one array; more of them in a tree, until no more than a quarter of that is left.
#[derive(Clone)]
pub(crate) struct Order(Shape);

#[derive(Clone)]
enum Shape {
    Short(Vec<u32>),
    Long(Box<Tree>),
}

impl Order {
    pub(crate) fn len(&self) -> usize {
        match &self.0 {
            Shape::Short(slots) => slots.len(),
            Shape::Long(tree) => tree.len(),
        }
    }

    /// The slot at `index`.
    pub(crate) fn get(&self, index: usize) -> Option<u32> {
        match &self.0 {
            Shape::Short(slots) => slots.get(index).copied(),
            Shape::Long(tree) => tree.get(index),
        }
    }

    /// The index of `slot`; `None` where it is not in the sequence.
    pub(crate) fn rank(&self, slot: u32) -> Option<usize> {
        match &self.0 {
            Shape::Short(slots) => slots.iter().position(|other| *other == slot),
            Shape::Long(tree) => tree.rank(slot),
        }
    }

    /// Puts `slot`, which must not be in the sequence yet, before what is at `index`; at the end where
    /// `index` is not below the length.
    pub(crate) fn insert(&mut self, index: usize, slot: u32) {
        match &mut self.0 {
            Shape::Short(slots) if slots.len() < LEAF => {
                debug_assert!(!slots.contains(&slot), "slot {slot} is in the sequence already");
                slots.insert(index.min(slots.len()), slot);
            }
            Shape::Short(slots) => {
                let mut tree = Box::new(Tree::new(slots));
                tree.insert(index, slot);
                self.0 = Shape::Long(tree);
            }
            Shape::Long(tree) => tree.insert(index, slot),
        }
    }

    /// Puts `slot`, which must not be in the sequence yet, at the end.
    pub(crate) fn push(&mut self, slot: u32) {
        match &mut self.0 {
            Shape::Short(_) => self.insert(usize::MAX, slot),
            Shape::Long(tree) => tree.push(slot),
        }
    }

    /// Takes `slot` out; returns the index that it had.
    pub(crate) fn remove(&mut self, slot: u32) -> Option<usize> {
        match &mut self.0 {
            Shape::Short(slots) => {
                let index = slots.iter().position(|other| *other == slot)?;
                slots.remove(index);
                Some(index)
            }
            Shape::Long(tree) => {
                let index = tree.remove(slot)?;
                if tree.len() <= LEAF / 4 {
                    self.0 = Shape::Short(self.iter().collect());
                }
                Some(index)
            }
        }
    }

    /// All slots, first to last.
    pub(crate) fn iter(&self) -> Iter<'_> {
        self.iter_from(0)
    }

    /// The slots from `index` on.
    pub(crate) fn iter_from(&self, index: usize) -> Iter<'_> {
        let left = self.len().saturating_sub(index);
        let (run, rest) = match &self.0 {
            Shape::Short(slots) => (slots.get(index..).unwrap_or_default(), None),
            Shape::Long(tree) => match tree.seek(index) {
                Some((leaf, at)) => (&tree.slots(leaf)[at..], Some((&**tree, leaf))),
                None => (&[][..], None),
            },
        };
        Iter { run: run.iter(), rest, left }
    }

    /// The first index whose slot does not satisfy `is_before`; that must hold for a (maybe empty) run at the
    /// beginning and for nothing after it. Calls it O(log n) times.
    pub(crate) fn partition_point(&self, mut is_before: impl FnMut(u32) -> bool) -> usize {
        match &self.0 {
            Shape::Short(slots) => slots.partition_point(|slot| is_before(*slot)),
            Shape::Long(tree) => tree.partition_point(is_before),
        }
    }

    /// Checks every invariant; costs in proportion to the length.
    pub(crate) fn check(&self) -> Result<(), String> {
        match &self.0 {
            Shape::Short(slots) => {
                let mut sorted = slots.clone();
                sorted.sort_unstable();
                match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                    Some(pair) => Err(format!("slot {} is in the sequence twice", pair[0])),
                    None if slots.len() > LEAF => Err(format!("{} slots in one array", slots.len())),
                    None => Ok(()),
                }
            }
            Shape::Long(tree) => tree.check(),
        }
    }
}

impl Default for Order {
    fn default() -> Self {
        Order(Shape::Short(Vec::new()))
    }
}

impl FromIterator<u32> for Order {
    /// In O(n), with all leaves full. The slots must be distinct.
    fn from_iter<I: IntoIterator<Item = u32>>(slots: I) -> Self {
        let mut slots: Vec<u32> = slots.into_iter().collect();
        if slots.len() > LEAF {
            return Order(Shape::Long(Box::new(Tree::new(&slots))));
        }
        slots.shrink_to_fit();
        Order(Shape::Short(slots))
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Slots in order.
#[derive(Clone)]
pub(crate) struct Iter<'a> {
    run: slice::Iter<'a, u32>,
    /// The tree, and the leaf that `run` is a part of.
    rest: Option<(&'a Tree, u32)>,
    left: usize,
}

impl Iterator for Iter<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.run.len() == 0 {
            let (tree, leaf) = self.rest?;
            self.rest = tree.next_leaf(leaf).map(|next| (tree, next));
            let (tree, leaf) = self.rest?;
            self.run = tree.slots(leaf).iter();
        }
        let slot = self.run.next()?;
        self.left -= 1;
        Some(*slot)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests;
