//! A B+tree of slots that counts what lies below each child, so that an index leads down to a slot and a
//! slot leads up to its index. Knows nothing of what the slots stand for.
//!
//! ```text
//! root                 [ 3 | 4 ]             counts of slots below each child
//!                       /      \
//! leaves        [ 7 0 5 ]    [ 2 9 1 4 ]     slots, in order; `leaf_of[9]` is the second leaf
//! ```
//!
//! Which slot is at index 4? Down: 4 is not below 3, so the second child, and in it 4 - 3 = 1: slot 9. At which index is
//! slot 9? Up: it is the second in its leaf (1), and 3 are before that leaf: 4. Both touch one node per level.

use super::node::{FAN, Inner, LEAF, Leaf};

/// Two neighbouring leaves with no more than this between them become one.
const MERGE: u32 = 48;
/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// Nodes lie in two arenas, leaves and inner nodes, and link to each other by number.
///
/// Invariants (see [`Tree::check`]): all leaves are at the same depth; only a leaf that is the root may be
/// empty; an inner root has at least two children; a count is the number of slots below that child;
/// `leaf_of` is right for every slot.
#[derive(Clone)]
pub(super) struct Tree {
    pub(super) leaves: Vec<Leaf>,
    pub(super) inners: Vec<Inner>,
    /// For each slot the leaf that holds it.
    pub(super) leaf_of: Vec<u32>,
    pub(super) free_leaves: Vec<u32>,
    pub(super) free_inners: Vec<u32>,
    pub(super) root: u32,
    /// How many levels of inner nodes there are; 0 where the root is a leaf.
    pub(super) height: u32,
    pub(super) last_leaf: u32,
    pub(super) len: u32,
}

impl Tree {
    /// With all leaves full, in O(n). The slots must be distinct.
    pub(super) fn new(slots: &[u32]) -> Tree {
        let slot_count = slots.iter().max().map_or(0, |slot| *slot as usize + 1);
        let mut tree = Tree {
            leaves: Vec::with_capacity(slots.len().div_ceil(LEAF).max(1)),
            inners: Vec::with_capacity(slots.len() / (LEAF * (FAN - 1)) + 1),
            leaf_of: vec![NONE; slot_count],
            free_leaves: Vec::new(),
            free_inners: Vec::new(),
            root: 0,
            height: 0,
            last_leaf: 0,
            len: slots.len() as u32,
        };
        let mut level: Vec<(u32, u32)> = Vec::with_capacity(tree.leaves.capacity());
        for run in slots.chunks(LEAF) {
            let leaf = tree.add_leaf();
            tree.append(leaf, run);
            level.push((leaf, run.len() as u32));
        }
        if level.is_empty() {
            level.push((tree.add_leaf(), 0));
        }
        tree.last_leaf = level.last().map_or(0, |(leaf, _)| *leaf);
        while level.len() > 1 {
            let groups = level.chunks(FAN);
            level = groups.map(|children| tree.add_parent(children)).collect();
            tree.height += 1;
        }
        tree.root = level.first().map_or(0, |(node, _)| *node);
        tree
    }

    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    pub(super) fn slots(&self, leaf: u32) -> &[u32] {
        self.leaves[leaf as usize].slots()
    }

    pub(super) fn get(&self, index: usize) -> Option<u32> {
        self.seek(index).map(|(leaf, at)| self.leaves[leaf as usize].slots[at])
    }

    /// The leaf that has the slot at `index`, and where in it.
    pub(super) fn seek(&self, index: usize) -> Option<(u32, usize)> {
        if index >= self.len() {
            return None;
        }
        let mut at = index as u32;
        let mut node = self.root;
        for _ in 0..self.height {
            let inner = &self.inners[node as usize];
            let mut child = 0;
            while at >= inner.counts[child] {
                at -= inner.counts[child];
                child += 1;
            }
            node = inner.nodes[child];
        }
        Some((node, at as usize))
    }

    pub(super) fn rank(&self, slot: u32) -> Option<usize> {
        let (leaf, at) = self.find(slot)?;
        let mut rank = at as u32;
        let Leaf { mut parent, mut place, .. } = self.leaves[leaf as usize];
        while parent != NONE {
            let inner = &self.inners[parent as usize];
            rank += inner.count_before(place as usize);
            (parent, place) = (inner.parent, inner.place);
        }
        Some(rank as usize)
    }

    pub(super) fn insert(&mut self, index: usize, slot: u32) {
        if index >= self.len() {
            return self.push(slot);
        }
        let mut at = index as u32;
        let mut node = self.root;
        for _ in 0..self.height {
            let inner = &mut self.inners[node as usize];
            let mut child = 0;
            while at > inner.counts[child] {
                at -= inner.counts[child];
                child += 1;
            }
            inner.counts[child] += 1;
            node = inner.nodes[child];
        }
        self.put(node, at as usize, slot);
    }

    pub(super) fn push(&mut self, slot: u32) {
        let last = &self.leaves[self.last_leaf as usize];
        let at = last.len as usize;
        let mut parent = last.parent;
        while parent != NONE {
            let inner = &mut self.inners[parent as usize];
            inner.counts[inner.len as usize - 1] += 1;
            parent = inner.parent;
        }
        self.put(self.last_leaf, at, slot);
    }

    pub(super) fn remove(&mut self, slot: u32) -> Option<usize> {
        let (leaf, at) = self.find(slot)?;
        self.leaf_of[slot as usize] = NONE;
        self.len -= 1;
        let here = &mut self.leaves[leaf as usize];
        here.remove(at);
        let left = here.len;
        let mut rank = at as u32;
        let (mut parent, mut place) = (here.parent, here.place);
        while parent != NONE {
            let inner = &mut self.inners[parent as usize];
            rank += inner.count_before(place as usize);
            inner.counts[place as usize] -= 1;
            (parent, place) = (inner.parent, inner.place);
        }
        if left == 0 {
            self.unlink(leaf);
        } else if left < MERGE {
            self.merge(leaf);
        }
        Some(rank as usize)
    }

    /// The leaf to the right of `leaf`.
    pub(super) fn next_leaf(&self, leaf: u32) -> Option<u32> {
        let Leaf { mut parent, mut place, .. } = self.leaves[leaf as usize];
        let mut level = 0;
        while parent != NONE {
            let inner = &self.inners[parent as usize];
            if place + 1 < inner.len {
                return Some(self.first_leaf(inner.nodes[place as usize + 1], level));
            }
            (parent, place) = (inner.parent, inner.place);
            level += 1;
        }
        None
    }

    pub(super) fn partition_point(&self, mut is_before: impl FnMut(u32) -> bool) -> usize {
        let mut node = self.root;
        let mut index = 0;
        for level in (0..self.height).rev() {
            let inner = &self.inners[node as usize];
            let later = &inner.nodes[1..inner.len as usize];
            let child = later.partition_point(|child| {
                let first = self.first_leaf(*child, level);
                is_before(self.leaves[first as usize].slots[0])
            });
            index += inner.count_before(child);
            node = inner.nodes[child];
        }
        index as usize + self.slots(node).partition_point(|slot| is_before(*slot))
    }

    /// The leaf that holds `slot`, and where in it.
    fn find(&self, slot: u32) -> Option<(u32, usize)> {
        let leaf = *self.leaf_of.get(slot as usize)?;
        let at = self.leaves.get(leaf as usize)?.position(slot)?;
        Some((leaf, at))
    }

    /// The first leaf below `node`, which is `level` levels above the leaves.
    fn first_leaf(&self, mut node: u32, level: u32) -> u32 {
        for _ in 0..level {
            node = self.inners[node as usize].nodes[0];
        }
        node
    }

    /// Puts `slot` into `leaf` or, where that is full, beside it. The counts above include it already.
    fn put(&mut self, leaf: u32, at: usize, slot: u32) {
        // The counts were raised on the way down, so from here on a slot may move between leaves, but not be lost.
        self.len += 1;
        if (self.leaves[leaf as usize].len as usize) < LEAF {
            return self.write(leaf, at, slot);
        }
        // At the end of a full leaf the next one will do as well: no split, and leaves stay full.
        if at == LEAF
            && let Some(next) = self.pass_on(leaf)
        {
            return self.write(next, 0, slot);
        }
        // A run that grows at either end of a leaf leaves full leaves behind.
        let cut = if at == 0 || at == LEAF { at } else { LEAF / 2 };
        let goes_right = at > cut || cut == LEAF;
        let right = self.add_leaf();
        let moved = self.leaves[leaf as usize].slots;
        self.append(right, &moved[cut..]);
        self.leaves[leaf as usize].len = cut as u32;
        self.link(leaf, right, (LEAF - cut) as u32 + u32::from(goes_right));
        if self.last_leaf == leaf {
            self.last_leaf = right;
        }
        if goes_right { self.write(right, at - cut, slot) } else { self.write(leaf, at, slot) }
    }

    /// Passes one count of `leaf` on to its right sibling, if that has room; returns the sibling.
    fn pass_on(&mut self, leaf: u32) -> Option<u32> {
        let Leaf { parent, place, .. } = self.leaves[leaf as usize];
        let inner = self.inners.get_mut(parent as usize)?;
        let next = place as usize + 1;
        if next == inner.len as usize || inner.counts[next] as usize == LEAF {
            return None;
        }
        inner.counts[next - 1] -= 1;
        inner.counts[next] += 1;
        Some(inner.nodes[next])
    }

    fn write(&mut self, leaf: u32, at: usize, slot: u32) {
        let index = slot as usize;
        if index >= self.leaf_of.len() {
            let missing = index + 1 - self.leaf_of.len();
            reserve(&mut self.leaf_of, missing);
            self.leaf_of.resize(index + 1, NONE);
        }
        debug_assert_eq!(self.leaf_of[index], NONE, "slot {slot} is in the sequence already");
        self.leaf_of[index] = leaf;
        self.leaves[leaf as usize].insert(at, slot);
    }

    /// Appends `run` to `leaf`.
    fn append(&mut self, leaf: u32, run: &[u32]) {
        let here = &mut self.leaves[leaf as usize];
        let from = here.len as usize;
        here.slots[from..from + run.len()].copy_from_slice(run);
        here.len += run.len() as u32;
        for slot in run {
            self.leaf_of[*slot as usize] = leaf;
        }
    }

    /// Hangs the leaf `right` into the tree, right after `left`, from which it takes `count` slots over.
    fn link(&mut self, left: u32, right: u32, count: u32) {
        let (mut left, mut right, mut count) = (left, right, count);
        // What was split hands its parent one more child; where that is full, it is split too, and so on up. Only the
        // root's split makes the tree higher, so all leaves stay at one depth.
        for level in 0.. {
            let (parent, place) = self.parent(level, left);
            if parent == NONE {
                let children = [(left, self.len - count), (right, count)];
                self.height += 1;
                self.root = self.add_parent_at(level, &children).0;
                return;
            }
            let inner = &mut self.inners[parent as usize];
            let at = place as usize + 1;
            inner.counts[at - 1] -= count;
            if (inner.len as usize) < FAN {
                inner.insert(at, right, count);
                return self.relink_children(level, parent, at);
            }
            (right, count) = self.split(level, parent, at, (right, count));
            left = parent;
        }
    }

    /// Cuts the full inner node `node` in two to make room for `child` at `at`; returns the new right half
    /// and its count. `level` is that of the children.
    fn split(&mut self, level: u32, node: u32, at: usize, child: (u32, u32)) -> (u32, u32) {
        let cut = if at == FAN { FAN } else { FAN / 2 };
        let inner = &mut self.inners[node as usize];
        let mut children: Vec<(u32, u32)> = inner.children().skip(cut).collect();
        inner.len = cut as u32;
        if at > cut || cut == FAN {
            children.insert(at - cut, child);
        } else {
            inner.insert(at, child.0, child.1);
            self.relink_children(level, node, at);
        }
        self.add_parent_at(level, &children)
    }

    /// Joins `leaf` with a sibling, where the two fit together easily.
    fn merge(&mut self, leaf: u32) {
        let Leaf { parent, place, .. } = self.leaves[leaf as usize];
        // A leaf that is the root has no sibling.
        let Some(inner) = self.inners.get_mut(parent as usize) else {
            return;
        };
        let at = place as usize;
        let fits = |left: usize| inner.counts[left] + inner.counts[left + 1] <= MERGE;
        let left = if at + 1 < inner.len as usize && fits(at) {
            at
        } else if at > 0 && fits(at - 1) {
            at - 1
        } else {
            return;
        };
        inner.counts[left] += inner.counts[left + 1];
        let (to, from) = (inner.nodes[left], inner.nodes[left + 1]);
        let moved = self.leaves[from as usize].clone();
        self.append(to, moved.slots());
        self.unlink(from);
    }

    /// Takes `leaf` out of the tree, and the inner nodes that are left without children.
    fn unlink(&mut self, leaf: u32) {
        let Leaf { mut parent, mut place, .. } = self.leaves[leaf as usize];
        if parent == NONE {
            return;
        }
        self.free_leaves.push(leaf);
        // A parent that is left without children goes too; a root stays, since there has to be one.
        for level in 0.. {
            let inner = &mut self.inners[parent as usize];
            inner.remove(place as usize);
            if inner.len > 0 || inner.parent == NONE {
                self.relink_children(level, parent, place as usize);
                break;
            }
            self.free_inners.push(parent);
            (parent, place) = (inner.parent, inner.place);
        }
        // A root with a single child says nothing that the child does not.
        while self.height > 0 && self.inners[self.root as usize].len == 1 {
            self.free_inners.push(self.root);
            self.root = self.inners[self.root as usize].nodes[0];
            self.height -= 1;
            self.set_parent(self.height, self.root, (NONE, 0));
        }
        self.last_leaf = self.root;
        for _ in 0..self.height {
            let inner = &self.inners[self.last_leaf as usize];
            self.last_leaf = inner.nodes[inner.len as usize - 1];
        }
    }

    /// The parent of `node`, which is `level` levels above the leaves, and which child of it that is.
    pub(super) fn parent(&self, level: u32, node: u32) -> (u32, u32) {
        if level == 0 {
            let leaf = &self.leaves[node as usize];
            return (leaf.parent, leaf.place);
        }
        let inner = &self.inners[node as usize];
        (inner.parent, inner.place)
    }

    fn set_parent(&mut self, level: u32, node: u32, (parent, place): (u32, u32)) {
        if level == 0 {
            let leaf = &mut self.leaves[node as usize];
            (leaf.parent, leaf.place) = (parent, place);
        } else {
            let inner = &mut self.inners[node as usize];
            (inner.parent, inner.place) = (parent, place);
        }
    }

    /// Tells the children of `parent`, from the one at `start` on, whose they are. `level` is theirs.
    fn relink_children(&mut self, level: u32, parent: u32, start: usize) {
        for place in start..self.inners[parent as usize].len as usize {
            let child = self.inners[parent as usize].nodes[place];
            self.set_parent(level, child, (parent, place as u32));
        }
    }

    fn add_leaf(&mut self) -> u32 {
        let leaf = Leaf { parent: NONE, place: 0, len: 0, slots: [0; LEAF] };
        add(&mut self.leaves, &mut self.free_leaves, leaf)
    }

    /// A parent for nodes at the level of the root; returns it and what lies below it.
    fn add_parent(&mut self, children: &[(u32, u32)]) -> (u32, u32) {
        self.add_parent_at(self.height, children)
    }

    /// A parent for nodes at `level`; returns it and what lies below it.
    fn add_parent_at(&mut self, level: u32, children: &[(u32, u32)]) -> (u32, u32) {
        let mut inner = Inner { parent: NONE, place: 0, len: 0, nodes: [NONE; FAN], counts: [0; FAN] };
        for (at, (node, count)) in children.iter().enumerate() {
            inner.insert(at, *node, *count);
        }
        let total = inner.count_before(children.len());
        let parent = add(&mut self.inners, &mut self.free_inners, inner);
        self.relink_children(level, parent, 0);
        (parent, total)
    }
}

/// Puts `node` into a free place of the arena, or at its end; returns where.
fn add<T>(arena: &mut Vec<T>, free: &mut Vec<u32>, node: T) -> u32 {
    if let Some(place) = free.pop() {
        arena[place as usize] = node;
        return place;
    }
    reserve(arena, 1);
    arena.push(node);
    arena.len() as u32 - 1
}

/// Makes room for `count` more. Grows by an eighth, not by half or more as `Vec` does: a list should not
/// hold much memory that it does not use.
fn reserve<T>(arena: &mut Vec<T>, count: usize) {
    if arena.capacity() - arena.len() < count {
        arena.reserve_exact(count.max(arena.len() / 8));
    }
}
