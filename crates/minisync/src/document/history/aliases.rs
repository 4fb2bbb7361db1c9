//! What was deleted and is back has new dots: which one stands for which. Knows no values.

use crate::names::dot::Dot;

/// Runs of dots, and those that stand for them now, in the order of the first of each run. A vector, for what comes
/// back does so with the newest dots, so nearly all are added at its end.
#[derive(Debug, Default)]
pub(in crate::document) struct Aliases(Vec<Alias>);

/// The `len` dots from `old` on are now those from `new` on.
#[derive(Debug, Clone, Copy)]
struct Alias {
    old: Dot,
    len: u64,
    new: Dot,
}

impl Aliases {
    /// From now on, the `len` dots from `new` on stand for those from `old` on.
    pub(in crate::document) fn add(&mut self, old: Dot, len: u64, new: Dot) {
        if len == 0 {
            return;
        }
        let alias = Alias { old, len, new };
        match self.find(old) {
            Ok(at) => self.0[at] = alias,
            Err(at) => self.0.insert(at, alias),
        }
    }

    /// The same, but dots for which others stand already stay as they are.
    pub(in crate::document) fn add_unless_known(&mut self, mut old: Dot, mut len: u64, mut new: Dot) {
        while let Ok(at) = self.find(old) {
            let known = len.min(self.0[at].len);
            (old, len, new) = (old.after(known), len - known, new.after(known));
            if len == 0 {
                return;
            }
        }
        self.add(old, len, new);
    }

    /// All of them: the first dot of a run, its length, and the first of those that stand for it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Dot, u64, Dot)> {
        self.0.iter().map(|alias| (alias.old, alias.len, alias.new))
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
        let at = self.find(dot).or_else(|at| at.checked_sub(1).ok_or(())).ok()?;
        let Alias { old, len, new } = self.0[at];
        let distance = dot.since(old)?;
        (distance < len && new != dot).then(|| new.after(distance))
    }

    /// Where the alias of a run that begins with this dot is, or would be.
    fn find(&self, old: Dot) -> Result<usize, usize> {
        self.0.binary_search_by(|alias| alias.old.by_client().cmp(&old.by_client()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{dot::ClientIx, stamp::Stamp};

    #[test]
    fn what_came_back_twice_is_followed_to_the_end() {
        let dot = |stamp| Dot { stamp: Stamp::saturating(stamp), client: ClientIx::from_index(0) };
        let mut aliases = Aliases::default();
        aliases.add(dot(10), 3, dot(20));
        aliases.add(dot(21), 1, dot(30));
        assert_eq!(aliases.current(dot(10)), dot(20));
        assert_eq!(aliases.current(dot(11)), dot(30));
        assert_eq!(aliases.current(dot(12)), dot(22));
        assert_eq!(aliases.current(dot(13)), dot(13));
        assert_eq!(aliases.current(dot(9)), dot(9));
    }

    /// Restored lists come back in any order, and the newest alias of a dot counts.
    #[test]
    fn the_order_in_which_runs_were_added_does_not_matter() {
        let dot =
            |stamp, client| Dot { stamp: Stamp::saturating(stamp), client: ClientIx::from_index(client) };
        let mut aliases = Aliases::default();
        for old in [dot(30, 0), dot(10, 1), dot(10, 0), dot(20, 0)] {
            aliases.add(old, 1, dot(old.stamp.as_micros() + 100, 2));
        }
        aliases.add(dot(20, 0), 1, dot(500, 2));
        let stand_ins = [dot(10, 0), dot(20, 0), dot(30, 0), dot(10, 1)].map(|old| aliases.current(old));
        assert_eq!(stand_ins, [dot(110, 2), dot(500, 2), dot(130, 2), dot(110, 2)]);
        assert_eq!(aliases.iter().count(), 4);
        assert_eq!(aliases.current(dot(9, 1)), dot(9, 1), "the run before it is of another client");
    }
}
