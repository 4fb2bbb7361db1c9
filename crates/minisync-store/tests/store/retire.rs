//! Clients that are gone: nothing is kept for them for ever, and nothing that they published is lost.

use std::{sync::Arc, time::Duration};

use minisync::{ClientId, DocumentId, ForgetPolicy};
use minisync_store::{Store, retire, stores::MemoryStore};
use pollster::block_on;

use crate::devices::{Device, Time, settle};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn world() -> (Time, MemoryStore, Arc<dyn Store>) {
    let memory = MemoryStore::new();
    (Time::new(), memory.clone(), Arc::new(memory))
}

/// A policy without an age: only what all have seen is forgotten.
fn patient(device: &mut Device) {
    device.options.forget = Some(ForgetPolicy { acknowledged: true, older_than: None });
}

/// A phone that was lost held up forgetting for ever, where deletions were not forgotten for their age.
#[test]
fn who_was_not_heard_of_for_90_days_holds_nothing_up() {
    let (time, _, shared) = world();
    let mut alice = Device::first("alice", &time, &shared, r#"{"list":["a","b"]}"#);
    patient(&mut alice);
    alice.sync().unwrap();
    let mut bob = Device::joining("bob", &time, &shared);
    patient(&mut bob);
    settle(&mut [&mut alice, &mut bob]);
    let forget = |alice: &mut Device| {
        alice.state().document_mut().list("list").unwrap().remove(0).unwrap();
        // A snapshot is due sooner or later; only then deletions are forgotten.
        for n in 0..40 {
            alice.push("list", &n.to_string());
            alice.sync().unwrap();
        }
        alice.state().document().tombstones()
    };
    time.pass(DAY * 89);
    assert!(forget(&mut alice) > 0, "bob may come back");
    time.pass(DAY * 2);
    assert_eq!(forget(&mut alice), 0);
    // Bob comes back all the same, and misses nothing.
    bob.push("list", "\"bob\"");
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(alice.text(), bob.text());
    assert!(alice.text().contains("\"bob\"") && !alice.text().contains("\"a\""), "{}", alice.text());
}

#[test]
fn what_only_a_retired_client_published_stays() {
    let (time, memory, shared) = world();
    let mut alice = Device::first("alice", &time, &shared, r#"{"list":[]}"#);
    alice.sync().unwrap();
    let mut bob = Device::joining("bob", &time, &shared);
    bob.push("list", "\"from bob\"");
    bob.sync().unwrap();
    alice.sync().unwrap();
    let (document, client) = (DocumentId::new("todo").unwrap(), ClientId::new("bob").unwrap());
    assert!(alice.state().has_all_of(&client));
    alice.state().distrust(&client);
    alice.sync().unwrap();
    assert_eq!(block_on(retire(&*shared, &document, &client, &alice.options)).unwrap(), 1);
    alice.state().forget_client(&client);
    assert!(memory.paths().iter().all(|path| !path.contains("bob") || path.ends_with("index.json")));
    alice.sync().unwrap();
    assert_eq!(alice.state().clients(), []);
    let carol = Device::joining("carol", &time, &shared);
    assert_eq!(carol.text(), r#"{"list":["from bob"]}"#);
    // He was not gone after all.
    bob.push("list", "\"again\"");
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(alice.text(), r#"{"list":["from bob","again"]}"#);
    assert_eq!(bob.text(), alice.text());
}
