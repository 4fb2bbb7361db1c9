//! The order of list elements, judged by properties: positions are immutable and totally ordered, and two
//! clients' runs do not interleave (Weidner and Kleppmann, *The Art of the Fugue*). Knows no tree of
//! positions.

use std::collections::{BTreeMap, BTreeSet};

use super::{OpId, Oracle};

/// What was beside a place when it was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbor {
    /// The end of the list.
    Edge,
    /// An element, by the write of its position.
    At(OpId),
    /// An element whose position is uncertain.
    Unknown,
}

/// Where an element was put, as its writer saw the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// What stood before it.
    pub after: Neighbor,
    /// What stood behind it.
    pub before: Neighbor,
}

impl Gap {
    /// Nothing is known of the place.
    pub const UNKNOWN: Gap = Gap { after: Neighbor::Unknown, before: Neighbor::Unknown };
}

#[derive(Debug, Default)]
pub(super) struct Order {
    /// Pairs of positions of which the first was shown, or was asked to be, before the second.
    pairs: Vec<(OpId, OpId)>,
    /// The chosen places, in the order of the log.
    pub(super) gaps: Vec<(OpId, Gap)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pairs: usize,
    gaps: usize,
}

impl Order {
    pub(super) fn placed(&mut self, place: OpId, gap: Gap) {
        if let Neighbor::At(after) = gap.after {
            self.pairs.push((after, place));
        }
        if let Neighbor::At(before) = gap.before {
            self.pairs.push((place, before));
        }
        self.gaps.push((place, gap));
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { pairs: self.pairs.len(), gaps: self.gaps.len() }
    }

    pub(super) fn roll_back(&mut self, mark: Mark) {
        self.pairs.truncate(mark.pairs);
        self.gaps.truncate(mark.gaps);
    }
}

impl Oracle {
    /// A client shows elements with these positions in this order.
    pub fn shown(&mut self, positions: &[OpId]) {
        self.order.pairs.extend(positions.windows(2).map(|pair| (pair[0], pair[1])));
    }

    /// Whether all that was ever shown or asked for fits one total order; else positions in a circle.
    ///
    /// # Errors
    /// Says which positions contradict each other.
    pub fn check_total_order(&self) -> Result<(), String> {
        let mut later: BTreeMap<OpId, BTreeSet<OpId>> = BTreeMap::new();
        let mut waiting: BTreeMap<OpId, usize> = BTreeMap::new();
        for (first, second) in &self.order.pairs {
            waiting.entry(*first).or_default();
            let is_new = later.entry(*first).or_default().insert(*second);
            *waiting.entry(*second).or_default() += usize::from(is_new);
        }
        let mut ready: Vec<OpId> =
            waiting.iter().filter(|(_, count)| **count == 0).map(|(place, _)| *place).collect();
        while let Some(place) = ready.pop() {
            waiting.remove(&place);
            for next in later.get(&place).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(*next);
                    }
                }
            }
        }
        if waiting.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = waiting.keys().map(|place| self.name(*place)).collect();
        Err(format!("these positions were shown in contradictory orders: {}", names.join(", ")))
    }

    /// Whether runs stay together in a list that shows these positions in this order.
    ///
    /// An element that was put right behind another hangs below it; so whatever stands between the two was
    /// put there by someone who had seen the other. Likewise for an element that was put right before one
    /// which itself hangs below the element before the gap.
    ///
    /// # Errors
    /// Says which element stands in whose run.
    pub fn check_runs(&self, positions: &[Option<OpId>]) -> Result<(), String> {
        let index: BTreeMap<OpId, usize> =
            positions.iter().enumerate().filter_map(|(at, place)| place.map(|place| (place, at))).collect();
        for (place, gap) in &self.order.gaps {
            let Some(at) = index.get(place) else { continue };
            if let Neighbor::At(after) = gap.after
                && let Some(from) = index.get(&after)
            {
                self.check_between(positions, *from, *at, after)?;
            }
            if let Neighbor::At(before) = gap.before
                && let Some(to) = index.get(&before)
                && self.hangs_below(before, gap.after)
            {
                self.check_between(positions, *at, *to, before)?;
            }
        }
        Ok(())
    }

    fn check_between(
        &self,
        positions: &[Option<OpId>],
        from: usize,
        to: usize,
        seen: OpId,
    ) -> Result<(), String> {
        for stranger in positions.get(from + 1..to).unwrap_or_default().iter().flatten() {
            let context = &self.ops[*stranger].context;
            if !context.has(&self.ops[seen]) {
                let (stranger, seen) = (self.name(*stranger), self.name(seen));
                return Err(format!("{stranger} stands in a run of {seen}, which its writer had not seen"));
            }
        }
        Ok(())
    }

    /// Whether `place` was put behind `after`, or behind something that was, and so on.
    fn hangs_below(&self, place: OpId, after: Neighbor) -> bool {
        let mut at = Neighbor::At(place);
        loop {
            let Neighbor::At(current) = at else {
                return false;
            };
            let Ok(found) = self.order.gaps.binary_search_by_key(&current, |(place, _)| *place) else {
                return false;
            };
            at = self.order.gaps[found].1.after;
            if at == Neighbor::Unknown {
                return false;
            }
            if at == after {
                return true;
            }
        }
    }

    /// A position's name for people.
    fn name(&self, place: OpId) -> String {
        let dot = self.ops[place].dot;
        format!("{}@{}", self.client(dot.writer), dot.stamp)
    }
}
