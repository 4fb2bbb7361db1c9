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
todo.json: devices wrote different values at the same time in 2 places; see: minisync conflicts todo.json
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
