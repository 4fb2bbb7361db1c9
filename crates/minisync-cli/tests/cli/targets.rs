//! Targets: how they are named, and what happens when one is out of reach.

use std::fs;

use snapbox::str;

use crate::device::World;

#[test]
fn names_with_spaces_and_other_scripts() {
    let world = World::new();
    for (number, target) in
        ["../a shared folder", "../gemeinsam-für-alle", "../日本", "../100%"].iter().enumerate()
    {
        let (one, two) = (world.device(&format!("one{number}")), world.device(&format!("two {number} é")));
        one.write("liste für heute.json", "{\"a\": 1}");
        one.ok(&["sync", "liste für heute.json", "--with", target]);
        two.ok(&["sync", "liste für heute.json", "--with", target]);
        assert_eq!(two.read("liste für heute.json"), "{\"a\": 1}");
    }
}

#[test]
fn the_same_folder_by_path_and_by_url() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.ok(&["sync", "todo.json", "--with", "../cloud ü", "--name", "laptop"]);
    let url = format!("file://{}/cloud%20%C3%BC", world.path("").to_string_lossy().trim_end_matches('/'));
    phone.ok(&["sync", "todo.json", "--with", &url]);
    laptop.ok(&["sync", "todo.json", "--with", &url]);
    laptop.run(&["status", "todo.json"]).is(str![[r#"
todo.json
  document   [ID]
  this copy  laptop ([ID])
  copy       vm ([ID]), seen [TIME]
  target     file://[ROOT]/cloud%20%C3%BC, reached [TIME], all sent
[exit 0]

"#]]);
    assert_eq!(phone.json()["a"], 1);
}

#[test]
fn kinds_that_are_not_known_are_said_so() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{}");
    laptop
        .run(&["sync", "todo.json", "--with", "s3://bucket/prefix"])
        .is(str![[r#"
minisync: --with s3://bucket/prefix: targets of the kind s3:// are not known to this minisync; use a folder, or update minisync
[exit 1]

"#]]);
    laptop
        .run(&["sync", "todo.json", "--with", "file://host/folder"])
        .is(str![[r#"
minisync: --with file://host/folder: the target "file://host/folder" cannot be used: a folder's URL is written file:///folder
[exit 2]

"#]]);
    laptop.run(&["sync", "todo.json", "--with", "file:///a%2"]).is(str![[r#"
minisync: --with file:///a%2: the target "file:///a%2" cannot be used: a % must be followed by two hex digits
[exit 2]

"#]]);
    laptop.run(&["sync", "todo.json", "--name", ""]).is(str![[r#"
minisync: --name: a label has at least one character, and no control characters
[exit 2]

"#]]);
}

#[test]
fn two_targets_carry_the_same_document() {
    let world = World::new();
    let (laptop, phone, tablet) = (world.device("laptop"), world.device("phone"), world.device("tablet"));
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.run(&["sync", "todo.json", "--with", "../stick", "--with", "../cloud", "--name", "laptop"]).is(
        str![[r#"
todo.json: is the new document [ID], sent to file://[ROOT]/stick and file://[ROOT]/cloud
[exit 0]

"#]],
    );
    phone.ok(&["sync", "todo.json", "--with", "../stick", "--name", "phone"]);
    tablet.ok(&["sync", "todo.json", "--with", "../cloud", "--name", "tablet"]);
    phone.ok(&["set", "todo.json", "b", "2"]);
    phone.sync();
    tablet.ok(&["set", "todo.json", "c", "3"]);
    tablet.sync();
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: sent 1 change, received 1 from phone and 1 from tablet
[exit 0]

"#]]);
    phone.sync();
    tablet.sync();
    for device in [&laptop, &phone, &tablet] {
        assert_eq!(device.json(), serde_json::json!({ "a": 1, "b": 2, "c": 3 }));
    }
}

#[test]
fn a_target_out_of_reach_does_not_stop_the_others() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.ok(&["sync", "todo.json", "--with", "../stick", "--with", "../cloud", "--name", "laptop"]);
    fs::rename(world.path("stick"), world.path("drawer")).unwrap();
    laptop.ok(&["set", "todo.json", "a", "2"]);
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: sent 1 change
minisync: file://[ROOT]/stick: this is not the folder that was used before: there is no minisync/[ID]/format.json; nothing was written; check that the right disk is mounted and the path is right
[exit 1]

"#]]);
    laptop.run(&["sync", "todo.json", "--json"]).is(str![[r#"
{"file":"todo.json","sent":0,"received":[],"written":false,"targets":[{"url":"file://[ROOT]/stick","reached":false,"error":"this is not the folder that was used before: there is no minisync/[ID]/format.json; nothing was written; check that the right disk is mounted and the path is right"},{"url":"file://[ROOT]/cloud","reached":true,"error":null}],"conflicts":0,"overruled":[]}
{"error":"file://[ROOT]/stick: this is not the folder that was used before: there is no minisync/[ID]/format.json; nothing was written; check that the right disk is mounted and the path is right","code":1}
[exit 1]

"#]]);
    assert!(!world.path("stick").exists());
    let phone = world.device("phone");
    phone.ok(&["sync", "todo.json", "--with", "../cloud"]);
    assert_eq!(phone.json()["a"], 2);
    fs::rename(world.path("drawer"), world.path("stick")).unwrap();
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: sent 1 change
[exit 0]

"#]]);
}
