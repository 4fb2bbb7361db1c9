//! A program that depends on the core and `serde_json` alone: what the core does to it shows here. It knows nothing else
//! of the workspace.
//!
//! In a build of the whole workspace other crates switch on `preserve_order`, and cargo gives everyone the same
//! `serde_json`; so its tests are run alone, by `cargo xtask test --only features`. What holds with `preserve_order` is
//! tested in `minisync-testkit`, which has it on.

#![forbid(unsafe_code)]

use minisync::{Document, Result};
use serde_json::{Value, json};

/// Something of the program's own, which has nothing to do with documents.
pub fn own_object() -> Value {
    json!({ "b": 1, "a": 2 })
}

/// A document whose keys are not sorted.
///
/// # Errors
/// Where the core cannot make it.
pub fn document() -> Result<Document> {
    Document::builder().create_json(r#"{"b":{"d":1,"c":2},"a":[]}"#)
}

#[cfg(test)]
mod tests {
    use minisync::Changes;

    use super::*;

    /// The core once switched on `preserve_order`: to depend on it changed the order of keys in what a program wrote
    /// that had nothing to do with documents.
    #[test]
    #[ignore = "only holds while no other crate of the workspace is built along"]
    fn objects_of_others_stay_sorted() {
        assert_eq!(own_object().to_string(), r#"{"a":2,"b":1}"#);
    }

    #[test]
    #[ignore = "only holds while no other crate of the workspace is built along"]
    fn documents_keep_their_order_and_values_are_sorted() {
        let document = document().unwrap();
        assert_eq!(document.to_json(), r#"{"b":{"d":1,"c":2},"a":[]}"#);
        assert_eq!(document.to_value().to_string(), r#"{"a":[],"b":{"c":2,"d":1}}"#);
        assert_eq!(document.read::<Value>("b").unwrap().to_string(), r#"{"c":2,"d":1}"#);
        assert_eq!(serde_json::to_string(&document.root()).unwrap(), document.to_json());
    }

    /// A queue of the program's own held messages as `Value`s, whose keys are sorted here. The keys of a change set's
    /// content were sorted along, and each was taken for the write of another.
    #[test]
    #[ignore = "only holds while no other crate of the workspace is built along"]
    fn a_change_set_whose_keys_were_sorted_is_refused() {
        let changes = document().unwrap().changes();
        let value = serde_json::to_value(&changes).unwrap();
        let refusal = serde_json::from_value::<Changes>(value).unwrap_err().to_string();
        assert!(refusal.contains("hand change sets on as text"), "{refusal}");
        let text = Value::String(changes.to_string());
        assert_eq!(serde_json::from_value::<Changes>(text).unwrap(), changes);
    }
}
