//! Tests of `Order` against a plain vector. Know nothing of documents.

use std::{hint::black_box, time::Instant};

use minisync_testkit::rng::Rng;
use proptest::{collection::vec, prelude::*};

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Insert(usize),
    InsertRun(usize, usize),
    Push(usize),
    Remove(usize),
    RemoveRun(usize, usize),
    Rebuild,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => any::<usize>().prop_map(Step::Insert),
        2 => (any::<usize>(), 1..200usize).prop_map(|(at, count)| Step::InsertRun(at, count)),
        1 => (1..300usize).prop_map(Step::Push),
        8 => any::<usize>().prop_map(Step::Remove),
        2 => (any::<usize>(), 1..200usize).prop_map(|(at, count)| Step::RemoveRun(at, count)),
        1 => Just(Step::Rebuild),
    ]
}

/// The sequence and its model. Removed slots are used again, as the list does.
#[derive(Default)]
struct Pair {
    order: Order,
    model: Vec<u32>,
    free: Vec<u32>,
    slot_count: u32,
}

impl Pair {
    fn fresh(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.slot_count += 1;
            self.slot_count - 1
        })
    }

    fn insert(&mut self, at: usize) {
        let slot = self.fresh();
        self.order.insert(at, slot);
        self.model.insert(at, slot);
    }

    fn remove(&mut self, at: usize) {
        let slot = self.model.remove(at);
        assert_eq!(self.order.remove(slot), Some(at));
        assert_eq!(self.order.remove(slot), None);
        self.free.push(slot);
    }

    fn apply(&mut self, step: &Step) {
        let len = self.model.len();
        match *step {
            Step::Insert(at) => self.insert(at % (len + 1)),
            Step::InsertRun(at, count) => {
                for next in 0..count {
                    self.insert(at % (len + 1) + if at % 2 == 0 { next } else { 0 });
                }
            }
            Step::Push(count) => {
                for _ in 0..count {
                    let slot = self.fresh();
                    self.order.push(slot);
                    self.model.push(slot);
                }
            }
            Step::Remove(at) if len > 0 => self.remove(at % len),
            Step::Remove(_) => {}
            Step::RemoveRun(at, count) => {
                let at = at % (len + 1);
                for _ in at..len.min(at + count) {
                    self.remove(at);
                }
            }
            Step::Rebuild => self.order = self.model.iter().copied().collect(),
        }
    }

    fn check(&self, probe: usize) {
        self.order.check().unwrap();
        let len = self.model.len();
        assert_eq!(self.order.len(), len);
        assert_eq!(self.order.len() == 0, len == 0);
        assert_eq!(self.order.iter().len(), len);
        assert!(self.order.iter().eq(self.model.iter().copied()));
        assert_eq!(self.order.get(len), None);
        assert_eq!(self.order.rank(self.slot_count), None);
        let probe = probe % (len + 1);
        assert!(self.order.iter_from(probe).eq(self.model[probe..].iter().copied()));
        assert_eq!(self.order.get(probe), self.model.get(probe).copied());
        if let Some(slot) = self.model.get(probe) {
            assert_eq!(self.order.rank(*slot), Some(probe));
        }
        for slot in &self.free {
            assert_eq!(self.order.rank(*slot), None);
        }
        let mut index_of = vec![usize::MAX; self.slot_count as usize];
        for (index, slot) in self.model.iter().enumerate() {
            index_of[*slot as usize] = index;
        }
        let mut calls = 0;
        let found = self.order.partition_point(|slot| {
            calls += 1;
            index_of[slot as usize] < probe
        });
        assert_eq!(found, probe);
        assert!(calls <= 2 * (len + 1).ilog2() + 4, "{calls} calls for {len} slots");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 64 }))]

    #[test]
    fn agrees_with_a_vector(steps in vec((step(), any::<usize>()), 1..60)) {
        let mut pair = Pair::default();
        for (step, probe) in &steps {
            pair.apply(step);
            pair.check(*probe);
        }
        while !pair.model.is_empty() {
            let at = steps[pair.model.len() % steps.len()].1 % pair.model.len();
            pair.remove(at);
            pair.order.check().unwrap();
        }
        prop_assert!(pair.order.len() == 0);
    }
}

#[test]
fn every_index_and_every_slot_is_found_at_any_size() {
    for len in [0, 1, 63, 64, 65, 128, 2047, 2048, 2049, 70_000] {
        let order: Order = (0..len).rev().collect();
        order.check().unwrap();
        for index in 0..len {
            assert_eq!(order.get(index as usize), Some(len - 1 - index));
            assert_eq!(order.rank(len - 1 - index), Some(index as usize));
        }
        assert_eq!(order.iter_from(len as usize + 7).next(), None);
    }
}

#[test]
fn grows_at_either_end_and_drains_from_either() {
    let mut order = Order::default();
    for slot in 0..10_000 {
        if slot % 2 == 0 { order.push(slot) } else { order.insert(0, slot) }
    }
    order.check().unwrap();
    assert_eq!((order.get(0), order.get(9_999)), (Some(9_999), Some(9_998)));
    for round in 0..5_000 {
        assert_eq!(order.remove(9_999 - 2 * round), Some(0));
        assert_eq!(order.remove(9_998 - 2 * round), Some(order.len()));
    }
    assert!(order.len() == 0);
    order.check().unwrap();
    order.push(3);
    assert_eq!(format!("{order:?}"), "[3]");
}

#[test]
fn keeps_to_its_memory() {
    let bytes_a_slot = |order: &Order| match &order.0 {
        Shape::Short(slots) => 4.0 * slots.capacity() as f64 / slots.len() as f64,
        Shape::Long(tree) => bytes(tree) as f64 / tree.len() as f64,
    };
    let mut order: Order = (0..100_000).collect();
    assert!(bytes_a_slot(&order) < 9.0, "{}", bytes_a_slot(&order));
    let mut rng = Rng::new(1);
    for slot in 100_000..200_000 {
        order.insert(rng.index(order.len() + 1), slot);
    }
    assert!(bytes_a_slot(&order) < 14.0, "{}", bytes_a_slot(&order));
    for _ in 0..400_000 {
        let slot = order.get(rng.index(order.len())).unwrap();
        order.remove(slot);
        order.insert(rng.index(order.len() + 1), slot);
    }
    order.check().unwrap();
    assert!(bytes_a_slot(&order) < 14.0, "{}", bytes_a_slot(&order));
}

/// What the tree holds on the heap.
fn bytes(tree: &Tree) -> usize {
    let links = tree.leaf_of.capacity() + tree.free_leaves.capacity() + tree.free_inners.capacity();
    tree.leaves.capacity() * size_of::<node::Leaf>()
        + tree.inners.capacity() * size_of::<node::Inner>()
        + links * size_of::<u32>()
}

/// Times it: `cargo test --release -p minisync order -- --ignored --nocapture`.
#[test]
#[ignore = "measures; asserts nothing but the result"]
fn speed() {
    const COUNT: u32 = 1_000_000;
    let time = |what: &str, work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        let nanos = start.elapsed().as_nanos() as f64 / f64::from(COUNT);
        eprintln!("{what}: {nanos:.1} ns");
    };
    let mut rng = Rng::new(1);
    let mut order = Order::default();
    time("from_iter", &mut || order = (0..COUNT).collect());
    for slots in [0..COUNT, COUNT..2 * COUNT] {
        time("insert", &mut || {
            for slot in slots.clone().filter(|slot| *slot >= COUNT) {
                order.insert(rng.index(order.len()), slot);
            }
        });
        time("get", &mut || {
            for _ in 0..COUNT {
                black_box(order.get(rng.index(COUNT as usize)));
            }
        });
        time("rank", &mut || {
            for _ in 0..COUNT {
                black_box(order.rank(rng.index(COUNT as usize) as u32));
            }
        });
        time("iter", &mut || {
            black_box(order.iter().fold(0, u32::wrapping_add));
        });
    }
    time("remove", &mut || (0..COUNT).for_each(|slot| assert!(order.remove(slot).is_some())));
    order = Order::default();
    time("push", &mut || (0..COUNT).for_each(|slot| order.push(slot)));
    order.check().unwrap();
}
