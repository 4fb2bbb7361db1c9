//! A file keeps its own layout, whatever comes from other devices.

use crate::device::World;

/// Texts as different programs write them, and what adding `"new": [1, {"x": "é"}]` makes of them.
const LAYOUTS: [(&str, &str); 9] = [
    ("{\"a\":1}", "{\"a\":1,\"new\":[1,{\"x\":\"é\"}]}"),
    ("{\"a\": 1}\n", "{\"a\": 1, \"new\": [1, {\"x\": \"é\"}]}\n"),
    ("{ \"a\": 1 }", "{ \"a\": 1, \"new\": [1, { \"x\": \"é\" }] }"),
    (
        "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n",
        "{\n\t\"a\": {\n\t\t\"b\": 1\n\t},\n\t\"new\": [\n\t\t1,\n\t\t{\n\t\t\t\"x\": \"é\"\n\t\t}\n\t]\n}\n",
    ),
    (
        "\u{feff}{\r\n    \"a\" : {\r\n        \"b\" : 1\r\n    }\r\n}\r\n",
        "\u{feff}{\r\n    \"a\" : {\r\n        \"b\" : 1\r\n    },\r\n    \"new\" : [\r\n        1,\r\n        {\r\n            \"x\" : \"é\"\r\n        }\r\n    ]\r\n}\r\n",
    ),
    ("{\n\"a\": [\n1.0,\n2e0\n]\n}", "{\n\"a\": [\n1.0,\n2e0\n],\n\"new\": [\n1,\n{\n\"x\": \"é\"\n}\n]\n}"),
    (
        "{\n  \"a\": [1, 2],\n  \"b\": {\"c\": 1}\n}",
        "{\n  \"a\": [1, 2],\n  \"b\": {\"c\": 1},\n  \"new\": [1, {\"x\": \"é\"}]\n}",
    ),
    ("{\"a\": \"\\u00fc\"}", "{\"a\": \"\\u00fc\", \"new\": [1, {\"x\": \"\\u00e9\"}]}"),
    ("{}", "{\n  \"new\": [\n    1,\n    {\n      \"x\": \"é\"\n    }\n  ]\n}"),
];

#[test]
fn what_is_new_is_written_as_the_rest_is() {
    for (old, new) in LAYOUTS {
        let world = World::new();
        let (laptop, phone) = world.pair(old);
        phone.ok(&["set", "todo.json", "new", "[1, {\"x\": \"é\"}]"]);
        phone.sync();
        laptop.sync();
        assert_eq!(laptop.read("todo.json"), new);
    }
}

#[test]
fn a_sync_that_brings_nothing_touches_nothing() {
    for (text, _) in LAYOUTS {
        let world = World::new();
        let (laptop, _) = world.pair(text);
        let time = || std::fs::metadata(laptop.path("todo.json")).unwrap().modified().unwrap();
        let before = time();
        laptop.sync();
        assert_eq!(laptop.read("todo.json"), text);
        assert_eq!(time(), before);
    }
}

#[test]
fn a_layout_that_a_user_changed_is_the_new_one() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": {\"b\": 1}}");
    laptop.write("todo.json", "{\n  \"a\": {\n    \"b\": 1.0\n  }\n}\n");
    laptop.sync();
    phone.ok(&["set", "todo.json", "a.c", "2"]);
    phone.sync();
    laptop.sync();
    assert_eq!(laptop.read("todo.json"), "{\n  \"a\": {\n    \"b\": 1.0,\n    \"c\": 2\n  }\n}\n");
}

#[test]
fn large_and_unusual_numbers_keep_every_digit() {
    let world = World::new();
    let text = "{\"a\": [12345678901234567890123, 0.1000, 1E400, -0, 9007199254740993]}";
    let (laptop, phone) = world.pair(text);
    phone.ok(&["set", "todo.json", "b", "3.14159265358979323846264338327950288"]);
    phone.sync();
    laptop.sync();
    let expected = text.replace("]}", "], \"b\": 3.14159265358979323846264338327950288}");
    assert_eq!(laptop.read("todo.json"), expected);
    assert_eq!(phone.ok(&["get", "todo.json", "a[0]"]), "12345678901234567890123\n");
}
