//! Changes that travel as files.

use std::{io::Write as _, process::Stdio};

use snapbox::str;

use crate::device::{Outcome, World};

#[test]
fn a_copy_is_made_and_kept_up_to_date_by_files_alone() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    laptop.write("todo.json", "{\"b\": 1, \"a\": [1, 2]}");
    laptop.run(&["changes", "todo.json", "-o", "../all.changes"]).is(str![[r#"
todo.json: tracked from now on
todo.json: wrote everything to ../all.changes
[exit 0]

"#]]);
    phone.run(&["merge", "todo.json", "../all.changes"]).is(str![[r#"
todo.json: is a copy of the document [ID]
[exit 0]

"#]]);
    assert_eq!(phone.ok(&["get", "todo.json", "--json"]), "{\"b\":1,\"a\":[1,2]}\n");
    phone.run(&["merge", "todo.json", "../all.changes"]).is(str![[r#"
todo.json: nothing new
[exit 0]

"#]]);

    phone.ok(&["set", "todo.json", "b", "2"]);
    let status: serde_json::Value =
        serde_json::from_str(&phone.ok(&["status", "todo.json", "--json"])).unwrap();
    let clients = status["clients"].as_array().unwrap();
    let other = clients[0]["id"].as_str().unwrap();
    phone.run(&["changes", "todo.json", "--for", other, "-o", "../new.changes"]).is(str![[r#"
todo.json: wrote what was missing to ../new.changes
[exit 0]

"#]]);
    laptop.write("todo.json", "{\"b\": 1, \"a\": [1, 2, 3]}");
    laptop.run(&["merge", "todo.json", "../new.changes", "--json"]).is(str![[r#"
{"file":"todo.json","received":1,"written":true,"conflicts":0,"overruled":[]}
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json"), "{\"b\": 2, \"a\": [1, 2, 3]}");
    let version = status["version"].to_string();
    assert!(laptop.ok(&["changes", "todo.json", "--since", &version]).contains("changesSince"));
}

#[test]
fn changes_come_through_a_pipe() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    laptop.write("todo.json", "{\"a\": 1}");
    let changes = laptop.ok(&["changes", "todo.json"]);
    let mut child = phone
        .command(&["merge", "todo.json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(changes.as_bytes()).unwrap();
    Outcome::of(child.wait_with_output().unwrap(), &world.path("")).is(str![[r#"
todo.json: is a copy of the document [ID]
[exit 0]

"#]]);
    assert_eq!(phone.json()["a"], 1);
}

#[test]
fn what_cannot_be_merged_changes_nothing() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.ok(&["changes", "todo.json", "-o", "../all.changes"]);
    let status: serde_json::Value =
        serde_json::from_str(&laptop.ok(&["status", "todo.json", "--json"])).unwrap();
    laptop.ok(&["set", "todo.json", "a", "2"]);
    laptop.ok(&["changes", "todo.json", "--since", &status["version"].to_string(), "-o", "../delta.changes"]);
    phone.write("other.json", "{\"a\": 1}");

    phone
        .run(&["merge", "todo.json", "../delta.changes"])
        .is(str![[r#"
minisync: todo.json cannot be made from these changes, which build on others; ask the sender for all of them (minisync changes FILE)
[exit 1]

"#]]);
    phone.run(&["merge", "other.json", "../all.changes"]).is(str![[r#"
minisync: other.json is there but not tracked: name a file that is not there yet, or move it away first
[exit 1]

"#]]);
    phone.run(&["merge", "todo.json", "../none.changes"]).is(str![[r#"
minisync: cannot read ../none.changes: No such file or directory
[exit 1]

"#]]);
    phone.run(&["merge", "todo.json", "other.json"]).is(str![[r#"
minisync: other.json: not a change set at /a: a change set has no member "a" (line 1, column 2)
[exit 1]

"#]]);
    phone.run(&["merge", "todo.json"]).is(str![[r#"
error: the following required arguments were not provided:
  <CHANGES>...

Usage: minisync merge <FILE> <CHANGES>...

For more information, try '--help'.
[exit 2]

"#]]);
    phone.ok(&["set", "other.json", "b", "1"]);
    phone.run(&["merge", "other.json", "../all.changes"]).is(str![[r#"
minisync: ../all.changes: these are changes to the document [ID], but this is [ID]
[exit 1]

"#]]);
    phone.run(&["changes", "other.json", "--for", "nobody"]).is(str![[r#"
minisync: other.json: no client is called nobody; minisync status shows those that are known
[exit 1]

"#]]);
    phone
        .run(&["changes", "other.json", "--since", "nonsense"])
        .is(str![[r#"
error: invalid value 'nonsense' for '--since <VERSION>': not a change set: expected a version, {…}, found 'n' (line 1, column 1)

For more information, try '--help'.
[exit 2]

"#]]);
    phone.run(&["changes", "other.json", "-o", "none/out"]).is(str![[r#"
minisync: cannot write none/out: No such file or directory
[exit 1]

"#]]);
    assert!(!phone.path("todo.json").exists());
    assert_eq!(phone.read("other.json"), "{\"a\": 1, \"b\": 1}");
}
