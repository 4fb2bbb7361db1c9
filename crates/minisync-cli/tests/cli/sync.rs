//! Devices that edit the same file, each in its own time.

use std::fs;

use snapbox::str;

use crate::device::World;

const LIST: &str = "{\n  \"title\": \"Groceries\",\n  \"items\": [\n    { \"id\": 1, \"name\": \"milk\" },\n    { \"id\": 2, \"name\": \"bread\" }\n  ]\n}\n";

#[test]
fn edits_travel_both_ways_and_nothing_else_changes() {
    let world = World::new();
    let (laptop, phone) = world.pair(LIST);
    laptop.write("todo.json", &LIST.replace("Groceries", "Shopping"));
    phone.ok(&["set", "todo.json", "items[2]", "{\"id\": 3, \"name\": \"eggs\"}"]);
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: sent 1 change
[exit 0]

"#]]);
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: sent 1 change, received 1 from phone
[exit 0]

"#]]);
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: received 1 change from laptop
[exit 0]

"#]]);
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: up to date
[exit 0]

"#]]);
    let merged = LIST
        .replace("Groceries", "Shopping")
        .replace("\"bread\" }\n", "\"bread\" },\n    { \"id\": 3, \"name\": \"eggs\" }\n");
    assert_eq!(laptop.read("todo.json"), merged);
    assert_eq!(phone.json(), laptop.json());
}

#[test]
fn a_third_device_joins_late_and_a_long_absence_harms_nothing() {
    let world = World::new();
    let (laptop, phone) = world.pair(LIST);
    for round in 0..5 {
        laptop.ok(&["set", "todo.json", "round", &round.to_string()]);
        laptop.sync();
    }
    let tablet = world.device("tablet");
    tablet.start();
    tablet.ok(&["rm", "todo.json", "items[0]"]);
    tablet.sync();
    phone.ok(&["set", "todo.json", "items[0].name", "\"oat milk\""]);
    phone.sync();
    laptop.sync();
    tablet.sync();
    phone.sync();
    assert_eq!(laptop.json(), phone.json());
    assert_eq!(laptop.json(), tablet.json());
    assert_eq!(laptop.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(laptop.json()["round"], 4);
}

#[test]
fn an_order_of_keys_that_a_user_prefers_is_kept() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1, \"b\": 2, \"c\": 3}");
    phone.write("todo.json", "{\"c\": 3, \"a\": 1, \"b\": 2}");
    laptop.write("todo.json", "{\"a\": 1, \"x\": 0, \"b\": 2, \"c\": 4}");
    laptop.sync();
    phone.sync();
    assert_eq!(phone.read("todo.json"), "{\"c\": 4, \"x\": 0, \"a\": 1, \"b\": 2}");
}

#[test]
fn the_answer_for_machines_has_these_members() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    phone.ok(&["set", "todo.json", "b", "2"]);
    phone.run(&["sync", "todo.json", "--json"]).is(str![[r#"
{"file":"todo.json","sent":1,"received":[],"written":false,"targets":[{"url":"file://[ROOT]/cloud","reached":true,"error":null}],"conflicts":0,"overruled":[]}
[exit 0]

"#]]);
    laptop.run(&["sync", "todo.json", "--json"]).is(str![[r#"
{"file":"todo.json","sent":0,"received":[{"client":"[ID]","label":"phone","changes":1}],"written":true,"targets":[{"url":"file://[ROOT]/cloud","reached":true,"error":null}],"conflicts":0,"overruled":[]}
[exit 0]

"#]]);
    laptop.run(&["sync", "todo.json", "--json"]).is(str![[r#"
{"file":"todo.json","sent":0,"received":[],"written":false,"targets":[{"url":"file://[ROOT]/cloud","reached":true,"error":null}],"conflicts":0,"overruled":[]}
[exit 0]

"#]]);
    laptop.run(&["status", "todo.json", "--json"]).is(str![[r#"
{"file":"todo.json","document":"[ID]","client":"[ID]","label":"laptop","version":{"[ID]":[STAMP],"[ID]":[STAMP]},"clients":[{"id":"[ID]","label":"phone","version":{"[ID]":[STAMP],"[ID]":[STAMP]},"lastSeen":"[TIME]"}],"targets":[{"url":"file://[ROOT]/cloud","lastReached":"[TIME]","unsent":0,"readOnly":false}],"conflicts":0,"overruled":0}
[exit 0]

"#]]);
    laptop.run(&["status", "todo.json"]).is(str![[r#"
todo.json
  document   [ID]
  this copy  laptop ([ID])
  copy       phone ([ID]), seen [TIME]
  target     file://[ROOT]/cloud, reached [TIME], all sent
[exit 0]

"#]]);
    laptop.run(&["sync", "todo.json", "--quiet"]).is(str![[r#"
[exit 0]

"#]]);
    laptop.run(&["sync", "todo.json", "--verbose"]).is(str![[r#"
todo.json: up to date
todo.json: syncing with file://[ROOT]/cloud
[exit 0]

"#]]);
}

#[test]
fn unsent_changes_are_counted() {
    let world = World::new();
    let (laptop, _) = world.pair("{\"a\": 1}");
    laptop.write("todo.json", "{\"a\": 2, \"b\": 3}");
    laptop.run(&["status", "todo.json"]).is(str![[r#"
todo.json
  document   [ID]
  this copy  laptop ([ID])
  target     file://[ROOT]/cloud, reached [TIME], 2 changes unsent
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json"), "{\"a\": 2, \"b\": 3}");
}

#[test]
fn what_is_not_tracked_has_no_status() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{}");
    laptop.run(&["status", "todo.json"]).is(str![[r#"
minisync: todo.json is not tracked yet; start with: minisync sync todo.json --with FOLDER
[exit 1]

"#]]);
    laptop.run(&["conflicts", "todo.json"]).is(str![[r#"
minisync: todo.json is not tracked yet; start with: minisync sync todo.json --with FOLDER
[exit 1]

"#]]);
    assert!(!laptop.path(".minisync").exists());
}

#[test]
fn a_deleted_file_comes_back() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    fs::remove_file(laptop.path("todo.json")).unwrap();
    phone.ok(&["set", "todo.json", "a", "2"]);
    phone.sync();
    assert_eq!(laptop.ok(&["get", "todo.json", "a"]), "1\n");
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: it was gone, and is written again
todo.json: received 1 change from phone
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json"), "{\"a\": 2}");
}

#[test]
fn an_emptied_file_is_an_accident() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    for text in ["", "\n"] {
        laptop.write("todo.json", text);
        laptop.run(&["sync", "todo.json"]).is(str![[r#"
minisync: todo.json is empty, which is taken for an accident: nothing was synced; delete the file and sync again to get it back as it was
[exit 1]

"#]]);
    }
    fs::remove_file(laptop.path("todo.json")).unwrap();
    laptop.sync();
    phone.sync();
    assert_eq!(laptop.json()["a"], 1);
    assert_eq!(phone.json()["a"], 1);
}

#[test]
fn a_file_that_breaks_off_is_not_taken_in() {
    let world = World::new();
    let (laptop, phone) = world.pair(LIST);
    for end in [1, 10, 40, LIST.len() - 3] {
        laptop.write("todo.json", &LIST[..end]);
        let outcome = laptop.run(&["sync", "todo.json"]);
        assert_eq!(outcome.code, Some(1), "{end}");
        assert!(
            outcome.stderr.contains("breaks off") || outcome.stderr.contains("expected"),
            "{}",
            outcome.stderr
        );
        assert_eq!(laptop.read("todo.json"), &LIST[..end]);
    }
    laptop.write("todo.json", &LIST[..40]);
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
minisync: todo.json:4:2: the text breaks off in the middle; nothing was changed, correct it and try again
[exit 1]

"#]]);
    phone.sync();
    assert_eq!(phone.json(), serde_json::from_str::<serde_json::Value>(LIST).unwrap());
}

#[test]
fn two_at_once_wait_for_each_other() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"list\": []}");
    let children: Vec<_> = (0..6)
        .map(|number| laptop.spawn(&["set", "todo.json", &format!("key{number}"), &number.to_string()]))
        .chain((0..3).map(|_| laptop.spawn(&["sync", "todo.json"])))
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    laptop.sync();
    phone.sync();
    for number in 0..6 {
        assert_eq!(phone.json()[format!("key{number}")], number);
    }
}

#[test]
fn a_process_that_does_not_let_go_is_an_error_in_the_end() {
    let world = World::new();
    let (laptop, _) = world.pair("{\"a\": 1}");
    let lock = fs::File::options().write(true).open(laptop.path(".minisync/todo.json.lock")).unwrap();
    lock.lock().unwrap();
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
minisync: todo.json is in use by another minisync, process [PID]; wait for it to end, or end it
[exit 1]

"#]]);
    lock.unlock().unwrap();
    laptop.sync();
}
