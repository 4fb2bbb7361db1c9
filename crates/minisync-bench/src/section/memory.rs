//! The memory that whole documents hold, beside a `serde_json::Value` of the same.

use std::io::Write;

use anyhow::Result;
use minisync::{Changes, Document};
use serde_json::Value;

use crate::{
    allocator::held,
    corpus::{self, Scale},
    table::{Table, ratio, size},
};

pub(crate) fn run(scale: Scale, out: &mut dyn Write) -> Result<()> {
    measure(&format!("{} to-do records", scale.records), &corpus::todos(scale.records).to_string(), out)?;
    measure(&format!("{} map entries", scale.entries), &corpus::entries(scale.entries).to_string(), out)
}

fn measure(name: &str, json: &str, out: &mut dyn Write) -> Result<()> {
    let saved = Document::builder().create_json(json)?.changes().to_string();
    let (value, value_bytes) = held(|| serde_json::from_str::<Value>(json));
    drop(value?);
    let (document, loaded) =
        held(|| -> Result<Document> { Ok(Document::restore(&saved.parse::<Changes>()?)?) });
    let document = document?;
    let (read_bytes, grown_by_text) = held(|| document.to_json().len());
    let (entries, grown_by_json) = held(|| document.to_value().as_object().map(serde_json::Map::len));
    anyhow::ensure!(read_bytes > 0 && entries.is_some(), "nothing was read");

    let title = format!("Memory: {name}, {} of JSON", size(json.len()));
    let mut table = Table::new(title, &["what", "bytes held", "beside the JSON", "beside the Value"]);
    let mut row = |what: &str, bytes: u64| {
        let held = bytes as f64;
        let cells = [ratio(held, json.len() as f64), ratio(held, value_bytes as f64)];
        table.row([what.into(), size(usize::try_from(bytes).unwrap_or(usize::MAX))].into_iter().chain(cells));
    };
    row("serde_json::Value", value_bytes);
    row("document, loaded", loaded);
    row("document, after to_json and to_value", loaded + grown_by_text + grown_by_json);
    table.print(out)
}
