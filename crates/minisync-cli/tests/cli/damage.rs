//! A state that is damaged, gone, old or a copy: nothing is lost, and what happened is said.

use std::{fs, path::Path};

use snapbox::str;

use crate::device::{Device, World, files_below};

fn damage(device: &Device, name: &str) {
    let path = device.path(".minisync").join(name);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
}

fn copy_folder(from: &Path, to: &Path) {
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

#[test]
fn the_state_before_serves_where_the_last_one_is_damaged() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"list\": [1]}");
    laptop.write("todo.json", "{\"list\": [1, 2]}");
    laptop.sync();
    damage(&laptop, "todo.json.state");
    laptop.write("todo.json", "{\"list\": [1, 2, 3]}");
    let outcome = laptop.run(&["sync", "todo.json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("damaged"), "{}", outcome.stderr);
    phone.sync();
    laptop.sync();
    for item in [1, 2, 3] {
        assert!(
            phone.json()["list"].as_array().unwrap().contains(&item.into()),
            "{}",
            phone.read("todo.json")
        );
    }
    assert_eq!(laptop.json(), phone.json());
}

#[test]
fn a_state_that_is_damaged_altogether_asks_how_to_go_on() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    laptop.sync();
    damage(&laptop, "todo.json.state");
    damage(&laptop, "todo.json.state.previous");
    laptop.write("todo.json", "{\"a\": 1, \"b\": 2}");
    let outcome = laptop.run(&["sync", "todo.json", "--with", "../cloud"]);
    assert_eq!(outcome.code, Some(1), "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains("--join"), "{}", outcome.stderr);
    let status: serde_json::Value =
        serde_json::from_str(&phone.ok(&["status", "todo.json", "--json"])).unwrap();
    let document = status["document"].as_str().unwrap();
    laptop.ok(&["sync", "todo.json", "--with", "../cloud", "--join", document]);
    phone.sync();
    assert_eq!(phone.json(), serde_json::json!({ "a": 1, "b": 2 }));
    assert_eq!(laptop.read("todo.json"), "{\"a\": 1, \"b\": 2}");
}

#[test]
fn the_books_about_the_file_may_be_lost() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    phone.ok(&["set", "todo.json", "b", "2"]);
    phone.sync();
    laptop.sync();
    for garbage in ["", "{", "[]"] {
        for path in files_below(&laptop.path(".minisync/text")) {
            fs::write(path, garbage).unwrap();
        }
        laptop.sync();
        assert_eq!(laptop.json(), serde_json::json!({ "a": 1, "b": 2 }));
    }
    fs::remove_dir_all(laptop.path(".minisync/text")).unwrap();
    laptop.ok(&["set", "todo.json", "c", "3"]);
    laptop.sync();
    phone.sync();
    assert_eq!(phone.json(), serde_json::json!({ "a": 1, "b": 2, "c": 3 }));
}

#[test]
fn a_backup_of_the_whole_folder_is_put_back() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": [1]}");
    laptop.sync();
    copy_folder(&laptop.folder, &world.path("backup"));
    laptop.write("todo.json", "{\"a\": [1], \"after the backup\": 2}");
    laptop.sync();
    phone.sync();
    fs::remove_dir_all(&laptop.folder).unwrap();
    copy_folder(&world.path("backup"), &laptop.folder);
    laptop.ok(&["set", "todo.json", "after the restore", "3"]);
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: this copy was restored from a backup or copied, so it goes on as a new one; nothing is lost, but an item may appear twice
todo.json: sent 1 change, received 1 from laptop
[exit 0]

"#]]);
    let all = serde_json::json!({ "a": [1], "after the backup": 2, "after the restore": 3 });
    assert_eq!(laptop.json(), all);
    phone.sync();
    assert_eq!(phone.json(), all);
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: up to date
[exit 0]

"#]]);
}

#[test]
fn a_device_that_is_copied_goes_on_as_a_new_one() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": [1]}");
    laptop.sync();
    copy_folder(&laptop.folder, &world.path("clone"));
    let clone = world.device("clone");
    laptop.write("todo.json", "{\"a\": [1], \"laptop\": 2}");
    clone.write("todo.json", "{\"a\": [1], \"clone\": 3}");
    phone.write("todo.json", "{\"a\": [1], \"phone\": 4}");
    phone.sync();
    laptop.sync();
    let answer: serde_json::Value =
        serde_json::from_str(&clone.ok(&["sync", "todo.json", "--json"])).unwrap();
    assert_eq!(answer["renewed"], "copied", "{answer}");
    for device in [&laptop, &phone, &clone] {
        device.sync();
        let all = serde_json::json!({ "a": [1], "laptop": 2, "clone": 3, "phone": 4 });
        assert_eq!(device.json(), all, "{}", device.name);
    }
    let answer: serde_json::Value =
        serde_json::from_str(&clone.ok(&["sync", "todo.json", "--json"])).unwrap();
    assert_eq!(answer.get("renewed"), None, "{answer}");
}

/// The folder is only moved, so the former id has nobody: that does no harm.
#[test]
fn a_folder_may_be_moved() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": [1]}");
    laptop.write("todo.json", "{\"a\": [1, 2]}");
    laptop.sync();
    laptop.write("todo.json", "{\"a\": [1, 2, 3]}");
    fs::rename(&laptop.folder, world.path("desktop")).unwrap();
    let desktop = world.device("desktop");
    desktop.sync();
    phone.sync();
    assert_eq!(phone.json(), serde_json::json!({ "a": [1, 2, 3] }));
    assert_eq!(desktop.json(), phone.json());
}

#[test]
fn an_emptied_target_is_the_wrong_folder() {
    let world = World::new();
    let (laptop, _) = world.pair("{\"a\": 1}");
    fs::remove_dir_all(world.path("cloud")).unwrap();
    fs::create_dir(world.path("cloud")).unwrap();
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: nothing sent
minisync: file://[ROOT]/cloud: this is not the folder that was used before: there is no minisync/[ID]/format.json; nothing was written; check that the right disk is mounted and the path is right
[exit 1]

"#]]);
    assert_eq!(files_below(&world.path("cloud")).len(), 0);
    assert_eq!(laptop.read("todo.json"), "{\"a\": 1}");
}

/// Bob's backup was put back, and he synced: he went on as a new client, and took in again what he had lost. The
/// agreement between his FILE and the document was made after that, but was read as if it had been made before:
/// in it, all that the other Bob had written since counted as the new Bob's, whom nobody had ever heard of. So his
/// FILE seemed to be ahead of the document, and what Ann wrote from then on was deleted as if he had done it.
#[test]
fn a_backup_that_was_put_back_undoes_nothing_that_comes_later() {
    for edits_too in [false, true] {
        let world = World::new();
        let (ann, bob) = world.pair("{\"list\": [\"a\"]}");
        let backup = world.path("backup");
        copy_folder(&bob.folder, &backup);
        bob.write("todo.json", "{\"list\": [\"a\", \"bob\"]}");
        bob.sync();
        ann.sync();
        fs::remove_dir_all(&bob.folder).unwrap();
        copy_folder(&backup, &bob.folder);
        let said = bob.sync();
        assert!(said.contains("restored from a backup"), "{said}");
        ann.write("todo.json", "{\"list\": [\"a\", \"bob\", \"ann\"]}");
        ann.sync();
        if edits_too {
            bob.write("todo.json", "{\"list\": [\"a\", \"bob\"], \"more\": 1}");
        }
        bob.sync();
        ann.sync();
        assert_eq!(ann.json()["list"], serde_json::json!(["a", "bob", "ann"]), "edits too: {edits_too}");
        assert_eq!(bob.json(), ann.json());
    }
}

/// An older state was put back beside a FILE with edits that were never sent. The next sync fetched what Ann had written
/// meanwhile, and then made the document what FILE said, which knew nothing of it: her edits were deleted everywhere.
#[test]
fn a_state_older_than_the_file_deletes_nothing() {
    let world = World::new();
    let (laptop, phone) =
        world.pair("{\"list\": [\"milk\"], \"size\": 1, \"gone\": 1, \"old\": [{\"id\": 1}]}");
    let backup = world.path("backup");
    copy_folder(&phone.path(".minisync"), &backup);
    laptop.write(
        "todo.json",
        "{\"list\": [\"milk\", \"bread\"], \"size\": 2, \"gone\": 1, \"old\": [{\"id\": 1, \"theirs\": 1}], \"theirs\": 1}",
    );
    laptop.sync();
    phone.sync();
    laptop.write(
        "todo.json",
        "{\"list\": [\"milk\", \"bread\", \"tea\"], \"size\": 3, \"gone\": 1, \"old\": [{\"id\": 1, \"theirs\": 2}], \"theirs\": 2}",
    );
    laptop.sync();
    phone.ok(&["set", "todo.json", "list[2]", "\"eggs\""]);
    phone.ok(&["set", "todo.json", "mine", "1"]);
    phone.ok(&["set", "todo.json", "old[0].mine", "1"]);
    phone.ok(&["rm", "todo.json", "gone"]);
    // All that is known of FILE stays: only the states are put back.
    for name in ["todo.json.state", "todo.json.state.previous"] {
        fs::copy(backup.join(name), phone.path(".minisync").join(name)).unwrap();
    }
    phone.sync();
    laptop.sync();
    let expected = serde_json::json!({
        "list": ["milk", "bread", "tea", "eggs"],
        "size": 3,
        "old": [{ "id": 1, "theirs": 2, "mine": 1 }],
        "theirs": 2,
        "mine": 1,
    });
    assert_eq!((phone.json(), laptop.json()), (expected.clone(), expected));
}
