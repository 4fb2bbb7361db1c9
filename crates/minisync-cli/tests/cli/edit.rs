//! `get`, `set` and `rm`, on tracked files and on any others.

use snapbox::str;

use crate::device::World;

#[test]
fn get_reads_any_json_file() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("any.json", "[{\"a.b\": [1.50, {\"c\": \"\\u00e9\"}]}, 2]");
    assert_eq!(laptop.ok(&["get", "any.json", "[1]"]), "2\n");
    assert_eq!(laptop.ok(&["get", "any.json", "[-2][\"a.b\"][0]"]), "1.50\n");
    assert_eq!(laptop.ok(&["get", "any.json", "/0/a.b/1/c"]), "\"\\u00e9\"\n");
    assert_eq!(laptop.ok(&["get", "any.json", "[0]", "--json"]), "{\"a.b\":[1.50,{\"c\":\"\\u00e9\"}]}\n");
    laptop.run(&["get", "any.json"]).is(str![[r#"
[
  {
    "a.b": [
      1.50,
      {
        "c": "/u00e9"
      }
    ]
  },
  2
]
[exit 0]

"#]]);
    laptop.run(&["get", "any.json", "[7]"]).is(str![[r#"
minisync: any.json: there is nothing at [7]
[exit 1]

"#]]);
    laptop.run(&["get", "any.json", "a[", "-q"]).is(str![[r#"
minisync: the path "a[" cannot be read: expected an index or a key in quotes at byte 2
[exit 2]

"#]]);
    laptop.run(&["get", "none.json"]).is(str![[r#"
minisync: there is no file none.json
[exit 1]

"#]]);
    laptop.write("any.json", "{\n  \"a\" 1}");
    laptop.run(&["get", "any.json"]).is(str![[r#"
minisync: any.json:2:7: ':' is expected here, after the key
[exit 1]

"#]]);
    assert!(!laptop.path(".minisync").exists());
}

#[test]
fn set_and_rm_change_one_value_and_start_tracking() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\n    \"a\": [1,2],\n    \"b\": {\"c\": 1.0}\n}");
    laptop.run(&["set", "todo.json", "b.d", "-1e3"]).is(str![[r#"
todo.json: tracked from now on
todo.json: b.d is -1e3
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json"), "{\n    \"a\": [1,2],\n    \"b\": {\"c\": 1.0,\"d\": -1e3}\n}");
    laptop.run(&["set", "todo.json", "a[2]", "\"x\""]).is(str![[r#"
todo.json: a[2] is "x"
[exit 0]

"#]]);
    laptop.run(&["rm", "todo.json", "/a/0"]).is(str![[r#"
todo.json: /a/0 is removed
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json"), "{\n    \"a\": [2,\"x\"],\n    \"b\": {\"c\": 1.0,\"d\": -1e3}\n}");
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: up to date
[exit 0]

"#]]);
}

#[test]
fn edits_in_the_file_are_taken_in_first() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    laptop.write("todo.json", "{\"a\": 2, \"b\": []}");
    laptop.ok(&["set", "todo.json", "b[0]", "true"]);
    assert_eq!(laptop.json(), serde_json::json!({ "a": 2, "b": [true] }));
    laptop.sync();
    phone.sync();
    assert_eq!(phone.json(), laptop.json());
}

#[test]
fn what_cannot_be_set_changes_nothing() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": [1]}");
    laptop.ok(&["set", "todo.json", "b", "null"]);
    let before = laptop.read("todo.json");
    laptop.run(&["set", "todo.json", "a", "hello"]).is(str![[r#"
minisync: hello is not JSON: a value is expected here; a text needs quotes: '"text"'
[exit 2]

"#]]);
    laptop.run(&["set", "todo.json", "a", "{\"x\":}"]).is(str![[r#"
minisync: {"x":} is not JSON: a value is expected here
[exit 2]

"#]]);
    laptop.run(&["set", "todo.json", "x.y", "1"]).is(str![[r#"
minisync: todo.json: nothing can be written at x: there is no x
[exit 1]

"#]]);
    laptop.run(&["set", "todo.json", "a[5]", "1"]).is(str![[r#"
minisync: todo.json: nothing can be written at a[5]: a has only 1 elements
[exit 1]

"#]]);
    laptop.run(&["set", "todo.json", "a[", "1"]).is(str![[r#"
minisync: the path "a[" cannot be read: expected an index or a key in quotes at byte 2
[exit 2]

"#]]);
    laptop.run(&["set", "todo.json", "", "[]"]).is(str![[r#"
minisync: todo.json: nothing can be written at the root: the document itself cannot be set or removed; use update
[exit 1]

"#]]);
    laptop.run(&["rm", "todo.json", "x"]).is(str![[r#"
minisync: todo.json: there is nothing at x
[exit 1]

"#]]);
    laptop.run(&["set", "none.json", "a", "1"]).is(str![[r#"
minisync: there is no file none.json
[exit 1]

"#]]);
    laptop.run(&["set", "todo.json"]).is(str![[r#"
error: the following required arguments were not provided:
  <PATH>
  <JSON>

Usage: minisync set <FILE> <PATH> <JSON>

For more information, try '--help'.
[exit 2]

"#]]);
    assert_eq!(laptop.read("todo.json"), before);
}
