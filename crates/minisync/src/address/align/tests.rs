//! Tests of the plans, against what they promise. Know no document.

use std::time::Instant;

use proptest::{collection::vec, prelude::*, sample::Index};

use super::*;

fn texts(items: &[String]) -> Vec<Item<'_>> {
    items.iter().map(|text| Item { key: None, text }).collect()
}

fn keyed(items: &[(String, String)]) -> Vec<Item<'_>> {
    items.iter().map(|(key, text)| Item { key: Some(key), text }).collect()
}

fn inserted(plan: &Plan) -> usize {
    plan.steps.iter().filter(|step| **step == Step::Insert).count()
}

fn edited(plan: &Plan) -> usize {
    plan.steps.iter().filter(|step| matches!(step, Step::Keep { equal: false, .. })).count()
}

/// Whatever the lists are, this holds: the plan uses each old element once, says rightly what is equal,
/// moves no more than it must, and leads to the new list.
fn check(old: &[Item<'_>], new: &[Item<'_>]) -> Plan {
    let plan = plan(old, new);
    assert_eq!(plan.steps.len(), new.len());
    let mut uses = vec![0; old.len()];
    plan.deleted.iter().for_each(|o| uses[*o] += 1);
    let mut kept = Vec::new();
    for (n, step) in plan.steps.iter().enumerate() {
        if let Step::Keep { old: o, equal } = *step {
            uses[o] += 1;
            kept.push((o, n));
            assert_eq!(equal, old[o].text == new[n].text);
        }
    }
    assert!(uses.iter().all(|count| *count == 1), "{uses:?}");
    assert!(plan.deleted.is_sorted() && plan.moved.is_sorted());
    let staying: Vec<usize> = kept.iter().filter(|(_, n)| !plan.moved.contains(n)).map(|(o, _)| *o).collect();
    assert!(staying.is_sorted());
    assert!(plan.moved.iter().all(|n| matches!(plan.steps[*n], Step::Keep { .. })));
    let sources: Vec<usize> = kept.iter().map(|(o, _)| *o).collect();
    assert_eq!(staying.len(), longest_by_brute_force(&sources));

    // What stays stays; what moves or is new goes to its place from left to right.
    let mut list: Vec<Option<usize>> = (0..old.len()).map(Some).collect();
    list.retain(|o| !o.is_some_and(|o| plan.deleted.contains(&o)));
    for n in &plan.moved {
        if let Step::Keep { old: o, .. } = plan.steps[*n] {
            list.retain(|other| *other != Some(o));
        }
    }
    for (n, step) in plan.steps.iter().enumerate() {
        match step {
            Step::Insert => list.insert(n, None),
            Step::Keep { old: o, .. } if plan.moved.contains(&n) => list.insert(n, Some(*o)),
            Step::Keep { .. } => {}
        }
    }
    let expected: Vec<Option<usize>> = plan
        .steps
        .iter()
        .map(|step| match step {
            Step::Keep { old, .. } => Some(*old),
            Step::Insert => None,
        })
        .collect();
    assert_eq!(list, expected);
    plan
}

/// The length of a longest increasing subsequence, in quadratic time.
fn longest_by_brute_force(values: &[usize]) -> usize {
    let mut lengths: Vec<usize> = Vec::new();
    for (at, value) in values.iter().enumerate() {
        let before = (0..at).filter(|b| values[*b] < *value).map(|b| lengths[b]).max();
        lengths.push(before.unwrap_or(0) + 1);
    }
    lengths.into_iter().max().unwrap_or(0)
}

/// The length of a longest common subsequence, in quadratic time.
fn common_by_brute_force(a: &[u32], b: &[u32]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

fn distinct(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("{{\"title\":{at}}}")).collect()
}

/// Items with many equal ones among them, of all kinds.
fn any_items() -> impl Strategy<Value = Vec<String>> {
    vec(prop_oneof!["[0-4]", "\\[[0-2]\\]", "\\{\"a\":[0-2]\\}"], 0..24)
}

fn any_keyed() -> impl Strategy<Value = Vec<(String, String)>> {
    let ids = proptest::sample::subsequence((0..12).collect::<Vec<u32>>(), 0..12).prop_shuffle();
    (ids, vec(0..3u32, 12)).prop_map(|(ids, values)| {
        let item = |(id, value)| (format!("{id}"), format!("{{\"id\":{id},\"v\":{value}}}"));
        ids.into_iter().zip(values).map(item).collect()
    })
}

proptest! {
    #[test]
    fn any_list_becomes_any_other(old in any_items(), new in any_items()) {
        check(&texts(&old), &texts(&new));
    }

    #[test]
    fn objects_are_matched_by_key(old in any_keyed(), new in any_keyed()) {
        let (old, new) = (keyed(&old), keyed(&new));
        let plan = check(&old, &new);
        for (n, step) in plan.steps.iter().enumerate() {
            let source = old.iter().position(|item| item.key == new[n].key);
            match step {
                Step::Keep { old, .. } => prop_assert_eq!(source, Some(*old)),
                Step::Insert => prop_assert_eq!(source, None),
            }
        }
    }

    #[test]
    fn a_permutation_only_moves(old in any_items(), seed in any::<u64>()) {
        let mut new = old.clone();
        new.sort_by_key(|text| text.bytes().fold(seed, |sum, byte| sum.wrapping_mul(31) ^ u64::from(byte)));
        let plan = check(&texts(&old), &texts(&new));
        prop_assert_eq!((inserted(&plan), edited(&plan), plan.deleted.len()), (0, 0, 0));
    }

    #[test]
    fn an_insertion_is_one_insertion(old in any_items(), at in any::<Index>()) {
        let at = at.index(old.len() + 1);
        let mut new = old.clone();
        new.insert(at, "3".to_owned());
        let plan = check(&texts(&old), &texts(&new));
        prop_assert_eq!((inserted(&plan), edited(&plan), plan.deleted.len()), (1, 0, 0));
        prop_assert!(plan.moved.is_empty());
        let plan = check(&texts(&new), &texts(&old));
        prop_assert_eq!((inserted(&plan), edited(&plan), plan.deleted.len()), (0, 0, 1));
        prop_assert!(plan.moved.is_empty());
    }

    #[test]
    fn a_move_is_one_move(count in 2..40usize, from in any::<Index>(), to in any::<Index>()) {
        let old = distinct(count);
        let mut new = old.clone();
        let item = new.remove(from.index(count));
        new.insert(to.index(count), item);
        let plan = check(&texts(&old), &texts(&new));
        prop_assert_eq!((inserted(&plan), edited(&plan), plan.deleted.len()), (0, 0, 0));
        prop_assert_eq!(plan.moved.len(), usize::from(old != new));
    }

    #[test]
    fn an_edit_is_one_edit(count in 1..40usize, at in any::<Index>()) {
        let old = distinct(count);
        let mut new = old.clone();
        new[at.index(count)] = "{\"title\":\"other\"}".to_owned();
        let plan = check(&texts(&old), &texts(&new));
        prop_assert_eq!((inserted(&plan), edited(&plan), plan.deleted.len()), (0, 1, 0));
        prop_assert!(plan.moved.is_empty());
    }

    #[test]
    fn the_common_subsequence_is_a_longest_one(a in vec(0..5u32, 0..60), b in vec(0..5u32, 0..60)) {
        let pairs = common_subsequence(&a, &b);
        prop_assert!(pairs.iter().all(|(x, y)| a[*x] == b[*y]));
        prop_assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
        prop_assert_eq!(pairs.len(), common_by_brute_force(&a, &b));
    }
}

#[test]
fn an_edit_keeps_to_its_kind() {
    let old = ["1", "[1]", "{\"a\":1}"].map(str::to_owned);
    let new = ["[2]", "[3]", "true"].map(str::to_owned);
    let plan = check(&texts(&old), &texts(&new));
    assert_eq!(plan.steps, [Step::Insert, Step::Keep { old: 1, equal: false }, Step::Insert]);
    assert_eq!(plan.deleted, [0, 2]);
}

#[test]
fn an_edited_object_that_also_moved_keeps_its_key() {
    let item = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    let old = [item("1", "{\"id\":1}"), item("2", "{\"id\":2}"), item("3", "{\"id\":3}")];
    let new = [item("3", "{\"id\":3,\"x\":0}"), item("1", "{\"id\":1}"), item("4", "{\"id\":4}")];
    let plan = check(&keyed(&old), &keyed(&new));
    let kept = [Step::Keep { old: 2, equal: false }, Step::Keep { old: 0, equal: true }, Step::Insert];
    assert_eq!((plan.steps, plan.deleted, plan.moved.len()), (kept.to_vec(), vec![1], 1));
}

/// An item without an id was put on top while its neighbour was edited: it became that neighbour, and what another
/// device wrote in the neighbour appeared in the new one.
#[test]
fn an_edited_item_is_found_by_its_content() {
    let old = [r#"{"n":1,"t":"milk"}"#, r#"{"n":1,"t":"eggs"}"#, r#"{"n":1,"t":"bread"}"#];
    let keep = |old| Step::Keep { old, equal: false };
    let steps = |new: &[&str]| plan_texts(&old, new).steps;
    let same = |old| Step::Keep { old, equal: true };
    let (new, milk) = (r#"{"n":9,"t":"tea"}"#, r#"{"n":2,"t":"milk"}"#);
    assert_eq!(steps(&[new, milk, old[1], old[2]]), [Step::Insert, keep(0), same(1), same(2)]);
    assert_eq!(steps(&[old[1], new, old[2], milk]), [same(1), Step::Insert, same(2), keep(0)]);
    assert_eq!(steps(&[r#"{"n":1,"t":"oat milk"}"#, new, old[1]]), [keep(0), Step::Insert, same(1)]);
    assert_eq!(plan_texts(&["\"milk\""], &["\"tea\"", "\"oat milk\""]).steps, [Step::Insert, keep(0)]);
}

/// An item with some 120,000 members was compared with what it had been: the sum of what they have in common was too large
/// for its 32 bits.
#[test]
fn an_item_with_very_many_members_is_found_by_its_content() {
    let item = |last: &str| {
        let members: Vec<String> =
            (0..120_000).map(|at| format!("\"{at}\":\"a text of about forty letters, {at:06}\"")).collect();
        format!("{{{},\"last\":{last}}}", members.join(","))
    };
    let (old, new) = (item("1"), item("2"));
    assert_eq!(
        plan_texts(&[&old], &["\"first\"", &new]).steps,
        [Step::Insert, Step::Keep { old: 0, equal: false }]
    );
}

/// `[255,0,0]` became green here and blue there: both moved the 255, so one was lost, and there was no conflict.
#[test]
fn a_few_numbers_are_one_value() {
    let is_one_value = |old: &[&str], new: &[&str]| {
        let plan = plan_texts(old, new);
        assert!(!plan.is_one_value || plan.steps.iter().all(|step| matches!(step, Step::Keep { .. })));
        plan.is_one_value
    };
    assert!(is_one_value(&["48.1", "11.5"], &["52.5", "13.4"]));
    assert!(is_one_value(&["255", "0", "0"], &["0", "255", "0"]));
    assert!(is_one_value(&["1", "0", "0", "0", "0", "0"], &["0", "0", "1", "0", "0", "0"]));
    assert!(is_one_value(&["1", "2", "3", "4", "5", "6"], &["7", "8", "9", "10", "11", "12"]));
    // One of many numbers; others came or went; identifiers in another order; words.
    assert!(!is_one_value(&["255", "0", "0"], &["255", "255", "0"]));
    assert!(!is_one_value(&["1", "2"], &["1", "2", "3"]));
    assert!(!is_one_value(&["1", "2", "3", "4", "5", "6"], &["2", "3", "4", "5", "6", "7"]));
    assert!(!is_one_value(&["101", "102", "103", "104", "105"], &["105", "101", "102", "103", "104"]));
    assert!(!is_one_value(&["\"a\"", "\"b\""], &["\"b\"", "\"a\""]));
}

#[test]
fn the_first_member_that_all_objects_have_identifies_them() {
    let ids = |lists: &[(&str, &[&'static str])], name: &str| -> Option<Vec<&'static str>> {
        lists.iter().find(|(other, _)| *other == name).map(|(_, ids)| ids.to_vec())
    };
    let old: [(&str, &[&str]); 3] = [("id", &["1", "1"]), ("uuid", &["1", "2"]), ("name", &["3", "4"])];
    let key = |new: &[(&str, &[&'static str])]| id_key(|name| ids(&old, name), |name| ids(new, name));
    assert_eq!(key(&[("id", &["1"]), ("uuid", &["3"]), ("name", &["3"])]), Some("uuid"));
    assert_eq!(key(&[("id", &["1"]), ("name", &["3"])]), Some("name"));
    assert_eq!(key(&[("uuid", &["3", "3"])]), None);
    assert_eq!(id_key(|_| Some(Vec::<u32>::new()), |_| Some(Vec::new())), None);
}

/// More differences than are looked through: the plan is still right, and not slow.
#[test]
fn very_different_lists_are_still_aligned() {
    let number = |seed: usize| move |at: usize| (at * at * seed + at / 7) % 1013;
    let old: Vec<String> = (0..6000).map(number(31)).map(|value| value.to_string()).collect();
    let mut new: Vec<String> = (0..6000).map(number(57)).map(|value| value.to_string()).collect();
    new[3000] = "\"only here\"".to_owned();
    let start = Instant::now();
    let plan = plan(&texts(&old), &texts(&new));
    eprintln!("6,000 very different items: {:?}", start.elapsed());
    let same = plan.steps.iter().filter(|step| matches!(step, Step::Keep { equal: true, .. })).count();
    let mut left: HashMap<&str, usize> = HashMap::new();
    old.iter().for_each(|text| *left.entry(text).or_default() += 1);
    let in_both = new.iter().filter(|text| {
        left.get_mut(text.as_str())
            .is_some_and(|count| count.checked_sub(1).map(|less| *count = less).is_some())
    });
    assert_eq!(same, in_both.count());
}

/// Times it: `cargo test --release -p minisync align -- --ignored --nocapture`.
#[test]
#[ignore = "measures; asserts only the number of changes"]
fn speed() {
    let old = distinct(20_000);
    let time = |what: &str, new: &[String]| {
        let start = Instant::now();
        let plan = plan(&texts(&old), &texts(new));
        eprintln!("20,000 items, {what}: {:?}", start.elapsed());
        plan
    };
    let mut new = old.clone();
    new[10_000] = "{}".to_owned();
    assert_eq!(edited(&time("one edited", &new)), 1);
    new[1] = "{}".to_owned();
    new[19_990] = "{}".to_owned();
    assert_eq!(edited(&time("three edited", &new)), 3);
    new.reverse();
    assert_eq!(time("reversed", &new).steps.len(), 20_000);
    let all = |text: &dyn Fn(usize) -> String| (0..20_000).rev().map(text).collect::<Vec<_>>();
    assert_eq!(
        edited(&time("all edited, reversed", &all(&|at| format!("{{\"n\":1,\"title\":{at}}}")))),
        20_000
    );
    time("all alike", &all(&|at| format!("{{\"n\":\"a text that all have, {at}\",\"title\":true}}")));
    time("all different", &all(&|at| format!("\"{at}\"")));
}
