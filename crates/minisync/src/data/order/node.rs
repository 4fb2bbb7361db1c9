//! The nodes of the tree of slots: what is in one, and how it changes alone. Knows no other node.

/// The most slots in a leaf.
pub(in crate::data::order) const LEAF: usize = 64;
/// The most children of an inner node.
pub(super) const FAN: usize = 32;
#[derive(Clone)]
pub(super) struct Leaf {
    pub(super) parent: u32,
    /// Which child of its parent it is.
    pub(super) place: u32,
    pub(super) len: u32,
    pub(super) slots: [u32; LEAF],
}

#[derive(Clone)]
pub(super) struct Inner {
    pub(super) parent: u32,
    /// Which child of its parent it is.
    pub(super) place: u32,
    pub(super) len: u32,
    pub(super) nodes: [u32; FAN],
    pub(super) counts: [u32; FAN],
}

impl Leaf {
    pub(super) fn slots(&self) -> &[u32] {
        &self.slots[..self.len as usize]
    }

    /// Where `slot` is.
    pub(super) fn position(&self, slot: u32) -> Option<usize> {
        self.slots().iter().position(|other| *other == slot)
    }

    pub(super) fn insert(&mut self, at: usize, slot: u32) {
        self.slots.copy_within(at..self.len as usize, at + 1);
        self.slots[at] = slot;
        self.len += 1;
    }

    pub(super) fn remove(&mut self, at: usize) {
        self.slots.copy_within(at + 1..self.len as usize, at);
        self.len -= 1;
    }
}

impl Inner {
    pub(super) fn children(&self) -> impl Iterator<Item = (u32, u32)> {
        let pairs = self.nodes.iter().copied().zip(self.counts.iter().copied());
        pairs.take(self.len as usize)
    }

    /// What lies below the children before `child`. Looks at all counts, without a branch: that is faster.
    #[inline]
    pub(super) fn count_before(&self, child: usize) -> u32 {
        let counts = self.counts.iter().zip(0..FAN as u32);
        counts.map(|(count, at)| if at < child as u32 { *count } else { 0 }).sum()
    }

    pub(super) fn insert(&mut self, at: usize, node: u32, count: u32) {
        let len = self.len as usize;
        self.nodes.copy_within(at..len, at + 1);
        self.counts.copy_within(at..len, at + 1);
        self.nodes[at] = node;
        self.counts[at] = count;
        self.len += 1;
    }

    pub(super) fn remove(&mut self, at: usize) {
        let len = self.len as usize;
        self.nodes.copy_within(at + 1..len, at);
        self.counts.copy_within(at + 1..len, at);
        self.len -= 1;
    }
}
