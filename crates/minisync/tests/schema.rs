//! The JSON Schema beside the specification of the format takes every golden file and refuses broken ones.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use std::{fs, path::Path};

use jsonschema::Validator;
use serde_json::{Value, json};

fn schema() -> Validator {
    let schema = include_str!("../../../docs/format-v2.schema.json");
    jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap()
}

/// Numbers beyond doubles are more than this JSON library reads.
fn parse(text: &str) -> Value {
    serde_json::from_str(&text.replace("1e400", "1e300")).unwrap()
}

#[test]
fn every_golden_file_keeps_to_it() {
    let schema = schema();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/v2");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().ends_with(".data.json") {
            continue;
        }
        count += 1;
        if let Err(error) = schema.validate(&parse(&fs::read_to_string(&path).unwrap())) {
            panic!("{}: {error} at {}", path.display(), error.instance_path());
        }
    }
    assert!(count >= 20, "the golden files are missing");
}

fn full(root: Value) -> Value {
    json!({
        "_minisync": { "dataType": "CHANGES", "version": 2 },
        "documentID": "d",
        "sentBy": "alice",
        "fromVersion": { "alice": 9 },
        "changesSince": null,
        "changes": [[null, root]]
    })
}

fn delta(container_delta: Value) -> Value {
    let mut changes = full(json!({}));
    changes["changesSince"] = json!({});
    changes["changes"] = json!([container_delta]);
    changes
}

#[test]
fn broken_change_sets_do_not_keep_to_it() {
    let schema = schema();
    let moved = json!({ "^": [["alice", 1, "alice", 1, 0]] });
    for right in [
        full(json!({ "a": { "@": ["alice", 1], "=": [1, { "=": { "=": 2 } }] } })),
        delta(json!([["alice", 1], [moved]])),
        full(json!({ "a": { "@": ["alice", 1], "=": { "~": 1 } } })),
        full(json!({ "a": { "@": ["alice", 1], "=": { "~~": 1 } }, "b": { "€": 1 } })),
    ] {
        assert!(schema.is_valid(&right), "{right}");
    }
    let broken = |pointer: &str, value: Value| {
        let mut changes = full(json!({}));
        *changes.pointer_mut(pointer).unwrap() = value;
        changes
    };
    let mut extra = full(json!({}));
    extra["more"] = json!(1);
    let wrong = [
        extra,
        broken("/_minisync/version", json!(3)),
        broken("/_minisync/dataType", json!("DOCUMENT")),
        broken("/sentBy", json!("")),
        broken("/documentID", json!("a\u{7}b")),
        broken("/fromVersion/alice", json!(9_007_199_254_740_992_u64)),
        broken("/fromVersion/alice", json!(1.5)),
        broken("/changesSince", json!([])),
        broken("/changes", json!({})),
        broken("/changes", json!([])),
        broken("/changes", json!([[null, {}], [null, {}]])),
        broken("/changes/0/1", json!([])),
        full(json!({ "a": { "@": ["alice", 1] } })),
        full(json!({ "a": { "+": 1, "=": 1 } })),
        full(json!({ "a": { "+": 2, "@": ["alice", 1], "=": 1 } })),
        full(json!({ "a": { "@": ["alice"], "=": 1 } })),
        full(json!({ "a": { "^": 1, "=": 1 } })),
        full(json!({ "a": { "?": [1] } })),
        full(json!({ "a": { "?": [1, { "?": [1, 2] }] } })),
        full(json!({ "a": { "#": 2 } })),
        full(json!({ "a": { "~": 1 } })),
        full(json!({ "a": [{ "\"": 1 }] })),
        full(json!({ "a": { "@": ["alice", 1], "~": 2, "=": 1 } })),
        full(json!({ "a": { "-": [["alice", 1]] } })),
        full(json!({ "l": [1, { "|": [["alice", 1, ">", "alice", 1, 0]] }] })),
        full(json!({ "l": [{ "|": [["alice", 1, "=", "alice", 1, 0]] }] })),
        full(json!({ "l": [{ "^": "v", "=": 1 }] })),
        full(json!({ "l": [{ "-": 5 }] })),
        full(json!({ "l": [moved] })),
        delta(json!([["alice", 0], {}])),
        delta(json!([null, []])),
        delta(json!([["alice", 1], 7])),
    ];
    for wrong in wrong {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}
