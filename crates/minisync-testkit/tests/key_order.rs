//! Values keep the order of the document's keys in programs that have switched on `preserve_order` of `serde_json`, as
//! this crate does. (What holds without is in `minisync-dependent`.)
use minisync::Document;
use serde_json::{Value, json};

#[test]
fn values_keep_the_order_of_the_document() {
    let text = r#"{"b":{"d":1,"c":2},"a":[]}"#;
    let mut document = Document::builder().create_json(text).unwrap();
    assert_eq!(document.to_value().to_string(), text);
    assert_eq!(document.read::<Value>("b").unwrap().to_string(), r#"{"d":1,"c":2}"#);
    document.set("a", json!({ "z": 1, "y": 2 })).unwrap();
    assert_eq!(document.get("a").unwrap().to_value().to_string(), r#"{"z":1,"y":2}"#);
}
