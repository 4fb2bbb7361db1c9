//! Loading, writing and reading whole documents, beside `serde_json` doing the same to the plain JSON.

use std::{io::Write, time::Duration};

use anyhow::Result;
use minisync::{Changes, Document};
use serde_json::Value;

use crate::{
    corpus::{self, Scale},
    table::{Table, ratio, size, time},
    timer::median_of,
};

const RUNS: usize = 7;

pub(crate) fn run(scale: Scale, out: &mut dyn Write) -> Result<()> {
    measure(&format!("{} to-do records", scale.records), &corpus::todos(scale.records), out)?;
    measure(&format!("{} map entries", scale.entries), &corpus::entries(scale.entries), out)
}

fn measure(name: &str, value: &Value, out: &mut dyn Write) -> Result<()> {
    let json = value.to_string();
    let document = Document::builder().create_json(&json)?;
    let saved = document.changes().to_string();
    let load = || -> Result<Document> { Ok(Document::restore(&saved.parse::<Changes>()?)?) };
    load()?.check()?;

    let parse = median_of(RUNS, || serde_json::from_str::<Value>(&json).is_ok());
    let print = median_of(RUNS, || serde_json::to_string(value));
    let title = format!("Whole documents: {name}, {} of JSON", size(json.len()));
    let mut table = Table::new(title, &["what", "time", "beside serde_json"]);
    let mut row = |what: &str, took: Duration, theirs: Duration| {
        table.row([what.into(), time(took), ratio(took.as_secs_f64(), theirs.as_secs_f64())]);
    };
    row("serde_json: from_str to a Value", parse, parse);
    row("load: restore from the text of a change set", median_of(RUNS, load), parse);
    row("new: builder().create_json", median_of(RUNS, || Document::builder().create_json(&json)), parse);
    row("load and to_json", median_of(RUNS, || load().map(|document| document.to_json())), parse);
    row("serde_json: to_string of a Value", print, print);
    row("encode: changes().to_string()", median_of(RUNS, || document.changes().to_string()), print);
    row("full read: to_json()", median_of(RUNS, || document.to_json()), print);
    row("full read: to_value()", median_of(RUNS, || document.to_value()), parse);
    table.print(out)
}
