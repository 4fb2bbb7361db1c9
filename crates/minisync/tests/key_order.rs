//! What a program is like that depends on this crate and no other that has to do with JSON: objects of `serde_json` are
//! sorted, as they are without us.
//!
//! In a build of the whole workspace other crates switch on `preserve_order`, and cargo gives everyone the same
//! `serde_json`; so `cargo xtask test --only features` runs this alone. What holds with `preserve_order` is tested in
//! `minisync-testkit`, which has it on.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use minisync::Document;
use serde_json::{Value, json};

/// The core once switched on `preserve_order`, so to depend on it changed the order of keys in what a program wrote
/// that had nothing to do with documents.
#[test]
#[ignore = "only holds while no other crate of the workspace is built along"]
fn objects_of_others_stay_sorted() {
    assert_eq!(json!({ "b": 1, "a": 2 }).to_string(), r#"{"a":2,"b":1}"#);
}

#[test]
#[ignore = "only holds while no other crate of the workspace is built along"]
fn documents_keep_their_order_and_values_are_sorted() {
    let text = r#"{"b":{"d":1,"c":2},"a":[]}"#;
    let document = Document::builder().create_json(text).unwrap();
    assert_eq!(document.to_json(), text);
    assert_eq!(document.to_value().to_string(), r#"{"a":[],"b":{"c":2,"d":1}}"#);
    assert_eq!(document.read::<Value>("b").unwrap().to_string(), r#"{"c":2,"d":1}"#);
    assert_eq!(serde_json::to_string(&document.root()).unwrap(), text);
}
