//! Transactions that do not end as planned.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use minisync::{Document, Result};
use serde_json::json;

fn document() -> Document {
    Document::new(json!({ "a": 1, "list": [1, 2, 3], "gone": { "b": [] } })).unwrap()
}

/// A closure of the app panicked and its server went on, as servers do. Half of the transaction stayed, and since it
/// had never ended, the document refused every merge from then on.
#[test]
fn a_panic_that_is_caught_takes_the_transaction_back() {
    let mut document = document();
    document.subscribe();
    let before = document.changes();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        document.transact(|document| -> Result<()> {
            document.set("a", 2)?;
            document.remove("gone")?;
            document.list("list")?.push(4)?;
            panic!("the app's own");
        })
    }));
    assert!(panicked.is_err());
    document.check().unwrap();
    assert_eq!(document.changes(), before);
    assert!(document.take_patches().is_empty());

    let mut other = Document::from_changes(&before).unwrap();
    other.set("a", 3).unwrap();
    document.merge(&other.changes()).unwrap();
    document.set("list.0", 5).unwrap();
    other.merge(&document.changes()).unwrap();
    assert_eq!(document.to_value(), json!({ "a": 3, "list": [5, 2, 3], "gone": { "b": [] } }));
    assert_eq!(other.to_value(), document.to_value());
}

#[test]
fn a_panic_within_a_transaction_within_another_leaves_the_outer_one() {
    let mut document = document();
    let outer = document.transact(|document| {
        document.set("a", 2)?;
        let inner = catch_unwind(AssertUnwindSafe(|| {
            document.transact(|document| -> Result<()> {
                document.set("a", 3)?;
                panic!("the app's own");
            })
        }));
        assert!(inner.is_err());
        document.set("list", json!([]))
    });
    outer.unwrap();
    assert_eq!(document.to_value(), json!({ "a": 2, "list": [], "gone": { "b": [] } }));
    document.merge(&document.changes()).unwrap();
}

/// A program ended its transactions in the wrong order, or at another document: it was told nothing, and the steps of
/// another transaction were kept or taken back.
#[test]
fn only_the_innermost_transaction_of_its_document_ends() {
    let (mut ann, mut bob) = (document(), document());
    let of_ann = ann.begin_transaction();
    let of_bob = bob.begin_transaction();
    ann.set("a", 2).unwrap();
    bob.set("a", 3).unwrap();
    assert!(bob.commit_transaction(of_ann).unwrap_err().to_string().contains("innermost"));
    bob.roll_back_transaction(of_bob).unwrap();
    assert_eq!(bob.get("a").unwrap().as_i64(), Some(1));

    let mut document = document();
    let outer = document.begin_transaction();
    document.set("a", 2).unwrap();
    let inner = document.begin_transaction();
    document.set("a", 3).unwrap();
    assert!(document.roll_back_transaction(outer).is_err());
    assert_eq!(document.get("a").unwrap().as_i64(), Some(3));
    document.roll_back_transaction(inner).unwrap();
    assert_eq!(document.get("a").unwrap().as_i64(), Some(2));
}
