//! The local save: what survives what.

use std::{fs, sync::Arc, time::Duration};

use crate::devices::{Device, Time};
use minisync_store::{Opened, State, Store, Target, stores::MemoryStore, testing::Fuse};

const START: &str = r#"{"n":0}"#;

fn device() -> Device {
    let shared = Arc::new(MemoryStore::new()) as Arc<dyn Store>;
    Device::first("alice", &Time::new(), &shared, START)
}

#[test]
fn what_was_saved_is_there_again() {
    let mut alice = device();
    alice.set("n", "12345678901234567890123");
    alice.state().set_label("Alice's phone");
    alice.state().set_note("file", Some("abc".into()));
    let target = Target::parse("memory://x", alice.home.path()).unwrap();
    assert!(alice.state().add_target(&target));
    assert!(!alice.state().add_target(&target));
    assert!(alice.state().is_changed());
    alice.save().unwrap();
    assert!(!alice.state().is_changed());
    alice.set("n", "2");
    assert_eq!(alice.restart(Fuse::endless()), []);
    assert_eq!(alice.text(), r#"{"n":12345678901234567890123}"#);
    let state = alice.state();
    assert_eq!((state.label(), state.note("file")), ("Alice's phone", Some("abc")));
    assert_eq!(state.targets(), [target]);
    assert_eq!(state.document().client_id().as_str(), "alice");
}

#[test]
fn nothing_changed_saves_nothing() {
    let mut alice = device();
    let before = alice.fuse.effects().len();
    alice.save().unwrap();
    assert_eq!(alice.fuse.effects().len(), before);
}

#[test]
fn damage_to_any_byte_is_noticed_and_the_state_before_serves() {
    let mut alice = device();
    alice.set("n", "1");
    alice.save().unwrap();
    alice.set("n", "2");
    alice.save().unwrap();
    alice.state = None;
    let path = alice.place().folder().join("todo.json.state");
    let previous = alice.place().folder().join("todo.json.state.previous");
    let (whole, before) = (fs::read(&path).unwrap(), fs::read(&previous).unwrap());
    for index in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[index] ^= 1;
        fs::write(&path, &damaged).unwrap();
        fs::write(&previous, &before).unwrap();
        let warnings = alice.restart(Fuse::endless());
        assert_eq!(warnings.len(), 1, "byte {index}");
        assert_eq!(alice.text(), r#"{"n":1}"#);
        let aside = fs::read_dir(alice.place().folder())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.to_str().unwrap().contains("todo.json.state.damaged-"))
            .unwrap();
        assert_eq!(fs::read(&aside).unwrap(), damaged, "byte {index}");
        fs::remove_file(aside).unwrap();
        alice.state = None;
    }
}

#[test]
fn where_both_are_damaged_the_place_is_vacant() {
    let mut alice = device();
    alice.set("n", "1");
    alice.save().unwrap();
    alice.state = None;
    let folder = alice.place().folder().to_owned();
    for name in ["todo.json.state", "todo.json.state.previous"] {
        let whole = fs::read(folder.join(name)).unwrap();
        fs::write(folder.join(name), &whole[..whole.len() / 2]).unwrap();
    }
    let (opened, warnings) = State::open(&alice.place(), alice.time.clock(), Duration::ZERO).unwrap();
    assert!(matches!(opened, Opened::Untracked(_)));
    assert_eq!(warnings.len(), 2);
    let kept = fs::read_dir(&folder).unwrap().count();
    assert_eq!(kept, 4, ".gitignore, the lock, and two damaged files");
}

#[test]
fn a_state_of_a_newer_version_is_left_alone() {
    let mut alice = device();
    alice.state = None;
    let path = alice.place().folder().join("todo.json.state");
    let text = fs::read_to_string(&path).unwrap();
    let body = text.lines().take(2).map(|line| format!("{line}\n")).collect::<String>();
    let body = body.replacen(r#""version":1"#, r#""version":9"#, 1);
    let newer = format!("{body}{{\"blake3\":\"{}\"}}\n", blake3::hash(body.as_bytes()).to_hex());
    fs::write(&path, &newer).unwrap();
    let error = State::open(&alice.place(), alice.time.clock(), Duration::ZERO).map(|_| ()).unwrap_err();
    assert!(error.is_unsupported(), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), newer);
}

#[test]
fn one_process_at_a_time() {
    let mut alice = device();
    let open = |alice: &Device| State::open(&alice.place(), alice.time.clock(), Duration::ZERO).map(|_| ());
    let error = open(&alice).unwrap_err();
    assert!(error.is_locked(), "{error}");
    assert!(error.to_string().contains("todo.json"), "{error}");
    alice.state = None;
    open(&alice).unwrap();
}

#[test]
fn the_folder_is_ignored_by_git() {
    let alice = device();
    let text = fs::read_to_string(alice.place().folder().join(".gitignore")).unwrap();
    assert_eq!(text, "*\n");
}

#[test]
fn a_state_can_be_looked_at_while_it_is_open() {
    let mut alice = device();
    alice.set("n", "1");
    alice.save().unwrap();
    alice.set("n", "2");
    let peek = |alice: &Device| State::peek(&alice.place(), alice.time.clock());
    let mut seen = peek(&alice).unwrap().unwrap();
    assert_eq!(seen.document().to_json(), r#"{"n":1}"#, "as it was last saved");
    seen.document_mut().set_json("n", "3").unwrap();
    assert!(pollster::block_on(seen.save()).is_err());

    let current = alice.place().folder().join("todo.json.state");
    fs::write(&current, "damaged").unwrap();
    assert_eq!(peek(&alice).unwrap().unwrap().document().to_json(), r#"{"n":0}"#);
    assert_eq!(fs::read_to_string(&current).unwrap(), "damaged", "it is left alone");
    fs::remove_file(alice.place().folder().join("todo.json.state.previous")).unwrap();
    assert!(peek(&alice).map(|_| ()).unwrap_err().is_malformed());
    fs::remove_file(&current).unwrap();
    assert!(peek(&alice).unwrap().is_none());
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_and_the_state_stays() {
    let mut alice = device();
    alice.state = None;
    let in_the_way = alice.home.path().join("other");
    fs::write(&in_the_way, "").unwrap();
    let place = minisync_store::StatePlace::new(in_the_way.join(".minisync"), "x").unwrap();
    let error = State::open(&place, alice.time.clock(), Duration::ZERO).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains(".minisync"), "{error}");
}
