//! Files that vanish or rot in a store, and heads that were wrong once: somebody says so, and they are mended.

use std::sync::Arc;

use minisync_store::{Report, Store, stores::MemoryStore};

use crate::devices::{Device, Time, settle};

fn devices<const N: usize>(memory: &MemoryStore, names: [&'static str; N]) -> [Device; N] {
    let (time, shared) = (Time::new(), Arc::new(memory.clone()) as Arc<dyn Store>);
    let mut first = true;
    let mut devices = names.map(|name| {
        if !std::mem::take(&mut first) {
            return Device::joining(name, &time, &shared);
        }
        let records: Vec<String> = (0..200).map(|n| format!(r#""r{n}":{n}"#)).collect();
        let mut device = Device::first(name, &time, &shared, &format!("{{{}}}", records.join(",")));
        device.sync().unwrap();
        device
    });
    settle(&mut devices.iter_mut().collect::<Vec<_>>());
    devices
}

/// The data file that a client published last.
fn newest_of(memory: &MemoryStore, client: &str) -> String {
    let prefix = format!("minisync/todo/data/{client}-");
    let files = memory.paths().into_iter().filter_map(|path| {
        let rest = path.strip_prefix(&prefix)?;
        let (sequence, _) = rest.split_once('-')?;
        Some((sequence.parse::<u64>().ok()?, path.clone()))
    });
    files.max().unwrap().1
}

fn head_of(memory: &MemoryStore, client: &str) -> serde_json::Value {
    let path = format!("minisync/todo/head/{client}.json");
    serde_json::from_slice(&memory.read_file(&path).unwrap()).unwrap()
}

/// Rounds of all, until nobody misses anything; how many that took. Whoever misses something says so.
fn rounds_until_equal(devices: &mut [Device]) -> usize {
    for round in 1..=10 {
        let reports: Vec<Report> = devices.iter_mut().map(|device| device.sync().unwrap()).collect();
        let is_equal = devices.iter().all(|device| device.text() == devices[0].text());
        if is_equal && reports.iter().all(|report| report.skipped.is_empty()) {
            return round;
        }
        let is_said = reports.iter().any(|report| !report.skipped.is_empty() || report.sent.is_some());
        assert!(is_equal || is_said, "something is missing, and nobody says so: {reports:?}");
    }
    panic!("they do not become equal");
}

/// Both sides' newest files vanished, as a careless clean-up does it: in a hundred rounds nothing came of it, and every
/// round said that all was up to date. It healed after a day, when everybody looked after his own files.
#[test]
fn newest_files_of_both_sides_that_vanish_are_published_anew() {
    let memory = MemoryStore::new();
    let mut devices = devices(&memory, ["alice", "bob"]);
    devices[0].set("r1", "\"alice\"");
    devices[1].set("r2", "\"bob\"");
    devices[0].sync().unwrap();
    let before = newest_of(&memory, "alice");
    // Bob publishes beside her, so that each lacks what the other has.
    let hidden = memory.read_file("minisync/todo/head/alice.json").unwrap();
    memory.delete_file("minisync/todo/head/alice.json");
    devices[1].sync().unwrap();
    memory.write_file("minisync/todo/head/alice.json", &hidden);
    for path in [before, newest_of(&memory, "bob")] {
        memory.delete_file(&path);
    }
    assert_ne!(devices[0].text(), devices[1].text());
    let rounds = rounds_until_equal(&mut devices);
    assert!(rounds <= 4, "one to notice, one to be sure, and two to mend: {rounds}");
    for name in ["alice", "bob"] {
        settle(&mut devices.iter_mut().collect::<Vec<_>>());
        assert_eq!(head_of(&memory, name)["missing"], serde_json::json!([]), "{name} is content");
    }
}

/// A bit flipped in a data file: its length stayed, so its owner never noticed, and new devices could not join.
#[test]
fn a_damaged_file_is_noticed_by_the_next_reader_and_mended_by_its_owner() {
    let memory = MemoryStore::new();
    let mut devices = devices(&memory, ["alice", "bob"]);
    devices[0].set("r1", "\"new\"");
    devices[0].sync().unwrap();
    let path = newest_of(&memory, "alice");
    let mut bytes = memory.read_file(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    memory.write_file(&path, &bytes);
    let report = devices[1].sync().unwrap();
    assert!(report.skipped[0].reason.contains("damaged"), "{report:?}");
    assert_eq!(head_of(&memory, "bob")["missing"].as_array().unwrap().len(), 1);
    let report = devices[0].sync().unwrap();
    assert!(report.warnings[0].to_string().contains("sent again"), "{report:?}");
    assert!(report.sent.unwrap().whole);
    assert_eq!(devices[1].sync().unwrap().received_changes(), 1);
    assert_eq!(devices[0].text(), devices[1].text());
    let [alice, bob] = &mut devices;
    settle(&mut [alice, bob]);
    assert_eq!(head_of(&memory, "bob")["missing"], serde_json::json!([]));
    let before = alice.store.requests();
    alice.sync().unwrap();
    assert_eq!(alice.store.requests() - before, 1, "all is quiet again");
}

/// The one who published a file is gone for good, and the file too; but a third has what was in it.
#[test]
fn what_a_vanished_client_published_is_published_by_who_has_it() {
    let memory = MemoryStore::new();
    let [mut alice, mut bob, mut carol] = devices(&memory, ["alice", "bob", "carol"]);
    bob.set("r7", "\"from bob\"");
    bob.sync().unwrap();
    carol.sync().unwrap();
    memory.delete_file(&newest_of(&memory, "bob"));
    drop(bob);
    let mut devices = [alice, carol];
    let rounds = rounds_until_equal(&mut devices);
    assert!(rounds <= 5, "{rounds}");
    assert!(devices[0].text().contains("from bob"));
    [alice, carol] = devices;
    settle(&mut [&mut alice, &mut carol]);
    for device in [&mut alice, &mut carol] {
        let before = device.store.requests();
        device.sync().unwrap();
        assert_eq!(device.store.requests() - before, 1, "{} is quiet again", device.name);
    }
}

/// File synchronisers deliver a head before its data often enough; that is no reason to send everything again.
#[test]
fn a_file_that_is_late_by_a_round_is_not_sent_again() {
    let memory = MemoryStore::new();
    let [mut alice, mut bob] = devices(&memory, ["alice", "bob"]);
    bob.set("r1", "\"new\"");
    bob.sync().unwrap();
    let path = newest_of(&memory, "bob");
    let bytes = memory.read_file(&path).unwrap();
    memory.delete_file(&path);
    assert_eq!(alice.sync().unwrap().skipped.len(), 1);
    assert!(bob.sync().unwrap().sent.is_none());
    memory.write_file(&path, &bytes);
    assert_eq!(alice.sync().unwrap().received_changes(), 1);
    assert_eq!(head_of(&memory, "alice")["missing"], serde_json::json!([]));
}

/// A head with a wrong number, seen once, cut its client off for good, also when it was right again; the highest number
/// did so for ever.
#[test]
fn a_head_that_was_wrong_once_does_not_cut_its_client_off() {
    for wrong in [1000, (1 << 53) - 1, u64::MAX] {
        let memory = MemoryStore::new();
        let [mut alice, mut bob] = devices(&memory, ["alice", "bob"]);
        let path = "minisync/todo/head/bob.json";
        let right = memory.read_file(path).unwrap();
        let mut head = head_of(&memory, "bob");
        head["sequence"] = wrong.into();
        memory.write_file(path, head.to_string().as_bytes());
        alice.sync().unwrap();
        memory.write_file(path, &right);
        assert!(alice.sync().unwrap().skipped[0].reason.contains("older"), "it is told once");
        bob.set("r1", "\"new\"");
        bob.sync().unwrap();
        let report = alice.sync().unwrap();
        assert_eq!((report.received_changes(), report.skipped.len()), (1, 0), "{wrong}: {report:?}");
        assert_eq!(alice.text(), bob.text());
    }
}

/// Somebody deleted `format.json`, or a disk broke it: nobody could sync any more, though everything else was there.
#[test]
fn a_lost_or_broken_format_file_is_written_again_by_who_knows_the_folder() {
    let path = "minisync/todo/format.json";
    for broken in [None, Some(&b"{"[..]), Some(b"")] {
        let memory = MemoryStore::new();
        let [mut alice, mut bob] = devices(&memory, ["alice", "bob"]);
        let whole = memory.read_file(path).unwrap();
        match broken {
            Some(bytes) => memory.write_file(path, bytes),
            None => memory.delete_file(path),
        }
        bob.set("r1", "\"new\"");
        let report = bob.sync().unwrap();
        assert!(report.warnings[0].to_string().contains("written again"), "{report:?}");
        assert_eq!(memory.read_file(path).unwrap(), whole);
        settle(&mut [&mut alice, &mut bob]);
        assert_eq!(alice.text(), bob.text());
    }
}

/// The same without anything to publish.
#[test]
fn a_lost_format_file_is_written_again_also_where_nothing_is_new() {
    let memory = MemoryStore::new();
    let [mut alice, _] = devices(&memory, ["alice", "bob"]);
    memory.delete_file("minisync/todo/format.json");
    alice.time.pass(std::time::Duration::from_secs(25 * 3600));
    alice.sync().unwrap();
    assert!(memory.paths().contains(&"minisync/todo/format.json".to_owned()));
}

/// It says that it is another document's: that is no damage, and a person must decide.
#[test]
fn a_foreign_format_file_is_left_alone_though_the_own_head_is_there() {
    let memory = MemoryStore::new();
    let [mut alice, _] = devices(&memory, ["alice", "bob"]);
    let foreign = br#"{"_minisync":{"dataType":"STORE","version":1},"documentID":"other"}"#;
    memory.write_file("minisync/todo/format.json", foreign);
    alice.set("r1", "\"new\"");
    assert!(alice.sync().unwrap_err().is_wrong_folder());
    assert_eq!(memory.read_file("minisync/todo/format.json").unwrap(), foreign);
}

/// The head there is not ours but a copy's: it proves nothing.
#[test]
fn a_lost_format_file_beside_a_head_that_we_did_not_write_is_an_error() {
    let memory = MemoryStore::new();
    let [mut alice, _] = devices(&memory, ["alice", "bob"]);
    let mut head = head_of(&memory, "alice");
    head["label"] = "somebody".into();
    memory.write_file("minisync/todo/head/alice.json", head.to_string().as_bytes());
    memory.delete_file("minisync/todo/format.json");
    alice.set("r1", "\"new\"");
    let before = memory.paths();
    assert!(alice.sync().unwrap_err().is_wrong_folder());
    assert_eq!(memory.paths(), before);
    assert!(alice.state().document().renewal().is_none());
}
