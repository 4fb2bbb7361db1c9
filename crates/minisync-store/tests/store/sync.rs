//! Devices that sync through one store, rule by rule of `docs/storage.md`.

use std::{fs, path::Path, sync::Arc, time::Duration};

use crate::devices::{Device, Time, settle};
use minisync::DocumentId;
use minisync_store::{
    Store, StoreErrorKind, SyncOptions, Target, discover, join,
    stores::{FolderStore, MemoryStore},
    testing::Fuse,
};
use minisync_testkit::rng::Rng;
use pollster::block_on;

const START: &str = r#"{"milk":1,"list":[]}"#;
const HOUR: Duration = Duration::from_secs(3600);

fn two(memory: &MemoryStore) -> (Device, Device) {
    let (time, shared) = (Time::new(), Arc::new(memory.clone()) as Arc<dyn Store>);
    let mut alice = Device::first("alice", &time, &shared, START);
    alice.sync().unwrap();
    let bob = Device::joining("bob", &time, &shared);
    (alice, bob)
}

fn two_at_rest(memory: &MemoryStore) -> (Device, Device) {
    let (mut alice, mut bob) = two(memory);
    settle(&mut [&mut alice, &mut bob]);
    (alice, bob)
}

fn read(memory: &MemoryStore, path: &str) -> Vec<u8> {
    block_on(memory.read(path)).unwrap()
}

fn delete(memory: &MemoryStore, path: &str) {
    block_on(memory.delete(path)).unwrap();
}

fn data_of(memory: &MemoryStore, client: &str) -> Vec<String> {
    let prefix = format!("minisync/todo/data/{client}-");
    memory.paths().into_iter().filter(|path| path.starts_with(&prefix)).collect()
}

#[test]
fn two_devices_exchange_their_edits() {
    let (mut alice, mut bob) = two_at_rest(&MemoryStore::new());
    alice.set("milk", "2");
    bob.push("list", r#""bread""#);
    let sent = alice.sync().unwrap().sent.unwrap();
    assert_eq!((sent.changes, sent.whole), (1, true), "the snapshot is as small as the delta");
    let report = bob.sync().unwrap();
    assert_eq!(report.received_changes(), 1);
    assert_eq!(report.received[0].label, "alice");
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(alice.text(), r#"{"milk":2,"list":["bread"]}"#);
    assert_eq!(bob.text(), alice.text());
}

#[test]
fn through_a_real_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (time, store) = (Time::new(), FolderStore::new(folder.path().join("shared")));
    let shared = Arc::new(store) as Arc<dyn Store>;
    let mut alice = Device::first("alice", &time, &shared, START);
    alice.sync().unwrap();
    let mut bob = Device::joining("bob", &time, &shared);
    bob.set("milk", "7");
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(alice.text(), r#"{"milk":7,"list":[]}"#);
    let root = folder.path().join("shared/minisync/todo");
    assert_eq!(
        fs::read_to_string(root.join("format.json")).unwrap(),
        r#"{"_minisync":{"dataType":"STORE","version":1},"documentID":"todo"}"#
    );
    assert!(root.join("head/alice.json").is_file() && root.join("head/bob.json").is_file());
}

#[test]
fn data_files_are_plain_change_sets() {
    let memory = MemoryStore::new();
    let (alice, _) = two(&memory);
    let [path] = &data_of(&memory, "alice")[..] else { panic!("{:?}", memory.paths()) };
    let text = String::from_utf8(read(&memory, path)).unwrap();
    let changes: minisync::Changes = text.parse().unwrap();
    assert!(changes.is_full());
    let document = alice.state.as_ref().unwrap().document();
    assert_eq!(*changes.version(), document.version());
}

#[test]
fn nothing_changed_costs_one_request() {
    let (mut alice, mut bob) = two_at_rest(&MemoryStore::new());
    for device in [&mut alice, &mut bob] {
        let before = (device.store.requests(), device.fuse.effects().len());
        assert!(device.sync().unwrap().is_quiet());
        assert_eq!(device.store.requests(), before.0 + 1);
        assert_eq!(device.fuse.effects().len(), before.1, "nothing is written or saved");
    }
}

#[test]
fn heads_are_read_again_now_and_then() {
    let (mut alice, _) = two_at_rest(&MemoryStore::new());
    let requests = |alice: &mut Device| {
        let before = alice.store.requests();
        alice.sync().unwrap();
        alice.store.requests() - before
    };
    alice.time.pass(25 * HOUR);
    assert!(requests(&mut alice) > 1);
    let rounds: Vec<u64> = (0..22).map(|_| requests(&mut alice)).collect();
    assert_eq!(rounds.iter().filter(|requests| **requests > 1).count(), 1, "{rounds:?}");
}

#[test]
fn acknowledgements_do_not_echo() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    alice.set("milk", "2");
    alice.sync().unwrap();
    let report = bob.sync().unwrap();
    assert!(report.sent.is_none(), "what alice published is not published again");
    let heads = || ["alice", "bob"].map(|name| read(&memory, &format!("minisync/todo/head/{name}.json")));
    let before = heads();
    for _ in 0..3 {
        alice.sync().unwrap();
        bob.sync().unwrap();
    }
    assert_eq!(heads(), before);
    let known = alice.state().clients();
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].version, bob.state().document().version());
}

#[test]
fn a_copy_that_only_reads_publishes_a_head_without_files() {
    let memory = MemoryStore::new();
    let _ = two_at_rest(&memory);
    assert_eq!(data_of(&memory, "bob"), [""; 0]);
    assert!(memory.paths().contains(&"minisync/todo/head/bob.json".to_owned()));
}

#[test]
fn an_empty_mount_is_not_an_empty_folder() {
    let memory = MemoryStore::new();
    let (mut alice, _) = two_at_rest(&memory);
    alice.set("milk", "2");
    alice.store = empty(&alice);
    let error = alice.sync().unwrap_err();
    assert!(error.is_wrong_folder(), "{error}");
    assert_eq!(alice.store.requests(), 2, "a listing and format.json; nothing was written");

    // Others' heads alone prove nothing to her.
    delete(&memory, "minisync/todo/format.json");
    delete(&memory, "minisync/todo/head/alice.json");
    alice.restart(Fuse::endless());
    let before = memory.paths();
    alice.set("milk", "3");
    assert!(alice.sync().unwrap_err().is_wrong_folder());
    assert_eq!(memory.paths(), before);
}

fn empty(device: &Device) -> minisync_store::testing::FaultyStore {
    let nothing = Arc::new(MemoryStore::new());
    minisync_store::testing::FaultyStore::new(nothing, device.fuse.clone(), Default::default(), Rng::new(0))
}

#[test]
fn a_foreign_format_file_stops_before_anything_is_written() {
    let memory = MemoryStore::new();
    let (mut alice, _) = two_at_rest(&memory);
    let foreign = r#"{"_minisync":{"dataType":"STORE","version":1},"documentID":"other"}"#;
    block_on(memory.write("minisync/todo/format.json", foreign.as_bytes())).unwrap();
    alice.set("milk", "2");
    let before = memory.paths();
    assert!(alice.sync().unwrap_err().is_wrong_folder());
    assert_eq!(memory.paths(), before);
}

#[test]
fn one_unreadable_client_does_not_stop_the_others() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    block_on(memory.write("minisync/todo/head/carol.json", b"{\"_minisync\":")).unwrap();
    bob.set("milk", "2");
    bob.sync().unwrap();
    let report = alice.sync().unwrap();
    assert_eq!(report.received_changes(), 1);
    assert_eq!(report.skipped.len(), 1);
    assert_eq!(report.skipped[0].client, "carol");
}

#[test]
fn a_file_that_is_late_is_fetched_when_it_arrives() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    bob.set("milk", "2");
    bob.sync().unwrap();
    let path = data_of(&memory, "bob").pop().unwrap();
    let whole = read(&memory, &path);
    block_on(memory.write(&path, &whole[..whole.len() - 1])).unwrap();
    let report = alice.sync().unwrap();
    assert!(report.skipped[0].reason.contains("not arrived whole"), "{report:?}");
    delete(&memory, &path);
    let report = alice.sync().unwrap();
    assert!(report.skipped[0].reason.contains("not arrived yet"), "{report:?}");
    assert_eq!(alice.text(), START);
    block_on(memory.write(&path, &whole)).unwrap();
    let report = alice.sync().unwrap();
    assert_eq!((report.received_changes(), report.skipped.len()), (1, 0));
}

#[test]
fn a_file_with_another_content_is_not_merged() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    bob.set("milk", "2");
    bob.sync().unwrap();
    let path = data_of(&memory, "bob").pop().unwrap();
    let text = String::from_utf8(read(&memory, &path)).unwrap();
    let forged = text.replace("\"milk\":", "\"silk\":");
    block_on(memory.write(&path, forged.as_bytes())).unwrap();
    assert_eq!(alice.sync().unwrap().skipped.len(), 1);
    assert_eq!(alice.text(), START);
}

#[test]
fn what_came_from_one_target_is_handed_on_to_another() {
    let (here, there) = (MemoryStore::new(), MemoryStore::new());
    let (mut alice, mut bob) = two_at_rest(&here);
    let shared = Arc::new(there.clone()) as Arc<dyn Store>;
    let target = Target::parse("memory://there", Path::new("/")).unwrap();
    block_on(minisync_store::sync(&there, bob.state(), &target, &Default::default())).unwrap();
    let mut carol = Device::joining("carol", &bob.time.clone(), &shared);
    alice.set("milk", "5");
    alice.sync().unwrap();
    bob.sync().unwrap();
    block_on(minisync_store::sync(&there, bob.state(), &target, &Default::default())).unwrap();
    carol.sync().unwrap();
    assert_eq!(carol.text(), alice.text());
}

#[test]
fn what_only_a_vanished_client_published_is_published_by_who_has_it() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    bob.set("milk", "2");
    bob.sync().unwrap();
    assert!(alice.sync().unwrap().sent.is_none());
    delete(&memory, "minisync/todo/head/bob.json");
    assert!(alice.sync().unwrap().sent.is_some());
    let carol = Device::joining("carol", &alice.time.clone(), &(Arc::new(memory) as Arc<dyn Store>));
    assert_eq!(carol.text(), alice.text());
}

#[test]
fn own_old_files_go_and_the_last_two_snapshots_stay() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    for round in 0..40 {
        alice.set("milk", &round.to_string());
        alice.sync().unwrap();
        bob.sync().unwrap();
        assert!(data_of(&memory, "alice").len() <= 4, "{:?}", memory.paths());
    }
    settle(&mut [&mut alice, &mut bob]);
    let whole = |path: &String| {
        let text = String::from_utf8(read(&memory, path)).unwrap();
        text.parse::<minisync::Changes>().unwrap().is_full()
    };
    assert_eq!(data_of(&memory, "alice").iter().filter(|path| whole(path)).count(), 2);
    let carol = Device::joining("carol", &alice.time.clone(), &(Arc::new(memory) as Arc<dyn Store>));
    assert_eq!(carol.text(), alice.text());
}

#[test]
fn files_that_somebody_may_need_stay_for_a_month() {
    let memory = MemoryStore::new();
    let (mut alice, _away) = two_at_rest(&memory);
    for round in 0..5 {
        alice.set("milk", &round.to_string());
        alice.sync().unwrap();
    }
    assert_eq!(data_of(&memory, "alice").len(), 5, "only the first, which bob has, is gone");
    alice.time.pass(31 * 24 * HOUR);
    alice.set("milk", "99");
    alice.sync().unwrap();
    assert_eq!(data_of(&memory, "alice").len(), 2);
}

#[test]
fn a_large_document_is_followed_by_deltas() {
    let memory = MemoryStore::new();
    let (time, shared) = (Time::new(), Arc::new(memory.clone()) as Arc<dyn Store>);
    let records: Vec<String> = (0..500).map(|n| format!(r#""r{n}":{{"n":{n}}}"#)).collect();
    let json = format!("{{{}}}", records.join(","));
    let mut alice = Device::first("alice", &time, &shared, &json);
    alice.sync().unwrap();
    let mut bob = Device::joining("bob", &time, &shared);
    for round in 0..3 {
        alice.set("r7.n", &format!("1{round}000"));
        let sent = alice.sync().unwrap().sent.unwrap();
        assert!(!sent.whole && sent.changes == 1 && sent.bytes < 1000, "{sent:?}");
        let before = bob.store.requests();
        assert_eq!(bob.sync().unwrap().received_changes(), 1);
        assert!(bob.store.requests() - before <= 8, "listing, format, two heads, a delta, own head");
    }
    assert_eq!(data_of(&memory, "alice").len(), 4);
    let carol = Device::joining("carol", &time, &shared);
    assert_eq!(carol.text(), alice.text());
}

#[test]
fn a_copy_that_has_forgotten_deletions_sends_a_snapshot() {
    let memory = MemoryStore::new();
    let (time, shared) = (Time::new(), Arc::new(memory) as Arc<dyn Store>);
    let records: Vec<String> = (0..200).map(|n| format!(r#""r{n}":{n}"#)).collect();
    let mut alice = Device::first("alice", &time, &shared, &format!("{{{}}}", records.join(",")));
    alice.sync().unwrap();
    let mut bob = Device::joining("bob", &time, &shared);
    alice.state().document_mut().remove("r7").unwrap();
    assert!(alice.state().document_mut().forget(&minisync::ForgetPolicy::everything()) > 0);
    bob.set("r8", "0");
    assert!(alice.sync().unwrap().sent.unwrap().whole);
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(alice.text(), bob.text());
    assert!(!bob.text().contains("\"r7\"") && bob.text().contains("\"r8\":0"));
}

/// Both would have written under one id.
#[test]
fn a_copied_folder_goes_on_as_a_client_of_its_own() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    alice.push("list", "\"published\"");
    alice.sync().unwrap();
    alice.push("list", "\"not yet\"");
    alice.save().unwrap();
    let mut copy = Device::new("copy", &alice.time, &(Arc::new(memory.clone()) as Arc<dyn Store>));
    copy_folder(alice.place().folder(), copy.place().folder());
    copy.restart(Fuse::endless());
    let renewal = copy.state().document().renewal().unwrap();
    assert_eq!((renewal.former.as_str(), renewal.reason), ("alice", minisync::RenewalReason::Head));
    alice.set("milk", "2");
    alice.sync().unwrap();
    copy.set("eggs", "3");
    settle(&mut [&mut copy, &mut alice, &mut bob]);
    assert_eq!((copy.text(), bob.text()), (alice.text(), alice.text()));
    assert!(alice.state().document().renewal().is_none());
    for item in ["\"published\"", "\"not yet\"", "\"milk\":2", "\"eggs\":3"] {
        assert_eq!(alice.text().matches(item).count(), 1, "{item} in {}", alice.text());
    }
    // It is the same client from now on.
    copy.restart(Fuse::endless());
    assert!(copy.state().document().renewal().is_none());
    assert_eq!(*copy.state().document().client_id(), renewal.client);
}

/// The own head tells: it is further than this copy, which so is not the one that wrote it.
#[test]
fn a_restored_backup_of_the_only_copy_doubles_nothing() {
    let memory = MemoryStore::new();
    let (time, shared) = (Time::new(), Arc::new(memory) as Arc<dyn Store>);
    let mut alice = Device::first("alice", &time, &shared, r#"{"list":["old","older"],"map":{"a":{"b":1}}}"#);
    alice.sync().unwrap();
    let backup = tempfile::tempdir().unwrap();
    copy_folder(alice.place().folder(), backup.path());
    alice.push("list", "\"lost with the disk\"");
    alice.sync().unwrap();
    alice.state = None;
    copy_folder(backup.path(), alice.place().folder());
    alice.restart(Fuse::endless());
    alice.push("list", "\"after the restore\"");
    alice.sync().unwrap();
    assert!(alice.state().document().renewal().is_some());
    let mut bob = Device::joining("bob", &time, &shared);
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(alice.text(), bob.text());
    let text = alice.text();
    for item in ["\"old\"", "\"older\"", "\"lost with the disk\"", "\"after the restore\"", "\"b\":1"] {
        assert_eq!(text.matches(item).count(), 1, "{item} in {text}");
    }
    alice.state().document().check().unwrap();
}

#[test]
fn a_restored_backup_goes_on_where_its_head_is_lost() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    let backup = tempfile::tempdir().unwrap();
    copy_folder(alice.place().folder(), backup.path());
    alice.set("milk", "2");
    alice.sync().unwrap();
    bob.sync().unwrap();
    delete(&memory, "minisync/todo/head/alice.json");
    alice.state = None;
    copy_folder(backup.path(), alice.place().folder());
    alice.restart(Fuse::endless());
    alice.set("eggs", "1");
    alice.sync().unwrap();
    // Nobody else publishes under her id, so she keeps it.
    assert!(alice.state().document().renewal().is_none());
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(alice.text(), bob.text());
    assert!(alice.text().contains("\"milk\":2") && alice.text().contains("\"eggs\":1"), "{}", alice.text());
}

/// Two copies with one mark, as two virtual machines have: the second one to publish notices.
#[test]
fn two_copies_that_cannot_tell_each_other_apart_lose_nothing() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    alice.save().unwrap();
    let (before, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy_folder(alice.place().folder(), before.path());
    for item in ["\"one\"", "\"two\""] {
        alice.push("list", item);
        alice.sync().unwrap();
        bob.sync().unwrap();
    }
    alice.state = None;
    copy_folder(alice.place().folder(), after.path());
    copy_folder(before.path(), alice.place().folder());
    alice.restart(Fuse::endless());
    alice.push("list", "\"other\"");
    alice.save().unwrap();
    alice.push("list", "\"other 2\"");
    alice.sync().unwrap();
    let client = alice.state().document().client_id().clone();
    assert_ne!(client.as_str(), "alice");
    // The first one goes on as it was.
    alice.state = None;
    copy_folder(after.path(), alice.place().folder());
    alice.restart(Fuse::endless());
    alice.push("list", "\"three\"");
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(alice.state().document().client_id().as_str(), "alice");
    for item in ["\"one\"", "\"two\"", "\"three\"", "\"other\"", "\"other 2\""] {
        assert_eq!(bob.text().matches(item).count(), 1, "{item} in {}", bob.text());
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn one_folder_under_two_urls_is_no_clone() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    let other = Target::parse("memory://mounted-elsewhere", Path::new("/")).unwrap();
    for round in 0..4 {
        alice.set("milk", &round.to_string());
        block_on(minisync_store::sync(&memory, alice.state(), &other, &Default::default())).unwrap();
        alice.set("milk", &(round + 10).to_string());
        alice.sync().unwrap();
    }
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(bob.text(), alice.text());
}

#[test]
fn a_target_can_be_forgotten_and_remembered() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    let url = alice.target.url().to_owned();
    assert!(alice.state().remove_target(&url));
    alice.set("milk", "2");
    settle(&mut [&mut alice, &mut bob]);
    assert_eq!(bob.text(), alice.text());
}

#[test]
fn a_conflict_copy_of_a_head_is_reported() {
    let memory = MemoryStore::new();
    let (mut alice, _) = two_at_rest(&memory);
    let copy = "minisync/todo/head/alice.sync-conflict-20261122-120000-ABCDEFG.json";
    block_on(memory.write(copy, b"{}")).unwrap();
    let report = alice.sync().unwrap();
    assert!(report.warnings[0].to_string().contains(copy), "{report:?}");
}

#[test]
fn own_files_that_vanish_are_sent_again() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    for path in data_of(&memory, "alice") {
        delete(&memory, &path);
    }
    let missing = block_on(join(&memory, &DocumentId::new("todo").unwrap(), &SyncOptions::default()));
    assert!(missing.unwrap_err().is_not_found());
    alice.time.pass(25 * HOUR);
    settle(&mut [&mut alice, &mut bob]);
    let carol = Device::joining("carol", &alice.time.clone(), &(Arc::new(memory) as Arc<dyn Store>));
    assert_eq!(carol.text(), alice.text());
}

#[test]
fn an_own_head_that_vanishes_is_written_again() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    delete(&memory, "minisync/todo/head/alice.json");
    settle(&mut [&mut alice, &mut bob]);
    assert!(memory.paths().contains(&"minisync/todo/head/alice.json".to_owned()));
}

#[test]
fn a_dry_run_says_what_would_happen_and_writes_nothing() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    bob.set("milk", "2");
    bob.sync().unwrap();
    alice.push("list", "1");
    alice.save().unwrap();
    let before = (memory.paths(), alice.fuse.effects().len());
    alice.options.dry_run = true;
    let report = alice.sync().unwrap();
    assert_eq!((report.received_changes(), report.sent.unwrap().changes), (1, 1));
    assert_eq!((memory.paths(), alice.fuse.effects().len()), before);
    alice.options.dry_run = false;
    alice.restart(Fuse::endless());
    assert_eq!(alice.text(), r#"{"milk":1,"list":[1]}"#);
    assert_eq!(alice.sync().unwrap().received_changes(), 1);
}

#[test]
fn a_read_only_target_is_only_read() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    let target = Target::parse("memory://peer", Path::new("/")).unwrap().read_only();
    bob.set("milk", "2");
    bob.sync().unwrap();
    alice.push("list", "1");
    let before = memory.paths();
    let report =
        block_on(minisync_store::sync(&memory, alice.state(), &target, &Default::default())).unwrap();
    assert_eq!((report.received_changes(), report.sent), (1, None));
    assert_eq!(memory.paths(), before);
}

#[test]
fn conflicts_are_reported_once() {
    let (mut alice, mut bob) = two_at_rest(&MemoryStore::new());
    alice.set("milk", "2");
    bob.set("milk", "3");
    bob.sync().unwrap();
    let paths: Vec<String> = alice.sync().unwrap().conflicts.iter().map(|path| path.to_string()).collect();
    assert_eq!(paths, ["milk"]);
    bob.push("list", "1");
    bob.sync().unwrap();
    assert_eq!(alice.sync().unwrap().conflicts, []);
}

#[test]
fn documents_are_found() {
    let memory = MemoryStore::new();
    assert_eq!(block_on(discover(&memory, &SyncOptions::default())).unwrap(), []);
    let _ = two_at_rest(&memory);
    let found = block_on(discover(&memory, &SyncOptions::default())).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].document.as_str(), "todo");
    let labels: Vec<&str> = found[0].clients.iter().map(|client| client.label.as_str()).collect();
    assert_eq!(labels, ["alice", "bob"]);
    let other = DocumentId::new("other").unwrap();
    assert!(block_on(join(&memory, &other, &SyncOptions::default())).unwrap_err().is_not_found());
    delete(&memory, "minisync/todo/format.json");
    assert!(
        block_on(discover(&memory, &SyncOptions::default())).unwrap_err().is_malformed(),
        "it may be arriving still"
    );
}

#[test]
fn the_index_names_whoever_publishes() {
    let memory = MemoryStore::new();
    let _ = two_at_rest(&memory);
    let index = String::from_utf8(read(&memory, "minisync/todo/index.json")).unwrap();
    assert!(index.ends_with(r#""clients":["alice","bob"]}"#), "{index}");
}

#[test]
fn status_says_what_is_unsent_and_when_a_target_was_reached() {
    let (mut alice, _) = two_at_rest(&MemoryStore::new());
    let target = alice.target.clone();
    let status = alice.state().target_status(&target).unwrap();
    assert_eq!(status.unsent, 0);
    assert!(status.last_reached.is_some());
    alice.set("milk", "2");
    alice.push("list", "3");
    assert_eq!(alice.state().target_status(&target).unwrap().unsent, 2);
}

#[test]
fn a_store_that_refuses_is_an_error_that_says_what_to_do() {
    let (mut alice, _) = two_at_rest(&MemoryStore::new());
    let rates = minisync_store::testing::FaultRates { refused: 1000, ..Default::default() };
    let nothing = Arc::new(MemoryStore::new());
    alice.store = minisync_store::testing::FaultyStore::new(nothing, alice.fuse.clone(), rates, Rng::new(3));
    let error = alice.sync().unwrap_err();
    assert!(error.is_busy(), "{error}");
    assert!(error.to_string().contains("try again"), "{error}");
    let kind = block_on(alice.store.list("x")).unwrap_err().kind();
    assert!(matches!(kind, StoreErrorKind::Busy { .. }));
}

#[test]
fn a_file_that_is_not_what_its_head_says_is_not_merged() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    bob.set("milk", "2");
    bob.sync().unwrap();
    let path = "minisync/todo/head/bob.json";
    let mut head: serde_json::Value = serde_json::from_slice(&read(&memory, path)).unwrap();
    // In which session it lies, and its stamp.
    let ahead = head["snapshot"]["version"]["bob"][1].as_u64().unwrap() + 1;
    head["snapshot"]["version"]["bob"][1] = ahead.into();
    head["version"]["bob"][1] = ahead.into();
    block_on(memory.write(path, head.to_string().as_bytes())).unwrap();
    let report = alice.sync().unwrap();
    assert!(report.skipped[0].reason.contains("not what its head says"), "{report:?}");
    assert_eq!(alice.text(), START);
}

#[test]
fn an_old_head_of_ours_that_comes_back_is_written_over() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    let path = "minisync/todo/head/alice.json";
    let number = |memory: &MemoryStore| {
        let head: serde_json::Value = serde_json::from_slice(&read(memory, path)).unwrap();
        head["sequence"].as_u64().unwrap()
    };
    let old = read(&memory, path);
    for round in 0..4 {
        alice.set("milk", &round.to_string());
        alice.sync().unwrap();
        bob.sync().unwrap();
    }
    let last = number(&memory);
    block_on(memory.write(path, &old)).unwrap();
    let report = alice.sync().unwrap();
    assert!(report.sent.is_none(), "the files are there: only the head was old");
    assert!(number(&memory) > last);
    let carol = Device::joining("carol", &alice.time.clone(), &(Arc::new(memory) as Arc<dyn Store>));
    assert_eq!(carol.text(), alice.text());
}

#[test]
fn an_old_head_of_another_that_comes_back_is_not_believed() {
    let memory = MemoryStore::new();
    let (mut alice, mut bob) = two_at_rest(&memory);
    let path = "minisync/todo/head/bob.json";
    let old = read(&memory, path);
    bob.set("milk", "2");
    bob.sync().unwrap();
    alice.sync().unwrap();
    let known = alice.state().clients()[0].version.clone();
    block_on(memory.write(path, &old)).unwrap();
    assert!(alice.sync().unwrap().skipped[0].reason.contains("older"));
    assert_eq!(alice.state().clients()[0].version, known);
}

#[test]
fn a_target_given_to_be_read_is_not_written_though_it_was_before() {
    let memory = MemoryStore::new();
    let (mut alice, _) = two_at_rest(&memory);
    alice.set("milk", "2");
    let before = memory.paths();
    alice.target = alice.target.clone().read_only();
    assert_eq!(alice.sync().unwrap().sent, None);
    assert_eq!(memory.paths(), before);
}

#[test]
fn an_item_in_a_list_counts_once() {
    let (mut alice, mut bob) = two_at_rest(&MemoryStore::new());
    bob.push("list", "1");
    assert_eq!(bob.sync().unwrap().sent.unwrap().changes, 1);
    alice.sync().unwrap();
    alice.push("list", "2");
    assert_eq!(alice.sync().unwrap().sent.unwrap().changes, 1);
}
