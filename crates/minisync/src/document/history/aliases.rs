//! What was deleted and is back has new dots: which one stands for which. Knows no values.

use std::collections::BTreeMap;

use crate::names::{dot::Dot, session::SessionIx, stamp::Stamp};

/// Runs of dots, and those that stand for them now. A tree, though it is 3 KB of the WebAssembly module: runs come
/// back in any order, and with a sorted vector undo took seconds where a list of 80,000 elements came back.
#[derive(Debug, Default)]
pub(in crate::document) struct Aliases(BTreeMap<(SessionIx, Stamp), (u64, Dot)>);

impl Aliases {
    /// From now on, the `len` dots from `new` on stand for those from `old` on.
    pub(in crate::document) fn add(&mut self, old: Dot, len: u64, new: Dot) {
        if len > 0 {
            self.0.insert(old.by_session(), (len, new));
        }
    }

    /// The same, but dots for which others stand already stay as they are.
    pub(in crate::document) fn add_unless_known(&mut self, mut old: Dot, mut len: u64, mut new: Dot) {
        while let Some(known) = self.0.get(&old.by_session()).map(|(known, _)| len.min(*known)) {
            (old, len, new) = (old.after(known), len - known, new.after(known));
            if len == 0 {
                return;
            }
        }
        self.add(old, len, new);
    }

    /// All of them: the first dot of a run, its length, and the first of those that stand for it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Dot, u64, Dot)> {
        self.0
            .iter()
            .map(|((session, stamp), (len, new))| (Dot { session: *session, stamp: *stamp }, *len, *new))
    }

    /// What stands for a dot now: itself if nothing else does.
    pub(in crate::document) fn current(&self, mut dot: Dot) -> Dot {
        // No way is longer than there are aliases; what was read from a damaged file may lead in a circle.
        for _ in 0..self.0.len() {
            match self.next(dot) {
                Some(new) => dot = new,
                None => break,
            }
        }
        dot
    }

    fn next(&self, dot: Dot) -> Option<Dot> {
        let (first, (len, new)) = self.0.range(..=dot.by_session()).next_back()?;
        let distance = dot.since(Dot { session: first.0, stamp: first.1 })?;
        (distance < *len && *new != dot).then(|| new.after(distance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_back_twice_is_followed_to_the_end() {
        let dot = |stamp| Dot { stamp: Stamp::saturating(stamp), session: SessionIx::from_index(0) };
        let mut aliases = Aliases::default();
        aliases.add(dot(10), 3, dot(20));
        aliases.add(dot(21), 1, dot(30));
        assert_eq!(aliases.current(dot(10)), dot(20));
        assert_eq!(aliases.current(dot(11)), dot(30));
        assert_eq!(aliases.current(dot(12)), dot(22));
        assert_eq!(aliases.current(dot(13)), dot(13));
        assert_eq!(aliases.current(dot(9)), dot(9));
    }
}
