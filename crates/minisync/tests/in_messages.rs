//! Change sets within messages of an app's own, in every way in which serde puts them there.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use minisync::{Changes, Document};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum External {
    Sync(Changes),
    Ping,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    Sync { changes: Changes },
    Ping,
}

/// The change set's own members stand beside the tag.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum TaggedItself {
    Sync(Changes),
    Ping,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "body")]
enum Adjacent {
    Sync(Changes),
    Ping,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Ping { ping: bool },
    Sync { changes: Changes },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    to: String,
    #[serde(flatten)]
    body: Body,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Body {
    changes: Changes,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct FlatItself {
    to: String,
    #[serde(flatten)]
    changes: Changes,
}

fn changes() -> Changes {
    // Doubles that `serde_json` reads wrong by a digit unless told otherwise, integers at their limits, keys that are
    // tags and array indices, and text with every kind of escape.
    let value = json!({
        "doubles": [0.1, 1e-7, 1.5e300, -0.0, 5e-324, 122.416_294_033_786_58, 31.245270191439438, 1.7976931348623157e308],
        "integers": [i64::MIN, u64::MAX, 0], "none": [null, true, false, {}, []],
        "text": "\u{0}\n\"\\\u{7f}\u{2028} é 😀", "~": { "$": [{ "10": 1, "9": 2 }] }, "__proto__": {},
    });
    let mut document = Document::builder().client_id("ann".parse().unwrap()).create(value).unwrap();
    document.set("none.1", 0.2 + 0.1).unwrap();
    document.changes()
}

fn comes_back<M: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(message: M) {
    let text = serde_json::to_string(&message).unwrap();
    let back = serde_json::from_str::<M>(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(back, message, "{text}");
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    let pretty = serde_json::to_string_pretty(&message).unwrap();
    assert_eq!(serde_json::from_str::<M>(&pretty).unwrap(), message);
    assert_eq!(serde_json::from_slice::<M>(text.as_bytes()).unwrap(), message);
    assert_eq!(serde_json::from_reader::<_, M>(text.as_bytes()).unwrap(), message);
}

/// An app had `#[serde(tag = "type")] enum Message { Sync { changes: Changes }, … }`, as most that talk over a socket have.
/// It compiled, it wrote, and none of its messages could be read.
#[test]
fn change_sets_stand_in_enums_of_every_kind() {
    comes_back(External::Sync(changes()));
    comes_back(Tagged::Sync { changes: changes() });
    comes_back(TaggedItself::Sync(changes()));
    comes_back(Adjacent::Sync(changes()));
    comes_back(Untagged::Sync { changes: changes() });
    comes_back(Flat { to: "bob".into(), body: Body { changes: changes() } });
    comes_back(FlatItself { to: "bob".into(), changes: changes() });
    comes_back(vec![Some(changes()), None]);
}

#[test]
fn the_text_is_that_of_the_change_set() {
    let changes = changes();
    let text = changes.to_string();
    assert_eq!(serde_json::to_string(&changes).unwrap(), text);
    let message = serde_json::to_string(&Tagged::Sync { changes }).unwrap();
    assert_eq!(message, format!(r#"{{"type":"Sync","changes":{text}}}"#));
}

#[test]
fn a_change_set_may_come_as_a_string() {
    let changes = changes();
    let plain = serde_json::to_string(&changes.to_string()).unwrap();
    assert_eq!(serde_json::from_str::<Changes>(&plain).unwrap(), changes);
    let message = json!({ "type": "Sync", "changes": changes.to_string() });
    assert_eq!(serde_json::from_value::<Tagged>(message).unwrap(), Tagged::Sync { changes });
}

/// Here `Value` keeps the order of keys, since the tests switch that on; `minisync-dependent` shows one that does not.
#[test]
fn a_value_holds_a_change_set() {
    let changes = changes();
    let value: Value = serde_json::to_value(&changes).unwrap();
    let mut bob = Document::from_changes(&serde_json::from_value(value.clone()).unwrap()).unwrap();
    assert_eq!(bob.to_value(), Document::from_changes(&changes).unwrap().to_value());
    let tagged = json!({ "type": "Sync", "changes": value });
    let Tagged::Sync { changes } = serde_json::from_value(tagged).unwrap() else { panic!("a ping") };
    bob.merge(&changes).unwrap();
}

#[test]
fn what_is_no_change_set_is_refused_with_its_reason() {
    let error =
        serde_json::from_str::<Tagged>(r#"{"type":"Sync","changes":{"a":1}}"#).unwrap_err().to_string();
    assert!(error.contains("not a change set at /a"), "{error}");
    for wrong in ["null", "1", "[]", "\"no\"", r#"{"$serde_json::private::RawValue":"{}"}"#] {
        assert!(
            serde_json::from_str::<Tagged>(&format!(r#"{{"type":"Sync","changes":{wrong}}}"#)).is_err(),
            "{wrong}"
        );
        assert!(serde_json::from_str::<Changes>(wrong).is_err(), "{wrong}");
    }
}

/// Change sets were kept in a `jsonb` column, which puts shorter keys first, or went through a library that sorts them.
/// The dots of a content are counted in the order of its keys: `b`, written before `a`, read as written after it, so
/// two writes changed places and copies with equal versions differed. It was taken without a word.
#[test]
fn a_change_set_whose_keys_were_put_in_another_order_is_refused() {
    let ann = Document::builder().create(json!({ "b": 1, "a": 2 })).unwrap();
    let Value::Object(members) = serde_json::to_value(ann.changes()).unwrap() else { panic!("no object") };
    let by = |key: fn(&str) -> (usize, &str)| {
        let mut sorted: Vec<_> = members.iter().collect();
        sorted.sort_by_key(|(name, _)| key(name));
        let member = |(name, value): (&String, &Value)| format!("{}:{value}", json!(name));
        format!("{{{}}}", sorted.into_iter().map(member).collect::<Vec<_>>().join(","))
    };
    for text in [by(|name| (0, name)), by(|name| (name.len(), name))] {
        let refusal = text.parse::<Changes>().unwrap_err().to_string();
        assert!(
            refusal.contains("another order") && refusal.contains("hand change sets on as text"),
            "{refusal}"
        );
    }
}
