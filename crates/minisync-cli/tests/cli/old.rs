//! Files of the original library, in version 1 of the format.

use std::fs;

use serde_json::Value;
use snapbox::str;

use crate::device::World;

/// What the old library wrote in this fixture, and what that means.
fn fixture(name: &str) -> (String, String) {
    let path = format!("{}/../../fixtures/v1/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    (serde_json::to_string_pretty(&file["changes"]).unwrap(), format!("{}\n", file["data"]))
}

#[test]
fn a_copy_is_made_from_an_old_file() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    let (old, data) = fixture("list-of-objects");
    fs::write(world.path("old.json"), old).unwrap();
    for device in [&laptop, &phone] {
        device.run(&["merge", "todo.json", "../old.json"]).is(str![[r#"
todo.json: is a copy of the document 4Jlf0omk
[exit 0]

"#]]);
        assert_eq!(device.ok(&["get", "todo.json", "--json"]), data);
    }
    // Both hold one document, and the file again brings nothing.
    phone.ok(&["set", "todo.json", "todos[0].done", "true"]);
    phone.ok(&["changes", "todo.json", "-o", "../all.changes"]);
    laptop.run(&["merge", "todo.json", "../all.changes", "../old.json"]).is(str![[r#"
todo.json: received 1 change
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json"), phone.read("todo.json"));
}

#[test]
fn an_old_file_that_is_synced_becomes_its_data() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    let (old, data) = fixture("nested-objects");
    for device in [&laptop, &phone] {
        device.write("todo.json", &old);
    }
    laptop.run(&["sync", "todo.json", "--with", "../cloud", "--dry-run"]).is(str![[r#"
todo.json: would become the document 8v1f0omk, which it holds in version 1 of the format
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json"), old);
    laptop.run(&["sync", "todo.json", "--with", "../cloud", "--name", "laptop"]).is(str![[r#"
todo.json: read in version 1 of the format, and kept as todo.json.bak
todo.json: is the document 8v1f0omk, sent to file://[ROOT]/cloud
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json.bak"), old);
    assert_eq!(laptop.ok(&["get", "todo.json", "--json"]), data);
    laptop.ok(&["set", "todo.json", "a.b.c.d", "2"]);
    laptop.ok(&["sync", "todo.json"]);
    // The same file elsewhere is the same document.
    phone.run(&["sync", "todo.json", "--with", "../cloud", "--name", "phone"]).is(str![[r#"
todo.json: read in version 1 of the format, and kept as todo.json.bak
todo.json: is the document 8v1f0omk, received 1 change from laptop
[exit 0]

"#]]);
    assert_eq!(phone.read("todo.json"), laptop.read("todo.json"));
    assert_eq!(phone.json()["a"]["b"]["c"]["d"], 2);
    phone.run(&["conflicts", "todo.json"]).is(str![[r#"
todo.json: no conflicts
[exit 0]

"#]]);
}

/// A run that made the document, and died before it wrote FILE: what FILE holds is no edit of it.
#[test]
fn an_import_that_never_reached_the_file_is_finished() {
    let world = World::new();
    let laptop = world.device("laptop");
    let (old, data) = fixture("flat");
    laptop.write("todo.json", &old);
    // Where the draft cannot be made, FILE is not written.
    let draft = laptop.path(".todo.json.minisync.tmp");
    fs::create_dir_all(draft.join("x")).unwrap();
    let outcome = laptop.run(&["sync", "todo.json", "--with", "../cloud"]);
    assert_eq!(outcome.code, Some(1), "{}{}", outcome.stdout, outcome.stderr);
    fs::remove_dir_all(&draft).unwrap();
    assert_eq!((laptop.read("todo.json"), laptop.read("todo.json.bak")), (old.clone(), old));

    laptop.ok(&["sync", "todo.json", "--with", "../cloud"]);
    assert_eq!(laptop.ok(&["get", "todo.json", "--json"]), data);
}

#[test]
fn an_old_file_without_data_becomes_an_empty_object() {
    let world = World::new();
    let laptop = world.device("laptop");
    let old = fixture("flat").0;
    let empty: Value = {
        let mut value: Value = serde_json::from_str(&old).unwrap();
        value["changes"] = Value::Null;
        value
    };
    laptop.write("todo.json", &empty.to_string());
    laptop.ok(&["sync", "todo.json", "--with", "../cloud"]);
    assert_eq!(laptop.read("todo.json"), "{}\n");
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.ok(&["sync", "todo.json"]);
    assert_eq!(laptop.read("todo.json"), "{\"a\": 1}");
}

#[test]
fn an_old_file_is_put_beside_other_documents_only_if_that_is_said() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    laptop.write("other.json", "{}");
    laptop.ok(&["sync", "other.json", "--with", "../cloud", "--name", "laptop"]);
    let old = fixture("flat").0;
    phone.write("todo.json", &old);
    phone.run(&["sync", "todo.json", "--with", "../cloud"]).is(str![[r#"
minisync: todo.json is the document DXpf0omk, in version 1 of the format, and the target holds others; add --new to put it beside them: [ID] (other.json, 175 B, on laptop)
[exit 1]

"#]]);
    phone.run(&["sync", "todo.json", "--with", "../cloud", "--join", "another"]).is(str![[r#"
minisync: todo.json is the document DXpf0omk, in version 1 of the format, and cannot become another; use another name for another document
[exit 1]

"#]]);
    assert_eq!(phone.read("todo.json"), old);
    phone.ok(&["sync", "todo.json", "--with", "../cloud", "--new"]);
    assert_eq!(phone.json()["title"], "Shopping");
}

#[test]
fn what_cannot_be_read_changes_nothing() {
    let world = World::new();
    let laptop = world.device("laptop");
    let old = fixture("flat").0;
    let delta = old.replace("\"changesSince\": null", "\"changesSince\": \"0000000001\"");
    laptop.write("delta.json", &delta);
    laptop.run(&["sync", "delta.json", "--with", "../cloud"]).is(str![[r#"
minisync: delta.json: this is a delta of version 1 of the format, which does not say enough to be merged; ask its sender for a full change set (in the old library: getChanges() without a version)
[exit 1]

"#]]);
    assert_eq!(laptop.read("delta.json"), delta);
    laptop.run(&["merge", "todo.json", "delta.json"]).is(str![[r#"
minisync: delta.json: this is a delta of version 1 of the format, which does not say enough to be merged; ask its sender for a full change set (in the old library: getChanges() without a version)
[exit 1]

"#]]);
    laptop.write("broken.json", &old.replace("\"t\": \"2026", "\"t\": \"x026"));
    laptop.run(&["sync", "broken.json"]).is(str![[r#"
minisync: broken.json: not a change set at /changes/_s/t: expected a time between 1970 and 2255, as in "20261122201232" (line 15, column 12)
[exit 1]

"#]]);
    // A synced file that is overwritten with an old one.
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.ok(&["sync", "todo.json", "--with", "../cloud"]);
    laptop.write("todo.json", &old);
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
minisync: todo.json holds a change set of version 1 now; nothing was changed: move it to another name, and then: minisync merge todo.json THAT
[exit 1]

"#]]);
    assert_eq!(laptop.read("todo.json"), old);
}

#[test]
fn a_document_is_exported_in_both_formats() {
    let world = World::new();
    let (laptop, phone, tablet) = (world.device("laptop"), world.device("phone"), world.device("tablet"));
    laptop.write("todo.json", "{\"a\": [1, {\"b\": null}, {}], \"c\": {\"d\": null}}");
    laptop.run(&["export", "todo.json", "--format", "1", "-o", "../old.json"]).is(str![[r#"
todo.json: tracked from now on
todo.json: wrote everything to ../old.json
minisync: todo.json: a[1].b is null, which version 1 cannot say: left out
minisync: todo.json: c.d is null, which version 1 cannot say: left out
[exit 0]

"#]]);
    laptop.ok(&["export", "todo.json", "-o", "../new.json"]);
    assert_eq!(laptop.ok(&["export", "todo.json", "--format", "2"]), laptop.ok(&["changes", "todo.json"]));
    phone.ok(&["merge", "todo.json", "../old.json"]);
    assert_eq!(phone.ok(&["get", "todo.json", "--json"]), "{\"a\":[1,{},{}],\"c\":{}}\n");
    tablet.ok(&["merge", "todo.json", "../new.json"]);
    assert_eq!(tablet.json(), laptop.json());
    laptop.ok(&["set", "todo.json", "[\"a.b\"]", "1"]);
    laptop.run(&["export", "todo.json", "--format", "1"]).is(str![[r#"
minisync: todo.json: version 1 of the format cannot say the key "a.b" (at ["a.b"]): its library takes it for a path; rename it first
[exit 1]

"#]]);
    laptop.run(&["export", "todo.json", "--format", "3"]).is(str![[r#"
error: invalid value '3' for '--format <VERSION>'
  [possible values: 1, 2]

For more information, try '--help'.
[exit 2]

"#]]);
}
