//! What rewriting must hold: the result means the new value, and what did not change keeps its bytes.

use proptest::prelude::*;
use serde_json::{Map, Value as Json};

use super::*;

fn check(old: &str, new: &str, expected: &str) {
    assert_eq!(rewrite(old, new).unwrap(), expected, "\n{old}\n+ {new}");
}

#[test]
fn an_equal_value_leaves_every_byte() {
    let old = " {\r\n\t\"b\" : 1.50,\"a\":[ 1e2,{ } , \"\\u00e9\\/\" ]\r\n}\r\n\r\n";
    check(old, r#"{"a":[100,{},"é/"],"b":1.5}"#, old);
}

#[test]
fn only_the_changed_value_changes() {
    check("{\n  \"a\": 1.0,\n  \"b\": 2\n}\n", r#"{"a":1,"b":3}"#, "{\n  \"a\": 1.0,\n  \"b\": 3\n}\n");
}

#[test]
fn a_new_key_follows_the_one_before_it_in_the_document() {
    check(
        "{\n\t\"z\": 1,\n\t\"a\": 2\n}",
        r#"{"a":2,"m":[3],"z":1}"#,
        "{\n\t\"z\": 1,\n\t\"a\": 2,\n\t\"m\": [\n\t\t3\n\t]\n}",
    );
    check("{\n  \"b\": 1\n}", r#"{"a":0,"b":1}"#, "{\n  \"a\": 0,\n  \"b\": 1\n}");
}

#[test]
fn removed_members_take_their_commas_along() {
    check("[\n  1,\n  2,\n  3\n]", "[1,2]", "[\n  1,\n  2\n]");
    check("[\n  1,\n  2,\n  3\n]", "[2,3]", "[\n  2,\n  3\n]");
    check("{ \"a\": 1 }", "{}", "{}");
    check("[1, 2, 3]", "[1,3]", "[1, 3]");
}

#[test]
fn inline_stays_inline_and_compact_stays_compact() {
    check("{\"a\": [1, 2]}", r#"{"a":[1,2,3]}"#, "{\"a\": [1, 2, 3]}");
    check("{\"a\":{\"b\":1}}", r#"{"a":{"b":1,"c":[1,{"d":2}]}}"#, "{\"a\":{\"b\":1,\"c\":[1,{\"d\":2}]}}");
    check(
        "{\n  \"a\": [ 1 ],\n  \"b\": []\n}",
        r#"{"a":[1],"b":[2,3]}"#,
        "{\n  \"a\": [ 1 ],\n  \"b\": [ 2, 3 ]\n}",
    );
}

#[test]
fn a_new_record_looks_as_its_neighbours_do() {
    check(
        "[\n    {\"id\": 1, \"at\": {\"x\": 1}}\n]\n",
        r#"[{"id":1,"at":{"x":1}},{"id":2,"at":{"x":2}}]"#,
        "[\n    {\"id\": 1, \"at\": {\"x\": 1}},\n    {\"id\": 2, \"at\": {\"x\": 2}}\n]\n",
    );
    check(
        "[\n  {\n    \"id\": 1,\n    \"tags\": [\"a\", \"b\"],\n    \"sub\": [\n      {\n        \"k\": 1\n      }\n    ]\n  }\n]",
        r#"[{"id":0,"tags":["c"],"sub":[{"k":1}]},{"id":1,"tags":["a","b"],"sub":[{"k":1}]}]"#,
        "[\n  {\n    \"id\": 0,\n    \"tags\": [\"c\"],\n    \"sub\": [\n      {\n        \"k\": 1\n      }\n    ]\n  },\n  \
         {\n    \"id\": 1,\n    \"tags\": [\"a\", \"b\"],\n    \"sub\": [\n      {\n        \"k\": 1\n      }\n    ]\n  }\n]",
    );
}

#[test]
fn leading_commas_and_brackets_that_touch_are_kept() {
    check("{ \"a\": 1\n, \"b\": 2\n}", r#"{"a":1,"b":2,"c":3}"#, "{ \"a\": 1\n, \"b\": 2\n, \"c\": 3\n}");
    check("[{\n  \"a\": 1\n}]", r#"[{"a":1},{"a":2}]"#, "[{\n  \"a\": 1\n}, {\n  \"a\": 2\n}]");
}

#[test]
fn blank_lines_between_members_stay_where_they_were() {
    check(
        "{\n  \"a\": 1,\n\n  \"b\": 2\n}",
        r#"{"a":1,"x":9,"b":2,"c":3}"#,
        "{\n  \"a\": 1,\n  \"x\": 9,\n\n  \"b\": 2,\n  \"c\": 3\n}",
    );
}

#[test]
fn windows_line_ends_are_used_for_what_is_new() {
    check(
        "{\r\n  \"a\": 1\r\n}\r\n",
        r#"{"a":1,"b":{"c":1}}"#,
        "{\r\n  \"a\": 1,\r\n  \"b\": {\r\n    \"c\": 1\r\n  }\r\n}\r\n",
    );
}

#[test]
fn a_file_in_ascii_stays_in_ascii() {
    check("[\"\\u00e9\"]", r#"["é","😀"]"#, "[\"\\u00e9\", \"\\ud83d\\ude00\"]");
    check("[\"e\"]", r#"["e","é"]"#, "[\"e\", \"é\"]");
}

#[test]
fn a_moved_record_takes_its_layout_along() {
    check("[\n  { \"a\":1.0 },\n  2,\n  3\n]", r#"[2,3,{"a":1}]"#, "[\n  2,\n  3,\n  { \"a\":1.0 }\n]");
}

#[test]
fn an_empty_object_is_filled_in_the_usual_layout() {
    check("{}", r#"{"a":{"b":[]}}"#, "{\n  \"a\": {\n    \"b\": []\n  }\n}");
    assert_eq!(
        lay_out(r#"{"a":[1,{"b":2}]}"#).unwrap(),
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ]\n}\n"
    );
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    for (text, offset, part) in [
        ("", 0, "breaks off"),
        ("{\"a\": 1,}", 8, "key"),
        ("{\"a\" 1}", 5, "':'"),
        ("[1 2]", 3, "','"),
        ("[01]", 1, "zero"),
        ("[1,]", 3, "comma"),
        ("{\"a\":\"b", 7, "string"),
        ("[\"\t\"]", 2, "control"),
        ("1 1", 2, "after the end"),
        ("{\"a\":1,\"b\":2,\"\\u0061\":3}", 13, "twice"),
        ("// x", 0, "comments"),
        ("[tru]", 1, "value"),
        ("[1.]", 3, "digit"),
    ] {
        let fault = rewrite(text, "{}").unwrap_err();
        assert_eq!(fault.offset(), offset, "{text}: {fault}");
        assert!(fault.reason().contains(part), "{text}: {fault}");
    }
    assert!(rewrite(&"[".repeat(100_000), "{}").unwrap_err().reason().contains("deeper"));
}

#[test]
fn a_key_that_stands_twice_is_found_among_many() {
    let mut keys: Vec<String> = (0..1000).map(|index| format!("\"k{index}\":0")).collect();
    keys.push("\"k500\":1".to_owned());
    assert!(
        Tree::parse(&format!("{{{}}}", keys.join(",")))
            .unwrap_err()
            .reason()
            .contains("\"k500\" stands twice")
    );
}

/// Values with few different keys and leaves, so that a pair of them has much in common.
fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-3_i64..100).prop_map(Json::from),
        (-3_i64..9).prop_map(|n| Json::from(n as f64 / 2.0)),
        prop::sample::select(vec!["", "a", "é😀", "\"\\/\n\u{1}", "plain"]).prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop::sample::select(vec!["id", "a", "b", "c", "é", "k\"", "d", ""]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::vec((key, inner), 0..6).prop_map(|entries| Json::Object(
                entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>()
            )),
        ]
    })
}

/// Writes a value in some layout or other; `dice` decides everything.
fn scrawl(value: &Json, dice: &mut impl Iterator<Item = u8>, out: &mut String) {
    let mut roll = || dice.next().unwrap_or_default();
    let space = |roll: u8, out: &mut String| {
        out.push_str(["", " ", "\n  ", "\r\n", "\t", "", "\n\n", ""][usize::from(roll % 8)])
    };
    match value {
        Json::Array(_) | Json::Object(_) => {
            let members: Vec<(Option<&String>, &Json)> = match value {
                Json::Array(items) => items.iter().map(|item| (None, item)).collect(),
                _ => value.as_object().unwrap().iter().map(|(key, item)| (Some(key), item)).collect(),
            };
            out.push(if value.is_array() { '[' } else { '{' });
            for (index, (key, item)) in members.iter().enumerate() {
                if index > 0 {
                    space(dice.next().unwrap_or_default(), out);
                    out.push(',');
                }
                space(dice.next().unwrap_or_default(), out);
                if let Some(key) = key {
                    out.push_str(&serde_json::to_string(key).unwrap());
                    space(dice.next().unwrap_or_default(), out);
                    out.push(':');
                    space(dice.next().unwrap_or_default(), out);
                }
                scrawl(item, dice, out);
            }
            space(dice.next().unwrap_or_default(), out);
            out.push(if value.is_array() { ']' } else { '}' });
        }
        Json::String(text) if roll() % 2 == 0 => {
            out.push_str(&to_ascii(&serde_json::to_string(text).unwrap()))
        }
        Json::Number(number) if number.is_f64() && roll() % 2 == 0 => out.push_str(&format!("{number}0")),
        _ => out.push_str(&value.to_string()),
    }
}

/// `3` and `3.0` are one number, and keep the spelling that is there.
fn by_value(json: Json) -> Json {
    match json {
        Json::Number(number) => Json::from(number.as_f64()),
        Json::Array(items) => items.into_iter().map(by_value).collect(),
        Json::Object(entries) => entries.into_iter().map(|(key, value)| (key, by_value(value))).collect(),
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_result_means_the_new_value(
        old in value(), new in value(), dice in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut text = "\n".to_owned();
        scrawl(&old, &mut dice.into_iter(), &mut text);
        text.push_str(" \n");
        prop_assert_eq!(rewrite(&text, &old.to_string()).unwrap(), text.clone());
        let result = rewrite(&text, &new.to_string()).unwrap();
        prop_assert_eq!(by_value(serde_json::from_str(&result).unwrap()), by_value(new.clone()));
        prop_assert_eq!(rewrite(&result, &new.to_string()).unwrap(), result.clone());
        prop_assert_eq!(serde_json::from_str::<Json>(&lay_out(&new.to_string()).unwrap()).unwrap(), new);
    }

    #[test]
    fn no_text_makes_the_reader_fall_over(text in "[\\[\\]{}:,\"\\\\ua-f0-9.eE+ \\-]{0,40}") {
        prop_assert_eq!(Tree::parse(&text).is_ok(), is_json(&text), "{}", text);
    }
}

/// As serde_json judges, which knows no difference between a key once and twice.
fn is_json(text: &str) -> bool {
    let twice = Tree::parse(text).err().is_some_and(|fault| fault.reason().contains("twice"));
    !twice && serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok() && !lone_surrogate(text)
}

fn lone_surrogate(text: &str) -> bool {
    Tree::parse(text).err().is_some_and(|fault| fault.reason().contains("surrogate"))
}
