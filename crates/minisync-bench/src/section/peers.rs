//! The same document and the same edits with every library.

use std::io::Write;

use anyhow::Result;
use serde_json::Value;

use super::edits;
use crate::{
    allocator::held,
    corpus::{self, Scale},
    ours::Ours,
    peers::{automerge::Automerge, loro::Loro, yrs::Yrs},
    replica::Replica,
    table::{Table, size, time},
    timer::median_of,
};

const RUNS: usize = 5;

pub(crate) fn run(scale: Scale, out: &mut dyn Write) -> Result<()> {
    let records: Vec<Value> = (0..scale.records).map(corpus::record).collect();
    let columns = [
        measure::<Ours>(&records)?,
        measure::<Automerge>(&records)?,
        measure::<Loro>(&records)?,
        measure::<Yrs>(&records)?,
    ];
    let names = ["what", Ours::NAME, Automerge::NAME, Loro::NAME, Yrs::NAME];
    let mut table = Table::new(format!("Peers: {} to-do records", scale.records), &names);
    for (row, (what, _)) in columns[0].iter().enumerate() {
        let cells = columns.iter().map(|column| column[row].1.clone());
        table.row([(*what).to_owned()].into_iter().chain(cells));
    }
    table.print(out)
}

/// What was measured, and how much it is.
type Column = Vec<(&'static str, String)>;

fn measure<R: Replica>(records: &[Value]) -> Result<Column> {
    let mut replica = R::create(records)?;
    let saved = replica.save()?;
    let (loaded, bytes) = held(|| R::load(&saved));
    drop(loaded?);
    let edits = edits::measure::<R>(records.len())?;
    let mut column = vec![
        ("size, set in one go", size(saved.len())),
        ("memory after loading", size(usize::try_from(bytes)?)),
        ("load", time(median_of(RUNS, || R::load(&saved).is_ok()))),
        ("save", time(median_of(RUNS, || replica.save()))),
        ("full read as JSON text", time(median_of(RUNS, || replica.text()))),
        ("delta of one edit, bytes", size(edits.delta_bytes)),
    ];
    column.extend(edits.times().map(|(what, took)| (what, time(took))));
    Ok(column)
}
