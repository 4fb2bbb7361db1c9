//! Change sets that contradict each other, and keys that mean something elsewhere: taken in, and in order.

use serde_json::json;

use crate::{builder, join, parse, shapes, survives, target};

/// Two who claim to be one client: whatever the copy has seen stays, in both orders, and is handed on.
#[test]
fn one_dot_with_two_values() {
    let says = |value: &str| {
        let content = format!(r#"[[null,{{"a":{{"@":["m",10],"=":{value}}},"z":{{"@":["m",50],"=":0}}}}]]"#);
        shapes::changes(r#"{"m":60}"#, "null", "", &content)
    };
    let values =
        ["1", "2", "{}", "[]", r#"{"x":1}"#, "[1,2]", r#"{"x":{"+":9,"=":1}}"#, r#"[{"+":9,"=":1}]"#];
    for first in values {
        for second in values {
            let mut bob = join(&says(first));
            let before = bob.to_json();
            bob.merge(&parse(&says(second))).unwrap();
            let is_merged = first.starts_with(['{', '[']) && second.starts_with(['{', '[']);
            assert!(
                is_merged || bob.to_json() == before,
                "{first} became {} through {second}",
                bob.to_json()
            );
            survives(&bob);
            bob.set("a", "settled").unwrap();
            survives(&bob);
        }
    }
}

/// A dot that is here a value, and there a deletion, an element, a move or a bunch. Once, a deletion that had been
/// seen already, and so as something else, still removed an element, and was in no journal.
#[test]
fn one_dot_in_many_roles() {
    let roles = [
        r#"{"a":{"@":["m",10],"=":1}}"#,
        r#"{"b":{"@":["m",10],"=":1}}"#,
        r#"{"a":{"-":["m",10]}}"#,
        r#"{"a":{"@":["m",9],"!":["m",10],"=":2}}"#,
        r#"{"l":{"@":["m",10],"=":[1,2]}}"#,
        r#"{"l":{"@":["m",9],"=":[1,2]}}"#,
        r#"{"l":{"@":["m",9],"=":[{"@":["m",10],"-":[["m",11]]}]}}"#,
        r#"{"l":{"@":["m",9],"=":[{"@":["m",12],"-":[["m",10]]}]}}"#,
        r#"{"l":{"@":["m",9],"=":[{"|":[["m",10,"<","m",9,3]]},{"@":["m",12],"^":["m",10,-5],"=":1}]}}"#,
        r#"{"l":{"@":["m",9],"=":[{"|":[["m",10,">","m",9,8]]},{"@":["m",12],"^":[["m",13,"m",10,5]],"=":1}]}}"#,
        r#"{"l":{"@":["m",9],"=":[{"@":["m",12],"^":[["m",10,"m",9,5]],"=":{"x":1}}]}}"#,
        r#"{"l":{"@":["m",9],"=":{"x":{"@":["m",10],"=":{"y":1}}}}}"#,
    ];
    for first in roles {
        for second in roles {
            let full = |content: &str| {
                parse(&shapes::changes(r#"{"m":60}"#, "null", "", &format!("[[null,{content}]]")))
            };
            let mut bob = builder("bob").join(&full(first)).unwrap();
            let before = bob.changes().to_string();
            if bob.merge(&full(second)).is_err() {
                assert_eq!(bob.changes().to_string(), before);
            }
            eprintln!("{first} then {second}");
            if let Err(e) = bob.check() {
                eprintln!("BAD {e}");
                continue;
            }
            survives(&bob);
        }
    }
}

#[test]
fn keys_that_mean_something_elsewhere() {
    let keys = [
        "__proto__",
        "constructor",
        "prototype",
        "toString",
        "hasOwnProperty",
        "",
        " ",
        "\u{0}",
        "-",
        "0",
        "a.b",
        "a[0]",
        "+",
        "=",
        "?",
        "#",
        "|",
        "~1",
        "/",
        "\u{feff}",
        "\u{202e}",
    ];
    let mut alice = builder("alice").create_json("{}").unwrap();
    for key in keys {
        alice.map("").unwrap().set(key, json!({ key: [key, { key: null }] })).unwrap();
        let path = minisync::Path::root().key(key).key(key).index(1).key(key);
        assert!(alice.get(&path).unwrap().is_null());
        alice.set(&path, json!({ key: 1 })).unwrap();
    }
    let mut bob = target();
    let text = alice.changes().to_string();
    bob.merge(&parse(&text)).unwrap();
    survives(&bob);
    for key in keys {
        assert_eq!(bob.root().get(key).unwrap().to_value(), alice.root().get(key).unwrap().to_value());
        assert!(bob.map("").unwrap().remove(key).unwrap());
    }
    assert_eq!(bob.to_json(), r#"{"own":1,"list":[1]}"#);
    survives(&bob);
}
