//! Small edits and what they cost at full size, beside the same at a hundredth of the size: they must
//! not grow with the document.

use std::{io::Write, time::Duration};

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::{
    corpus::{self, Scale},
    ours::Ours,
    replica::Replica,
    table::{Table, ratio, time},
    timer::{Samples, timed},
};

/// How many of each edit.
const EDITS: usize = 1000;

pub(crate) fn run(scale: Scale, out: &mut dyn Write) -> Result<()> {
    let (small, large) = (scale.records / 100, scale.records);
    let (at_small, at_large) = (measure::<Ours>(small)?, measure::<Ours>(large)?);
    let columns = ["what (median)", &format!("{small} records"), &format!("{large} records"), "growth"];
    let mut table = Table::new("Edits", &columns);
    for ((what, small), (_, large)) in at_small.times().into_iter().zip(at_large.times()) {
        let growth = ratio(large.as_secs_f64(), small.as_secs_f64());
        table.row([what.into(), time(small), time(large), growth]);
    }
    table.print(out)
}

/// Medians.
pub(crate) struct Times {
    first_edit: Duration,
    edit: Duration,
    delta: Duration,
    merge: Duration,
    append: Duration,
    insert: Duration,
    /// Bytes of a delta with one changed field.
    #[cfg_attr(not(feature = "peers"), expect(dead_code, reason = "only the table of peers shows it"))]
    pub(crate) delta_bytes: usize,
}

impl Times {
    pub(crate) fn times(&self) -> [(&'static str, Duration); 6] {
        [
            ("one field edited, the first after loading", self.first_edit),
            ("one field edited", self.edit),
            ("delta of that edit made", self.delta),
            ("delta of that edit read and merged", self.merge),
            ("record appended, with its own commit", self.append),
            ("record inserted at a random place", self.insert),
        ]
    }
}

/// Two copies; the one edits, the other one follows.
pub(crate) fn measure<R: Replica>(records: usize) -> Result<Times> {
    let all: Vec<Value> = (0..records).map(corpus::record).collect();
    let saved = R::create(&all)?.save()?;
    let (mut writer, mut reader) = (R::load(&saved)?, R::load(&saved)?);
    let mut random = fastrand::Rng::with_seed(1);
    let mut mark = writer.mark();

    let (result, first_edit) = timed(|| writer.set(records / 2, "priority", 1_000_000));
    result?;
    let delta_bytes = follow(&mut writer, &mut reader, &mut mark)?.2;

    let [mut edits, mut deltas, mut merges, mut appends, mut inserts] = [(); 5].map(|()| Samples::default());
    for number in 0..EDITS {
        let index = random.usize(..records);
        let value = 1000 + u32::try_from(number)?;
        let (result, took) = timed(|| writer.set(index, "priority", value));
        result?;
        edits.add(took);
        let (made, merged, _) = follow(&mut writer, &mut reader, &mut mark)?;
        deltas.add(made);
        merges.add(merged);
    }
    for number in 0..EDITS {
        let record = corpus::record(records + number);
        let (result, took) = timed(|| writer.insert(records + number, &record));
        result?;
        appends.add(took);
    }
    for number in 0..EDITS {
        let record = corpus::record(records + EDITS + number);
        let index = random.usize(..records);
        let (result, took) = timed(|| writer.insert(index, &record));
        result?;
        inserts.add(took);
    }
    follow(&mut writer, &mut reader, &mut mark)?;
    let [written, read] = [writer.text()?, reader.text()?].map(|text| serde_json::from_str::<Value>(&text));
    ensure!(written? == read?, "{}: the two copies differ", R::NAME);
    Ok(Times {
        first_edit,
        edit: edits.median(),
        delta: deltas.median(),
        merge: merges.median(),
        append: appends.median(),
        insert: inserts.median(),
        delta_bytes,
    })
}

/// The reader takes in what the writer wrote: how long the delta took to make and to merge, and its bytes.
fn follow<R: Replica>(
    writer: &mut R,
    reader: &mut R,
    mark: &mut R::Mark,
) -> Result<(Duration, Duration, usize)> {
    let (delta, made) = timed(|| writer.delta(mark));
    let delta = delta?;
    let (result, merged) = timed(|| reader.merge(&delta));
    result?;
    *mark = writer.mark();
    Ok((made, merged, delta.len()))
}
