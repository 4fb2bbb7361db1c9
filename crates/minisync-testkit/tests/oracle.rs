//! The judge is judged: the oracle on logs small enough to work out by hand, and the shrinker on failures
//! that are known. No document takes part.
#![expect(clippy::expect_used, reason = "a test that fails panics")]

use minisync::ClientId;
use minisync_testkit::{
    generate,
    oracle::{ElementId, Gap, Neighbor, Node, OpId, Oracle, Register, Seen},
    rng::Rng,
    script::{Edit, Script, Step, shrink},
};
use serde_json::{Value, json};

/// An oracle with the clients "a" (0) and "b" (1).
fn oracle() -> Oracle {
    let mut oracle = Oracle::new();
    for id in ["a", "b"] {
        oracle.new_writer(&ClientId::new(id).expect("a good id"));
    }
    oracle
}

fn entry(key: &str) -> Register {
    Register::Entry(0, key.to_owned())
}

fn shown(oracle: &Oracle, seen: &Seen) -> Value {
    oracle.unordered(&Node::Container(0), seen).expect("nothing is tainted")
}

fn keys(oracle: &Oracle, seen: &Seen) -> Vec<String> {
    oracle.entries(&[0], seen).into_iter().map(|(key, _)| key.to_owned()).collect()
}

fn both(a: &Seen, b: &Seen) -> Seen {
    let mut both = a.clone();
    both.join(b);
    both
}

fn gap(after: Option<OpId>, before: Option<OpId>) -> Gap {
    let neighbor = |place: Option<OpId>| place.map_or(Neighbor::Edge, Neighbor::At);
    Gap { after: neighbor(after), before: neighbor(before) }
}

#[test]
fn the_latest_of_two_concurrent_writes_is_read_and_the_other_is_a_conflict() {
    let (mut oracle, mut a, mut b) = (oracle(), Seen::default(), Seen::default());
    oracle.pen(&mut a, 0, 10).put(entry("k"), &json!("from a"));
    oracle.pen(&mut b, 1, 10).put(entry("k"), &json!("from b"));
    let mut all = both(&a, &b);
    assert_eq!(shown(&oracle, &a), json!({ "k": "from a" }));
    assert_eq!(shown(&oracle, &all), json!({ "k": "from b" }), "stamps are equal, so the client id decides");
    assert_eq!(oracle.live(&entry("k"), &all).len(), 2);
    oracle.pen(&mut all, 0, 11).put(entry("k"), &json!("settled"));
    assert_eq!(oracle.live(&entry("k"), &all).len(), 1);
    assert_eq!(shown(&oracle, &all), json!({ "k": "settled" }));
}

#[test]
fn a_write_survives_a_concurrent_deletion_of_its_key_but_not_a_later_one() {
    let (mut oracle, mut a) = (oracle(), Seen::default());
    oracle.pen(&mut a, 0, 10).put(entry("k"), &json!(1));
    let mut b = a.clone();
    oracle.pen(&mut a, 0, 99).take(0, "k");
    oracle.pen(&mut b, 1, 20).put(entry("k"), &json!(2));
    let mut all = both(&a, &b);
    assert_eq!(shown(&oracle, &a), json!({}));
    assert_eq!(shown(&oracle, &all), json!({ "k": 2 }));
    oracle.pen(&mut all, 1, 21).take(0, "k");
    assert_eq!(shown(&oracle, &all), json!({}));
}

#[test]
fn what_was_written_into_a_container_goes_with_it() {
    let (mut oracle, mut a) = (oracle(), Seen::default());
    let write = oracle.pen(&mut a, 0, 10).put(entry("k"), &json!({ "x": 1 }));
    let Some(Node::Container(inner)) = oracle.node(write).cloned() else { unreachable!("it is an object") };
    let mut b = a.clone();
    oracle.pen(&mut b, 1, 20).put(Register::Entry(inner, "y".into()), &json!(2));
    oracle.pen(&mut a, 0, 12).put(entry("k"), &json!(0));
    assert_eq!(shown(&oracle, &b), json!({ "k": { "x": 1, "y": 2 } }));
    assert_eq!(shown(&oracle, &both(&a, &b)), json!({ "k": 0 }));
}

#[test]
fn an_overwritten_key_keeps_its_place_and_one_added_again_goes_to_the_end() {
    let (mut oracle, mut a) = (oracle(), Seen::default());
    let mut pen = oracle.pen(&mut a, 0, 10);
    pen.put(entry("x"), &json!(1));
    pen.put(entry("y"), &json!(1));
    pen.put(entry("x"), &json!(2));
    assert_eq!(keys(&oracle, &a), ["x", "y"]);
    let mut pen = oracle.pen(&mut a, 0, 20);
    pen.take(0, "x");
    pen.put(entry("x"), &json!(3));
    assert_eq!(keys(&oracle, &a), ["y", "x"]);
}

/// A list `l` with these values, and its elements.
fn list(oracle: &mut Oracle, seen: &mut Seen, values: &Value) -> (usize, Vec<ElementId>) {
    let write = oracle.pen(seen, 0, 10).put(entry("l"), values);
    let Some(Node::Container(list)) = oracle.node(write).cloned() else { unreachable!("it is a list") };
    let elements = oracle.elements(list, seen);
    (list, elements)
}

#[test]
fn the_deletion_of_an_element_wins_over_all_that_is_done_to_it() {
    let (mut oracle, mut a) = (oracle(), Seen::default());
    let (_, elements) = list(&mut oracle, &mut a, &json!([1, 2]));
    let mut b = a.clone();
    oracle.pen(&mut a, 0, 20).delete(elements[0]);
    let mut pen = oracle.pen(&mut b, 1, 30);
    pen.put(Register::Element(elements[0]), &json!(3));
    pen.move_to(elements[0], Gap::UNKNOWN);
    assert_eq!(shown(&oracle, &b), json!({ "l": [2, 3] }));
    assert_eq!(shown(&oracle, &both(&a, &b)), json!({ "l": [2] }));
}

#[test]
fn an_element_that_one_moves_and_another_edits_is_moved_and_edited() {
    let (mut oracle, mut a) = (oracle(), Seen::default());
    let (_, elements) = list(&mut oracle, &mut a, &json!([1, 2]));
    let mut b = a.clone();
    let moved = oracle.pen(&mut a, 0, 20).move_to(elements[0], Gap::UNKNOWN);
    oracle.pen(&mut b, 1, 30).put(Register::Element(elements[0]), &json!(3));
    let all = both(&a, &b);
    assert_eq!(oracle.position(elements[0], &all), Some(moved));
    assert_eq!(shown(&oracle, &all), json!({ "l": [2, 3] }));
}

#[test]
fn a_failed_transaction_never_was() {
    let (mut oracle, mut a) = (oracle(), Seen::default());
    let (list, elements) = list(&mut oracle, &mut a, &json!([1]));
    let (mark, before, kept) = (oracle.mark(), shown(&oracle, &a), a.clone());
    let mut pen = oracle.pen(&mut a, 0, 20);
    pen.delete(elements[0]);
    pen.insert(list, &json!({ "x": [] }), Gap::UNKNOWN);
    pen.put(entry("k"), &json!(1));
    pen.take(0, "l");
    oracle.roll_back(mark);
    assert_eq!(shown(&oracle, &kept), before);
    let mut a = kept;
    oracle.pen(&mut a, 0, 20).put(entry("other"), &json!(1));
    assert_eq!(shown(&oracle, &a), json!({ "l": [1], "other": 1 }), "stamps are free again");
}

#[test]
fn orders_that_contradict_each_other_are_found() {
    let (mut oracle, mut a) = (oracle(), Seen::default());
    let (list, _) = list(&mut oracle, &mut a, &json!([]));
    let first = oracle.pen(&mut a, 0, 20).insert(list, &json!(1), gap(None, None)).place;
    let last = oracle.pen(&mut a, 0, 30).insert(list, &json!(2), gap(Some(first), None)).place;
    let middle = oracle.pen(&mut a, 0, 40).insert(list, &json!(3), gap(Some(first), Some(last))).place;
    oracle.shown(&[first, middle, last]);
    assert_eq!(oracle.check_total_order(), Ok(()));
    oracle.shown(&[last, middle]);
    assert!(oracle.check_total_order().is_err());
}

/// Both append two elements to an empty list, not knowing of each other; then both prepend two.
#[test]
fn runs_that_interleave_are_found() {
    for forwards in [true, false] {
        let (mut oracle, mut a) = (oracle(), Seen::default());
        let (list, _) = list(&mut oracle, &mut a, &json!([]));
        let mut b = a.clone();
        let mut run = |seen: &mut Seen, writer| {
            let mut pen = oracle.pen(seen, writer, 20);
            let first = pen.insert(list, &json!(1), gap(None, None)).place;
            let second = if forwards { gap(Some(first), None) } else { gap(None, Some(first)) };
            let second = pen.insert(list, &json!(2), second).place;
            if forwards { [Some(first), Some(second)] } else { [Some(second), Some(first)] }
        };
        let ([a1, a2], [b1, b2]) = (run(&mut a, 0), run(&mut b, 1));
        assert_eq!(oracle.check_runs(&[a1, a2, b1, b2]), Ok(()));
        assert_eq!(oracle.check_runs(&[b1, b2, a1, a2]), Ok(()));
        assert!(oracle.check_runs(&[a1, b1, a2, b2]).is_err(), "forwards: {forwards}");
        assert!(oracle.check_runs(&[b1, a1, a2, b2]).is_err(), "forwards: {forwards}");
    }
}

#[test]
fn an_element_put_into_a_run_by_someone_who_saw_it_does_not_interleave() {
    let (mut oracle, mut a) = (oracle(), Seen::default());
    let (list, _) = list(&mut oracle, &mut a, &json!([]));
    let first = oracle.pen(&mut a, 0, 20).insert(list, &json!(1), gap(None, None)).place;
    let mut b = a.clone();
    let second = oracle.pen(&mut a, 0, 30).insert(list, &json!(2), gap(Some(first), None)).place;
    let other = oracle.pen(&mut b, 1, 30).insert(list, &json!(3), gap(Some(first), None)).place;
    assert_eq!(oracle.check_runs(&[Some(first), Some(second), Some(other)]), Ok(()));
    assert_eq!(oracle.check_runs(&[Some(first), Some(other), Some(second)]), Ok(()));
}

/// A run "fails" here if client 1 sets something to a list after client 0 was restarted.
#[test]
fn a_failing_script_is_cut_down_to_what_makes_it_fail() {
    let fails = |script: &Script| {
        let restart = script.steps.iter().position(|step| *step == Step::Restart { client: 0 });
        let is_set = |step: &Step| matches!(step, Step::Edit { client: 1, edit: Edit::Set { value, .. } } if value.is_array());
        restart.is_some_and(|at| script.steps[at..].iter().any(is_set))
    };
    let script = (0..).map(Script::random).find(fails).expect("there are many");
    let short = shrink(&script, 10_000, fails);
    let expected = "start {}\nclients 0\nc0 restarts\nc1 set 0 0 []\n";
    assert_eq!(short.to_string(), expected);
}

#[test]
fn a_mutated_object_stays_an_object() {
    let mut rng = Rng::new(3);
    let mut value = generate::object(&mut rng, 3);
    for _ in 0..1000 {
        value = generate::mutated(&mut rng, &value);
        assert!(value.is_object());
        if generate::size(&value) > 200 {
            value = json!({});
        }
    }
}

#[test]
fn numbers_are_the_same_by_value() {
    assert!(generate::same(&json!([1, { "a": 2.0 }]), &json!([1.0, { "a": 2 }])));
    assert!(!generate::same(&json!(9_007_199_254_740_993_i64), &json!(9_007_199_254_740_992.0)));
    assert!(!generate::same(&json!({ "a": 1 }), &json!({ "a": 1, "b": 1 })));
}
