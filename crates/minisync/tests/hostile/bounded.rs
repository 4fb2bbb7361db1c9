//! What is short to tell and might be long to take in. Nothing here looks at a clock: work that grew with the
//! square of these numbers would not end today.

use minisync::{ForgetPolicy, ValueType};

use crate::{builder, join, parse, shapes, survives, target};

/// A test program that is not optimised takes thirty times as long.
const MANY: usize = if cfg!(debug_assertions) { 10_000 } else { 300_000 };

/// Merges, says the same again, hands it on in full and as a delta, edits, and forgets.
fn takes_in(text: &str) {
    let changes = parse(text);
    let mut bob = target();
    let before = bob.version();
    bob.merge(&changes).unwrap();
    let full = bob.changes().to_string();
    assert!(bob.merge(&changes).unwrap().is_empty());
    assert!(bob.changes().to_string() == full, "the same change set twice is not the same as once");
    let mut carol = builder("carol").join(&target().changes()).unwrap();
    carol.merge(&bob.changes_since(&before)).unwrap();
    assert!(carol.to_json() == bob.to_json());
    survives(&bob);
    bob.conflicted_paths();
    bob.set("own", 2).unwrap();
    bob.list("list").unwrap().push(2).unwrap();
    bob.forget(&ForgetPolicy::everything());
    survives(&bob);
}

/// Each of two registers looked for every sibling of the other, one by one; and a record in the journal for its
/// write.
#[test]
fn a_million_siblings_are_one_conflict() {
    let million = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };
    // Each with a value of its own: equal ones are no conflict.
    let text = shapes::siblings(million, "1");
    let parts = text.split(r#""=":1}"#).enumerate();
    let text: String = parts
        .map(|(at, part)| if at == 0 { part.to_owned() } else { format!(r#""=":{at}}}{part}"#) })
        .collect();
    let mut bob = join(&text);
    assert_eq!(bob.conflicts("a").unwrap().len(), million - 1);
    assert_eq!(bob.conflicted_paths().len(), 1);
    assert!(bob.merge(&parse(&text)).unwrap().is_empty());
    bob.set("a", "settled").unwrap();
    assert_eq!((bob.conflicts("a").unwrap().len(), bob.to_json()), (0, r#"{"a":"settled"}"#.to_owned()));
    bob.check().unwrap();
}

#[test]
fn many_siblings_of_every_kind() {
    for value in ["1", "{}", "[1]", r#"{"x":{"+":3,"=":1}}"#] {
        takes_in(&shapes::siblings(MANY, value));
    }
    takes_in(&shapes::element_siblings(MANY));
}

/// For each patch in such a container it was asked anew, of all of them, which readers see.
#[test]
fn many_containers_under_one_key_that_each_change() {
    let mut bob = join(&shapes::siblings(MANY, "{}"));
    let patches = bob.merge(&parse(&shapes::patches_to_siblings(MANY))).unwrap();
    assert_eq!(patches.len(), 1);
    assert_eq!(bob.get("a").unwrap().len(), MANY);
    survives(&bob);
    let mut bob = join(&shapes::containers(MANY));
    assert_eq!(bob.merge(&parse(&shapes::patches(MANY))).unwrap().len(), MANY);
    survives(&bob);
}

/// Each deletion of an element that was purged copied all the others.
#[test]
fn an_element_that_everybody_deleted() {
    takes_in(&shapes::deletions(MANY));
    let mut bob = join(&shapes::deletions(MANY));
    assert_eq!(bob.tombstones(), MANY);
    bob.merge(&parse(&shapes::forgotten(MANY))).unwrap();
    assert_eq!((bob.tombstones(), bob.get("l").unwrap().len()), (0, 0));
    survives(&bob);
}

#[test]
fn an_element_that_everybody_moved() {
    takes_in(&shapes::moves(MANY));
}

/// Two positions were compared by walking up to where their bunches meet, which costs the depth.
#[test]
fn bunches_that_hang_ever_deeper() {
    for side in ["<", ">"] {
        takes_in(&shapes::chain(MANY, side));
    }
    let bob = join(&shapes::chain(MANY, ">"));
    let numbers: Vec<usize> = bob.read("l").unwrap();
    assert_eq!(numbers, (0..MANY).collect::<Vec<_>>());
}

/// An element that was put between two at one and the same position stood between them, where no position is; on
/// the next reading it stood elsewhere.
#[test]
fn elements_that_all_have_one_position() {
    takes_in(&shapes::heap(MANY));
    let mut bob = join(&shapes::heap(MANY));
    let middle = isize::try_from(MANY / 2).unwrap();
    bob.list("l").unwrap().insert(middle, "between").unwrap();
    bob.list("l").unwrap().move_to(0, -1).unwrap();
    assert_eq!(bob.get("l").unwrap().len(), MANY + 1);
    survives(&bob);
}

#[test]
fn many_keys_and_many_dead_ones() {
    takes_in(&shapes::keys(MANY, true));
    takes_in(&shapes::keys(MANY, false));
}

/// A version was made by putting each client where it belongs, and so moved all that come later; what a client is
/// known to have seen was looked for among all, and took memory for every client of the document.
#[test]
fn many_clients_and_what_they_have_seen() {
    takes_in(&shapes::states(MANY, 1));
    takes_in(&shapes::states(3, MANY));
    let backwards = shapes::clients(MANY, 9);
    let mut entries: Vec<&str> = backwards.trim_matches(['{', '}']).split(',').collect();
    entries.reverse();
    let version = format!("{{{}}}", entries.join(","));
    takes_in(&shapes::changes(&version, "null", "", "[[null,{}]]"));
    let bob = join(&shapes::states(1000, 1000));
    assert_eq!(bob.clients().count(), 1001);
    survives(&bob);
}

/// Aligning two lists, and two numbers, that have nothing in common.
#[test]
fn updates_to_something_else_altogether() {
    let count = MANY as u64 / 10;
    let list = |step: u64| {
        let numbers: Vec<String> = (0..count).map(|at| (at * step % 100_003).to_string()).collect();
        format!(r#"{{"l":[{}]}}"#, numbers.join(","))
    };
    let mut bob = builder("bob").create_json(&list(7919)).unwrap();
    bob.update_json("", &list(104_729)).unwrap();
    assert_eq!(bob.to_json(), list(104_729));
    let number = format!("1{}e-{}", "0".repeat(MANY), "9".repeat(MANY));
    bob.update_json("", &format!(r#"{{"l":[{number}]}}"#)).unwrap();
    bob.update_json("", r#"{"l":[1e999999999999]}"#).unwrap();
    assert_eq!(bob.get("l[0]").unwrap().value_type(), ValueType::Number);
    bob.check().unwrap();
}
