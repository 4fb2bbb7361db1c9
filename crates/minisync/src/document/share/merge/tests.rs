//! Merging what a hostile or broken client sends: refused, and nothing is changed.

use serde_json::json;

use crate::{Changes, ClientId, Document, DocumentId, Error, Limits, Result, Stamp};

/// A document of alice's at a fixed time.
fn alice(json: serde_json::Value) -> Document {
    let builder = Document::builder().client_id(ClientId::new("alice").unwrap());
    let builder = builder.document_id(DocumentId::new("d").unwrap()).clock(|| Stamp::saturating(1000));
    builder.create(json).unwrap()
}

/// A delta from mallory, who has seen all that alice wrote, and wrote up to 2099 herself.
fn delta(changes: &str) -> Changes {
    let text = format!(
        r#"{{"_minisync":{{"dataType":"CHANGES","version":2}},"documentID":"d","sentBy":"mallory",
            "fromVersion":{{"alice":1003,"mallory":2099}},"changesSince":{{"mallory":0}},"changes":{changes}}}"#
    );
    text.parse().unwrap()
}

/// The delta is refused, and the document is as before.
fn refuses(document: &mut Document, changes: &Changes) -> Error {
    let before = document.changes().to_string();
    let error = match document.merge(changes) {
        Err(error) => error,
        Ok(_) => panic!("merged {changes}: {:?}, {}", document.check(), document.to_json()),
    };
    assert_eq!(document.changes().to_string(), before);
    document.check().unwrap();
    error
}

fn accepts(document: &mut Document, changes: &Changes) -> Result<()> {
    document.merge(changes)?;
    document.check()
}

/// `list` is created at 1001 and its elements at 1002 and 1003.
fn with_list() -> Document {
    let mut document = alice(json!({ "a": 0, "list": ["x", "y"] }));
    assert_eq!(document.version().to_string(), r#"{"alice":1003}"#);
    let fair = delta(r#"[[["alice",1001],[{"@":["mallory",2000],"^":["alice",1001,5],"=":1}]]]"#);
    accepts(&mut document, &fair).unwrap();
    assert_eq!(document.to_json(), r#"{"a":0,"list":["x","y",1]}"#);
    alice(json!({ "a": 0, "list": ["x", "y"] }))
}

/// Such an element came to stand nowhere, and comparing its position with others went out of bounds.
#[test]
fn a_new_element_needs_a_position() {
    let value_only = delta(r#"[[["alice",1001],[{"@":["mallory",2000],"!":1,"=":1}]]]"#);
    let error = refuses(&mut with_list(), &value_only);
    assert!(error.to_string().contains("position"), "{error}");
}

/// Such an element became part of the document without a value, which then could not be written any more.
#[test]
fn a_new_element_needs_a_value() {
    let place_only = delta(r#"[[["alice",1001],[{"@":["mallory",2000],"^":["alice",1001,5]}]]]"#);
    refuses(&mut with_list(), &place_only);
    let known =
        r##"[[["alice",1001],[{"@":["mallory",2000],"^":["alice",1001,5],"!":["alice",1001],"#":1}]]]"##;
    refuses(&mut with_list(), &delta(known));
}

/// The same, one level down.
#[test]
fn nothing_is_known_within_what_is_new() {
    let inside = delta(r##"[[null,{"new":{"@":["mallory",2000],"=":{"k":{"@":["alice",1001],"#":1}}}}]]"##);
    refuses(&mut with_list(), &inside);
}

/// Such a container would stand in two places, and the index know one of them.
#[test]
fn what_is_new_holds_nothing_old() {
    let map = delta(r#"[[null,{"new":{"@":["mallory",2000],"=":{"k":{"@":["alice",1001],"=":[]}}}}]]"#);
    refuses(&mut with_list(), &map);
    let element =
        r#"[[["alice",1001],[{"@":["mallory",2000],"^":["alice",1001,5],"!":["alice",1001],"=":{}}]]]"#;
    refuses(&mut with_list(), &delta(element));
}

/// Deltas could stack containers without end, until no full change set could be read, or even written.
#[test]
fn a_delta_cannot_nest_deeper_than_the_limit() {
    let nested = |depth: usize, stamp: u64| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        delta(&format!(
            r#"[[["alice",1001],[{{"@":["mallory",{stamp}],"^":["alice",1001,5],"=":{open}{close}}}]]]"#
        ))
    };
    // The root and the list lie above.
    accepts(&mut with_list(), &nested(126, 1900)).unwrap();
    let error = refuses(&mut with_list(), &nested(127, 1900));
    assert!(error.to_string().contains("deeper than 128"), "{error}");
}

/// What followed ended at the last stamp, so that several elements had the same dot.
#[test]
fn the_entries_of_a_value_have_stamps_of_their_own() {
    let last = Stamp::MAX.as_micros();
    let text = format!(
        r#"{{"_minisync":{{"dataType":"CHANGES","version":2}},"documentID":"d","sentBy":"mallory",
            "fromVersion":{{"mallory":{last}}},"changesSince":null,
            "changes":[[null,{{"a":{{"@":["mallory",{}],"=":[1,2,3]}}}}]]}}"#,
        last - 2
    );
    let error = Document::from_changes(&text.parse().unwrap()).unwrap_err();
    assert!(error.to_string().contains("out of range"), "{error}");
}

/// A bunch that nothing uses would never be dropped.
#[test]
fn every_bunch_is_used() {
    let idle = r#"[[["alice",1001],[{"|":[["mallory",2001,">","alice",1001,1]]},{"@":["mallory",2000],"^":["alice",1001,5],"=":1}]]]"#;
    refuses(&mut with_list(), &delta(idle));
}

/// Deltas that each build on the one before: `inner` is created within text that the first brings.
fn chain() -> (Document, Document, Vec<Changes>) {
    let mut alice = alice(json!({}));
    let bob = Document::from_changes(&alice.changes()).unwrap();
    let mut deltas = Vec::new();
    let edits: [(&str, serde_json::Value); 4] = [
        ("outer", json!({ "list": [{ "inner": {} }] })),
        ("outer.list[0].inner.a", json!([])),
        ("outer.list[0].inner.a[0]", json!({ "b": 1 })),
        ("outer.list[0].inner.a[0].b", json!(2)),
    ];
    for (path, value) in edits {
        let before = alice.version();
        alice.set(path, value).unwrap();
        deltas.push(alice.changes_since(&before));
    }
    (alice, bob, deltas)
}

#[test]
fn many_merge_as_if_each_were_merged_alone() {
    let (alice, mut bob, deltas) = chain();
    let mut one_by_one = Document::from_changes(&bob.changes()).unwrap();
    for delta in &deltas {
        one_by_one.merge(delta).unwrap();
    }
    bob.merge_all(&deltas).unwrap();
    bob.check().unwrap();
    assert_eq!(bob.to_json(), alice.to_json());
    assert_eq!(bob.to_json(), one_by_one.to_json());
    assert_eq!(bob.version(), one_by_one.version());
}

/// All or nothing, and what is refused may be known only by the change sets before it.
#[test]
fn where_one_of_many_is_refused_none_is_merged() {
    let (_, mut bob, deltas) = chain();
    let to_container = |stamp: u64| -> Changes {
        let text = format!(
            r#"{{"_minisync":{{"dataType":"CHANGES","version":2}},"documentID":"d","sentBy":"mallory",
                "fromVersion":{{"alice":1004,"mallory":2000}},"changesSince":{{"mallory":0}},
                "changes":[[["alice",{stamp}],{{"k":{{"@":["mallory",2000],"=":1}}}}]]}}"#
        );
        text.parse().unwrap()
    };
    // `outer` was written at 1000, what is in it follows: `inner`, a map, at 1003. `a`, a list, at 1004.
    let (fair, forged) = (to_container(1003), to_container(1004));
    let before = bob.changes().to_string();
    let error = bob.merge_all([&deltas[0], &deltas[1], &forged]).unwrap_err();
    assert!(error.is_malformed() && error.to_string().contains("a map for one and a list"), "{error}");
    assert_eq!(error.change_set(), Some(2));
    assert_eq!(bob.changes().to_string(), before);
    bob.check().unwrap();
    assert!(bob.merge_all([&deltas[0], &forged]).is_err());
    let error = bob.merge_all([&deltas[0], &deltas[2]]).unwrap_err();
    assert!(error.is_missing_changes() && error.change_set() == Some(1), "{error}");
    assert_eq!(bob.changes().to_string(), before);
    bob.merge_all([&deltas[0], &deltas[1], &fair]).unwrap();
    assert_eq!(bob.to_json(), r#"{"outer":{"list":[{"inner":{"a":[],"k":1}}]}}"#);
}

/// The same, for depth: each delta alone is shallow enough, and only on top of each other they are not.
#[test]
fn many_deltas_cannot_nest_deeper_than_the_limit() {
    let mut alice = alice(json!({ "a": [] }));
    let bob = Document::from_changes(&alice.changes()).unwrap();
    let nested = |depth: usize| -> serde_json::Value {
        serde_json::from_str(&format!("{}{}", "[".repeat(depth), "]".repeat(depth))).unwrap()
    };
    let (mut deltas, mut path) = (Vec::new(), "a".to_owned());
    for depth in [100, 26] {
        let before = alice.version();
        alice.set(format!("{path}[0]").as_str(), nested(depth)).unwrap();
        deltas.push(alice.changes_since(&before));
        path += &"[0]".repeat(depth);
    }
    let limits = |depth| Limits { depth, ..Limits::default() };
    let joined = |depth| Document::builder().limits(limits(depth)).join(&bob.changes()).unwrap();
    joined(128).merge_all(&deltas).unwrap();
    let mut shallow = joined(127);
    let error = shallow.merge_all(&deltas).unwrap_err();
    assert!(error.is_limit() && error.change_set() == Some(1), "{error}");
    assert_eq!(shallow.to_json(), r#"{"a":[]}"#);
}

/// A hundred changes within maps that read as one, merged one by one, said a hundred times what all of the union
/// had become.
#[test]
fn many_changes_to_a_union_are_told_once() {
    let mut alice = alice(json!({}));
    let mut bob =
        Document::builder().client_id(ClientId::new("bob").unwrap()).join(&alice.changes()).unwrap();
    alice.set("days", json!({ "monday": 1 })).unwrap();
    bob.set("days", json!({ "tuesday": 1 })).unwrap();
    bob.merge(&alice.changes()).unwrap();
    alice.merge(&bob.changes()).unwrap();
    let (mut deltas, start) = (Vec::new(), bob.changes());
    for number in 0..100 {
        let before = alice.version();
        alice.set(format!("days.{number}").as_str(), number).unwrap();
        deltas.push(alice.changes_since(&before));
    }
    let mut one_by_one = Document::restore(&start).unwrap();
    let alone: usize = deltas.iter().map(|delta| one_by_one.merge(delta).unwrap().len()).sum();
    let patches = bob.merge_all(&deltas).unwrap();
    assert_eq!((alone, patches.len()), (100, 1));
    assert_eq!(bob.to_json(), one_by_one.to_json());
    assert_eq!(bob.to_json(), alice.to_json());
}
