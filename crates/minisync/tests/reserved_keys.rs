//! Documents whose keys look like tags, of this version of the format or of later ones: they are documents like any
//! other. Knows the public interface only.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use minisync::{Changes, ClientId, Document, Stamp};
use proptest::{collection::vec, prelude::*};

/// Mostly keys of one punctuation character; also some that are none, but nearly.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![6 => "[!-/:-@\\[-`{-~]", 1 => "[!-/:-@\\[-`{-~]{2}", 1 => "[a0]", 1 => Just("€".to_owned())]
}

/// JSON text: keys keep the order in which they were made, whatever `serde_json` would do to them.
fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![Just("1".to_owned()), Just("null".to_owned()), Just("[]".to_owned())];
    scalar.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(|list| format!("[{}]", list.join(","))), object(inner)]
    })
}

fn object(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    vec((key(), inner), 0..5).prop_map(|mut members| {
        let mut keys = Vec::new();
        members.retain(|(key, _)| {
            !keys.contains(key) && {
                keys.push(key.clone());
                true
            }
        });
        let spelled = |key: &str| serde_json::to_string(key).unwrap();
        let members: Vec<String> =
            members.iter().map(|(key, value)| format!("{}:{value}", spelled(key))).collect();
        format!("{{{}}}", members.join(","))
    })
}

fn document(text: &str, client: &str) -> Document {
    let builder = Document::builder().client_id(ClientId::new(client).unwrap());
    builder.clock(|| Stamp::saturating(1_795_000_000_000_000)).create_json(text).unwrap()
}

/// A change set, as it is after it was text.
fn sent(changes: &Changes) -> Changes {
    let text = changes.to_string();
    let read: Changes = text.parse().unwrap();
    assert_eq!(read.to_string(), text);
    read
}

proptest! {
    #[test]
    fn they_round_trip(before in object(value()), after in object(value())) {
        let mut alice = document(&before, "alice");
        let mut bob = Document::from_changes(&sent(&alice.changes())).unwrap();
        prop_assert_eq!(bob.to_json(), before);
        // Edits go as deltas, down to the single entries.
        let seen = bob.version();
        alice.update_json("", &after).unwrap();
        bob.merge(&sent(&alice.changes_since(&seen))).unwrap();
        bob.check().unwrap();
        prop_assert_eq!(bob.to_json(), alice.to_json());
        let carol = Document::from_changes(&sent(&alice.changes())).unwrap();
        prop_assert_eq!(carol.to_json(), alice.to_json());
        carol.check().unwrap();
    }

    /// Both values of a conflict are there, under the same keys.
    #[test]
    fn they_stand_beside_each_other(one in value(), two in value()) {
        let mut alice = document("{}", "alice");
        let mut bob = Document::builder().client_id(ClientId::new("bob").unwrap());
        bob = bob.clock(|| Stamp::saturating(1_795_000_000_000_000));
        let mut bob = bob.join(&alice.changes()).unwrap();
        alice.update_json("", &format!(r#"{{"~":{one}}}"#)).unwrap();
        bob.update_json("", &format!(r#"{{"~":{two}}}"#)).unwrap();
        alice.merge(&sent(&bob.changes())).unwrap();
        bob.merge(&sent(&alice.changes())).unwrap();
        prop_assert_eq!(alice.to_json(), bob.to_json());
        let restored = Document::restore(&sent(&alice.changes())).unwrap();
        prop_assert_eq!(restored.to_json(), alice.to_json());
        restored.check().unwrap();
    }
}
