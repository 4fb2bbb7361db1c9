//! The sizes of change sets against the limits that the format promises.

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use anyhow::Result;
use minisync::{Document, Path, Stamp};
use serde_json::Value;

use crate::{
    corpus::{self, Scale},
    table::{Table, size},
};

pub(crate) fn run(scale: Scale, out: &mut dyn Write) -> Result<()> {
    let mut table = Table::new("Sizes", &["what", "plain JSON", "changes", "measured", "limit", "verdict"]);
    for (name, value) in
        [("to-do records", corpus::todos(scale.records)), ("map entries", corpus::entries(scale.entries))]
    {
        let document = Document::builder().create_json(&value.to_string())?;
        Row::times(format!("{name}, set in one go"), &document, Some(1.05)).add_to(&mut table);
    }
    appended(scale, &mut table)?;
    edited(scale, &mut table)?;
    delta(scale, &mut table)?;
    table.print(out)
}

struct Row {
    what: String,
    plain: usize,
    changes: usize,
    measured: f64,
    unit: &'static str,
    limit: Option<f64>,
}

impl Row {
    /// Measured as a multiple of the plain JSON.
    fn times(what: String, document: &Document, limit: Option<f64>) -> Row {
        let (plain, changes) = (document.to_json().len(), document.changes().to_string().len());
        Row { what, plain, changes, measured: changes as f64 / plain as f64, unit: "×", limit }
    }

    /// Measured as bytes more than the plain JSON, for each of `count` elements.
    fn more_for_each(what: String, document: &Document, count: usize, limit: Option<f64>) -> Row {
        let (plain, changes) = (document.to_json().len(), document.changes().to_string().len());
        let measured = (changes as f64 - plain as f64) / count as f64;
        Row { what, plain, changes, measured, unit: " B each", limit }
    }

    fn add_to(self, table: &mut Table) {
        let Row { what, plain, changes, measured, unit, limit } = self;
        let verdict = match limit {
            Some(limit) if measured > limit => "FAIL",
            Some(_) => "pass",
            None => "",
        };
        let limit = limit.map_or(String::new(), |limit| format!("{limit}{unit}"));
        table.row([what, size(plain), size(changes), format!("{measured:.3}{unit}"), limit, verdict.into()]);
    }
}

/// A list appended to, each time as a write of its own: in a tight loop by the system's clock, and with
/// pauses of some seconds between.
fn appended(scale: Scale, table: &mut Table) -> Result<()> {
    let count = scale.appends;
    for (name, element) in
        [("records", corpus::record as fn(usize) -> Value), ("numbers", |number| Value::from(number))]
    {
        let mut tight = Document::new(serde_json::json!({ "list": [] }))?;
        let mut list = tight.list("list")?;
        for number in 0..count {
            list.push(element(number))?;
        }
        // The format promises this for the documents of the benchmark; numbers show what is added to little.
        let (in_loop, paused) = if name == "records" { (Some(1.10), Some(24.0)) } else { (None, Some(24.0)) };
        Row::times(format!("{count} {name} appended, tight loop"), &tight, in_loop).add_to(table);

        let time = Time::default();
        let mut slow = time.document(&serde_json::json!({ "list": [] }))?;
        for number in 0..count {
            time.pass();
            slow.list("list")?.push(element(number))?;
        }
        Row::more_for_each(format!("{count} {name} appended, with pauses"), &slow, count, paused)
            .add_to(table);
    }
    Ok(())
}

/// A tenth of all fields of the records, each edited for itself, in random order, with pauses.
fn edited(scale: Scale, table: &mut Table) -> Result<()> {
    let time = Time::default();
    let mut document = time.document(&corpus::todos(scale.records))?;
    let mut fields: Vec<Path> = (0..scale.records).flat_map(fields_of).collect();
    fastrand::Rng::with_seed(1).shuffle(&mut fields);
    for (number, field) in fields.iter().take(fields.len() / 10).enumerate() {
        time.pass();
        match document.get(field).and_then(|view| view.as_str().map(|text| text.len())) {
            Some(length) => document.set(field, edited_text(number, length))?,
            None => document.set(field, number % 10)?,
        }
    }
    Row::times("to-do records, a tenth of the fields edited one by one".into(), &document, Some(1.4))
        .add_to(table);
    Ok(())
}

/// The paths of the seven fields of a record.
fn fields_of(index: usize) -> impl Iterator<Item = Path> {
    let record = Path::root().key("todos").index(i64::try_from(index).unwrap_or(i64::MAX));
    let tags = record.clone().key("tags");
    let named = ["id", "title", "done", "priority", "due"].map(|name| record.clone().key(name));
    named.into_iter().chain([tags.clone().index(0), tags.index(1)])
}

/// Another text of the same length.
fn edited_text(number: usize, length: usize) -> String {
    format!("{number:<length$}").chars().take(length).collect::<String>().replace(' ', "x")
}

/// What one changed field costs another client.
fn delta(scale: Scale, table: &mut Table) -> Result<()> {
    let mut alice = Document::new(corpus::todos(scale.records))?;
    let mut bob = Document::from_changes(&alice.changes())?;
    bob.set("todos[0].done", Value::Null)?;
    alice.merge(&bob.changes_since(&alice.version()))?;
    let seen = alice.version();
    alice.set(format!("todos[{}].title", scale.records / 2).as_str(), "Call the plumber again")?;
    let bytes = alice.changes_since(&seen).to_string().len();
    Row {
        what: "a delta with one changed field, two clients".into(),
        plain: alice.to_json().len(),
        changes: bytes,
        measured: bytes as f64,
        unit: " B",
        limit: Some(400.0),
    }
    .add_to(table);
    Ok(())
}

/// A clock that stands still until time passes.
#[derive(Clone)]
struct Time(Arc<AtomicU64>);

impl Default for Time {
    fn default() -> Time {
        Time(Arc::new(AtomicU64::new(1_795_377_823_000_000)))
    }
}

impl Time {
    /// From 1 to 10 seconds, to the millisecond, as the system's clock counts.
    fn pass(&self) {
        let before = self.0.load(Relaxed);
        let pause = 1_000 + before.wrapping_mul(6_364_136_223_846_793_005) % 9_000;
        self.0.store(before + pause * 1_000, Relaxed);
    }

    fn document(&self, json: &Value) -> Result<Document> {
        let time = self.clone();
        let clock = move || Stamp::saturating(time.0.load(Relaxed));
        Ok(Document::builder().clock(clock).create(json)?)
    }
}
