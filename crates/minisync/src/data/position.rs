//! Positions in a list: immutable, totally ordered, and runs of two writers never interleave. Knows no
//! elements and no values.
//!
//! A position is an index in a bunch; a bunch hangs to the left or to the right of a position in another
//! one, and the list's own bunch is the root of this tree. After Weidner and Kleppmann, *The Art of the
//! Fugue* (2023), and the bunches of Weidner's library list-positions. A bunch grows at both ends: who
//! types on, forwards or backwards, extends the own bunch.
//!
//! A list was born as `a b c`. Alice then types `x y` behind `b`, and Bob, who has not seen that, types `p q` there. Between
//! two positions that lie side by side in one bunch, a new bunch hangs to the left of the second one (see `between`):
//!
//! ```text
//! the list's own bunch   0   1           2        reads as  a b x y p q c
//!                        a   b           c
//!                                        │ left
//! Alice's bunch                   0 1 ───┤        on one side of a position, bunches stand in the order of their
//!                                 x y    │        names, which are dots: the same on every device
//! Bob's bunch                     0 1 ───┘
//!                                 p q
//! ```
//!
//! All that Alice typed in one go lies in one bunch, so nothing of Bob's can come in between, whoever merges what first.

use std::cmp::Ordering;

use hashbrown::HashMap;

use crate::{
    base::{narrow::narrow, sort::sort_by},
    names::{dot::Dot, session::SessionIx, stamp::Stamp, writers::Writers},
};

/// A bunch, by its number in one list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct BunchIx(u32);

impl BunchIx {
    /// The list's own bunch, in which the elements lie that it was born with, at 0, 1, 2 and so on.
    pub(crate) const OWN: BunchIx = BunchIx(0);
    const NONE: BunchIx = BunchIx(u32::MAX);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A position: an index in a bunch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Place {
    pub(crate) bunch: BunchIx,
    pub(crate) index: i32,
}

impl Place {
    /// No position, in a message that does not say where the element is.
    pub(crate) const NONE: Place = Place { bunch: BunchIx::NONE, index: 0 };

    pub(crate) fn own(index: i32) -> Place {
        Place { bunch: BunchIx::OWN, index }
    }

    pub(crate) fn is_none(self) -> bool {
        self.bunch == BunchIx::NONE
    }

    pub(crate) fn next(self) -> Option<Place> {
        Some(Place { bunch: self.bunch, index: self.index.checked_add(1)? })
    }

    /// The own bunch does not grow to the left of 0: what others put into an empty list hangs to the right of
    /// -1, and so never comes to lie within a run of the one who made the list.
    fn before(self) -> Option<Place> {
        if self.bunch == BunchIx::OWN {
            return None;
        }
        Some(Place { bunch: self.bunch, index: self.index.checked_sub(1)? })
    }
}

/// One sibling of a position register.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Move {
    pub(crate) dot: Dot,
    pub(crate) place: Place,
}

/// Puts moves in the order of [`Dot::by_session`], in which position registers lie.
#[inline(never)]
pub(crate) fn sort_moves(moves: &mut [Move]) {
    sort_by(moves, |a, b| a.dot.by_session().cmp(&b.dot.by_session()));
}

/// On which side of its parent position a bunch hangs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Side {
    Left,
    Right,
}

#[derive(Clone, Debug)]
pub(crate) struct Bunch {
    pub(crate) id: Dot,
    pub(crate) parent: Place,
    pub(crate) side: Side,
    depth: u32,
    /// Some bunch far above (Myers, *An Applicative Random-Access Stack*, 1983): whoever makes use of these finds
    /// any ancestor in a number of steps that is logarithmic in the depth, which others may have made great.
    jump: BunchIx,
    /// How many positions in use and bunches need this one.
    uses: u32,
    /// The lowest and the highest index ever used, as far as known here.
    low: i32,
    high: i32,
}

/// The bunches of one list. Invariant: a tree whose root is the list's own bunch, number 0; every other
/// bunch is used by a position or by a bunch below it.
#[derive(Clone, Debug)]
pub(crate) struct Bunches {
    all: Vec<Bunch>,
    unused: Vec<BunchIx>,
    numbers: HashMap<Dot, BunchIx>,
}

/// From this depth on, new bunches go beside an ancestor where they can.
const DEEP: u32 = 16;

/// The way to a position, by the names of the bunches: it can be followed also when they are gone.
#[derive(Clone, Debug)]
pub(crate) struct BunchPath {
    /// From the position up: each bunch, at which index of the next one it hangs, and on which side.
    bunches: Vec<(Dot, i32, Side)>,
    index: i32,
}

impl BunchPath {
    pub(crate) fn new(bunches: Vec<(Dot, i32, Side)>, index: i32) -> BunchPath {
        BunchPath { bunches, index }
    }

    pub(crate) fn bunches(&self) -> &[(Dot, i32, Side)] {
        &self.bunches
    }

    pub(crate) fn index(&self) -> i32 {
        self.index
    }
}

/// Where a new element goes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Placement {
    /// On in a bunch of this session.
    Extend(Place),
    /// Into a new bunch.
    NewBunch(Place, Side),
}

/// The way from a bunch up to one of its ancestors ends here: at a position, and on which side of it.
#[derive(Clone, Copy, PartialEq)]
struct Branch {
    at: Place,
    /// The side and the name of the bunch that was left last; none at the start.
    from: Option<(Side, Dot)>,
}

impl Bunches {
    /// Of a list whose container has this dot.
    pub(crate) fn new(list: Dot) -> Bunches {
        let (side, jump) = (Side::Right, BunchIx::OWN);
        let own = Bunch { id: list, parent: Place::NONE, side, depth: 0, jump, uses: 1, low: 0, high: -1 };
        Bunches { all: vec![own], unused: Vec::new(), numbers: HashMap::new() }
    }

    pub(crate) fn get(&self, bunch: BunchIx) -> &Bunch {
        &self.all[bunch.index()]
    }

    pub(crate) fn find(&self, id: Dot) -> Option<BunchIx> {
        if id == self.all[0].id { Some(BunchIx::OWN) } else { self.numbers.get(&id).copied() }
    }

    /// Every bunch but the list's own.
    pub(crate) fn iter(&self) -> impl Iterator<Item = BunchIx> {
        self.numbers.values().copied()
    }

    /// A bunch that nothing lies in or hangs below, in a message that ought not to tell of it.
    pub(crate) fn unused(&self) -> Option<Dot> {
        self.all.iter().find(|bunch| bunch.uses == 0).map(|bunch| bunch.id)
    }

    pub(crate) fn depth(&self, bunch: BunchIx) -> u32 {
        self.get(bunch).depth
    }

    /// The bunch of this name, made if there is none yet; none where there is one with another parent.
    pub(crate) fn declare(&mut self, id: Dot, parent: Place, side: Side) -> Option<BunchIx> {
        if let Some(known) = self.find(id) {
            let bunch = self.get(known);
            return (bunch.parent == parent && bunch.side == side).then_some(known);
        }
        // Jumps form a skew-binary number of the depth: two jumps of one length in a row become one of double length.
        // So each bunch keeps a single jump, set once, and `lift_to` still takes a logarithmic number of steps.
        let above = self.get(parent.bunch);
        let far = self.get(above.jump);
        let is_even = above.depth - far.depth == far.depth - self.depth(far.jump);
        let jump = if is_even { far.jump } else { parent.bunch };
        let bunch = Bunch { id, parent, side, depth: above.depth + 1, jump, uses: 0, low: 0, high: -1 };
        self.all[parent.bunch.index()].uses += 1;
        let number = match self.unused.pop() {
            Some(number) => {
                self.all[number.index()] = bunch;
                number
            }
            None => {
                self.all.push(bunch);
                BunchIx(narrow(self.all.len() - 1))
            }
        };
        self.numbers.insert(id, number);
        Some(number)
    }

    /// A position of an element is in use from now on.
    pub(crate) fn retain(&mut self, place: Place) {
        if place.is_none() {
            return;
        }
        let bunch = &mut self.all[place.bunch.index()];
        bunch.uses += 1;
        bunch.low = bunch.low.min(place.index);
        bunch.high = bunch.high.max(place.index);
    }

    /// The positions of an element stay in use, so that it can go back to them.
    pub(crate) fn retain_all(&mut self, moves: &[Move]) {
        moves.iter().for_each(|at| self.retain(at.place));
    }

    /// The reverse of [`Bunches::retain_all`].
    pub(crate) fn release_all(&mut self, moves: &[Move]) {
        moves.iter().for_each(|at| self.release(at.place));
    }

    /// A position is no longer in use; bunches that nothing uses go.
    pub(crate) fn release(&mut self, place: Place) {
        // A bunch that goes gives up the position at which it hangs, and that may have been the last use of the bunch
        // above: so this goes up as long as bunches become unused.
        let mut at = place;
        while !at.is_none() {
            let bunch = &mut self.all[at.bunch.index()];
            debug_assert!(bunch.uses > 0, "a position was given up that nobody held");
            bunch.uses = bunch.uses.saturating_sub(1);
            if bunch.uses > 0 || at.bunch == BunchIx::OWN {
                return;
            }
            let (id, parent) = (bunch.id, bunch.parent);
            self.numbers.remove(&id);
            self.unused.push(at.bunch);
            at = parent;
        }
    }

    /// From a bunch to the position at which it hangs.
    fn lift(&self, bunch: BunchIx) -> Branch {
        let bunch = self.get(bunch);
        Branch { at: bunch.parent, from: Some((bunch.side, bunch.id)) }
    }

    /// Up to a bunch of this depth, if it lies deeper.
    fn lift_to(&self, depth: u32, branch: Branch) -> Branch {
        let mut bunch = branch.at.bunch;
        if self.depth(bunch) <= depth {
            return branch;
        }
        // Stops one level below the goal, since the last bunch that is left is what tells on which side it hangs.
        while self.depth(bunch) > depth + 1 {
            let Bunch { jump, parent, .. } = self.get(bunch);
            bunch = if self.depth(*jump) > depth { *jump } else { parent.bunch };
        }
        self.lift(bunch)
    }

    /// Up to the bunch that both lie in or below.
    fn common_ancestor(&self, a: Branch, b: Branch) -> (Branch, Branch) {
        let depth = self.depth(a.at.bunch).min(self.depth(b.at.bunch));
        let (a, b) = (self.lift_to(depth, a), self.lift_to(depth, b));
        // Both are at one depth now, so their jumps have one length. Where these lead to different bunches, the common
        // ancestor is above both, and jumping misses nothing; where to the same one, the ancestor may be lower than
        // that, and only a single step is safe.
        let (mut left, mut right) = (a.at.bunch, b.at.bunch);
        if left == right {
            return (a, b);
        }
        while self.get(left).parent.bunch != self.get(right).parent.bunch {
            let (far_left, far_right) = (self.get(left).jump, self.get(right).jump);
            (left, right) = if far_left == far_right {
                (self.get(left).parent.bunch, self.get(right).parent.bunch)
            } else {
                (far_left, far_right)
            };
        }
        (self.lift(left), self.lift(right))
    }

    /// The document order of two positions: costs the logarithm of their depth in the tree.
    pub(crate) fn compare(&self, a: Place, b: Place, writers: &Writers) -> Ordering {
        if a.bunch == b.bunch {
            return a.index.cmp(&b.index);
        }
        self.compare_from(Branch { at: a, from: None }, Branch { at: b, from: None }, writers)
    }

    fn compare_from(&self, a: Branch, b: Branch, writers: &Writers) -> Ordering {
        // Both ways end in one bunch: at different indices that decides. At the same one they part there, to the left or
        // right of it, or into two bunches on one side.
        let (a, b) = self.common_ancestor(a, b);
        a.at.index.cmp(&b.at.index).then_with(|| compare_branches(a.from, b.from, writers))
    }

    /// Whether `place` hangs, however far down, to the right of `ancestor`. From 0 on, the positions of a bunch
    /// hang each to the right of the one before; below, each to the left of the one behind.
    fn is_right_of(&self, place: Place, ancestor: Place) -> bool {
        let branch = self.lift_to(self.depth(ancestor.bunch), Branch { at: place, from: None });
        let is_right = branch.at.index == ancestor.index && matches!(branch.from, Some((Side::Right, _)));
        branch.at.bunch == ancestor.bunch
            && (is_right || (ancestor.index >= 0 && branch.at.index > ancestor.index))
    }

    /// Where an element goes that is inserted at `dot` between two neighbours. A bunch is only extended by the
    /// session that made it: a later one cannot know which of its positions were used and forgotten.
    pub(crate) fn between(
        &self,
        left: Option<Place>,
        right: Option<Place>,
        is_mine: impl Fn(Dot) -> bool,
        dot: Dot,
        writers: &Writers,
    ) -> Placement {
        let mine = |place: &Place| is_mine(self.get(place.bunch).id);
        // Typing on forwards: the next index of the own bunch on the left, if it was never used, and if it comes before
        // the right neighbour (it does not where that one hangs to the right of the left one).
        if let Some(place) = left.filter(mine).filter(|left| left.index == self.get(left.bunch).high)
            && let Some(next) = place.next()
            && right.is_none_or(|right| self.compare(next, right, writers) == Ordering::Less)
        {
            return Placement::Extend(next);
        }
        // Typing on backwards: the same to the left of the own bunch on the right. The new position hangs to the left of
        // the right neighbour, so it is below the left one, as Fugue asks for, only if the right neighbour is.
        if let Some(place) = right.filter(mine).filter(|right| right.index == self.get(right.bunch).low)
            && let Some(before) = place.before()
            && left.is_none_or(|left| {
                self.is_right_of(place, left) && self.compare(left, before, writers) == Ordering::Less
            })
        {
            return Placement::Extend(before);
        }
        // A new bunch. As in Fugue, it hangs to the right of the left neighbour, unless the right neighbour is already below
        // that one: then to the left of the right neighbour. Either way nothing can stand between it and where it
        // hangs, and runs of two writers at one place lie behind each other.
        match (left, right) {
            (None, None) if is_mine(self.all[0].id) && self.all[0].high < i32::MAX => {
                Placement::Extend(Place::own(self.all[0].high + 1))
            }
            (None, None) => Placement::NewBunch(Place::own(-1), Side::Right),
            (None, Some(right)) => Placement::NewBunch(right, Side::Left),
            (Some(left), Some(right)) if self.is_right_of(right, left) => {
                Placement::NewBunch(right, Side::Left)
            }
            (Some(left), _) => Placement::NewBunch(
                self.shallower_parent(left, right, dot, writers).unwrap_or(left),
                Side::Right,
            ),
        }
    }

    /// Where writers append in turn, each bunch would hang below the one before, and a message would carry ever
    /// more ancestors. So, where `left` lies deep, the new bunch `dot` goes beside an ancestor instead, as far up
    /// as it comes to lie between the neighbours all the same. None where `left` is not deep, or nothing fits.
    fn shallower_parent(
        &self,
        left: Place,
        right: Option<Place>,
        dot: Dot,
        writers: &Writers,
    ) -> Option<Place> {
        if self.depth(left.bunch) < DEEP {
            return None;
        }
        let fits = |bunch: &Bunch| {
            let new = Branch { at: bunch.parent, from: Some((Side::Right, dot)) };
            let end = |right| self.compare_from(new, Branch { at: right, from: None }, writers);
            bunch.side == Side::Right
                && writers.compare(dot, bunch.id).is_gt()
                && right.is_none_or(|right| end(right).is_lt())
        };
        let above = self.ancestors(left.bunch).map(|bunch| self.get(bunch)).filter(|bunch| fits(bunch));
        above.last().map(|bunch| bunch.parent)
    }

    /// From a bunch up to the list's own, which is left out.
    pub(crate) fn ancestors(&self, bunch: BunchIx) -> impl Iterator<Item = BunchIx> {
        let above = move |bunch: &BunchIx| Some(self.get(*bunch).parent.bunch);
        std::iter::successors(Some(bunch), above).take_while(|bunch| *bunch != BunchIx::OWN)
    }

    /// The way to a position.
    pub(crate) fn path_to(&self, place: Place) -> BunchPath {
        let bunches = self.ancestors(place.bunch).map(|bunch| self.get(bunch));
        BunchPath {
            bunches: bunches.map(|bunch| (bunch.id, bunch.parent.index, bunch.side)).collect(),
            index: place.index,
        }
    }

    /// Back to a position; bunches that are gone are made again.
    pub(crate) fn restore_path(&mut self, path: &BunchPath) -> Option<Place> {
        let mut at = BunchIx::OWN;
        for (id, index, side) in path.bunches.iter().rev() {
            at = self.declare(*id, Place { bunch: at, index: *index }, *side)?;
        }
        Some(Place { bunch: at, index: path.index })
    }

    /// Whether all counts and depths are as they must be; `used` are the positions in use.
    pub(crate) fn check(&self, used: impl Iterator<Item = Place>) -> Result<(), String> {
        let mut uses = vec![0_u32; self.all.len()];
        for place in used {
            uses[place.bunch.index()] += 1;
        }
        for bunch in self.iter() {
            let Bunch { parent, depth, jump, .. } = *self.get(bunch);
            uses[parent.bunch.index()] += 1;
            if depth != self.depth(parent.bunch) + 1 || self.depth(jump) >= depth {
                return Err(format!("the bunch {:?} has the wrong depth", self.get(bunch).id));
            }
        }
        match self
            .iter()
            .find(|bunch| uses[bunch.index()] != self.get(*bunch).uses || uses[bunch.index()] == 0)
        {
            Some(bunch) => Err(format!("the bunch {:?} has the wrong count of uses", self.get(bunch).id)),
            None => Ok(()),
        }
    }
}

/// Of two branches at one position: what hangs left of it, then itself, then what hangs right of it; on one
/// side by name.
fn compare_branches(a: Option<(Side, Dot)>, b: Option<(Side, Dot)>, writers: &Writers) -> Ordering {
    let rank = |branch: Option<(Side, Dot)>| match branch {
        Some((Side::Left, _)) => 0,
        None => 1,
        Some((Side::Right, _)) => 2,
    };
    rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
        (Some((_, a)), Some((_, b))) => writers.compare(a, b),
        _ => Ordering::Equal,
    })
}

/// Whether a bunch of this name may be extended by `session`: not if it was made before `since`.
pub(crate) fn is_of_session(id: Dot, session: SessionIx, since: Stamp) -> bool {
    id.session == session && id.stamp >= since
}

#[cfg(test)]
mod tests;
