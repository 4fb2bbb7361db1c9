//! Which documents a target holds, and becoming a copy of one of them; several files at once; targets that are only
//! read.

use std::fs;

use serde_json::{Value, json};
use snapbox::str;

use crate::device::{Device, World, files_below};

/// The shared folder holds a `todo.json` and a `shop.json`.
fn two_documents(world: &World) -> Device {
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.start();
    laptop.write("shop.json", "{\"b\": 1}");
    laptop.ok(&["sync", "shop.json", "--with", "../cloud", "--name", "laptop", "--new"]);
    laptop
}

fn document(device: &Device, file: &str) -> String {
    let status: Value = serde_json::from_str(&device.ok(&["status", file, "--json"])).unwrap();
    status["document"].as_str().unwrap().to_owned()
}

/// Twenty letters and a label were all that one could choose by.
#[test]
fn documents_are_listed_with_their_files_and_ages() {
    let world = World::new();
    let laptop = two_documents(&world);
    laptop.ok(&["mv", "todo.json", "list.json"]);
    laptop.ok(&["sync", "list.json"]);
    let phone = world.device("phone");
    let listed = phone.ok(&["sync", "--with", "../cloud", "--join", "--json"]);
    let listed: Vec<Value> = serde_json::from_str(&listed).unwrap();
    let todo = listed.iter().find(|offer| offer["files"] == json!(["list.json"])).unwrap();
    assert_eq!(todo["document"], document(&laptop, "list.json"));
    assert_eq!(todo["clients"][0]["label"], "laptop");
    assert!(todo["size"].as_u64().unwrap() > 0 && todo["edited"].as_str().unwrap().ends_with('Z'), "{todo}");
    let mut lines: Vec<String> = phone
        .ok(&["sync", "--with", "../cloud", "--join"])
        .lines()
        .map(|line| line[20..].to_owned())
        .collect();
    lines.sort();
    let facts: Vec<Vec<&str>> = lines.iter().map(|line| line.trim().split(", ").collect()).collect();
    for (facts, name) in facts.iter().zip(["list.json", "shop.json"]) {
        assert_eq!((facts[0], facts[3]), (name, "on laptop"), "{lines:?}");
        assert!(facts[1].ends_with(" B") && facts[2].starts_with("edited 20"), "{lines:?}");
    }
    assert!(!phone.path(".minisync").exists());
    phone.run(&["sync", "todo.json", "--join"]).is(str![[r#"
minisync: --join: name the target whose documents are meant, with --with TARGET
[exit 2]

"#]]);
}

#[test]
fn the_beginning_of_an_id_is_enough() {
    let world = World::new();
    let laptop = two_documents(&world);
    let (todo, shop) = (document(&laptop, "todo.json"), document(&laptop, "shop.json"));
    let phone = world.device("phone");
    let shared: String = todo.chars().zip(shop.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    let join = |start: &str| phone.run(&["sync", "x.json", "--with", "../cloud", "--join", start]);
    if !shared.is_empty() {
        let outcome = join(&shared);
        assert_eq!(outcome.code, Some(1));
        assert!(outcome.stderr.contains("several documents that begin with"), "{}", outcome.stderr);
    }
    let outcome = join(&shop[..shared.len() + 1]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(phone.read("x.json"), "{\"b\": 1}");
    // It is that document by now, and no other.
    phone.ok(&["sync", "x.json", "--join", &shop[..10]]);
    assert_eq!(phone.run(&["sync", "x.json", "--join", &todo]).code, Some(1));
    phone.run(&["sync", "a.json", "b.json", "--join", &shop]).is(str![[r#"
minisync: --join: name the one FILE that is to be a copy of the document
[exit 2]

"#]]);
}

/// Items of a list that only the joining file had were in its `.bak` file only.
#[test]
fn items_that_only_the_file_has_are_added_on_joining() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write(
        "todo.json",
        "{\"items\": [\"milk\"], \"cards\": [{\"id\": 1, \"title\": \"van\"}], \"at\": [1, 2]}",
    );
    laptop.start();
    let phone = world.device("phone");
    phone.write(
        "todo.json",
        "{\"items\": [\"eggs\", \"milk\"], \"cards\": [{\"id\": 1, \"done\": true}, {\"id\": 2}], \"at\": [3, 4]}",
    );
    let todo = document(&laptop, "todo.json");
    phone.ok(&["sync", "todo.json", "--with", "../cloud", "--name", "phone", "--join", &todo]);
    laptop.sync();
    let all = json!({
        "items": ["milk", "eggs"],
        "cards": [{ "id": 1, "title": "van", "done": true }, { "id": 2 }],
        "at": [1, 2],
    });
    assert_eq!((laptop.json(), phone.json()), (all.clone(), all));
}

#[test]
fn several_files_are_synced_at_once() {
    let world = World::new();
    let laptop = two_documents(&world);
    laptop.write("todo.json", "{\"a\": 2}");
    laptop.run(&["sync", "todo.json", "none.json", "shop.json"]).is(str![[r#"
todo.json: sent 1 change
shop.json: up to date
minisync: there is no file none.json
[exit 1]

"#]]);
    laptop.run(&["sync", "todo.json", "shop.json", "--json"]).is(str![[r#"
{"file":"todo.json","sent":0,"received":[],"written":false,"targets":[{"url":"file://[ROOT]/cloud","reached":true,"error":null}],"conflicts":0,"overruled":[]}
{"file":"shop.json","sent":0,"received":[],"written":false,"targets":[{"url":"file://[ROOT]/cloud","reached":true,"error":null}],"conflicts":0,"overruled":[]}
[exit 0]

"#]]);
}

/// Somebody who only reads left a head in a folder that was not his.
#[test]
fn a_target_that_is_only_read_is_never_written() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.start();
    let before = files_below(&world.path("cloud"));
    let guest = world.device("guest");
    guest.ok(&["sync", "todo.json", "--with", "../cloud", "--read-only", "--name", "guest"]);
    guest.ok(&["set", "todo.json", "b", "2"]);
    guest.ok(&["sync", "todo.json"]);
    assert_eq!(files_below(&world.path("cloud")), before);
    laptop.ok(&["set", "todo.json", "a", "2"]);
    laptop.sync();
    guest.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: received 1 change from laptop
[exit 0]

"#]]);
    guest.run(&["status", "todo.json"]).is(str![[r#"
todo.json
  document   [ID]
  this copy  guest ([ID])
  copy       laptop ([ID]), seen [TIME]
  target     file://[ROOT]/cloud, reached [TIME], only read
[exit 0]

"#]]);
    // To write there is said by naming it anew; to only read a place that is written to, is not.
    guest.ok(&["sync", "todo.json", "--with", "../cloud"]);
    laptop.sync();
    assert_eq!(laptop.json(), json!({ "a": 2, "b": 2 }));
    guest.run(&["sync", "todo.json", "--with", "../cloud", "--read-only"]).is(str![[r#"
minisync: todo.json is sent to file://[ROOT]/cloud already; to only read it from now on: minisync remote remove todo.json file://[ROOT]/cloud, and then --read-only again
[exit 1]

"#]]);
    guest.run(&["sync", "todo.json", "--read-only"]).is(str![[r#"
error: the following required arguments were not provided:
  --with <TARGET>

Usage: minisync sync --with <TARGET> --read-only <FILE>...

For more information, try '--help'.
[exit 2]

"#]]);
}

/// A copy had two spaces, whatever the first device's file had; so had a file that was deleted and came back.
#[test]
fn a_copy_is_laid_out_as_the_file_it_was_made_of() {
    let world = World::new();
    let text = "\u{feff}{\r\n\t\"cards\" : [\r\n\t\t{ \"id\" : 1, \"tags\" : [\"a\", \"b\"] },\r\n\t\t{ \"id\" : 2, \"tags\" : [] }\r\n\t],\r\n\t\"title\" : \"\\u00fc\"\r\n}\r\n";
    let (laptop, phone) = world.pair(text);
    assert_eq!(phone.read("todo.json"), text);
    for device in [&laptop, &phone] {
        fs::remove_file(device.path("todo.json")).unwrap();
        device.sync();
        assert_eq!(device.read("todo.json"), text, "{}", device.name);
    }
    // Whoever has another layout keeps it, and hands it on no further than to those who join from it.
    phone.write("todo.json", &phone.json_pretty());
    let own = phone.read("todo.json");
    phone.sync();
    fs::remove_file(phone.path("todo.json")).unwrap();
    phone.sync();
    laptop.sync();
    assert_eq!((phone.read("todo.json"), laptop.read("todo.json")), (own, text.to_owned()));
}
