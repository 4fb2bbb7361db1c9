//! Documents that begin with built-in defaults. Knows the public interface only.

use minisync::{Document, Stamp};
use proptest::prelude::*;
use serde_json::{Value, json};

#[expect(clippy::unwrap_used, reason = "the defaults of these tests are good")]
fn device(name: &str, defaults: &Value) -> Document {
    let mut document = Document::genesis("settings", defaults).unwrap();
    document.set_client_id(name).unwrap();
    document
}

#[expect(clippy::unwrap_used, reason = "both have the same document")]
fn exchange(a: &mut Document, b: &mut Document) {
    let (from_a, from_b) = (a.changes(), b.changes());
    a.merge(&from_b).unwrap();
    b.merge(&from_a).unwrap();
    a.check().unwrap();
    b.check().unwrap();
    assert_eq!(a.to_json(), b.to_json());
}

#[test]
fn two_devices_with_the_same_defaults_hold_the_same_document() {
    let defaults = json!({ "theme": "light", "list": [1, { "a": [] }], "deep": { "x": { "y": null } } });
    let (mut laptop, phone) = (device("laptop", &defaults), device("phone", &defaults));
    assert_eq!(laptop.to_value(), defaults);
    assert_eq!((laptop.id(), laptop.version()), (phone.id(), phone.version()));
    let of_phone = phone.changes().to_string().replace("\"sentBy\":\"phone\"", "\"sentBy\":\"laptop\"");
    assert_eq!(laptop.changes().to_string(), of_phone);
    assert!(laptop.merge(&phone.changes()).unwrap().is_empty());
    laptop.check().unwrap();
}

/// Nothing that names the defaults may ever change: devices with older versions of this library hold them too.
#[test]
fn the_writer_of_defaults_is_fixed() {
    let document = device("laptop", &json!({ "theme": "light" }));
    assert_eq!(document.version().to_string(), r#"{"genesis-65z24g2onfk4axrnanyb":1}"#);
}

#[test]
fn what_was_deleted_from_common_defaults_stays_deleted() {
    let defaults = json!({ "a": 1, "list": ["x", "y"] });
    let (mut laptop, mut phone) = (device("laptop", &defaults), device("phone", &defaults));
    laptop.remove("a").unwrap();
    laptop.list("list").unwrap().shift();
    laptop.forget(&minisync::ForgetPolicy::everything());
    phone.set("b", 2).unwrap();
    exchange(&mut laptop, &mut phone);
    assert_eq!(phone.to_value(), json!({ "list": ["y"], "b": 2 }));
}

#[test]
fn different_defaults_merge() {
    let (mut old, mut new) = (
        device("old", &json!({ "theme": "light", "keys": { "save": "S" } })),
        device("new", &json!({ "theme": "light", "keys": { "save": "S", "find": "F" }, "zoom": 1 })),
    );
    exchange(&mut old, &mut new);
    let all = json!({ "theme": "light", "keys": { "save": "S", "find": "F" }, "zoom": 1 });
    assert_eq!(old.to_value(), all);
    assert!(old.conflicted_paths().is_empty(), "nobody wrote what lost");
}

#[test]
fn defaults_lose_to_any_real_write() {
    let (mut old, mut new) =
        (device("old", &json!({ "theme": "light" })), device("new", &json!({ "theme": "solar", "more": 1 })));
    old.set("theme", "dark").unwrap();
    exchange(&mut old, &mut new);
    assert_eq!(new.to_value(), json!({ "theme": "dark", "more": 1 }));
    assert!(new.conflicted_paths().is_empty());
}

/// A device without a battery for its clock starts in 1970, right where the defaults are.
#[test]
fn defaults_lose_also_to_a_clock_that_never_ran() {
    let builder = Document::builder().clock(|| Stamp::ZERO).document_id("settings".parse().unwrap());
    let mut broken = builder.genesis(json!({ "theme": "light", "a": 1, "b": 2 })).unwrap();
    broken.set("theme", "dark").unwrap();
    let mut other = device("other", &json!({ "theme": "light", "a": 1, "b": 2 }));
    exchange(&mut broken, &mut other);
    assert_eq!(other.to_value()["theme"], "dark");
}

#[test]
fn bad_defaults_are_refused() {
    assert!(Document::genesis("settings", json!([1])).unwrap_err().to_string().contains("object"));
    assert!(Document::genesis("", json!({})).is_err());
    assert_eq!(Document::genesis("settings", json!({})).unwrap().to_json(), "{}");
}

#[test]
fn the_names_of_defaults_are_not_for_clients() {
    let mut document = Document::new(json!({})).unwrap();
    let error = document.set_client_id("genesis-mine").unwrap_err();
    assert!(error.to_string().contains("genesis-"), "{error}");
}

fn defaults() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![(0..3).prop_map(|number| json!(number)), Just(json!("x"))];
    let value = scalar.prop_recursive(2, 8, 3, |inner| {
        let object = proptest::collection::vec((prop_oneof![Just("a"), Just("b")], inner.clone()), 0..3);
        let object = object.prop_map(|entries| {
            Value::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        });
        prop_oneof![proptest::collection::vec(inner, 0..3).prop_map(Value::Array), object]
    });
    proptest::collection::vec((prop_oneof![Just("a"), Just("b"), Just("c")], value), 0..4).prop_map(
        |entries| Value::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
    )
}

proptest! {
    /// Whatever the defaults of three devices, and in whatever order they meet, they come to be equal.
    #[test]
    fn devices_with_any_defaults_converge(of in [defaults(), defaults(), defaults()], writes in [0..4usize, 0..4usize]) {
        let [mut a, mut b, mut c] = [device("a", &of[0]), device("b", &of[1]), device("c", &of[2])];
        a.set("w", writes[0]).unwrap();
        c.set("w", writes[1]).unwrap();
        exchange(&mut a, &mut b);
        exchange(&mut b, &mut c);
        exchange(&mut a, &mut c);
        prop_assert_eq!(a.to_json(), c.to_json());
        exchange(&mut b, &mut c);
        prop_assert_eq!(a.to_json(), b.to_json());
        let keys: Vec<&Value> = of.iter().collect();
        for key in ["a", "b", "c"] {
            let is_default = keys.iter().any(|defaults| defaults.get(key).is_some());
            prop_assert_eq!(a.get(key).is_some(), is_default);
        }
    }
}
