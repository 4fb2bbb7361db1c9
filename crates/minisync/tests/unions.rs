//! Containers that two clients created under one key without knowing of each other: they read as one, and a
//! write goes to the right one. Knows the public interface only.

use minisync::{Document, Stamp, ValueType};
use serde_json::{Value, json};

/// Two clients that know of each other, from this document.
#[expect(clippy::unwrap_used, reason = "the values of these tests are good")]
fn pair(start: Value) -> (Document, Document) {
    let mut alice = Document::new(start).unwrap();
    alice.set_client_id("alice").unwrap();
    let mut bob = Document::from_changes(&alice.changes()).unwrap();
    bob.set_client_id("bob").unwrap();
    (alice, bob)
}

#[expect(clippy::unwrap_used, reason = "both have the same document")]
fn exchange(alice: &mut Document, bob: &mut Document) {
    let (from_alice, from_bob) = (alice.changes(), bob.changes());
    alice.merge(&from_bob).unwrap();
    bob.merge(&from_alice).unwrap();
    alice.check().unwrap();
    bob.check().unwrap();
    assert_eq!(alice.to_json(), bob.to_json());
}

/// A day that both start, with a map and a list in it.
fn day() -> (Document, Document) {
    let (mut alice, mut bob) = pair(json!({ "days": {} }));
    for (document, mood, meal) in [(&mut alice, "good", "soup"), (&mut bob, "tired", "rice")] {
        let own = document.client_id().to_string();
        let value = json!({ "by": { own: mood }, "mood": mood, "meals": [meal] });
        assert!(document.set("days.monday", value).is_ok());
    }
    exchange(&mut alice, &mut bob);
    (alice, bob)
}

#[test]
fn maps_read_as_their_union_at_every_depth_and_lists_as_one_list() {
    let (alice, _) = day();
    let expected = json!({ "days": { "monday": {
        "by": { "alice": "good", "bob": "tired" }, "mood": "tired", "meals": ["soup", "rice"],
    } } });
    assert_eq!(alice.to_value(), expected);
    assert_eq!(alice.read::<Value>("days.monday").unwrap(), expected["days"]["monday"]);
    let monday = alice.get("days.monday").unwrap();
    assert_eq!((monday.value_type(), monday.len()), (ValueType::Map, 3));
    let mut keys: Vec<_> = monday.entries().map(|(key, _)| key.into_owned()).collect();
    keys.sort();
    assert_eq!(keys, ["by", "meals", "mood"]);
    assert_eq!(alice.get("/days/monday/meals/1").unwrap().as_str().unwrap(), "rice");
    assert_eq!(alice.get("days.monday.meals[-2]").unwrap().as_str().unwrap(), "soup");
}

#[test]
fn only_what_lost_is_a_conflict() {
    let (alice, _) = day();
    let paths: Vec<String> = alice.conflicted_paths().iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["days.monday.mood"]);
    assert!(alice.conflicts("days.monday").unwrap().is_empty());
    let lost = alice.conflicts("days.monday.mood").unwrap();
    assert_eq!((lost[0].client.as_str(), lost[0].value.to_value()), ("alice", json!("good")));
    assert_eq!(alice.author("days.monday.meals[0]").unwrap().0.as_str(), "alice");
    assert_eq!(alice.author("days.monday.meals[1]").unwrap().0.as_str(), "bob");
}

#[test]
fn a_map_and_a_list_do_not_mix() {
    let (mut alice, mut bob) = pair(json!({}));
    alice.set("x", json!({ "a": 1 })).unwrap();
    bob.set("x", json!([1])).unwrap();
    exchange(&mut alice, &mut bob);
    assert_eq!(alice.to_value(), json!({ "x": [1] }));
    assert_eq!(alice.conflicts("x").unwrap()[0].value.to_value(), json!({ "a": 1 }));
}

/// The design's own example: what both wrote into a day that both created is there, whoever writes next.
#[test]
fn writing_into_one_of_them_loses_nothing_of_the_other() {
    let (mut alice, mut bob) = day();
    alice.set("days.monday.mood", "fine").unwrap();
    alice.set("days.monday.by.carol", "new").unwrap();
    bob.remove("days.monday.by.alice").unwrap();
    bob.list("days.monday.meals").unwrap().push("cake").unwrap();
    exchange(&mut alice, &mut bob);
    assert_eq!(
        alice.to_value()["days"]["monday"],
        json!({ "by": { "bob": "tired", "carol": "new" }, "mood": "fine", "meals": ["soup", "rice", "cake"] })
    );
    assert!(alice.conflicted_paths().is_empty());
}

/// What stood under the key in the other map would be seen again if it were left there.
#[test]
fn a_removed_key_does_not_show_what_the_other_map_has() {
    let (mut alice, mut bob) = day();
    assert!(alice.remove("days.monday.mood").unwrap());
    assert!(alice.get("days.monday.mood").is_none());
    exchange(&mut alice, &mut bob);
    assert!(bob.get("days.monday.mood").is_none());
    assert!(!bob.remove("days.monday.mood").unwrap());
}

#[test]
fn what_is_there_already_is_not_written() {
    let (mut alice, _) = day();
    let version = alice.version();
    alice.set("days.monday.by", json!({ "bob": "tired", "alice": "good" })).unwrap();
    alice.set("days.monday.meals[0]", "soup").unwrap();
    alice.update("", alice.to_value()).unwrap();
    assert_eq!(alice.version(), version);
}

#[test]
fn lists_that_read_as_one_have_the_whole_interface() {
    let (mut alice, mut bob) = pair(json!({}));
    alice.set("x", json!([1, 2, 3])).unwrap();
    bob.set("x", json!([4, 5, 6])).unwrap();
    exchange(&mut alice, &mut bob);
    let mut plain = vec![1, 2, 3, 4, 5, 6];
    let mut list = alice.list("x").unwrap();
    list.insert(3, 30).unwrap();
    plain.insert(3, 30);
    list.insert(0, 0).unwrap();
    plain.insert(0, 0);
    list.move_to(1, 6).unwrap();
    let moved = plain.remove(1);
    plain.insert(6, moved);
    list.swap(0, 7).unwrap();
    plain.swap(0, 7);
    list.reverse().unwrap();
    plain.reverse();
    list.splice(2, 3, [7, 8]).unwrap();
    plain.splice(2..5, [7, 8]);
    assert_eq!(list.pop().unwrap(), json!(plain.pop()));
    assert_eq!(alice.read::<Vec<i32>>("x").unwrap(), plain);
    exchange(&mut alice, &mut bob);
    bob.list("x").unwrap().sort_by(|a, b| a.to_string().cmp(&b.to_string())).unwrap();
    plain.sort_unstable_by_key(ToString::to_string);
    exchange(&mut alice, &mut bob);
    assert_eq!(alice.read::<Vec<i32>>("x").unwrap(), plain);
    alice.list("x").unwrap().clear().unwrap();
    exchange(&mut alice, &mut bob);
    assert_eq!(bob.to_value(), json!({ "x": [] }));
}

#[test]
fn update_makes_them_equal_to_a_plain_value() {
    let (mut alice, mut bob) = day();
    let wanted = json!({ "days": { "monday": {
        "by": { "bob": "awake" }, "meals": ["rice", "tea", "soup"], "note": "x",
    } } });
    alice.update("", &wanted).unwrap();
    assert_eq!(alice.to_value()["days"]["monday"]["meals"], wanted["days"]["monday"]["meals"]);
    exchange(&mut alice, &mut bob);
    assert_eq!(bob.to_value(), wanted);
}

/// A failed transaction in a union must put back what each of its maps had.
#[test]
fn a_transaction_that_fails_leaves_them_as_they_were() {
    let (mut alice, _) = day();
    let (before, changes) = (alice.to_json(), alice.changes().to_string());
    let failed = alice.transact(|document| {
        document.set("days.monday.mood", "gone")?;
        document.list("days.monday.meals")?.move_to(0, 1)?;
        document.remove("days.monday.by")?;
        document.set("no.such.place", 1)
    });
    assert!(failed.is_err());
    assert_eq!((alice.to_json(), alice.changes().to_string()), (before, changes));
    alice.check().unwrap();
}

#[test]
fn patches_say_what_became_of_the_whole() {
    let (mut alice, mut bob) = pair(json!({ "days": {} }));
    alice.set("days.monday", json!({ "a": 1 })).unwrap();
    bob.set("days.monday", json!({ "b": 2 })).unwrap();
    let patches = alice.merge(&bob.changes()).unwrap();
    let patches: Value = serde_json::from_str(&patches.to_json_patch()).unwrap();
    let expected = json!([{ "op": "replace", "path": "/days/monday", "value": { "a": 1, "b": 2 } }]);
    assert_eq!(patches, expected);
}

/// Until someone replaces the whole: then there is one map again, and nothing of the others is left.
#[test]
fn setting_the_whole_replaces_all_of_them() {
    let (mut alice, mut bob) = day();
    alice.set("days.monday", json!({ "only": true })).unwrap();
    exchange(&mut alice, &mut bob);
    assert_eq!(bob.to_value(), json!({ "days": { "monday": { "only": true } } }));
    assert!(bob.remove("days.monday").unwrap());
    exchange(&mut alice, &mut bob);
    assert_eq!(alice.to_value(), json!({ "days": {} }));
}

/// A list that loses to a number in its own map is seen all the same where another map has a list under that key.
/// The patches said nothing of it, since what is seen in the one map stayed the same.
#[test]
fn patches_tell_of_what_loses_in_its_map_but_is_seen_in_the_union() {
    let at = |id: &str, micros: u64| {
        Document::builder().client_id(id.parse().unwrap()).clock(move || Stamp::saturating(micros))
    };
    let mut alice = at("alice", 1000).create(json!({ "m": {} })).unwrap();
    let mut bob = at("bob", 3000).join(&alice.changes()).unwrap();
    alice.set("m.day", json!({})).unwrap();
    let mut carol = at("carol", 2000).join(&alice.changes()).unwrap();
    alice.set("m.day.b", json!(["alice's"])).unwrap();
    carol.set("m.day.b", 0).unwrap();
    bob.set("m.day", json!({ "b": ["bob's"] })).unwrap();
    carol.merge(&bob.changes()).unwrap();
    let mut plain = carol.to_value();
    let patches = carol.merge(&alice.changes()).unwrap();
    for patch in &patches {
        let pointer = patch.path.to_pointer();
        let minisync::Change::Replace(value) = &patch.change else { panic!("{patch:?}") };
        *plain.pointer_mut(&pointer).unwrap() = serde_json::from_str(value).unwrap();
    }
    assert_eq!(plain, carol.to_value());
}
