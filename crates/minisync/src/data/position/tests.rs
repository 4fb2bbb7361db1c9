//! Positions that several writers choose at random, each seeing a part of the list: the laws of their order.

use proptest::{collection::vec, prelude::*, sample::Index};

use super::*;
use crate::names::{id::ClientId, session::SessionIx};

const WRITERS: u32 = 3;

/// Someone inserts somewhere, or sees what all have inserted so far.
#[derive(Debug, Clone)]
enum Step {
    Insert {
        writer: u32,
        at: Index,
    },
    /// Types on behind, or before, its last insertion.
    Run {
        writer: u32,
        count: usize,
        forwards: bool,
    },
    Look {
        writer: u32,
    },
    /// A new session: no bunch from before may be extended.
    Restart {
        writer: u32,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let writer = 0..WRITERS;
    prop_oneof![
        4 => (writer.clone(), any::<Index>()).prop_map(|(writer, at)| Step::Insert { writer, at }),
        3 => (writer.clone(), 1..5_usize, any::<bool>())
            .prop_map(|(writer, count, forwards)| Step::Run { writer, count, forwards }),
        2 => writer.clone().prop_map(|writer| Step::Look { writer }),
        1 => writer.prop_map(|writer| Step::Restart { writer }),
    ]
}

fn session(writer: u32) -> SessionIx {
    SessionIx::from_index(writer)
}

/// All bunches in one place, and what each writer sees of the list.
struct Desk {
    bunches: Bunches,
    writers: Writers,
    all: Vec<Place>,
    views: Vec<Vec<Place>>,
    last: Vec<usize>,
    sessions: Vec<Stamp>,
    now: u64,
}

impl Desk {
    fn new() -> Desk {
        let mut writers = Writers::default();
        for writer in 0..WRITERS {
            writers.intern_root(&ClientId::new(format!("writer{writer}")).unwrap());
        }
        let list = Dot { stamp: Stamp::saturating(1), session: session(0) };
        let each = WRITERS as usize;
        Desk {
            bunches: Bunches::new(list),
            writers,
            all: Vec::new(),
            views: vec![Vec::new(); each],
            last: vec![0; each],
            sessions: vec![Stamp::ZERO; each],
            now: 1,
        }
    }

    fn is_before(&self, a: Place, b: Place) -> bool {
        self.bunches.compare(a, b, &self.writers).is_lt()
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Insert { writer, at } => {
                let at = at.index(self.views[*writer as usize].len() + 1);
                self.insert(*writer, at);
            }
            Step::Run { writer, count, forwards } => {
                for _ in 0..*count {
                    let (seen, last) = (self.views[*writer as usize].len(), self.last[*writer as usize]);
                    self.insert(*writer, (last + usize::from(*forwards)).min(seen));
                }
            }
            Step::Look { writer } => {
                let mut all = self.all.clone();
                all.sort_by(|a, b| self.bunches.compare(*a, *b, &self.writers));
                self.views[*writer as usize] = all;
            }
            Step::Restart { writer } => {
                self.now += 1;
                self.sessions[*writer as usize] = Stamp::saturating(self.now);
            }
        }
    }

    /// A writer inserts between what it sees at `at - 1` and at `at`.
    fn insert(&mut self, writer: u32, at: usize) {
        self.now += 1;
        let dot = Dot { stamp: Stamp::saturating(self.now), session: session(writer) };
        let view = &self.views[writer as usize];
        let (left, right) = (at.checked_sub(1).map(|left| view[left]), view.get(at).copied());
        let began = self.sessions[writer as usize];
        let is_mine = |id| is_of_session(id, session(writer), began);
        let place = match self.bunches.between(left, right, is_mine, dot, &self.writers) {
            Placement::Extend(place) => {
                assert!(is_mine(self.bunches.get(place.bunch).id), "it extends a bunch of someone else");
                place
            }
            Placement::NewBunch(parent, side) => {
                Place { bunch: self.bunches.declare(dot, parent, side).unwrap(), index: 0 }
            }
        };
        self.bunches.retain(place);
        assert!(left.is_none_or(|left| self.is_before(left, place)), "not behind its left neighbour");
        assert!(right.is_none_or(|right| self.is_before(place, right)), "not before its right neighbour");
        assert!(!self.all.contains(&place), "the position is taken");
        self.all.push(place);
        self.views[writer as usize].insert(at, place);
        self.last[writer as usize] = at;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 128 }))]

    /// Each lies between its neighbours (see `insert`), and all together in one order: what a sort makes of
    /// them agrees with every single comparison, in both directions.
    #[test]
    fn positions_are_in_one_total_order(steps in vec(step(), 1..40)) {
        let mut desk = Desk::new();
        steps.iter().for_each(|step| desk.step(step));
        let mut sorted = desk.all.clone();
        sorted.sort_by(|a, b| desk.bunches.compare(*a, *b, &desk.writers));
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                prop_assert_eq!(desk.bunches.compare(*a, *b, &desk.writers), i.cmp(&j));
            }
        }
        desk.bunches.check(sorted.into_iter()).map_err(TestCaseError::fail)?;
    }

    /// What a writer saw keeps its order, whatever others insert: positions are immutable.
    #[test]
    fn what_someone_saw_stays_in_order(steps in vec(step(), 1..40)) {
        let mut desk = Desk::new();
        steps.iter().for_each(|step| desk.step(step));
        for view in &desk.views {
            prop_assert!(view.is_sorted_by(|a, b| desk.is_before(*a, *b)));
        }
    }

    /// A run that one types while others type at the same place stays together.
    #[test]
    fn runs_do_not_interleave(
        before in vec(step(), 0..10),
        at in any::<Index>(),
        counts in [1..6_usize, 1..6, 1..6],
        forwards in any::<[bool; 3]>(),
    ) {
        let mut desk = Desk::new();
        before.iter().for_each(|step| desk.step(step));
        (0..WRITERS).for_each(|writer| desk.step(&Step::Look { writer }));
        let (start, at) = (desk.all.len(), at.index(desk.all.len() + 1));
        let mut runs = Vec::new();
        for (writer, (count, forwards)) in (0..WRITERS).zip(counts.into_iter().zip(forwards)) {
            let from = desk.all.len();
            desk.insert(writer, at);
            desk.step(&Step::Run { writer, count: count - 1, forwards });
            runs.push(desk.all[from..].to_vec());
        }
        let mut inserted = desk.all[start..].to_vec();
        inserted.sort_by(|a, b| desk.bunches.compare(*a, *b, &desk.writers));
        let writer_of = |place: &Place| runs.iter().position(|run| run.contains(place));
        let mut order: Vec<Option<usize>> = inserted.iter().map(writer_of).collect();
        order.dedup();
        prop_assert_eq!(order.len(), runs.len(), "{:?}", order);
    }
}
