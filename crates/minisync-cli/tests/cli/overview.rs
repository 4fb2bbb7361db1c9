//! What is tracked, where it goes, who has it: seen and changed.

use std::fs;

use serde_json::Value;
use snapbox::str;

use crate::device::World;

/// A target with a typo made every later sync end with 1, and there was no way to take it back.
#[test]
fn targets_are_listed_added_and_removed() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{}");
    laptop.start();
    laptop.run(&["remote", "add", "todo.json", "../clout/file"]).is(str![[r#"
todo.json: syncs with file://[ROOT]/clout/file from now on
[exit 0]

"#]]);
    world.device("clout");
    fs::write(world.path("clout/file"), "").unwrap();
    assert_eq!(laptop.run(&["sync", "todo.json"]).code, Some(1));
    laptop.run(&["remote", "list", "todo.json"]).is(str![[r#"
file://[ROOT]/cloud
file://[ROOT]/clout/file
[exit 0]

"#]]);
    laptop.run(&["remote", "remove", "todo.json", "../clout/file"]).is(str![[r#"
todo.json: syncs with file://[ROOT]/clout/file no more
[exit 0]

"#]]);
    laptop.sync();
    assert_eq!(laptop.run(&["remote", "remove", "todo.json", "../clout/file"]).code, Some(1));
    let answer: Value = serde_json::from_str(&laptop.ok(&["remote", "list", "todo.json", "--json"])).unwrap();
    assert_eq!(answer.as_array().unwrap().len(), 1, "{answer}");
}

/// `--with ''` was taken for the folder that one is in, and `memory://x` for a place that keeps something.
#[test]
fn what_keeps_nothing_is_no_target() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{}");
    for target in ["", "memory://x"] {
        let outcome = laptop.run(&["sync", "todo.json", "--with", target]);
        assert_eq!(outcome.code, Some(2), "{target:?}: {}{}", outcome.stdout, outcome.stderr);
    }
    assert!(!laptop.path("minisync").exists());
}

#[test]
fn tracked_files_below_a_folder_are_listed() {
    let world = World::new();
    let (laptop, phone) = world.pair("{}");
    laptop.run(&["list"]).is(str![[r#"
todo.json  [ID]  file://[ROOT]/cloud
[exit 0]

"#]]);
    fs::create_dir_all(laptop.path("deep/er")).unwrap();
    laptop.write("deep/er/x.json", "{}");
    laptop.ok(&["set", "deep/er/x.json", "a", "1"]);
    fs::remove_file(laptop.path("todo.json")).unwrap();
    let answer: Value = serde_json::from_str(&laptop.ok(&["list", "--json"])).unwrap();
    assert_eq!(answer[0]["file"], "./deep/er/x.json", "{answer}");
    assert_eq!((&answer[1]["file"], &answer[1]["present"]), (&"todo.json".into(), &false.into()), "{answer}");
    phone.run(&["list", "../nowhere"]).is(str![[r#"
minisync: cannot read ../nowhere: No such file or directory
[exit 1]

"#]]);
}

#[test]
fn a_copy_gets_another_name_and_others_hear_of_it() {
    let world = World::new();
    let (laptop, phone) = world.pair("{}");
    laptop.sync();
    laptop.run(&["clients", "todo.json", "--rename", "old laptop"]).is(str![[r#"
old laptop ([ID]), this copy
phone ([ID]), seen [TIME]
[exit 0]

"#]]);
    laptop.sync();
    phone.sync();
    let clients: Value = serde_json::from_str(&phone.ok(&["clients", "todo.json", "--json"])).unwrap();
    assert_eq!(
        (&clients[1]["label"], &clients[1]["own"]),
        (&"old laptop".into(), &false.into()),
        "{clients}"
    );
    assert_eq!(laptop.run(&["clients", "todo.json", "--rename", "a\nb"]).code, Some(2));
}

#[test]
fn a_moved_file_stays_the_same_document() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    phone.ok(&["set", "todo.json", "a", "2"]);
    phone.sync();
    laptop.sync();
    laptop.write("todo.json", "{\"a\": 2, \"edited\": true}");
    laptop.run(&["mv", "todo.json", "list.json"]).is(str![[r#"
todo.json: is list.json now
[exit 0]

"#]]);
    assert!(!laptop.path("todo.json").exists());
    laptop.ok(&["sync", "list.json"]);
    phone.sync();
    assert_eq!(phone.json(), serde_json::json!({ "a": 2, "edited": true }));
    phone.ok(&["set", "todo.json", "a", "3"]);
    phone.sync();
    laptop.run(&["sync", "list.json"]).is(str![[r#"
list.json: received 1 change from phone
[exit 0]

"#]]);
    assert!(laptop.read("list.json").contains("\"a\": 3"), "{}", laptop.read("list.json"));
    laptop.write("other.json", "{}");
    assert_eq!(laptop.run(&["mv", "list.json", "other.json"]).code, Some(1), "it is there");
    assert_eq!(laptop.run(&["mv", "list.json", "../list.json"]).code, Some(2), "another folder");
    assert_eq!(laptop.run(&["mv", "todo.json", "new.json"]).code, Some(1), "it is tracked no more");
}

/// `set` and `rm` said nothing, so that nobody knew whether they had done anything.
#[test]
fn edits_say_what_they_did_and_errors_can_be_read_by_programs() {
    let world = World::new();
    let (laptop, _) = world.pair("{\"a\": 1}");
    laptop.run(&["set", "todo.json", "b", "[1, 2]"]).is(str![[r#"
todo.json: b is [1, 2]
[exit 0]

"#]]);
    laptop.run(&["rm", "todo.json", "b"]).is(str![[r#"
todo.json: b is removed
[exit 0]

"#]]);
    laptop.run(&["rm", "todo.json", "b", "--json"]).is(str![[r#"
{"error":"todo.json: there is nothing at b","code":1}
[exit 1]

"#]]);
    laptop.run(&["set", "todo.json", "a", "2", "--json"]).is(str![[r#"
{"file":"todo.json","path":"a","set":true}
[exit 0]

"#]]);
    let man = laptop.ok(&["man"]);
    assert!(man.contains("minisync sync") && !man.contains("sync(1)"), "it names pages that do not exist");
}

/// A phone that fell into the sea was listed for ever, and its files were kept.
#[test]
fn a_copy_that_is_gone_is_given_up() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    phone.ok(&["set", "todo.json", "b", "2"]);
    phone.sync();
    laptop.run(&["clients", "todo.json", "--retire", "phone"]).is(str![[r#"
todo.json: phone is given up; should it sync again, it is there again
laptop ([ID]), this copy
[exit 0]

"#]]);
    // What only the phone had sent is here, and there.
    assert_eq!(laptop.json(), serde_json::json!({ "a": 1, "b": 2 }));
    let tablet = world.device("tablet");
    tablet.start();
    assert_eq!(tablet.json(), laptop.json());
    laptop.sync();
    laptop.run(&["clients", "todo.json", "--retire", "nobody"]).is(str![[r#"
minisync: todo.json: no copy is called nobody; minisync clients todo.json lists them
[exit 1]

"#]]);
    laptop.run(&["clients", "todo.json", "--retire", "laptop"]).is(str![[r#"
minisync: todo.json: laptop is this copy; to give it up, delete it here, and retire it on another device
[exit 2]

"#]]);
    // It was only under the sofa.
    phone.ok(&["set", "todo.json", "c", "3"]);
    phone.sync();
    laptop.sync();
    assert_eq!(laptop.json(), serde_json::json!({ "a": 1, "b": 2, "c": 3 }));
    assert!(laptop.ok(&["clients", "todo.json"]).contains("phone ("));
}
