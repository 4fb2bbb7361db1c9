//! Documents that were saved in parts: a full change set now and then, deltas in between, by several clients that share
//! one place, as tabs of a browser do.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use minisync::{Changes, ClientId, Document};
use serde_json::json;

fn client(id: &str) -> ClientId {
    ClientId::new(id).unwrap()
}

/// A full change set of alice's, then deltas of hers and of bob's, each of which builds on the one before.
fn journal() -> (Vec<Changes>, Document) {
    let mut alice = Document::builder().client_id(client("alice")).create(json!({ "list": ["a"] })).unwrap();
    let mut saved = vec![alice.changes()];
    let mut bob = Document::builder().client_id(client("bob")).join(&saved[0]).unwrap();
    for turn in 0..3 {
        let version = alice.version();
        alice.list("list").unwrap().push(format!("alice {turn}")).unwrap();
        saved.push(alice.changes_since(&version));
        bob.merge(saved.last().unwrap()).unwrap();
        let version = bob.version();
        bob.list("list").unwrap().push(format!("bob {turn}")).unwrap();
        saved.push(bob.changes_since(&version));
        alice.merge(saved.last().unwrap()).unwrap();
    }
    (saved, alice)
}

#[test]
fn goes_on_as_either_client_whatever_the_order() {
    let (mut saved, alice) = journal();
    for step in 0..saved.len() {
        saved.rotate_left(step % 3 + 1);
        for id in ["alice", "bob"] {
            let mut document = Document::builder().client_id(client(id)).restore_all(&saved).unwrap();
            document.check().unwrap();
            assert_eq!(document.to_json(), alice.to_json());
            assert_eq!(document.version(), alice.version());
            assert_eq!(document.client_id(), &client(id));
            let before = document.version().get(&client(id));
            document.list("list").unwrap().push("later").unwrap();
            assert!(document.version().get(&client(id)) > before);
            assert_eq!(document.renewal(), None, "its own writes are not those of a clone");
            let mut other = Document::from_changes(&alice.changes()).unwrap();
            other.merge(&document.changes_since(&alice.version())).unwrap();
            assert_eq!(other.to_json(), document.to_json());
        }
    }
}

#[test]
fn what_was_never_saved_comes_back_from_others() {
    // Two of alice's deltas were sent, but their saves were lost.
    let (saved, alice) = journal();
    let mut older = Document::builder().client_id(client("alice")).restore_all(&saved[..3]).unwrap();
    older.list("list").unwrap().push("after the accident").unwrap();
    older.merge(&alice.changes()).unwrap();
    assert_eq!(older.renewal(), None);
    assert_eq!(older.get("list").unwrap().len(), 8);
}

#[test]
fn says_what_is_missing() {
    let (saved, _) = journal();
    let error = Document::builder().restore_all(&saved[1..]).unwrap_err();
    assert!(error.to_string().contains("full change set"), "{error}");
    let mut gap = saved;
    gap.remove(2);
    let error = Document::builder().restore_all(&gap).unwrap_err();
    assert!(error.is_missing_changes(), "{error}");
    assert!(Document::builder().restore_all(&[]).is_err());
}
