//! Edits of what another device deleted or replaced: told, listed, kept over crashes, and brought back.

use std::{thread::sleep, time::Duration};

use serde_json::{Value, json};
use snapbox::str;

use crate::device::{Device, World};

const LIST: &str = "{\n  \"items\": [\n    { \"id\": 1, \"name\": \"milk\" },\n    { \"id\": 2, \"name\": \"eggs\" }\n  ],\n  \"settings\": { \"size\": 1 }\n}\n";

/// The laptop deletes an item and replaces an object, both of which the phone edits.
fn apart(world: &World) -> (Device, Device) {
    let (laptop, phone) = world.pair(LIST);
    laptop.ok(&["rm", "todo.json", "items[1]"]);
    laptop.ok(&["set", "todo.json", "settings", "{\"size\": 2}"]);
    phone.ok(&["set", "todo.json", "items[1].name", "\"six eggs\""]);
    phone.ok(&["set", "todo.json", "settings.theme", "\"dark\""]);
    (laptop, phone)
}

/// Bob edited an item while Ann deleted it: his text was nowhere, and nobody said so.
#[test]
fn an_edit_beside_a_deletion_is_told_kept_and_brought_back() {
    let world = World::new();
    let (laptop, phone) = apart(&world);
    laptop.sync();
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: received 2 changes from laptop
todo.json: edits were overruled by a deletion or replacement: items[1].name (phone, [TIME]), settings.theme (phone, [TIME]); kept for 30 days, see: minisync conflicts todo.json
[exit 0]

"#]]);
    // It is told once.
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: up to date
[exit 0]

"#]]);
    phone.run(&["conflicts", "todo.json"]).is(str![[r#"
items[1].name, deleted or replaced meanwhile
  overruled 1  "six eggs"  (phone, [TIME], kept until [TIME])
settings.theme, deleted or replaced meanwhile
  overruled 2  "dark"  (phone, [TIME], kept until [TIME])
[exit 0]

"#]]);
    phone.run(&["conflicts", "todo.json", "items", "--json"]).is(str![[r#"
[{"number":1,"path":"items[1].name","value":"six eggs","item":{"id":2,"name":"six eggs"},"client":"[ID]","label":"phone","time":"[TIME]","until":"[TIME]"}]
[exit 0]

"#]]);
    phone.run(&["resolve", "todo.json", "--restore", "7"]).is(str![[r#"
minisync: todo.json: nothing that was overruled has the number 7; see: minisync conflicts todo.json
[exit 1]

"#]]);
    phone.run(&["resolve", "todo.json", "--restore", "1"]).is(str![[r#"
todo.json: brought back {"id":2,"name":"six eggs"} to items
[exit 0]

"#]]);
    phone.run(&["resolve", "todo.json", "--restore", "2"]).is(str![[r#"
todo.json: brought back "dark" to settings.theme
[exit 0]

"#]]);
    phone.run(&["conflicts", "todo.json"]).is(str![[r#"
todo.json: no conflicts
[exit 0]

"#]]);
    phone.sync();
    laptop.sync();
    let all = json!({
        "items": [{ "id": 1, "name": "milk" }, { "id": 2, "name": "six eggs" }],
        "settings": { "size": 2, "theme": "dark" },
    });
    assert_eq!((phone.json(), laptop.json()), (all.clone(), all));
}

/// The one who deleted got the edit later: he had nothing to show of it either.
#[test]
fn who_deleted_is_told_of_the_edit_too() {
    let world = World::new();
    let (laptop, phone) = apart(&world);
    phone.sync();
    laptop.run(&["sync", "todo.json", "--json"]).is(str![[r#"
{"file":"todo.json","sent":2,"received":[{"client":"[ID]","label":"phone","changes":0}],"written":false,"targets":[{"url":"file://[ROOT]/cloud","reached":true,"error":null}],"conflicts":0,"overruled":[{"number":1,"path":"items.-.name","value":"six eggs","item":null,"client":"[ID]","label":"phone","time":"[TIME]","until":"[TIME]"},{"number":2,"path":"settings.theme","value":"dark","item":null,"client":"[ID]","label":"phone","time":"[TIME]","until":"[TIME]"}]}
[exit 0]

"#]]);
    laptop.run(&["conflicts", "todo.json"]).is(str![[r#"
items[?].name, deleted or replaced meanwhile
  overruled 1  "six eggs"  (phone, [TIME], kept until [TIME])
settings.theme, deleted or replaced meanwhile
  overruled 2  "dark"  (phone, [TIME], kept until [TIME])
[exit 0]

"#]]);
    let restored: Value =
        serde_json::from_str(&laptop.ok(&["resolve", "todo.json", "--restore", "1", "--json"])).unwrap();
    assert_eq!(restored, json!({ "file": "todo.json", "resolved": 0, "restored": 1, "conflicts": 0 }));
    // The item was gone before the edit came: all that is left of it is the edit.
    assert_eq!(laptop.json()["items"][1], json!({ "name": "six eggs" }));
}

/// A third device that has seen both, and those to whom changes come as files, are told as well.
#[test]
fn whoever_merges_it_is_told() {
    let world = World::new();
    let (laptop, phone) = apart(&world);
    let tablet = world.device("tablet");
    tablet.start();
    phone.sync();
    tablet.sync();
    laptop.ok(&["changes", "todo.json", "-o", "../all.changes"]);
    tablet.run(&["merge", "todo.json", "../all.changes"]).is(str![[r#"
todo.json: received 2 changes
todo.json: edits were overruled by a deletion or replacement: items[1].name (phone, [TIME]), settings.theme (phone, [TIME]); kept for 30 days, see: minisync conflicts todo.json
[exit 0]

"#]]);
    let merged = tablet.ok(&["conflicts", "todo.json", "--json"]);
    let listed: Vec<Value> = serde_json::from_str(&merged).unwrap();
    assert_eq!(listed.len(), 2, "{merged}");
    // Everybody has a list of his own, until it is brought back there.
    tablet.ok(&["sync", "todo.json"]);
    laptop.ok(&["sync", "todo.json"]);
    assert_eq!(tablet.json(), laptop.json());
}

/// Several edits in one item that is gone come back together, and once.
#[test]
fn an_item_comes_back_whole() {
    let world = World::new();
    let (laptop, phone) = world.pair(LIST);
    laptop.ok(&["rm", "todo.json", "items[0]"]);
    laptop.sync();
    phone.ok(&["set", "todo.json", "items[0].name", "\"oat milk\""]);
    phone.ok(&["set", "todo.json", "items[0].count", "2"]);
    let told = phone.sync();
    assert!(told.contains("edits were overruled"), "{told}");
    phone.ok(&["resolve", "todo.json", "--restore", "1"]);
    assert_eq!(phone.json()["items"][0], json!({ "id": 1, "name": "oat milk", "count": 2 }));
    assert_eq!(phone.ok(&["conflicts", "todo.json"]), "todo.json: no conflicts\n");
    assert_eq!(phone.json()["items"].as_array().unwrap().len(), 2);
}

/// FILE was edited after a run that merged and was killed before it wrote FILE: what the edit loses then counts too.
/// Whenever a run is killed, an edit is in FILE, or it is listed.
#[test]
fn no_crash_forgets_what_was_overruled() {
    for after in (0..14).map(|step| step * 2) {
        let world = World::new();
        let (laptop, phone) = world.pair(LIST);
        laptop.ok(&["rm", "todo.json", "items[1]"]);
        laptop.sync();
        phone.write("todo.json", &LIST.replace("eggs", "six eggs"));
        let mut child = phone.spawn(&["sync", "todo.json"]);
        sleep(Duration::from_millis(after));
        child.kill().unwrap();
        child.wait().unwrap();
        phone.sync();
        assert_eq!(phone.json()["items"].as_array().unwrap().len(), 1);
        let listed: Vec<Value> =
            serde_json::from_str(&phone.ok(&["conflicts", "todo.json", "--json"])).unwrap();
        assert_eq!(listed.len(), 1, "killed after {after} ms");
        assert_eq!(listed[0]["item"]["name"], "six eggs");
    }
}
