//! Generators of JSON values: scalars, containers, whole documents, and small mutations of a given one.
//! Know nothing of MiniSync.

use serde_json::{Map, Value, json};

use crate::rng::Rng;

/// Keys that documents are built from: few, so that clients meet, and some of them awkward.
pub const KEYS: [&str; 9] = ["a", "b", "c", "id", "a.[", "é\n", "", "=", "~"];

const TEXTS: [&str; 8] =
    ["", "x", "milk", "a \"quoted\" one", "\u{1f600}\u{301}", "\\", "~1/", "\u{7f}\u{1}"];

/// A key: most often a plain one.
pub fn key(rng: &mut Rng) -> &'static str {
    if rng.chance(85) { KEYS[rng.index(3)] } else { KEYS[rng.index(KEYS.len())] }
}

/// Null, a truth value, a number or a text.
pub fn scalar(rng: &mut Rng) -> Value {
    match rng.below(12) {
        0 => Value::Null,
        1 => json!(rng.chance(50)),
        2 => json!(rng.pick(&TEXTS)),
        3 => json!(*rng.pick(&[1.0, 0.5, -2.75, 1e300, 2.0])),
        4 => json!(*rng.pick(&[i64::MIN, -1, 9_007_199_254_740_993, i64::MAX])),
        5 => json!(u64::MAX),
        6 => json!(format!("t{}", rng.below(100))),
        _ => json!(rng.below(10)),
    }
}

/// Any value, nested at most `depth` deep: a scalar, an empty or a small container.
pub fn value(rng: &mut Rng, depth: usize) -> Value {
    if depth == 0 || rng.chance(60) {
        return scalar(rng);
    }
    match rng.below(10) {
        0 => json!({}),
        1 => json!([]),
        2..=5 => list(rng, depth - 1),
        _ => object(rng, depth - 1),
    }
}

/// A list of up to four values, the values nested at most `depth` deep.
pub fn list(rng: &mut Rng, depth: usize) -> Value {
    (0..rng.below(5)).map(|_| value(rng, depth)).collect()
}

/// An object of up to four entries, the values nested at most `depth` deep.
pub fn object(rng: &mut Rng, depth: usize) -> Value {
    let mut entries = Map::new();
    for _ in 0..rng.below(5) {
        entries.insert(key(rng).to_owned(), value(rng, depth));
    }
    Value::Object(entries)
}

/// `value` after one to three small changes somewhere in it. An object stays an object.
///
/// ```
/// use minisync_testkit::{generate::mutated, rng::Rng};
/// let before = serde_json::json!({ "list": [1, 2, 3] });
/// assert!(mutated(&mut Rng::new(1), &before).is_object());
/// ```
pub fn mutated(rng: &mut Rng, value: &Value) -> Value {
    let mut out = value.clone();
    for _ in 0..rng.between(1, 3) {
        mutate(rng, &mut out);
    }
    out
}

fn mutate(rng: &mut Rng, target: &mut Value) {
    match target {
        Value::Object(entries) => mutate_object(rng, entries),
        Value::Array(items) => mutate_list(rng, items),
        _ => *target = value(rng, 1),
    }
}

fn mutate_object(rng: &mut Rng, entries: &mut Map<String, Value>) {
    let chosen = entries.keys().nth(rng.index(entries.len())).cloned();
    match (rng.below(10), chosen) {
        (0..=1, Some(chosen)) => drop(entries.shift_remove(&chosen)),
        (2..=6, Some(chosen)) => {
            if let Some(inner) = entries.get_mut(&chosen) {
                mutate(rng, inner);
            }
        }
        _ => drop(entries.insert(key(rng).to_owned(), value(rng, 2))),
    }
}

fn mutate_list(rng: &mut Rng, items: &mut Vec<Value>) {
    let at = rng.index(items.len());
    match rng.below(10) {
        0..=1 if !items.is_empty() => drop(items.remove(at)),
        2..=4 if !items.is_empty() => mutate(rng, &mut items[at]),
        5..=6 if !items.is_empty() => {
            let moved = items.remove(at);
            items.insert(rng.index(items.len() + 1), moved);
        }
        _ => items.insert(rng.index(items.len() + 1), value(rng, 1)),
    }
}

/// Whether two values are the same to MiniSync: numbers by value (`1` is `1.0`), keys in any order.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || (x.is_f64() != y.is_f64() && same_mixed(x, y)),
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(key, x)| y.get(key).is_some_and(|y| same(x, y)))
        }
        _ => a == b,
    }
}

/// One is an integer and the other a float: the float must be whole and exactly that integer.
fn same_mixed(x: &serde_json::Number, y: &serde_json::Number) -> bool {
    let (integer, float) = if x.is_f64() { (y, x) } else { (x, y) };
    match (integer.as_i128(), float.as_f64()) {
        (Some(integer), Some(float)) => {
            float.fract() == 0.0 && float.abs() < 1e30 && float as i128 == integer
        }
        _ => false,
    }
}

/// The number of values in `value`, itself included: so many stamps its assignment takes.
pub fn size(value: &Value) -> u64 {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(entries) => entries.values().map(size).sum::<u64>(),
        _ => 0,
    }
}
