//! The contract of `docs/boundary.md`, by the names of the operations, on native code.
#![expect(clippy::panic, clippy::expect_used, reason = "a test that panics has failed")]

use minisync_wasm::Instance;
use serde_json::{Value, json};

/// Instances as JavaScript sees them: values in and out.
struct Page {
    instance: Instance,
    now: f64,
}

impl Page {
    fn new(seed: u32) -> Page {
        let mut instance = Instance::default();
        instance.seed([seed, 2, 3, 4]);
        Page { instance, now: 1_795_377_823_000.0 }
    }

    /// A page with a document.
    fn with(seed: u32, value: Value) -> Page {
        let mut page = Page::new(seed);
        page.call("create", json!([null, value]));
        page.call("subscribe", json!([]));
        page
    }

    fn try_call(&mut self, operation: &str, arguments: Value) -> Result<Value, Value> {
        self.now += 1.0;
        let parse = |text: String| match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}")),
        };
        let result = self.instance.call(operation, &arguments.to_string(), self.now);
        result.map(parse).map_err(parse)
    }

    #[track_caller]
    fn call(&mut self, operation: &str, arguments: Value) -> Value {
        self.try_call(operation, arguments).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// A result as text, such as a change set, whose keys have an order.
    fn text(&mut self, operation: &str, arguments: Value) -> String {
        let result = self.instance.call(operation, &arguments.to_string(), self.now);
        result.unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// Calls an operation whose last argument is a change set.
    fn hand(&mut self, operation: &str, options: &str, changes: &str) -> Result<Value, Value> {
        let options = if options.is_empty() { String::new() } else { format!("{options},") };
        let result = self.instance.call(operation, &format!("[{options}{changes}]"), self.now);
        let parse = |text: String| serde_json::from_str(&text).unwrap_or(Value::Null);
        result.map(parse).map_err(parse)
    }

    #[track_caller]
    fn refused(&mut self, operation: &str, arguments: Value) -> String {
        let error = self.try_call(operation, arguments).expect_err(operation);
        assert!(error["message"].as_str().is_some_and(|message| message.len() > 10), "{error}");
        error["code"].as_str().unwrap_or_default().to_owned()
    }
}

#[test]
fn two_pages_exchange_changes_and_patches() {
    let mut alice = Page::with(1, json!({ "list": [1, { "x": 2 }] }));
    let mut bob = Page::new(2);
    bob.hand("join", "null", &alice.text("changes", json!([]))).unwrap();
    let client = bob.call("identity", json!([]))["client"].clone();
    let commit = alice.call("push", json!(["list", ["ä😀"]]));
    assert_eq!(
        commit,
        json!({ "result": 3, "patches": [{ "op": "add", "path": "/list/2", "value": "ä😀" }] })
    );
    let merged = bob.hand("merge", "", &alice.text("changesFor", json!([client]))).unwrap();
    assert_eq!(merged, json!({ "patches": [{ "op": "add", "path": "/list/2", "value": "ä😀" }] }));
    assert_eq!(bob.call("get", json!([])), json!({ "list": [1, { "x": 2 }, "ä😀"] }));
    assert_eq!(bob.call("compare", json!([alice.call("version", json!([]))])), json!("equal"));
}

#[test]
fn handles_follow_a_container_and_are_gone_with_it() {
    let mut page = Page::with(1, json!({ "list": [{ "n": 1 }] }));
    let reference = page.call("find", json!([["list", 0]]));
    assert_eq!(reference["type"], "map");
    let id = reference["id"].clone();
    page.call("insert", json!(["list", 0, ["first"]]));
    assert_eq!(page.call("locate", json!([id])), json!(["list", 1]));
    page.call("set", json!([{ "id": id, "path": ["n"] }, 2]));
    assert_eq!(
        page.call("children", json!(["list"])),
        json!([{ "value": "first" }, { "id": id, "type": "map" }])
    );
    assert_eq!(page.call("get", json!(["list[1].n"])), json!(2));
    page.call("remove", json!(["list[1]"]));
    assert_eq!(page.call("get", json!([{ "id": id }])), Value::Null);
    assert_eq!(page.refused("set", json!([{ "id": id, "path": "n" }, 3])), "gone");
}

#[test]
fn a_batch_is_all_or_nothing() {
    let mut page = Page::with(1, json!({ "list": [3, 1, 2] }));
    let before = page.text("changes", json!([]));
    let error = page.try_call("batch", json!([["set", "a", 1], ["set", "no.where", 1]])).unwrap_err();
    assert_eq!((&error["index"], &error["code"]), (&json!(1), &json!("invalid-path")));
    assert_eq!(page.text("changes", json!([])), before);
    let commit = page.call(
        "batch",
        json!([["reorder", "list", [1, 2, 0]], ["splice", "list", -1, 1, ["z"]], ["remove", "x"]]),
    );
    assert_eq!(commit["result"], json!([null, [3], false]));
    assert_eq!(page.call("get", json!([])), json!({ "list": [1, 2, "z"] }));
}

#[test]
fn a_transaction_hides_its_patches_until_it_is_committed() {
    let mut page = Page::with(1, json!({}));
    page.call("begin", json!([]));
    assert_eq!(page.call("set", json!(["a", 1])), Value::Null);
    assert_eq!(page.call("get", json!(["a"])), json!(1));
    assert_eq!(page.refused("changes", json!([])), "refused");
    page.call("rollback", json!([]));
    assert_eq!(page.call("get", json!([])), json!({}));
    page.call("begin", json!([]));
    page.call("set", json!(["b", 2]));
    assert_eq!(page.call("commit", json!([]))["patches"][0]["path"], "/b");
    assert_eq!(page.refused("commit", json!([])), "refused");
}

#[test]
fn undo_survives_a_reload() {
    let mut page = Page::with(1, json!({ "title": "Plan" }));
    page.call("recordUndo", json!([]));
    page.call("set", json!(["title", "Saturday"]));
    let (saved, history) = (page.text("changes", json!([])), page.text("saveUndo", json!([])));
    let mut page = Page::new(2);
    page.hand("restore", "null", &saved).unwrap();
    page.hand("restoreUndo", "", &history).unwrap();
    assert_eq!(page.call("undoState", json!([])), json!({ "undo": true, "redo": false }));
    assert_eq!(page.call("undo", json!([]))["result"], json!(true));
    assert_eq!(page.call("get", json!(["title"])), json!("Plan"));
}

#[test]
fn what_is_wrong_is_named() {
    let mut page = Page::new(1);
    assert_eq!(page.refused("get", json!([])), "no-document");
    assert_eq!(page.refused("create", json!([null, [1]])), "invalid-value");
    page.call("create", json!([null, {}]));
    assert_eq!(page.refused("create", json!([null, {}])), "no-document");
    assert_eq!(page.refused("set", json!(["a[", 1])), "invalid-path");
    assert_eq!(page.refused("set", json!(["a"])), "invalid-call");
    assert_eq!(page.refused("set", json!(["a", 1, 2])), "invalid-call");
    assert_eq!(page.refused("nonsense", json!([])), "invalid-call");
    assert_eq!(page.refused("merge", json!([{ "x": 1 }])), "malformed");
    let other = Page::with(2, json!({})).text("changes", json!([]));
    assert_eq!(page.hand("merge", "", &other).unwrap_err()["code"], "wrong-document");
}

#[test]
fn conflicts_are_told_and_settled() {
    let mut alice = Page::with(1, json!({ "title": "" }));
    let mut bob = Page::new(2);
    bob.hand("join", "null", &alice.text("changes", json!([]))).unwrap();
    alice.call("set", json!(["title", "A"]));
    bob.call("set", json!(["title", "B"]));
    alice.hand("merge", "", &bob.text("changes", json!([]))).unwrap();
    let lost = alice.call("conflicts", json!(["title"]));
    assert_eq!(lost.as_array().map(Vec::len), Some(1));
    assert_eq!(alice.call("conflictedPlaces", json!([])), json!([["title"]]));
    alice.call("resolve", json!(["title", 0]));
    assert_eq!(alice.call("get", json!(["title"])), lost[0]["value"]);
    assert_eq!(alice.call("conflictedPlaces", json!([])), json!([]));
}
