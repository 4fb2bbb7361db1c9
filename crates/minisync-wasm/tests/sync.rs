//! Two instances sync through files in memory, driven as JavaScript does: requests as JSON, file contents as bytes.
#![cfg(feature = "sync")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails panics")]

use std::collections::BTreeMap;

use minisync_wasm::Instance;
use serde_json::{Value, json};

const NOW: f64 = 1_795_377_823_000.0;

type Files = BTreeMap<String, Vec<u8>>;

fn instance(seed: u32) -> Instance {
    let mut instance = Instance::default();
    instance.seed([seed, 2, 3, 4]);
    instance
}

fn call(instance: &mut Instance, name: &str, input: &Value, now: f64) -> Value {
    let output =
        instance.call(name, &input.to_string(), now).unwrap_or_else(|error| panic!("{name}: {error}"));
    if output.is_empty() { Value::Null } else { serde_json::from_str(&output).unwrap() }
}

fn error(instance: &mut Instance, name: &str, input: &Value) -> Value {
    serde_json::from_str(&instance.call(name, &input.to_string(), NOW).unwrap_err()).unwrap()
}

/// What is directly in a folder.
fn list(files: &Files, folder: &str) -> Value {
    let mut entries: BTreeMap<&str, Value> = BTreeMap::new();
    for (path, bytes) in files {
        let Some(rest) = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else { continue };
        let (name, entry) = match rest.split_once('/') {
            Some((name, _)) => (name, json!({ "name": name, "isFolder": true })),
            None => (rest, json!({ "name": rest, "size": bytes.len(), "etag": format!("{bytes:?}") })),
        };
        entries.insert(name, entry);
    }
    json!({ "files": entries.into_values().collect::<Vec<_>>() })
}

/// Runs a machine to its end. Returns what it made, and the patches that came on the way.
fn drive(instance: &mut Instance, machine: &Value, files: &mut Files, now: f64) -> (Value, Vec<Value>) {
    let mut patches = Vec::new();
    let mut open: Vec<Value> = Vec::new();
    loop {
        let step = call(instance, "syncNext", &json!([machine]), now);
        if let Some(more) = step["commit"]["patches"].as_array() {
            patches.extend(more.iter().cloned());
        }
        if step.get("done").is_some() {
            return (step["done"].clone(), patches);
        }
        if step.get("wait").is_none() {
            open.push(step);
            continue;
        }
        // In the order that is least likely.
        let request = open.pop().expect("there is a request to wait for");
        let id = &request["id"];
        let mut body = Vec::new();
        let answer = if let Some(path) = request["read"].as_str() {
            match files.get(path) {
                Some(bytes) => {
                    body.clone_from(bytes);
                    json!({ "ok": true })
                }
                None => json!({ "missing": true }),
            }
        } else if let Some(path) = request["write"].as_str() {
            let input = json!([machine, id]).to_string();
            files.insert(path.to_owned(), instance.call_bytes("syncBody", input.as_bytes(), now).unwrap());
            json!({ "ok": true })
        } else if let Some(folder) = request["list"].as_str() {
            list(files, folder)
        } else {
            if let Some(path) = request["delete"].as_str() {
                files.remove(path);
            }
            json!({ "ok": true })
        };
        let mut input = json!([machine, id, answer]).to_string().into_bytes();
        input.push(b'\n');
        input.extend(body);
        instance.call_bytes("syncAnswer", &input, now).unwrap();
    }
}

fn sync(instance: &mut Instance, files: &mut Files, now: f64) -> (Value, Vec<Value>) {
    let machine = call(instance, "syncBegin", &json!(["memory://x"]), now);
    drive(instance, &machine, files, now)
}

#[test]
fn two_instances_meet_in_a_store() {
    let mut files = Files::new();
    let mut alice = instance(1);
    let ids = json!({ "document": "list", "client": "alice" });
    call(&mut alice, "create", &json!([ids, { "items": ["ä"] }]), NOW);
    call(&mut alice, "syncRecord", &json!([null, "Alice's"]), NOW);
    let (report, _) = sync(&mut alice, &mut files, NOW);
    assert_eq!(report["sent"]["whole"], true, "{report}");

    let mut scout = instance(2);
    let machine = call(&mut scout, "discoveryBegin", &json!([]), NOW);
    let (found, _) = drive(&mut scout, &machine, &mut files, NOW);
    assert_eq!(
        found,
        json!([{ "document": "list", "clients": [{ "client": "alice", "label": "Alice's" }] }])
    );
    let machine = call(&mut scout, "joinBegin", &json!(["list"]), NOW);
    let (joined, _) = drive(&mut scout, &machine, &mut files, NOW);
    assert_eq!(joined["from"], "alice");

    let mut bob = instance(3);
    let changes = joined["changes"].as_str().unwrap();
    bob.call("join", &format!(r#"[{{"client":"bob"}},{changes}]"#), NOW).unwrap();
    call(&mut bob, "subscribe", &json!([]), NOW);
    call(&mut bob, "syncRecord", &json!([]), NOW);
    call(&mut alice, "push", &json!(["items", ["from alice"]]), NOW + 1.0);
    sync(&mut alice, &mut files, NOW + 2.0);
    let (report, patches) = sync(&mut bob, &mut files, NOW + 3.0);
    assert_eq!(patches, [json!({ "op": "add", "path": "/items/1", "value": "from alice" })]);
    assert_eq!(report["received"][0]["label"], "Alice's");
    call(&mut bob, "push", &json!(["items", ["from bob"]]), NOW + 4.0);
    sync(&mut bob, &mut files, NOW + 5.0);
    sync(&mut alice, &mut files, NOW + 6.0);
    let both = json!({ "items": ["ä", "from alice", "from bob"] });
    assert_eq!(call(&mut alice, "get", &json!([]), NOW), both);

    // With its record, a restored copy knows its own head: it is no clone.
    let changes = bob.call("changes", "[]", NOW).unwrap();
    let record = bob.call("syncState", "[]", NOW).unwrap();
    let mut again = instance(4);
    again.call("restore", &format!("[null,{changes}]"), NOW).unwrap();
    again.call("syncRecord", &format!("[{record}]"), NOW).unwrap();
    sync(&mut again, &mut files, NOW + 7.0);
    assert_eq!(call(&mut again, "identity", &json!([]), NOW)["client"], "bob");
}

#[test]
fn what_is_wrong_is_refused() {
    let mut instance = instance(1);
    call(&mut instance, "create", &json!([{ "document": "list" }, {}]), NOW);
    assert_eq!(error(&mut instance, "syncNext", &json!([7]))["code"], "invalid-call");
    let machine = call(&mut instance, "syncBegin", &json!(["memory://x"]), NOW);
    assert_eq!(error(&mut instance, "syncNext", &json!([machine]))["code"], "no-document", "no record");
    call(&mut instance, "syncRecord", &json!([]), NOW);
    call(&mut instance, "begin", &json!([]), NOW);
    assert_eq!(error(&mut instance, "syncNext", &json!([machine]))["code"], "refused");
    call(&mut instance, "rollback", &json!([]), NOW);
    let id = call(&mut instance, "syncNext", &json!([machine]), NOW)["id"].clone();
    let wrong =
        [json!([machine, 99, { "ok": true }]), json!([machine, id, { "ok": true }]), json!([machine, id])];
    for answer in wrong.map(|answer| answer.to_string()) {
        assert!(instance.call_bytes("syncAnswer", answer.as_bytes(), NOW).is_err(), "{answer}");
    }
    let busy = json!([machine, id, { "error": "too many requests", "kind": "busy", "retryAfter": 5000 }]);
    instance.call_bytes("syncAnswer", busy.to_string().as_bytes(), NOW).unwrap();
    let failure = error(&mut instance, "syncNext", &json!([machine]));
    assert_eq!((&failure["code"], &failure["retryAfter"]), (&json!("busy"), &json!(5000)), "{failure}");
    assert_eq!(error(&mut instance, "syncNext", &json!([machine]))["code"], "invalid-call", "it is over");
}
