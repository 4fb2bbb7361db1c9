//! Merging what a hostile or broken client sends: refused, and nothing is changed.

use serde_json::json;

use crate::{Changes, ClientId, Document, DocumentId, Error, Result, Stamp};

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
