//! Version 1 of the format: files that the original library wrote are read as it meant them, and what we write in
//! its format is read again. Knows the public interface only.
//!
//! A file in `fixtures/v1` has what the old library wrote (`changes`) and what that means (`data`).
#![cfg(feature = "v1")]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that fails panics")]

use std::{fs, path::Path, sync::LazyLock};

use minisync::{Changes, ClientId, Document, Error, Limits, Stamp};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};

struct Fixture {
    name: String,
    changes: String,
    data: Value,
}

static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/v1");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let fixture = |path: &std::path::PathBuf| {
        let mut file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Fixture { name, changes: file["changes"].to_string(), data: file["data"].take() }
    };
    paths.iter().map(fixture).collect()
});

fn parse(text: &str) -> Changes {
    text.parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn import(text: &str) -> Document {
    let document = Document::from_changes(&parse(text)).unwrap();
    document.check().unwrap();
    document
}

/// The member `changes` of a change set.
fn content(changes: &Changes) -> String {
    let text = changes.to_string();
    text.split_once(",\"changes\":").unwrap().1.to_owned()
}

/// A file of version 1 with this in its root, behind `_s`, which says this time.
fn file(time: &str, members: &str) -> String {
    let state = format!(r#"{{"id":"D","u":"0000000001","t":"{time}"}}"#);
    whole(&format!(r#"{{"_s":{state}{members}}}"#))
}

fn whole(changes: &str) -> String {
    format!(
        r#"{{"_minisync":{{"dataType":"CHANGES","version":1}},"documentID":"D","sentBy":"alice","fromVersion":"0000000001","clientStates":[],"changesSince":null,"changes":{changes}}}"#
    )
}

const NOON: &str = "20261122120000";
const LATER: &str = "20261122120001";

#[test]
fn every_file_of_the_old_library_is_read() {
    assert!(FIXTURES.len() >= 10, "the fixtures are missing");
    for Fixture { name, changes, data } in FIXTURES.iter() {
        let document = import(changes);
        // Compared as text: the order of the keys counts too.
        assert_eq!(document.to_json(), data.to_string(), "{name}");
        let old: Value = serde_json::from_str(changes).unwrap();
        assert_eq!(document.id().as_str(), old["documentID"], "{name}");
        assert!(parse(changes).is_full());
    }
}

#[test]
fn the_imported_change_set_is_canonical() {
    for Fixture { name, changes, .. } in FIXTURES.iter() {
        assert_eq!(content(&import(changes).changes()), content(&parse(changes)), "{name}");
    }
}

/// All that a document which was set in one go needs is one stamp.
#[test]
fn a_file_without_later_writes_is_as_small_as_its_data() {
    let large = FIXTURES.iter().find(|fixture| fixture.name == "large").unwrap();
    let length = content(&parse(&large.changes)).len();
    assert!(length < large.data.to_string().len() + 60, "{length}");
}

#[test]
fn two_imports_of_one_file_are_one_document() {
    for Fixture { name, changes, .. } in FIXTURES.iter() {
        let (mut alice, mut bob) = (import(changes), import(changes));
        alice.set("alice", 1).unwrap();
        bob.set("bob", 2).unwrap();
        alice.merge(&bob.changes()).unwrap();
        bob.merge(&alice.changes_for(bob.client_id())).unwrap();
        assert_eq!(alice.to_json(), bob.to_json(), "{name}");
        assert_eq!(content(&alice.changes()), content(&bob.changes()), "{name}");
        assert!(alice.conflicted_paths().is_empty(), "{name}");
        assert_eq!(alice.root().len(), import(changes).root().len() + 2, "{name}");
        // And the file again, into a document that has gone on.
        assert!(alice.merge(&parse(changes)).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn white_space_and_who_exported_it_make_no_difference() {
    let Fixture { changes, .. } = &FIXTURES[0];
    let mut value: Value = serde_json::from_str(changes).unwrap();
    value["sentBy"] = json!("somebody else");
    let other = parse(&serde_json::to_string_pretty(&value).unwrap());
    assert_eq!((other.version(), content(&other)), (parse(changes).version(), content(&parse(changes))));
    value["documentID"] = json!("another");
    assert_ne!(parse(&value.to_string()).version(), other.version());
}

/// Fixed for ever: documents hold these dots.
#[test]
fn the_dots_of_an_import_are_fixed() {
    let list = format!(r#"{{"_s":{{"id":"l","u":null,"t":"{LATER}","a":true}},"v":[1]}}"#);
    let text = file(NOON, &format!(r#","a":1,"l":{list},"=":{{"_s":{{"id":"m","u":null,"t":null}},"=":2}}"#));
    let changes = parse(&text);
    assert_eq!(changes.sender().as_str(), "alice");
    assert_eq!(changes.version().to_string(), r#"{"v1-dtwrxsxrgnmeeououwrl":1795348801000000}"#);
    assert_eq!(
        content(&changes),
        r#"[[null,{"a":{"@":["v1-d",1795348800000000],"=":1},"l":[{"!":999998,"=":1}],"=":{"=":{"=":2}}}]]}"#
    );
    assert_eq!(import(&text).to_json(), r#"{"a":1,"l":[1],"=":{"=":2}}"#);
}

/// Of two files of one document, the value that was written later is seen, whoever imports and merges.
#[test]
fn the_later_value_wins() {
    let inner = |time: &str, value: &str| {
        format!(r#","m":{{"_s":{{"id":"m","u":null,"t":"{time}"}},"x":"{value}","y":"{value}"}}"#)
    };
    let early = file(LATER, &format!(r#","a":"root late"{}"#, inner(NOON, "early")));
    let late = file(NOON, &format!(r#","a":"root early"{}"#, inner(LATER, "late")));
    let (mut one, mut two) = (import(&early), import(&late));
    one.merge(&parse(&late)).unwrap();
    two.merge(&parse(&early)).unwrap();
    assert_eq!(one.to_json(), r#"{"a":"root late","m":{"x":"late","y":"late"}}"#);
    assert_eq!(one.to_value(), two.to_value());
}

#[test]
fn who_restores_a_file_goes_on_as_its_sender() {
    let changes = parse(&file(NOON, r#","a":1"#));
    let mut alice = Document::restore(&changes).unwrap();
    assert_eq!(alice.client_id().as_str(), "alice");
    alice.set("a", 2).unwrap();
    let mut bob = Document::from_changes(&changes).unwrap();
    assert_ne!(bob.client_id().as_str(), "alice");
    bob.merge(&alice.changes_since(changes.version())).unwrap();
    assert_eq!(bob.to_json(), r#"{"a":2}"#);
}

#[test]
fn unusual_files_are_read() {
    let reads = |text: &str, data: &str| assert_eq!(import(text).to_json(), data, "{text}");
    reads(&whole("null"), "{}");
    reads(&file(NOON, ""), "{}");
    reads(&whole(r#"{"_s":{"id":"D","u":null,"t":null},"a":1}"#), r#"{"a":1}"#);
    // JavaScript puts keys that are numbers first, so `_s` may be anywhere.
    reads(&whole(r#"{"1":"x","v":true,"_s":{"id":"D","u":"","t":null}}"#), r#"{"1":"x","v":true}"#);
    reads(&file(NOON, r#","l":{"v":[null],"_s":{"a":true,"id":"l","u":"1","t":null}}"#), r#"{"l":[null]}"#);
    let removed = r#"{"_s":{"id":"r","u":"1","t":null,"r":"2"},"x":{"_s":{"id":"s","u":"1","t":null}}}"#;
    let list = format!(r#"{{"_s":{{"id":"l","u":"1","t":null,"a":true}},"v":[1,{removed},2]}}"#);
    reads(&file(NOON, &format!(r#","gone":{removed},"l":{list},"z":0"#)), r#"{"l":[1,2],"z":0}"#);
    reads(&file(NOON, r#","n":1e400,"s":"\u0041\/""#), r#"{"n":1e400,"s":"A/"}"#);
    // Clocks that were set wrong.
    reads(&file("19700101000000", r#","a":1"#), r#"{"a":1}"#);
    reads(&file("20990101000000", r#","a":1"#), r#"{"a":1}"#);
    let id = |id: &str| {
        parse(&file(NOON, "").replace(r#"tID":"D""#, &format!(r#"tID":"{id}""#))).document_id().clone()
    };
    assert_eq!(id("some id").as_str(), "some id");
    assert!(id("").as_str().starts_with("v1-"));
    assert_ne!(id("\\n"), id(""));
}

#[test]
fn deltas_are_refused() {
    let delta = file(NOON, "").replace(r#""changesSince":null"#, r#""changesSince":"0000000001""#);
    let error = delta.parse::<Changes>().unwrap_err();
    assert!(error.is_version_1_delta() && !error.is_malformed());
    assert!(error.to_string().contains("ask its sender for a full change set"), "{error}");
}

#[track_caller]
fn refuses(text: &str, place: &str, reason: &str) {
    let error = text.parse::<Changes>().unwrap_err();
    assert!(error.is_malformed(), "{text}: {error}");
    assert!(error.to_string().contains(reason), "{text}: {error}");
    assert_eq!(error.place(), Some(place), "{text}: {error}");
}

#[test]
fn what_is_no_file_of_version_1_is_refused_with_its_place() {
    let good = file(NOON, r#","a":1"#);
    for (from, to, place, reason) in [
        (r#""sentBy":"alice","#, "", "", "\"sentBy\" is missing"),
        (r#""documentID":"D","#, "", "", "\"documentID\" is missing"),
        (r#""fromVersion":"0000000001","#, "", "", "\"fromVersion\" is missing"),
        (r#""clientStates":[],"#, "", "", "\"clientStates\" is missing"),
        (r#""changesSince":null,"#, "", "", "\"changesSince\" is missing"),
        (r#""sentBy":"alice""#, r#""sentBy":"""#, "/sentBy", "is empty"),
        (r#""sentBy""#, r#""sender""#, "/sender", "has no member \"sender\""),
        (r#""sentBy":"#, r#""documentID":"D","sentBy":"#, "/documentID", "twice"),
        (r#""clientStates":[]"#, r#""clientStates":{}"#, "/clientStates", "expected a list"),
        (r#""clientStates":[]"#, r#""clientStates":[{"x":1}]"#, "/clientStates/0/x", "no member \"x\""),
        (
            r#""clientStates":[]"#,
            r#""clientStates":[{"clientID":1}]"#,
            "/clientStates/0/clientID",
            "a string",
        ),
        (r#""version":1"#, r#""version":1,"x":2"#, "/_minisync/x", "no member \"x\""),
        (r#""changesSince":null"#, r#""changesSince":1"#, "/changesSince", "expected a string"),
        (r#""t":"20261122120000""#, r#""t":"20261322120000""#, "/changes/_s/t", "expected a time"),
        (r#""t":"20261122120000""#, r#""t":"22561122120000""#, "/changes/_s/t", "between 1970 and 2255"),
        (r#","t":"20261122120000""#, "", "/changes/_s", "\"t\" of the state is missing"),
        (r#""u":"0000000001","#, r#""u":1,"#, "/changes/_s/u", "expected a string"),
        (r#""id":"D","#, r#""id":"D","x":1,"#, "/changes/_s/x", "no member \"x\""),
        (r#""id":"D","#, r#""id":"D","a":1,"#, "/changes/_s/a", "true or false"),
        (r#""id":"D","#, r#""id":"D","ri":[{"x":1}],"#, "/changes/_s/ri/0/x", "no member \"x\""),
        (r#""id":"D","#, r#""id":"D","r":"2","#, "/changes", "the root was removed"),
        (r#""a":1"#, r#""a":{"b":1}"#, "/changes/a", "has a member \"_s\""),
        (r#""a":1"#, r#""a":[1]"#, "/changes/a", "an object of \"_s\" and \"v\""),
        (r#""a":1"#, r#""v":[1]"#, "/changes/v", "\"a\":true"),
        (r#""a":1"#, r#""a":{"_s":{"id":"l","u":"1","t":null,"a":true}}"#, "/changes/a", "and no others"),
        (
            r#""a":1"#,
            r#""a":{"_s":{"id":"l","u":"1","t":null,"a":true},"v":[],"x":1}"#,
            "/changes/a",
            "and no others",
        ),
        (r#""a":1"#, r#""a":"\ud800""#, "/changes/a", "surrogate"),
        (r#""a":1"#, r#""a":1,"a":2"#, "/changes/a", "twice"),
        (r#""a":1}"#, r#""a":1"#, "/changes", "expected"),
    ] {
        assert!(good.contains(from), "{from}");
        refuses(&good.replacen(from, to, 1), place, reason);
    }
    refuses(&whole("1"), "/changes", "expected an object, or null");
    refuses(
        &whole(r#"{"_s":{"id":"D","u":"1","t":null,"a":true},"v":[]}"#),
        "/changes",
        "the root is a list",
    );
    refuses(&(good + "x"), "", "expected the end");
}

/// Deep text costs no stack when it is read, and is refused by the document's own limit.
#[test]
fn deep_and_large_files_meet_the_limits() {
    let nested = |depth: usize| {
        let open = r#","a":{"_s":{"id":"x","u":"1","t":null}"#.repeat(depth);
        file(NOON, &format!("{open},\"b\":1{}", "}".repeat(depth)))
    };
    assert!(Document::from_changes(&parse(&nested(127))).is_ok());
    let error = Document::from_changes(&parse(&nested(128))).unwrap_err();
    assert!(error.is_limit(), "{error}");
    assert!(Document::from_changes(&parse(&nested(100_000))).unwrap_err().is_limit());
    let mut limits = Limits::default();
    limits.bytes = 20;
    let error: Error = Document::builder().limits(limits).join(&parse(&nested(1))).unwrap_err();
    assert!(error.is_limit(), "{error}");
}

#[test]
fn fixtures_come_back_out_of_an_export() {
    for Fixture { name, changes, data } in FIXTURES.iter() {
        let document = import(changes);
        let old = document.changes_v1().unwrap();
        assert!(old.left_out().is_empty(), "{name}");
        let again = import(&old.to_string());
        assert_eq!((again.id(), again.to_json()), (document.id(), data.to_string()), "{name}");
    }
}

/// Whoever exports the same document writes the same, but for the sender.
#[test]
fn an_export_is_deterministic_and_says_when() {
    let at = |client: &str| {
        Document::builder()
            .client_id(ClientId::new(client).unwrap())
            .clock(|| Stamp::saturating(1_795_378_352_000_000))
    };
    let mut alice = at("alice").create(json!({ "a": [[1, {}], { "b": [] }], "n": null })).unwrap();
    alice.list("a").unwrap().push("x").unwrap();
    let bob = at("bob").join(&alice.changes()).unwrap();
    let (one, two) = (alice.changes_v1().unwrap(), bob.changes_v1().unwrap());
    assert_eq!(one.to_string().replace("\"alice\"", "\"bob\""), two.to_string());
    let value: Value = serde_json::from_str(&one.to_string()).unwrap();
    assert_eq!(value["changes"]["a"]["_s"]["t"], "20261122201232");
    assert_eq!(value["changes"]["a"]["_s"]["a"], true);
    assert_eq!(value["changes"]["a"]["v"][1]["b"]["v"], json!([]));
    assert_eq!(one.left_out().iter().map(ToString::to_string).collect::<Vec<_>>(), ["n"]);
    // What was untouched text has the same ids when it was taken apart.
    let before = value["changes"]["a"]["v"][1]["_s"]["id"].clone();
    alice.set("a[1].c", 1).unwrap();
    let after: Value = serde_json::from_str(&alice.changes_v1().unwrap().to_string()).unwrap();
    assert_eq!(after["changes"]["a"]["v"][1]["_s"]["id"], before);
    assert!(after["fromVersion"].as_str() > value["fromVersion"].as_str());
}

#[test]
fn keys_that_the_old_library_misreads_are_refused() {
    for key in ["", "_s", "a.b", "a[0", "b]", "__proto__", "hasOwnProperty"] {
        let document = Document::new(json!({ "list": [{ key: 1 }] })).unwrap();
        let error = document.changes_v1().unwrap_err().to_string();
        assert!(error.contains(&format!("{key:?} (at list[0]")) && error.contains("rename it"), "{error}");
    }
    assert!(
        Document::new(json!({ "v": 1, "a": { "]b": [2], "constructor": 3 } })).unwrap().changes_v1().is_ok()
    );
}

#[test]
fn of_a_conflict_what_readers_see_is_written() {
    let mut alice = Document::new(json!({ "t": "a" })).unwrap();
    let mut bob = Document::from_changes(&alice.changes()).unwrap();
    for (document, name) in [(&mut alice, "alice"), (&mut bob, "bob")] {
        document.set("t", name).unwrap();
        document.set("m", json!({ name: [name] })).unwrap();
        document.set("l", json!([name, { "by": name }])).unwrap();
    }
    alice.merge(&bob.changes()).unwrap();
    assert_eq!(import(&alice.changes_v1().unwrap().to_string()).to_value(), alice.to_value());
}

/// What version 1 can say of a value: no `null` in objects.
fn sayable(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(sayable).collect(),
        Value::Object(entries) => {
            let entries = entries.into_iter().filter(|(_, value)| !value.is_null());
            entries.map(|(key, value)| (key, sayable(value))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        any::<i64>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(Value::Bool),
        "\\PC{0,8}".prop_map(Value::String),
        Just(Value::Null),
    ];
    scalar.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![vec(inner.clone(), 0..5).prop_map(Value::Array), object(inner)]
    })
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let key = prop_oneof!["[a-z=+@v]{1,3}", "\\PC{1,6}"].prop_map(|key| key.replace(['.', '[', ']'], "_"));
    // Version 1 cannot say this one, and a test of its own sees to it that it is refused; some run in a thousand drew it.
    let key = key.prop_map(|key| if key == "_s" { "s".to_owned() } else { key });
    vec((key, inner), 0..5).prop_map(|entries| entries.into_iter().collect::<Map<_, _>>().into())
}

proptest! {
    #[test]
    fn what_is_exported_is_imported_again(root in object(value()), edits in vec(value(), 0..4)) {
        let mut document = Document::new(&root).unwrap();
        for edit in edits {
            document.set("edit", edit).unwrap();
        }
        let old = document.changes_v1().unwrap().to_string();
        let again = import(&old);
        prop_assert_eq!(again.to_value(), sayable(document.to_value()));
        prop_assert_eq!(content(&again.changes()), content(&parse(&old)));
    }

    #[test]
    fn damaged_files_never_panic(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<bool>()) {
        let small: Vec<_> = FIXTURES.iter().filter(|fixture| fixture.changes.len() < 10_000).collect();
        let mut bytes = which.get(&small).changes.clone().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        if let Some(changes) = String::from_utf8(bytes).ok().and_then(|text| text.parse::<Changes>().ok()) {
            let document = Document::from_changes(&changes);
            prop_assert!(document.is_err() || document.unwrap().check().is_ok());
        }
    }
}
