//! Laws of JSON text, against `serde_json` as the oracle. Must not know documents.

use std::collections::BTreeMap;

use minisync_testkit::rng::Rng;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::error::{JsonError, JsonErrorKind};
use super::{Cursor, canonical_text, canonicalize, equal, number, scan::Scan, to_text};

const DEPTH: usize = 64;

fn scan(text: &str) -> Result<Scan, Box<JsonError>> {
    let mut cursor = Cursor::new(text, DEPTH);
    let scan = cursor.skip_value()?;
    cursor.end()?;
    Ok(scan)
}

fn refused(text: &str) -> (String, String) {
    let error = scan(text).expect_err(text);
    (error.pointer, error.reason)
}

fn canonical(text: &str) -> String {
    let mut out = String::new();
    canonicalize(text, &mut out);
    out
}

fn entries(value: &Value) -> u64 {
    match value {
        Value::Array(list) => list.iter().map(|value| 1 + entries(value)).sum(),
        Value::Object(object) => object.values().map(|value| 1 + entries(value)).sum(),
        _ => 0,
    }
}

fn has_punctuation_key(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().any(has_punctuation_key),
        Value::Object(object) => {
            let first = object.keys().next();
            first.is_some_and(|key| key.len() == 1 && key.chars().all(|key| key.is_ascii_punctuation()))
                || object.values().any(has_punctuation_key)
        }
        _ => false,
    }
}

fn has_late_index(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().any(has_late_index),
        Value::Object(object) => {
            let index = |key: &String| {
                let index =
                    key.parse::<u32>().ok().filter(|index| *index < u32::MAX && index.to_string() == *key);
                index.map_or(u64::MAX, u64::from)
            };
            !object.keys().map(index).is_sorted() || object.values().any(has_late_index)
        }
        _ => false,
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "[a-c]{0,3}",
        "[0-9]{1,3}",
        "42949672[89][0-9]",
        "[\u{0}-\u{1f}!-@\\[-`{-\u{7f}]{0,2}"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 24, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..24)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Valid text with white space and needless escapes in it.
fn spell_otherwise(text: &str, seed: u64) -> String {
    let mut out = String::new();
    let (mut in_string, mut rng) = (false, Rng::new(seed));
    let mut escape_left = 0_u8;
    for character in text.chars() {
        let luck = rng.below(4);
        escape_left = match (character, escape_left) {
            ('\\', 0) => 2,
            ('u', 1) => 5,
            _ => escape_left,
        };
        let escaped = escape_left > 0;
        escape_left = escape_left.saturating_sub(1);
        if escaped {
            out.push(character);
            continue;
        }
        if in_string && luck == 0 && character != '"' {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04X}"));
            }
            continue;
        }
        let structural = matches!(character, '{' | '}' | '[' | ']' | ',' | ':');
        if !in_string && structural && luck == 1 {
            out.push_str(" \n");
        }
        out.push(character);
        if !in_string && structural && luck == 2 {
            out.push_str("\t\r");
        }
        in_string ^= character == '"';
    }
    out
}

proptest! {
    #[test]
    fn written_as_serde_json_writes(value in any_value()) {
        let expected = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(to_text(&value, DEPTH).unwrap(), &expected[..]);
        let scan = scan(&expected).unwrap();
        prop_assert!(scan.canonical);
        prop_assert_eq!((scan.start, scan.end), (0, expected.len()));
        prop_assert_eq!(scan.entries, entries(&value));
        prop_assert_eq!(scan.has_punctuation_key, has_punctuation_key(&value));
        prop_assert_eq!(scan.has_late_index, has_late_index(&value));
        prop_assert_eq!(canonical(&expected), &expected[..]);
    }

    #[test]
    fn every_spelling_has_one_canonical_text(value in any_value(), seed: u64) {
        let text = serde_json::to_string(&value).unwrap();
        let other = spell_otherwise(&text, seed);
        let found = scan(&other).unwrap();
        prop_assert_eq!(found.canonical, other[found.start..found.end] == text);
        prop_assert_eq!(found.entries, entries(&value));
        prop_assert_eq!(found.has_punctuation_key, has_punctuation_key(&value));
        prop_assert_eq!(found.has_late_index, has_late_index(&value));
        prop_assert_eq!(canonical(&other), &text[..]);
        prop_assert_eq!(canonical_text(&other, DEPTH).unwrap(), &text[..]);
        let mut cursor = Cursor::new(&other, DEPTH);
        let (start, end) = cursor.skip_unchecked().unwrap();
        prop_assert_eq!((start, end), (found.start, found.end));
    }

    #[test]
    fn mutated_text_is_judged_as_serde_json_judges(
        value in any_value(),
        seed: u64,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, "[\\PC\"\\\\{}\\[\\],:0-9eE.+\\-utrfals ]{0,3}"), 0..3),
    ) {
        let mut text: Vec<char> = spell_otherwise(&value.to_string(), seed).chars().collect();
        for (at, length, patch) in cuts {
            let at = at.index(text.len() + 1);
            let end = (at + length).min(text.len());
            text.splice(at..end, patch.chars());
        }
        let text: String = text.into_iter().collect();
        let ours = scan(&text);
        match serde_json::from_str::<&serde_json::value::RawValue>(&text) {
            Ok(_) => if let Err(error) = ours {
                let strict = error.kind == JsonErrorKind::TooDeep || ["twice", "surrogate"].iter().any(|why| error.reason.contains(why));
                // A raw value is read without a look at what its escapes mean.
                prop_assert!(strict, "{error} in {text}");
            },
            Err(error) => prop_assert!(ours.is_err() || error.to_string().contains("recursion"), "{error} in {text}"),
        }
    }

    #[test]
    fn nothing_panics(text in any::<String>(), other in "[ \"\\\\{}\\[\\],:0-9eE.+\\-utrfalseén]{0,40}", offset in 0..50_usize) {
        for text in [&text[..], &other] {
            let valid = scan(text).is_ok();
            prop_assert_eq!(canonical_text(text, DEPTH).is_ok(), valid);
            canonical(text);
            super::unescape(text);
            equal(text, &other);
            super::line_column(text, offset);
            super::error::pointer_at(text, offset);
            let mut cursor = Cursor::new(text, DEPTH);
            while let Ok((start, end)) = cursor.skip_unchecked() {
                prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end) && start < end);
            }
        }
    }

    #[test]
    fn equality_ignores_the_order_of_keys_and_the_spelling_of_numbers(a in any_value(), b in any_value()) {
        let (text_a, text_b) = (a.to_string(), b.to_string());
        prop_assert!(equal(&text_a, &respell(&a).to_string()));
        prop_assert_eq!(equal(&text_a, &text_b), equal(&text_b, &text_a));
        prop_assert_eq!(equal(&json!([a]).to_string(), &json!([b]).to_string()), equal(&text_a, &text_b));
        let longer = equal(&json!({"a": a}).to_string(), &json!({"a": a, "b": b}).to_string());
        prop_assert!(!longer);
        let longer = equal(&json!([a]).to_string(), &json!([a, b]).to_string());
        prop_assert!(!longer);
    }

    #[test]
    fn a_number_equals_itself_in_every_spelling(digits in "-?[1-9][0-9]{0,30}", zeros in 1..9_usize, exponent in -400..400_i64) {
        let plain = format!("{digits}e{exponent}");
        let padding = "0".repeat(zeros);
        let shifted = format!("{digits}{padding}.{padding}E{:+}", exponent - zeros as i64);
        prop_assert!(Cursor::new(&plain, 1).number().is_ok() && Cursor::new(&shifted, 1).number().is_ok());
        prop_assert!(number::equal(&plain, &shifted), "{plain} {shifted}");
        let tenfold = format!("{digits}e{}", exponent + 1);
        let longer = format!("{digits}.{padding}1E{exponent}");
        prop_assert!(!number::equal(&plain, &tenfold) && !number::equal(&plain, &longer));
    }

    #[test]
    fn whole_numbers_are_equal_as_integers_are(a: i32, b in -9..9_i64, zeros in 0..4_u32) {
        let scaled = i64::from(a) * 10_i64.pow(zeros);
        let (text, exponent) = (format!("{a}e{zeros}"), format!("{scaled}.00"));
        prop_assert_eq!(number::to_i64(&text), Some(scaled));
        prop_assert_eq!(number::to_u64(&text), u64::try_from(scaled).ok());
        prop_assert_eq!(number::to_i64(&exponent), Some(scaled));
        prop_assert_eq!(number::equal(&text, &(scaled + b).to_string()), b == 0);
    }
}

/// The same value with its keys in reverse order.
fn respell(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(respell).collect(),
        Value::Object(object) => {
            object.iter().rev().map(|(key, value)| (key.clone(), respell(value))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn extreme_numbers_are_compared_exactly() {
    let same = [
        ("1", "1.0"),
        ("1", "10e-1"),
        ("-0", "0"),
        ("0e99999999999999999999999999", "-0.000"),
        ("1e400", "10E+399"),
        ("0.001e3", "1"),
        ("1e999999999999999999999999999999999999999999", "10e999999999999999999999999999999999999999998"),
        ("1e1000000000000000000000000000000000000000000", "10e999999999999999999999999999999999999999999"),
        ("1e-1000000000000000000000000000000000000000000", "0.1e-999999999999999999999999999999999999999999"),
        ("12345678901234567890123", "12345678901234567890123.0"),
        ("1e0000000000000000000000000000000000000000000000001", "10"),
    ];
    for (a, b) in same {
        assert!(number::equal(a, b) && number::equal(b, a), "{a} {b}");
    }
    let different = [
        ("1e400", "1e401"),
        ("1", "-1"),
        ("1", "0"),
        ("12345678901234567890123", "12345678901234567890124"),
        ("1e999999999999999999999999999999999999999999", "1e-999999999999999999999999999999999999999999"),
        ("1e999999999999999999999999999999999999999999", "1e1000000000000000000000000000000000000000000"),
        ("0.1", "0.01"),
    ];
    for (a, b) in different {
        assert!(!number::equal(a, b) && !number::equal(b, a), "{a} {b}");
    }
    let long = "9".repeat(1_000_000);
    assert!(!number::equal(&format!("1e{long}"), &format!("1e-{long}")));
    assert_eq!(number::to_i64("-9223372036854775808.0"), Some(i64::MIN));
    assert_eq!(number::to_i64("9223372036854775808"), None);
    assert_eq!(number::to_u64("18446744073709551615e0"), Some(u64::MAX));
    assert_eq!(number::to_u64("-1"), None);
    assert_eq!(number::to_i64("1.5"), None);
    assert_eq!(number::to_i64("1e999999999999"), None);
    assert_eq!(number::to_f64("1e400"), None);
    assert_eq!(number::to_f64("1.5"), Some(1.5));
}

#[test]
fn duplicate_keys_are_found_among_few_and_many() {
    assert_eq!(refused(r#"{"x":{"a":1,"b":2,"\u0061":3}}"#).0, "/x/a");
    for count in [2, 16, 17, 100] {
        let mut members: Vec<_> = (0..count).map(|index| format!("\"key{index}\":{{\"key0\":1}}")).collect();
        assert_eq!(scan(&format!("{{{}}}", members.join(","))).unwrap().entries, 2 * count);
        members.push(format!("\"key{}\":1", count - 1));
        let (pointer, reason) = refused(&format!("[{{{}}}]", members.join(",")));
        assert_eq!(pointer, format!("/0/key{}", count - 1));
        assert!(reason.contains("twice"), "{reason}");
    }
}

#[test]
fn errors_name_the_place() {
    assert_eq!(refused(r#"{"a":[1,tru]}"#).0, "/a/1");
    assert_eq!(refused(r#"{"a":[1,"\ud800"]}"#).0, "/a/1");
    assert_eq!(refused(r#"{"a":[1,01]}"#).0, "/a/1");
    assert_eq!(refused(r#"{"a":[1 2]}"#).1, "expected ',' or ']' behind an element, found '2'");
    let error = canonical_text("{\"a\":\n  [1,}", DEPTH).unwrap_err();
    assert_eq!(error.place(), Some("/a/1"));
    assert!(error.to_string().contains("line 2, column 6"), "{error}");
}

#[test]
fn depth_is_counted_from_where_the_owner_is() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(scan(&nested(DEPTH)).is_ok());
    assert!(scan(&nested(DEPTH + 1)).unwrap_err().kind == JsonErrorKind::TooDeep);
    let text = nested(DEPTH);
    let mut cursor = Cursor::new(&text, DEPTH);
    cursor.enter().unwrap();
    assert!(cursor.skip_value().unwrap_err().kind == JsonErrorKind::TooDeep);
    assert!(canonical_text(&nested(3), 2).unwrap_err().is_limit());
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(to_text(&value, DEPTH).unwrap(), text);
    assert!(to_text(&value, DEPTH - 1).unwrap_err().is_limit());
}

#[test]
fn a_cursor_takes_text_apart() {
    let mut cursor = Cursor::new(" { \"a\\/\" : [ 12 , -3 , 1e400 ] } ", DEPTH);
    cursor.expect(b'{', "an object").unwrap();
    let key = cursor.string().unwrap();
    assert_eq!((&*key.decode(), &*key.canonical(), key.escaped), ("a/", "\"a/\"", true));
    assert_eq!(cursor.expect(b',', "','").unwrap_err().reason, "expected ',', found ':'");
    assert!(cursor.eat(b':') && cursor.eat(b'['));
    assert_eq!(cursor.u64().unwrap(), 12);
    assert!(cursor.eat(b','));
    let before = cursor.offset();
    assert_eq!(cursor.i64().unwrap(), -3);
    assert!(before < cursor.offset() && cursor.eat(b','));
    assert_eq!(cursor.number().unwrap(), "1e400");
    assert!(cursor.eat(b']') && !cursor.eat(b']') && cursor.eat(b'}'));
    cursor.end().unwrap();
    let error = Cursor::new("1.5", DEPTH).u64().unwrap_err();
    assert_eq!(error.reason, "expected a whole number from 0 to 2^64 - 1, found 1.5");
    assert!(Cursor::new("18446744073709551616", DEPTH).u64().is_err());
    assert!(Cursor::new("1 2", DEPTH).end().is_err());
}

#[derive(serde::Serialize)]
enum Shape {
    Unit,
    New(u8),
    Tuple(u8, char),
    Struct { a: Option<u8>, b: () },
}

#[test]
fn every_shape_is_written_as_serde_json_writes_it() {
    let shapes = [Shape::Unit, Shape::New(1), Shape::Tuple(2, 'é'), Shape::Struct { a: None, b: () }];
    assert_eq!(to_text(&shapes, DEPTH).unwrap(), serde_json::to_string(&shapes).unwrap());
    let floats = (1.0, 0.1, 1e300, -0.0, 1e16, 0.1_f32, f32::MAX, f64::MIN_POSITIVE);
    assert_eq!(to_text(&floats, DEPTH).unwrap(), serde_json::to_string(&floats).unwrap());
    assert_eq!(to_text(&(u128::MAX, i128::MIN), DEPTH).unwrap(), format!("[{},{}]", u128::MAX, i128::MIN));
    let keys = (BTreeMap::from([(-1, 2)]), BTreeMap::from([(true, 2)]), BTreeMap::from([('"', 2)]));
    assert_eq!(to_text(&keys, DEPTH).unwrap(), serde_json::to_string(&keys).unwrap());
}

#[test]
fn what_has_no_text_is_refused_with_its_place() {
    let error = to_text(&BTreeMap::from([("a/b", (1, f64::NAN))]), DEPTH).unwrap_err();
    assert_eq!(error.place(), Some("/a~1b/1"));
    assert!(error.to_string().contains("NaN is not a JSON number"), "{error}");
    assert!(to_text(&f32::INFINITY, DEPTH).unwrap_err().is_invalid_value());
    assert!(to_text(&BTreeMap::from([((), 1)]), DEPTH).unwrap_err().is_invalid_value());
    assert!(to_text(&BTreeMap::from([([1], 1)]), DEPTH).unwrap_err().is_invalid_value());

    #[derive(serde::Serialize)]
    struct Twice {
        a: u8,
        #[serde(flatten)]
        rest: BTreeMap<&'static str, u8>,
    }
    let twice = Twice { a: 1, rest: BTreeMap::from([("a", 2)]) };
    assert_eq!(to_text(&[twice], DEPTH).unwrap_err().place(), Some("/0/a"));
}

#[test]
fn raw_text_is_validated_and_respelled() {
    let raw = |text: &str| serde_json::value::RawValue::from_string(text.to_owned()).unwrap();
    let text = to_text(&[raw("{ \"a\\/\" : 1e400 }"), raw("[]")], DEPTH).unwrap();
    assert_eq!(text, "[{\"a/\":1e400},[]]");
    let error = to_text(&[raw("[{\"a\":1,\"a\":2}]")], DEPTH).unwrap_err();
    assert_eq!(error.place(), Some("/0/0/a"));
    assert!(to_text(&[raw("[[]]")], 2).unwrap_err().is_limit());

    struct Number(&'static str);
    impl serde::Serialize for Number {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeStruct;
            let name = "$serde_json::private::Number";
            let mut number = serializer.serialize_struct(name, 1)?;
            number.serialize_field(name, self.0)?;
            number.end()
        }
    }
    assert_eq!(to_text(&[Number("1e400")], DEPTH).unwrap(), "[1e400]");
    assert!(to_text(&Number("1e"), DEPTH).is_err());
    assert!(to_text(&Number("[]"), DEPTH).is_err());
}
