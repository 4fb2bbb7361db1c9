//! Who wrote an edit that somebody else's deletion overruled is told, in whatever order the two sync.

use std::sync::Arc;

use minisync_store::{Store, stores::MemoryStore};

use crate::devices::{Device, Time, settle};

fn pair(json: &str) -> [Device; 3] {
    let (time, shared) = (Time::new(), Arc::new(MemoryStore::new()) as Arc<dyn Store>);
    let mut alice = Device::first("alice", &time, &shared, json);
    alice.sync().unwrap();
    let (bob, carol) = (Device::joining("bob", &time, &shared), Device::joining("carol", &time, &shared));
    let mut all = [alice, bob, carol];
    settle(&mut all.iter_mut().collect::<Vec<_>>());
    all
}

fn told(device: &mut Device) -> Vec<String> {
    device.state().overruled().iter().map(|one| format!("{}: {}", one.edit.client, one.edit.value)).collect()
}

/// Ann edited an item and synced; Bob deleted it, and fetched her edit in the sync that sent the deletion. He was told;
/// she, whose edit it was, never.
#[test]
fn the_author_is_told_also_by_a_deletion_that_was_sent_after_the_edit_was_seen() {
    // With a large document bob publishes a delta, with a small one a snapshot.
    for filler in [0, 100] {
        let records: Vec<String> = (0..filler).map(|n| format!(r#""r{n}":"some text {n}""#)).collect();
        let list = r#""list":[{"id":1,"n":"eggs"}]"#.to_owned();
        let [mut alice, mut bob, mut carol] =
            pair(&format!("{{{}}}", [vec![list], records].concat().join(",")));
        for round in 0..2 {
            bob.set("warm", &format!("{round}"));
            settle(&mut [&mut alice, &mut bob, &mut carol]);
        }
        alice.set("list[0].n", "\"brown eggs\"");
        bob.state().document_mut().remove("list[0]").unwrap();
        alice.sync().unwrap();
        bob.sync().unwrap();
        assert_eq!(told(&mut bob), ["alice: \"brown eggs\""], "{filler}");
        alice.sync().unwrap();
        assert_eq!(told(&mut alice), ["alice: \"brown eggs\""], "{filler}");
        settle(&mut [&mut alice, &mut bob, &mut carol]);
        assert_eq!(alice.text(), bob.text());
        assert_eq!(alice.text(), carol.text());
        let lost = alice.state().overruled().remove(0).edit;
        alice.state().document_mut().restore_overruled(&lost).unwrap();
        settle(&mut [&mut alice, &mut bob, &mut carol]);
        assert!(carol.text().contains(r#""list":[{"id":1,"n":"brown eggs"}]"#), "{}", carol.text());
        for device in [&mut alice, &mut bob, &mut carol] {
            assert!(device.state().overruled().len() <= 1, "told once");
        }
    }
}
