//! Makes inputs that are nearly valid: lines of JSON in which stamps, clients, dots, positions and tags were
//! exchanged, repeated or lost. Knows the format's vocabulary, and not what it means.

use serde_json::{Map, Value};

use crate::rng::Rng;

/// Numbers at which something ends.
const NUMBERS: [i64; 18] = [
    0,
    1,
    2,
    -1,
    -2,
    3,
    7,
    2_147_483_647,
    -2_147_483_648,
    1 << 53,
    (1 << 53) - 1,
    (1 << 53) - 2,
    i64::MAX,
    i64::MIN,
    1_795_377_823_000_000,
    1_795_380_000_000_000,
    1_795_380_000_000_001,
    -1_000_000,
];

/// Words with a meaning, here or in some language.
const WORDS: [&str; 30] = [
    "+",
    "@",
    "^",
    "!",
    "=",
    "?",
    "-",
    "#",
    "|",
    "<",
    ">",
    "alice",
    "bob",
    "carol",
    "reader of all",
    "another reader",
    "golden",
    "__proto__",
    "constructor",
    "",
    "a",
    "id",
    "0",
    "toString",
    "\u{0}",
    "é",
    "fromVersion",
    "changesSince",
    "horizon",
    "clientStates",
];

/// Changes a few things in an input, the same for the same seed. None where it is not made of lines of JSON.
///
/// ```
/// use minisync_testkit::fuzz::mutate;
/// assert_eq!(mutate("not JSON", 1), None);
/// assert_eq!(mutate("[1,2]", 7), mutate("[1,2]", 7));
/// ```
pub fn mutate(text: &str, seed: u64) -> Option<String> {
    let parse = |line: &str| serde_json::from_str::<Value>(line).ok();
    let mut lines =
        text.lines().map(parse).collect::<Option<Vec<Value>>>().filter(|lines| !lines.is_empty())?;
    let mut rng = Rng::new(seed);
    for _ in 0..rng.between(1, 5) {
        if rng.chance(10) {
            mutate_lines(&mut lines, &mut rng);
        } else {
            mutate_node(&mut lines, &mut rng);
        }
    }
    Some(lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n"))
}

fn mutate_lines(lines: &mut Vec<Value>, rng: &mut Rng) {
    let (at, from) = (rng.index(lines.len()), rng.index(lines.len()));
    match rng.below(4) {
        0 => lines.insert(at, lines[from].clone()),
        1 if lines.len() > 1 => drop(lines.remove(at)),
        2 => lines.swap(at, from),
        _ => {
            // A member of one envelope goes into another.
            let keys: Vec<String> =
                lines[from].as_object().into_iter().flat_map(Map::keys).cloned().collect();
            if let Some(key) = keys.get(rng.index(keys.len()))
                && let Some(value) = lines[from].get(key).cloned()
                && let Some(object) = lines[at].as_object_mut()
            {
                object.insert(key.clone(), value);
            }
        }
    }
}

/// Changes one node anywhere, and the same number anywhere else in half of the cases in which it is one.
fn mutate_node(lines: &mut [Value], rng: &mut Rng) {
    let total: usize = lines.iter().map(count).sum();
    let (mut at, mut from) = (rng.index(total), rng.index(total));
    let Some(other) = lines.iter().find_map(|line| nth(line, &mut from)).cloned() else { return };
    let Some(node) = lines.iter_mut().find_map(|line| nth_mut(line, &mut at)) else { return };
    let before = node.clone();
    if rng.chance(12) {
        *node = other;
    } else if rng.chance(8) {
        wrap(node, &other, rng);
    } else {
        match node {
            Value::Object(members) => in_object(members, other, rng),
            Value::Array(items) => in_array(items, other, rng),
            Value::Number(_) => *node = number(node, &other, rng),
            _ => *node = primitive(&other, rng),
        }
    }
    if before.is_number() && rng.chance(40) {
        let after = node.clone();
        lines.iter_mut().for_each(|line| replace_all(line, &before, &after));
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// The node that comes so many nodes later, in pre-order.
fn nth<'a>(value: &'a Value, left: &mut usize) -> Option<&'a Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter().find_map(|item| nth(item, left)),
        Value::Object(members) => members.values().find_map(|member| nth(member, left)),
        _ => None,
    }
}

fn nth_mut<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth_mut(item, left)),
        Value::Object(members) => members.values_mut().find_map(|member| nth_mut(member, left)),
        _ => None,
    }
}

fn replace_all(value: &mut Value, before: &Value, after: &Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace_all(item, before, after)),
        Value::Object(members) => members.values_mut().for_each(|member| replace_all(member, before, after)),
        _ if value == before => *value = after.clone(),
        _ => {}
    }
}

/// Puts a tag around a value, with or without another sibling.
fn wrap(node: &mut Value, other: &Value, rng: &mut Rng) {
    let old = node.take();
    let dot = serde_json::json!([
        WORDS[11 + rng.index(3)],
        number(&Value::from(1_795_377_823_000_000_u64), other, rng)
    ]);
    let mut tag = Map::new();
    match rng.below(7) {
        0 => drop(tag.insert("=".to_owned(), old)),
        1 => tag.extend([("+".to_owned(), small(rng)), ("=".to_owned(), old)]),
        2 => tag.extend([("@".to_owned(), dot), ("=".to_owned(), old)]),
        3 => tag.extend([("!".to_owned(), dot), ("=".to_owned(), old)]),
        4 => {
            let sibling = serde_json::json!({ "@": dot, "=": other });
            tag.extend([("?".to_owned(), Value::from(vec![old, sibling]))]);
        }
        5 => tag.extend([("^".to_owned(), Value::from(*rng.pick(&[">", "<", "^"]))), ("=".to_owned(), old)]),
        _ => drop(tag.insert("-".to_owned(), if rng.chance(50) { dot } else { small(rng) })),
    }
    *node = Value::Object(tag);
}

fn small(rng: &mut Rng) -> Value {
    Value::from(i64::try_from(rng.below(12)).unwrap_or_default() - 4)
}

fn in_object(members: &mut Map<String, Value>, other: Value, rng: &mut Rng) {
    let keys: Vec<String> = members.keys().cloned().collect();
    let key = keys.get(rng.index(keys.len())).cloned().unwrap_or_default();
    match rng.below(6) {
        0 => drop(members.shift_remove(&key)),
        1 => drop(members.insert((*rng.pick(&WORDS)).to_owned(), other)),
        2 => {
            if let Some(value) = members.get(&key).cloned() {
                members.insert(format!("{key}{}", rng.below(3)), value);
            }
        }
        3 => {
            // Another name, in the same place.
            let name = if rng.chance(50) {
                (*rng.pick(&WORDS)).to_owned()
            } else {
                rng.pick(&keys_or(&keys)).clone()
            };
            let renamed = std::mem::take(members).into_iter();
            *members = renamed.map(|(k, v)| if k == key { (name.clone(), v) } else { (k, v) }).collect();
        }
        4 => {
            let with = rng.pick(&keys_or(&keys)).clone();
            if let (Some(a), Some(b)) = (members.get(&key).cloned(), members.get(&with).cloned()) {
                members.insert(key, b);
                members.insert(with, a);
            }
        }
        _ => {
            let mut pairs: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
            let (a, b) = (rng.index(pairs.len()), rng.index(pairs.len()));
            if !pairs.is_empty() {
                pairs.swap(a, b);
            }
            *members = pairs.into_iter().collect();
        }
    }
}

fn keys_or(keys: &[String]) -> Vec<String> {
    if keys.is_empty() { vec![String::new()] } else { keys.to_vec() }
}

fn in_array(items: &mut Vec<Value>, other: Value, rng: &mut Rng) {
    let (a, b) = (rng.index(items.len()), rng.index(items.len()));
    match rng.below(6) {
        0 if !items.is_empty() => drop(items.remove(a)),
        1 if !items.is_empty() => items.swap(a, b),
        2 if !items.is_empty() => items.insert(b, items[a].clone()),
        3 if !items.is_empty() => {
            let item = items.remove(a);
            items.insert(b.min(items.len()), item);
        }
        4 => items.extend(other.as_array().cloned().unwrap_or_default()),
        _ => items.insert(a, other),
    }
}

/// A number near it, another one that is there, or one at which something ends.
fn number(old: &Value, other: &Value, rng: &mut Rng) -> Value {
    match rng.below(4) {
        0 => Value::from(*rng.pick(&NUMBERS)),
        1 if other.is_number() => other.clone(),
        _ => {
            let step = i64::try_from(rng.below(9)).unwrap_or_default() - 4;
            old.as_i64().map_or_else(|| small(rng), |old| Value::from(old.saturating_add(step)))
        }
    }
}

fn primitive(other: &Value, rng: &mut Rng) -> Value {
    match rng.below(6) {
        0 => Value::Null,
        1 => Value::from(rng.chance(50)),
        2 => Value::from(*rng.pick(&NUMBERS)),
        3 => other.clone(),
        _ => Value::from(*rng.pick(&WORDS)),
    }
}
