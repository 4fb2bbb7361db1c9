//! Making a document equal to plain JSON, on one copy and on two at once. All clients are honest here, so copies
//! that have seen the same must agree.

use minisync::Document;
use serde_json::Value;

use super::{Checked, accepted, ensure, pen};

/// More lines than this show nothing new.
const MOST: usize = 5;

pub(super) fn run(text: &str) -> Checked {
    let mut lines = text.lines().take(MOST);
    let first = lines.next().unwrap_or_default();
    let Ok(mut alice) = pen::builder("alice")?.create_json(first) else { return Ok(()) };
    let Some(mut bob) = pen::copy(&alice.changes(), "bob")? else {
        return ensure(false, || format!("{first} can be made and not be read"));
    };
    is_as(&alice, first)?;
    for (at, line) in lines.enumerate() {
        update(if at % 2 == 0 { &mut bob } else { &mut alice }, line)?;
        // Every other time both have changed before they meet.
        if at % 2 == 1 {
            meet(&mut alice, &mut bob)?;
        }
    }
    meet(&mut alice, &mut bob)?;
    pen::there_and_back(&alice)?;
    // A value that was settled by one is what all have.
    update(&mut alice, first)?;
    meet(&mut alice, &mut bob)?;
    ensure(!bob.to_json().is_empty(), || "a document has no text".to_owned())
}

/// Makes the document equal to `line`; where that is refused, nothing changes.
fn update(document: &mut Document, line: &str) -> Checked {
    let before = document.changes().to_string();
    if document.update_json("", line).is_err() {
        let after = document.changes().to_string();
        return ensure(before == after, || format!("a refused update made {after} of {before}"));
    }
    pen::check(document)?;
    is_as(document, line)?;
    let version = document.version();
    accepted(document.update_json("", line), "the same update again")?;
    ensure(document.version() == version, || format!("{line} was written twice"))?;
    pen::there_and_back(document)
}

/// Both get what the other lacks, and agree.
fn meet(alice: &mut Document, bob: &mut Document) -> Checked {
    tell(alice, bob)?;
    tell(bob, alice)?;
    let (ours, theirs) = (content(alice), content(bob));
    ensure(ours == theirs, || format!("alice has {ours}, bob {theirs}"))
}

fn tell(from: &Document, to: &mut Document) -> Checked {
    let changes = from.changes_for(to.client_id());
    ensure(pen::merge(to, &changes)?, || format!("{changes} was refused"))
}

/// A change set without what differs from sender to sender.
fn content(document: &Document) -> String {
    let text = document.changes().to_string();
    text.split_once(",\"changes\":").map_or(text.clone(), |(_, content)| content.to_owned())
}

/// Whether the document says what the text does.
fn is_as(document: &Document, text: &str) -> Checked {
    // What no number of serde_json can hold is left to the core's own tests.
    let Ok(expected) = serde_json::from_str::<Value>(text) else { return Ok(()) };
    let is: Value = serde_json::from_str(&document.to_json()).unwrap_or_default();
    ensure(is_same(&is, &expected), || format!("{is} ought to be {expected}"))
}

fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let is_there = |(key, value): (&String, &Value)| b.get(key).is_some_and(|b| is_same(value, b));
            a.len() == b.len() && a.iter().all(is_there)
        }
        _ => a == b,
    }
}
