//! `minisync repair`: what is broken in a shared folder or beside FILE is found, mended where this copy can, and told
//! where a person must decide.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use snapbox::str;

use crate::device::{Device, World, files_below};

/// Two devices; both have published data.
fn pair(world: &World) -> (Device, Device) {
    let (laptop, phone) = world.pair("{\"a\": 1}");
    phone.ok(&["set", "todo.json", "b", "2"]);
    phone.sync();
    laptop.sync();
    laptop.run(&["repair", "todo.json"]).is("todo.json: nothing is wrong\n[exit 0]\n");
    (laptop, phone)
}

fn client(device: &Device) -> String {
    let status: Value = serde_json::from_str(&device.ok(&["status", "todo.json", "--json"])).unwrap();
    status["client"].as_str().unwrap().to_owned()
}

/// The file in the shared folder whose path has this in it.
fn stored(world: &World, part: &str) -> PathBuf {
    let files = files_below(&world.path("cloud"));
    files.into_iter().find(|path| path.to_string_lossy().contains(part)).unwrap()
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// All that anybody has is in the shared folder: a new device gets it.
fn is_whole(world: &World, expected: &Device) {
    let new = world.device("new");
    new.start();
    assert_eq!(new.json(), expected.json());
    fs::remove_dir_all(&new.folder).unwrap();
}

/// A clean-up took `format.json` and a head: `sync` refused the folder, and nobody knew what to do.
#[test]
fn a_lost_mark_is_written_again_where_the_folder_is_proven() {
    let world = World::new();
    let (laptop, phone) = pair(&world);
    let mark = stored(&world, "format.json");
    for broken in [None, Some("{")] {
        match broken {
            None => fs::remove_file(&mark).unwrap(),
            Some(text) => fs::write(&mark, text).unwrap(),
        }
        fs::remove_file(stored(&world, &format!("head/{}", client(&laptop)))).unwrap();
        assert_eq!(laptop.run(&["sync", "todo.json"]).code, Some(1));
        let outcome = laptop.run(&["repair", "todo.json"]);
        assert_eq!(outcome.code, Some(0), "{}{}", outcome.stdout, outcome.stderr);
        assert!(outcome.stdout.contains("written again"), "{}", outcome.stdout);
        laptop.sync();
        phone.sync();
        is_whole(&world, &laptop);
    }
}

#[test]
fn flipped_bits_are_found_and_sent_again_by_who_has_what_was_there() {
    let world = World::new();
    let (laptop, phone) = pair(&world);
    flip(&stored(&world, &format!("data/{}", client(&laptop))));
    flip(&stored(&world, &format!("data/{}", client(&phone))));
    laptop.run(&["repair", "todo.json", "--dry-run"]).is(str![[r#"
to mend   file://[ROOT]/cloud: files of this copy are lost or damaged: [..].json is damaged; its owner is told; this copy has all that was in them, and sends it again
to mend   file://[ROOT]/cloud: files of phone are lost or damaged: [..].json is damaged; its owner is told; this copy has all that was in them, and sends it again
todo.json: 2 findings
[exit 0]

"#]]);
    laptop.run(&["repair", "todo.json"]).is(str![[r#"
mended    file://[ROOT]/cloud: files of this copy are lost or damaged: [..].json is damaged; its owner is told; this copy has all that was in them, and sends it again
mended    file://[ROOT]/cloud: files of phone are lost or damaged: [..].json is damaged; its owner is told; this copy has all that was in them, and sends it again
todo.json: 2 findings, 2 mended
[exit 0]

"#]]);
    fs::remove_file(stored(&world, &format!("data/{}", client(&phone)))).unwrap();
    is_whole(&world, &laptop);
}

/// An emptied folder may be an empty mount: to fill it is for a person to decide.
#[test]
fn an_emptied_folder_is_filled_only_if_that_is_said() {
    let world = World::new();
    let (laptop, phone) = pair(&world);
    fs::remove_dir_all(world.path("cloud")).unwrap();
    laptop.run(&["repair", "todo.json"]).is(str![[r#"
decide    file://[ROOT]/cloud: it was used before, and is empty now; if it is the right folder, and is to be filled anew: add --refill; else see that the right disk is mounted
todo.json: 1 finding
minisync: todo.json: 1 finding is left for you to decide
[exit 3]

"#]]);
    assert!(!world.path("cloud").exists());
    laptop.run(&["repair", "todo.json", "--refill"]).is(str![[r#"
mended    file://[ROOT]/cloud: it was emptied, and is filled anew
todo.json: 1 finding, mended
[exit 0]

"#]]);
    phone.ok(&["sync", "todo.json"]);
    is_whole(&world, &phone);
}

#[test]
fn a_folder_of_another_document_is_left_alone() {
    let world = World::new();
    let (laptop, _) = pair(&world);
    let mark = stored(&world, "format.json");
    let text = fs::read_to_string(&mark).unwrap();
    let document = serde_json::from_str::<Value>(&text).unwrap()["documentID"].as_str().unwrap().to_owned();
    fs::write(&mark, text.replace(&document, "another")).unwrap();
    let before = files_below(&world.path("cloud"));
    laptop.run(&["repair", "todo.json"]).is(str![[r#"
decide    file://[ROOT]/cloud: its format.json is of the document another: somebody put another folder there, or took this one for another; put the right one back, or minisync remote remove this target
todo.json: 1 finding
minisync: todo.json: 1 finding is left for you to decide
[exit 3]

"#]]);
    assert_eq!(files_below(&world.path("cloud")), before);
}

/// A head that nobody can read, files that nobody names, and conflict copies: found, told, and left.
#[test]
fn what_others_left_behind_is_told() {
    let world = World::new();
    let (laptop, phone) = pair(&world);
    let head = stored(&world, &format!("head/{}", client(&phone)));
    fs::write(&head, "{}").unwrap();
    fs::write(head.with_extension("sync-conflict-20261122-214700-ABCDEFG.json"), "{}").unwrap();
    let data = stored(&world, &format!("data/{}", client(&phone)));
    let outcome = laptop.run(&["repair", "todo.json", "--json"]);
    assert_eq!(outcome.code, Some(3));
    let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let problems: Vec<&str> =
        answer["findings"].as_array().unwrap().iter().map(|one| one["problem"].as_str().unwrap()).collect();
    for part in ["cannot be read", "is a conflict copy", "1 file ("] {
        assert!(problems.iter().any(|problem| problem.contains(part)), "{part}: {problems:?}");
    }
    assert_eq!(answer["left"], json!(answer["findings"].as_array().unwrap().len() - 1));
    assert!(data.exists());
    // The phone mends its own head.
    fs::remove_file(stored(&world, "sync-conflict")).unwrap();
    phone.sync();
    laptop.ok(&["repair", "todo.json"]);
}

#[test]
fn what_is_wrong_beside_the_file_is_told() {
    let world = World::new();
    let (laptop, _) = pair(&world);
    // FILE is gone: its document is not.
    fs::remove_file(laptop.path("todo.json")).unwrap();
    laptop.run(&["repair", "todo.json"]).is(str![[r#"
todo.json: it was gone, and is written again
todo.json: nothing is wrong
[exit 0]

"#]]);
    laptop.write("todo.json", "{\"a\": 1,}");
    laptop.run(&["repair", "todo.json"]).is(str![[r#"
decide    todo.json: todo.json:1:9: a key in double quotes is expected here; nothing was changed, correct it and try again
todo.json: 1 finding
minisync: todo.json: 1 finding is left for you to decide
[exit 3]

"#]]);
    laptop.write("todo.json", "{\"a\": 3, \"b\": 2}");
    for name in ["todo.json.state", "todo.json.state.previous"] {
        fs::write(laptop.path(".minisync").join(name), "garbage").unwrap();
    }
    let outcome = laptop.run(&["repair", "todo.json"]);
    assert_eq!(outcome.code, Some(3), "{}{}", outcome.stdout, outcome.stderr);
    for part in ["damaged and set aside", "--join DOCUMENT", "3 findings"] {
        assert!(outcome.stdout.contains(part), "{part}: {}", outcome.stdout);
    }
    laptop.write("other.json", "{}");
    laptop.run(&["repair", "other.json"]).is(str![[r#"
decide    other.json: it has no document here; to go on with the one of the other devices: minisync sync other.json --with FOLDER --join DOCUMENT; to start a new one: minisync sync other.json --new
other.json: 1 finding
minisync: other.json: 1 finding is left for you to decide
[exit 3]

"#]]);
}
