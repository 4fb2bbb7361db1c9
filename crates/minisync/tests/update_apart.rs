//! Two devices make their document equal to JSON that plain programs edited, and meet: what only one of them wrote is
//! to be read, or was told. Knows the public interface only.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use minisync::{ClientId, Document, Patches};
use minisync_testkit::rng::Rng;
use serde_json::{Value, json};

/// Copies at `ann` and `bob` of a document with this value.
fn pair(value: &Value) -> (Document, Document) {
    let join = |document: &Document, name: &str| {
        Document::builder().client_id(ClientId::new(name).unwrap()).join(&document.changes()).unwrap()
    };
    let first = Document::new(value).unwrap();
    (join(&first, "ann"), join(&first, "bob"))
}

/// Both update, and meet. What is to be read in the end, and what was told beside.
fn apart(base: &Value, ann: &Value, bob: &Value) -> (Value, String) {
    let (mut a, mut b) = pair(base);
    a.update("", ann).unwrap();
    b.update("", bob).unwrap();
    assert_eq!((&a.to_value(), &b.to_value()), (ann, bob));
    let changes = b.changes_for(a.client_id());
    let at_ann = a.merge(&changes).unwrap();
    let at_bob = b.merge(&a.changes_for(b.client_id())).unwrap();
    a.check().unwrap();
    assert_eq!(a.to_value(), b.to_value());
    let overruled = |patches: &Patches| -> String {
        patches
            .overruled()
            .iter()
            .map(|lost| format!("{} {}\n", lost.value, lost.item.as_deref().unwrap_or("")))
            .collect()
    };
    let conflicts = a.conflicted_paths();
    let conflicts = conflicts.iter().flat_map(|path| a.conflicts(path).unwrap());
    let conflicts: String = conflicts.map(|conflict| conflict.value.to_json() + "\n").collect();
    let told = overruled(&at_ann) + &overruled(&at_bob) + &conflicts;
    (a.to_value(), told)
}

/// The colour was made green here and blue there. Both had moved the 255, so one of the two was lost without a word.
#[test]
fn a_short_list_of_numbers_is_one_value() {
    for (old, ann, bob) in [
        (json!([255, 0, 0]), json!([0, 255, 0]), json!([0, 0, 255])),
        (json!([48.1, 11.5]), json!([52.5, 13.4]), json!([50.1, 8.6])),
        (json!([1, 0, 0, 0, 0]), json!([0, 1, 0, 0, 0]), json!([0, 0, 0, 0, 1])),
    ] {
        let (merged, told) = apart(&json!({ "p": old }), &json!({ "p": ann }), &json!({ "p": bob }));
        assert!(merged["p"] == ann || merged["p"] == bob, "{ann} and {bob} became {merged}");
        assert!(!told.is_empty(), "{ann} and {bob} became {merged}, and nobody was told");
    }
}

/// Ann put an item on top and edited the one below; Bob renamed that one. The item on top got its name.
#[test]
fn an_item_on_top_does_not_take_over_what_was_written_in_its_neighbour() {
    let base = json!({ "todo": [{ "n": 1, "t": "milk" }] });
    let ann = json!({ "todo": [{ "n": 2, "t": "tea" }, { "n": 3, "t": "milk" }] });
    let bob = json!({ "todo": [{ "n": 1, "t": "oat milk" }] });
    let merged = json!({ "todo": [{ "n": 2, "t": "tea" }, { "n": 3, "t": "oat milk" }] });
    assert_eq!(apart(&base, &ann, &bob), (merged, String::new()));
}

/// An id stood twice in a list, and the item that came with it was lost.
#[test]
fn an_id_that_stands_twice_loses_no_item() {
    let base = json!({ "todo": [{ "id": 1, "t": "milk" }, { "id": 2, "t": "eggs" }] });
    let ann =
        json!({ "todo": [{ "id": 1, "t": "milk" }, { "id": 1, "t": "tea" }, { "id": 2, "t": "eggs" }] });
    let bob = json!({ "todo": [{ "id": 1, "t": "oat milk" }, { "id": 2, "t": "eggs" }, { "id": 1, "t": "bread" }] });
    let (merged, told) = apart(&base, &ann, &bob);
    let texts: Vec<&str> =
        merged["todo"].as_array().unwrap().iter().map(|item| item["t"].as_str().unwrap()).collect();
    assert_eq!((texts, told.as_str()), (vec!["oat milk", "tea", "eggs", "bread"], ""));
}

/// Of two colours that nobody mixed, one is seen whole, or it is told that they were mixed.
#[test]
fn numbers_that_both_changed_are_not_mixed_without_a_word() {
    let colour = |rng: &mut Rng, length: u64| -> Vec<i64> {
        (0..length).map(|_| *rng.pick(&[0, 0, 128, 255])).collect()
    };
    for seed in 0..3_000 {
        let mut rng = Rng::new(seed);
        let length = rng.between(2, 6);
        let (old, mut new) = (colour(&mut rng, length), Vec::new());
        for _ in 0..2 {
            let mut other = if rng.chance(50) { colour(&mut rng, length) } else { old.clone() };
            other.swap(rng.index(old.len()), rng.index(old.len()));
            new.push(other);
        }
        let [ann, bob] = [json!(new[0]), json!(new[1])];
        let (merged, told) = apart(&json!({ "p": old }), &json!({ "p": ann }), &json!({ "p": bob }));
        // One number here and another one there do not contradict each other.
        let changed = |new: &[i64]| old.iter().zip(new).filter(|(old, new)| old != new).count();
        let is_small = new.iter().any(|new| changed(new) <= 1);
        let is_told = !told.is_empty() || merged["p"] == ann || merged["p"] == bob;
        assert!(is_small || is_told || length > 4, "seed {seed}: {old:?}, {ann} and {bob} became {merged}");
    }
}

/// Something that stands nowhere else.
fn token(rng: &mut Rng, next: &mut u64) -> Value {
    *next += 1;
    match rng.below(3) {
        0 => json!(*next * 1_000 + 7),
        1 => json!(format!("token {next} of many")),
        _ => json!(format!("{next} tokens")),
    }
}

fn item(rng: &mut Rng, next: &mut u64, has_id: bool) -> Value {
    let mut item = json!({ "done": rng.chance(50), "n": token(rng, next), "t": token(rng, next) });
    if has_id {
        item["id"] = if rng.chance(70) { json!(format!("id {next}")) } else { json!("the same") };
    }
    if rng.chance(30) {
        item["below"] = json!([token(rng, next), token(rng, next)]);
    }
    item
}

fn scalars(rng: &mut Rng, next: &mut u64, most: u64) -> Value {
    (0..rng.between(0, most)).map(|_| token(rng, next)).collect()
}

fn base(rng: &mut Rng, next: &mut u64) -> Value {
    let items = |rng: &mut Rng, next: &mut u64, has_id: bool| -> Value {
        (0..rng.below(5)).map(|_| item(rng, next, has_id)).collect()
    };
    let mut numbers = |most: u64| -> Value {
        (0..rng.between(2, most))
            .map(|_| {
                *next += 1;
                json!(*next * 1_000 + 7)
            })
            .collect()
    };
    let (few, many) = (numbers(4), numbers(9));
    json!({
        "few": few, "items": items(rng, next, false), "many": many, "members": items(rng, next, true),
        "words": scalars(rng, next, 5),
    })
}

/// Edits as a person makes them in a text editor.
fn edit(rng: &mut Rng, next: &mut u64, value: &mut Value) {
    for _ in 0..rng.between(1, 4) {
        let name = *rng.pick(&["few", "items", "many", "members", "words"]);
        if rng.chance(8) {
            value["few"] = (0..rng.between(1, 4)).map(|_| token(rng, next)).collect();
            continue;
        }
        let list = value[name].as_array_mut().unwrap();
        let at = rng.index(list.len());
        match rng.below(10) {
            0..=2 => {
                let new = if matches!(name, "items" | "members") {
                    item(rng, next, name == "members")
                } else {
                    token(rng, next)
                };
                list.insert(rng.index(list.len() + 1), new);
            }
            3 if !list.is_empty() => drop(list.remove(at)),
            4 if !list.is_empty() => {
                let moved = list.remove(at);
                list.insert(rng.index(list.len() + 1), moved);
            }
            _ if list.is_empty() => {}
            _ => match &mut list[at] {
                Value::Object(item) => {
                    let key = *rng.pick(&["n", "t", "more", "below"]);
                    let new = if key == "below" { scalars(rng, next, 3) } else { token(rng, next) };
                    item.insert(key.to_owned(), new);
                }
                scalar => *scalar = token(rng, next),
            },
        }
    }
}

/// All texts and numbers in it that stand nowhere else.
fn tokens(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(tokens).collect(),
        Value::Object(entries) => entries.values().flat_map(tokens).collect(),
        Value::Bool(_) | Value::Null => Vec::new(),
        value if value == "the same" => Vec::new(),
        value => vec![value.to_string()],
    }
}

/// What a pair of edits does wrong.
fn problem(seed: u64) -> Option<String> {
    let (mut rng, mut next) = (Rng::new(seed), 0);
    let base = base(&mut rng, &mut next);
    let (mut ann, mut bob) = (base.clone(), base.clone());
    edit(&mut rng, &mut next, &mut ann);
    edit(&mut rng, &mut next, &mut bob);
    let (merged, told) = apart(&base, &ann, &bob);
    let (was, is) = (tokens(&base), tokens(&merged));
    let by = [tokens(&ann), tokens(&bob)];
    let tell = |what: &str, token: &str| {
        Some(format!("seed {seed}: {token} {what}\n{base}\n{ann}\n{bob}\n{merged}\n{told}"))
    };
    for token in by.iter().flatten() {
        // What the other device has taken away may be gone; what it never had must not.
        let is_due = !was.contains(token) || by.iter().all(|tokens| tokens.contains(token));
        if is_due && !is.contains(token) && !told.contains(token.as_str()) {
            return tell("is lost", token);
        }
    }
    let twice = is.iter().find(|token| is.iter().filter(|other| other == token).count() > 1);
    twice.and_then(|token| tell("is there twice", token))
}

#[test]
fn what_one_device_wrote_is_there_or_told() {
    let runs = std::env::var("MINISYNC_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(2_000);
    let problems: Vec<String> = (0..runs).filter_map(problem).collect();
    assert!(
        problems.is_empty(),
        "{} of {runs}:\n{}",
        problems.len(),
        problems[..problems.len().min(3)].join("\n")
    );
}
