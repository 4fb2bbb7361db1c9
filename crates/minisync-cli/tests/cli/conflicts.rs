//! Values written at the same time: listed, and one of them chosen.

use snapbox::str;

use crate::device::{Device, World};

fn conflicted(world: &World) -> (Device, Device) {
    let (laptop, phone) = world.pair("{\"title\": \"a\", \"list\": [{\"x\": 0}]}");
    laptop.write("todo.json", "{\"title\": \"laptop's\", \"list\": [{\"x\": 1}]}");
    laptop.sync();
    phone.ok(&["set", "todo.json", "title", "\"phone's\""]);
    phone.ok(&["set", "todo.json", "list[0].x", "2"]);
    (laptop, phone)
}

#[test]
fn conflicts_are_listed_and_resolved() {
    let world = World::new();
    let (laptop, phone) = conflicted(&world);
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: sent 2 changes
todo.json: devices wrote different values at the same time at title and list[0].x; see: minisync conflicts todo.json
[exit 0]

"#]]);
    // Known ones are not said again.
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: up to date
[exit 0]

"#]]);
    phone.run(&["conflicts", "todo.json"]).is(str![[r#"
title
  1  "phone's"  (phone, [TIME], current)
  2  "laptop's"  (laptop, [TIME])
list[0].x
  1  2  (phone, [TIME], current)
  2  1  (laptop, [TIME])
[exit 0]

"#]]);
    phone.run(&["conflicts", "todo.json", "list"]).is(str![[r#"
list[0].x
  1  2  (phone, [TIME], current)
  2  1  (laptop, [TIME])
[exit 0]

"#]]);
    phone.run(&["conflicts", "todo.json", "--json"]).is(str![[r#"
[{"path":"title","values":[{"value":"phone's","client":"[ID]","label":"phone","time":"[TIME]"},{"value":"laptop's","client":"[ID]","label":"laptop","time":"[TIME]"}]},{"path":"list[0].x","values":[{"value":2,"client":"[ID]","label":"phone","time":"[TIME]"},{"value":1,"client":"[ID]","label":"laptop","time":"[TIME]"}]}]
[exit 0]

"#]]);
    assert_eq!(phone.json()["title"], "phone's");

    phone.run(&["resolve", "todo.json", "title", "3"]).is(str![[r#"
minisync: todo.json: there are 2 values at title: choose 1 to 2, as minisync conflicts todo.json shows them
[exit 2]

"#]]);
    phone.run(&["resolve", "todo.json", "title", "0"]).is(str![[r#"
minisync: todo.json: there are 2 values at title: choose 1 to 2, as minisync conflicts todo.json shows them
[exit 2]

"#]]);
    phone.run(&["resolve", "todo.json", "list", "1"]).is(str![[r#"
minisync: todo.json: there is no conflict at list
[exit 1]

"#]]);
    phone.run(&["resolve", "todo.json", "title", "2"]).is(str![[r#"
todo.json: title is "laptop's"
[exit 0]

"#]]);
    phone.run(&["resolve", "todo.json", "list[0].x", "1"]).is(str![[r#"
todo.json: list[0].x is 2
[exit 0]

"#]]);
    phone.run(&["conflicts", "todo.json"]).is(str![[r#"
todo.json: no conflicts
[exit 0]

"#]]);
    assert_eq!(phone.json(), serde_json::json!({ "title": "laptop's", "list": [{ "x": 2 }] }));
    phone.sync();
    laptop.sync();
    laptop.run(&["conflicts", "todo.json"]).is(str![[r#"
todo.json: no conflicts
[exit 0]

"#]]);
    assert_eq!(laptop.json(), phone.json());
}

/// Many conflicts at once are not all named.
#[test]
fn sync_names_the_first_of_many_new_conflicts() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 0, \"b\": 0, \"c\": 0, \"d\": 0, \"e\": 0}");
    laptop.write("todo.json", "{\"a\": 1, \"b\": 1, \"c\": 1, \"d\": 1, \"e\": 1}");
    laptop.sync();
    phone.write("todo.json", "{\"a\": 2, \"b\": 2, \"c\": 2, \"d\": 2, \"e\": 2}");
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: sent 5 changes
todo.json: devices wrote different values at the same time at a, b, c and 2 more places; see: minisync conflicts todo.json
[exit 0]

"#]]);
}

/// Both ticked the same item off, and were told that they had written different values.
#[test]
fn the_same_value_on_both_sides_is_no_conflict() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"done\": false, \"size\": 0}");
    laptop.write("todo.json", "{\"done\": true, \"size\": 1}");
    laptop.sync();
    phone.write("todo.json", "{\"done\": true, \"size\": 1.0}");
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: sent 2 changes
[exit 0]

"#]]);
    phone.run(&["conflicts", "todo.json"]).is(str![[r#"
todo.json: no conflicts
[exit 0]

"#]]);
}

/// Settling twenty conflicts took twenty commands.
#[test]
fn all_conflicts_are_settled_at_once() {
    for (which, title, x) in [("latest", "phone's", 2), ("mine", "phone's", 2), ("theirs", "laptop's", 1)] {
        let world = World::new();
        let (_, phone) = conflicted(&world);
        phone.sync();
        let said = phone.ok(&["resolve", "todo.json", "list", "--all", which]);
        assert_eq!(said, "todo.json: 1 conflict is settled\n");
        let said = phone.ok(&["resolve", "todo.json", "--all", which, "--json"]);
        assert_eq!(said, "{\"file\":\"todo.json\",\"resolved\":1,\"restored\":0,\"conflicts\":0}\n");
        assert_eq!(phone.json(), serde_json::json!({ "title": title, "list": [{ "x": x }] }));
        assert_eq!(phone.ok(&["resolve", "todo.json", "--all", which]), "todo.json: no conflicts\n");
    }
}

/// A device that wrote none of the values has none to choose.
#[test]
fn what_is_not_there_is_not_chosen() {
    let world = World::new();
    let (_, phone) = conflicted(&world);
    phone.sync();
    let tablet = world.device("tablet");
    tablet.start();
    tablet.run(&["resolve", "todo.json", "--all", "mine"]).is(str![[r#"
todo.json: no conflict is settled
todo.json: 2 are left: no value there is of this copy
[exit 0]

"#]]);
    tablet.run(&["resolve", "todo.json", "title"]).is(str![[r#"
error: the following required arguments were not provided:
  <CHOICE>

Usage: minisync resolve [OPTIONS] <FILE> <PATH> <CHOICE>
       minisync resolve [OPTIONS] <FILE> [PATH] --all <WHICH>
       minisync resolve [OPTIONS] <FILE> --restore <NUMBER>

For more information, try '--help'.
[exit 2]

"#]]);
    tablet.run(&["resolve", "todo.json", "title", "1", "--all", "mine"]).is(str![[r#"
error: the argument '[CHOICE]' cannot be used with '--all <WHICH>'

Usage: minisync resolve [OPTIONS] <FILE> <PATH> <CHOICE>
       minisync resolve [OPTIONS] <FILE> [PATH] --all <WHICH>
       minisync resolve [OPTIONS] <FILE> --restore <NUMBER>

For more information, try '--help'.
[exit 2]

"#]]);
}
