//! A crash after each effect, on the disk and in the store, whole and halfway. Whatever was saved is not
//! lost, no stamp is used twice, and the devices end equal.

use std::sync::Arc;

use crate::devices::{Device, Time, settle};
use minisync_store::{
    Store, StoreError,
    stores::{FolderStore, MemoryStore},
    testing::{FaultRates, Fuse},
};
use minisync_testkit::rng::Rng;

const START: &str = r#"{"alice":0,"bob":0,"list":[]}"#;

/// What alice does until her fuse burns through.
fn day(alice: &mut Device) -> minisync_store::Result<()> {
    for round in 1..=3 {
        alice.set("alice", &round.to_string());
        alice.push("list", &format!("\"a{round}\""));
        alice.save()?;
        alice.sync()?;
        alice.save()?;
    }
    Ok(())
}

/// Plays the day with this fuse, then mends everything. Returns how many effects there were.
fn play(shared: Arc<dyn Store>, fuse: Fuse) -> usize {
    let time = Time::new();
    let mut alice = Device::first("alice", &time, &shared, START);
    alice.sync().unwrap();
    let mut bob = Device::joining("bob", &time, &shared);
    settle(&mut [&mut alice, &mut bob]);
    bob.set("bob", "1");
    bob.push("list", r#""b1""#);
    bob.sync().unwrap();

    let warnings = alice.restart(fuse.clone());
    assert!(warnings.is_empty(), "{warnings:?}");
    let finished = day(&mut alice).is_ok();

    // While alice is off, bob reads whatever she left.
    bob.set("bob", "2");
    bob.sync().unwrap();
    bob.state().document().check().unwrap();

    let saved = if fuse.is_dead() { 0 } else { 3 };
    let warnings = alice.restart(Fuse::endless());
    assert!(warnings.is_empty(), "{warnings:?}");
    let round: i64 = alice.state().document().read("alice").unwrap();
    assert!(round >= saved && finished == (saved == 3));
    alice.push("list", r#""after""#);
    settle(&mut [&mut alice, &mut bob]);

    assert_eq!(alice.text(), bob.text());
    assert_eq!(alice.state().document().version(), bob.state().document().version());
    let list: Vec<String> = alice.state().document().read("list").unwrap();
    let expected = (1..=round).map(|round| format!("a{round}"));
    for item in expected.chain(["b1".to_owned(), "after".to_owned()]) {
        assert_eq!(list.iter().filter(|other| **other == item).count(), 1, "{item} in {list:?}");
    }
    assert_eq!(bob.state().document().read::<i64>("bob").unwrap(), 2);
    for device in [&mut alice, &mut bob] {
        device.state().document().check().unwrap();
    }
    let carol = Device::joining("carol", &time, &shared);
    assert_eq!(carol.text(), alice.text());
    fuse.effects().len()
}

#[test]
fn a_crash_after_any_effect_loses_nothing() {
    let effects = play(Arc::new(MemoryStore::new()), Fuse::endless());
    assert!(effects > 30, "{effects} effects");
    for halfway in [false, true] {
        for after in 0..=effects {
            play(Arc::new(MemoryStore::new()), Fuse::after(after, halfway));
        }
    }
}

#[test]
fn nor_does_it_on_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = |name: String| Arc::new(FolderStore::new(folder.path().join(name)));
    let effects = play(store("endless".into()), Fuse::endless());
    for after in (0..=effects).step_by(5) {
        play(store(after.to_string()), Fuse::after(after, false));
    }
}

#[test]
fn what_is_published_was_saved_before() {
    let shared = Arc::new(MemoryStore::new()) as Arc<dyn Store>;
    let mut alice = Device::first("alice", &Time::new(), &shared, START);
    let before = alice.fuse.effects().len();
    alice.set("alice", "1");
    alice.sync().unwrap();
    let effects = &alice.fuse.effects()[before..];
    let position = |text: &str| effects.iter().rposition(|effect| effect.contains(text)).unwrap();
    let first = effects.iter().position(|effect| effect.starts_with("store:")).unwrap();
    assert!(first > 0 && effects[first - 1].starts_with("disk: sync"), "{effects:#?}");
    assert!(position("data/alice") < position("head/alice"), "{effects:#?}");
    assert!(position("disk: sync") > position("head/alice"), "{effects:#?}");
}

/// A store of which the writes get lost, late, doubled, cut short or refused: nobody takes harm, and when the
/// storm is over all are equal.
fn storm(seed: u64) {
    let (time, memory) = (Time::new(), MemoryStore::new());
    let shared = Arc::new(memory) as Arc<dyn Store>;
    let mut alice = Device::first("alice", &time, &shared, START);
    alice.sync().unwrap();
    let mut devices =
        [alice, Device::joining("bob", &time, &shared), Device::joining("carol", &time, &shared)];
    for (index, device) in devices.iter_mut().enumerate() {
        let fuse = device.fuse.clone();
        let faults = seed.wrapping_mul(3).wrapping_add(index as u64);
        device.store = minisync_store::testing::FaultyStore::new(
            shared.clone(),
            fuse,
            FaultRates::STORM,
            Rng::new(faults),
        );
    }
    for round in 0..12 {
        for device in &mut devices {
            device.push("list", &format!("\"{}{round}\"", device.name));
            if let Err(error) = device.sync() {
                assert!(!error.is_wrong_folder(), "seed {seed}, {}: {error}", device.name);
            }
            device.state().document().check().unwrap();
        }
    }
    for device in &devices {
        pollster::block_on(device.store.calm());
    }
    // The next round reads everything again, and finds what was lost.
    time.pass(std::time::Duration::from_secs(25 * 3600));
    let [alice, bob, carol] = &mut devices;
    settle(&mut [alice, bob, carol]);
    assert_eq!(alice.text(), bob.text(), "seed {seed}");
    assert_eq!(alice.text(), carol.text(), "seed {seed}");
    let list: Vec<String> = alice.state().document().read("list").unwrap();
    assert_eq!(list.len(), 36, "seed {seed}");
    let dave = Device::joining("dave", &time, &shared);
    assert_eq!(dave.text(), alice.text(), "seed {seed}");
}

#[test]
fn storms_pass() {
    let seeds = std::env::var("MINISYNC_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    for seed in 0..seeds.unwrap_or(40) {
        storm(seed);
    }
}

#[test]
fn a_dead_process_makes_no_requests() {
    let memory = Arc::new(MemoryStore::new()) as Arc<dyn Store>;
    let mut alice = Device::first("alice", &Time::new(), &memory, START);
    alice.restart(Fuse::after(0, false));
    alice.set("alice", "1");
    assert!(alice.save().is_err());
    let read: Result<_, StoreError> = pollster::block_on(alice.store.read("x"));
    assert!(read.unwrap_err().to_string().contains("dead"));
}
