//! A change set survives JavaScript's `JSON.parse` and `JSON.stringify`.
//!
//! The story: JavaScript puts keys that are array indices in front of all others as soon as it parses an object. Dots are
//! found by counting entries in the order in which they stand, so `{"a":1,"12":2}` came back from a page as
//! `{"12":2,"a":1}` and was refused; with two more entries it would have been read, with each other's dots. Nothing caught
//! it, because only Rust had read the wire so far, and no key in any test was a number.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use minisync::{Changes, Document};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// What JavaScript makes of a parsed value.
fn as_javascript_keeps(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(as_javascript_keeps).collect(),
        Value::Object(object) => {
            let index =
                |key: &String| key.parse::<u32>().ok().filter(|at| *at < u32::MAX && at.to_string() == *key);
            let mut members: Vec<(String, Value)> =
                object.into_iter().map(|(key, value)| (key, as_javascript_keeps(value))).collect();
            members.sort_by_key(|(key, _)| index(key).map_or(u64::MAX, u64::from));
            Value::Object(members.into_iter().collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn check(changes: &Changes) {
    let text = changes.to_string();
    let kept = as_javascript_keeps(serde_json::from_str(&text).unwrap());
    // Clients in versions may stand in any order; the content may not.
    let (_, content) = text.split_once(r#","changes":"#).unwrap();
    assert_eq!(kept["changes"].to_string(), content.strip_suffix('}').unwrap());
    assert_eq!(kept.to_string().parse::<Changes>().unwrap(), *changes);
}

#[test]
fn indices_stand_first_whenever_they_were_written() {
    let mut document = Document::new(json!({ "a": 1 })).unwrap();
    document.set("12", 2).unwrap();
    document
        .set("3", json!({ "b": 0, "7": [{ "x": 1, "0": 2, "4294967295": 3, "4294967294": 4, "01": 5 }] }))
        .unwrap();
    check(&document.changes());
    let copy = Document::from_changes(&document.changes()).unwrap();
    assert_eq!(copy.to_json(), document.to_json());
    assert_eq!(
        copy.to_json(),
        r#"{"a":1,"12":2,"3":{"b":0,"7":[{"x":1,"0":2,"4294967295":3,"4294967294":4,"01":5}]}}"#
    );
    let before = document.version();
    document.set("5", 1).unwrap();
    document.remove("a").unwrap();
    document.set("4", 1).unwrap();
    check(&document.changes_since(&before));
    check(&document.changes());
}

#[test]
fn a_reserved_key_needs_no_escape_behind_an_index() {
    let document = Document::new(json!({ "inner": { "=": 1, "7": 2 } })).unwrap();
    check(&document.changes());
    assert_eq!(Document::from_changes(&document.changes()).unwrap().to_json(), r#"{"inner":{"=":1,"7":2}}"#);
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{1,2}", "[a-c=]", "42949672[89][0-9]"]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = (0..9).prop_map(Value::from);
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((any_key(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_document_survives(edits in prop::collection::vec((any_key(), any_key(), any_value(), 0..4), 1..12)) {
        let mut document = Document::new(json!({})).unwrap();
        let mut other = Document::from_changes(&document.changes()).unwrap();
        for (key, below, value, what) in edits {
            let before = document.version();
            match what {
                0 => { document.remove(minisync::Path::root().key(key)).unwrap(); }
                1 => { document.set(minisync::Path::root().key(key), value).unwrap(); }
                2 => { other.set(minisync::Path::root().key(key), value).unwrap(); }
                _ => { document.set(minisync::Path::root().key(key).key(below), value).ok(); }
            }
            check(&document.changes_since(&before));
            check(&other.changes_for(document.client_id()));
            document.merge(&other.changes_for(document.client_id())).unwrap();
            check(&document.changes());
        }
        let copy = Document::from_changes(&document.changes()).unwrap();
        prop_assert_eq!(copy.to_json(), document.to_json());
        copy.check().unwrap();
    }
}
