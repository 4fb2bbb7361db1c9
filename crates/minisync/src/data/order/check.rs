//! Checks the invariants of the tree of slots. Changes nothing.

use super::tree::{NONE, Tree};

impl Tree {
    pub(in crate::data::order) fn check(&self) -> Result<(), String> {
        let mut walk = Walk::default();
        let total = self.check_node(self.height, self.root, (NONE, 0), &mut walk)?;
        let known = self.leaf_of.iter().filter(|leaf| **leaf != NONE).count();
        if total != self.len || known != self.len() {
            return Err(format!("{total} slots found, {known} known, but the length is {}", self.len));
        }
        if walk.last_leaf != Some(self.last_leaf) {
            return Err(format!("{:?} is the last leaf, not {}", walk.last_leaf, self.last_leaf));
        }
        if walk.leaves + self.free_leaves.len() != self.leaves.len()
            || walk.inners + self.free_inners.len() != self.inners.len()
        {
            return Err("a node is neither in use nor free".to_owned());
        }
        Ok(())
    }

    /// Returns the number of slots below `node`.
    fn check_node(&self, level: u32, node: u32, parent: (u32, u32), walk: &mut Walk) -> Result<u32, String> {
        if self.parent(level, node) != parent {
            return Err(format!("node {node} at level {level} has a wrong parent or place"));
        }
        if level == 0 {
            let slots = self.slots(node);
            if slots.is_empty() && parent.0 != NONE {
                return Err(format!("leaf {node} is empty"));
            }
            if let Some(slot) = slots.iter().find(|slot| self.leaf_of[**slot as usize] != node) {
                return Err(format!("slot {slot} is in leaf {node}, but not known to be"));
            }
            walk.leaves += 1;
            walk.last_leaf = Some(node);
            return Ok(slots.len() as u32);
        }
        walk.inners += 1;
        let inner = &self.inners[node as usize];
        if inner.len < if parent.0 == NONE { 2 } else { 1 } {
            return Err(format!("inner node {node} has {} children", inner.len));
        }
        for (place, (child, count)) in (0..).zip(inner.children()) {
            let below = self.check_node(level - 1, child, (node, place), walk)?;
            if below != count {
                return Err(format!("{below} slots are below child {child} of {node}, not {count}"));
            }
        }
        Ok(inner.count_before(inner.len as usize))
    }
}

/// What a check has met so far.
#[derive(Default)]
struct Walk {
    leaves: usize,
    inners: usize,
    last_leaf: Option<u32>,
}
