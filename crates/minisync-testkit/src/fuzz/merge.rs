//! Merging what hostile clients made. They may contradict each other, so copies need not agree; but each stays
//! in order, can be edited and read by others, and what is refused changes nothing.

use minisync::Changes;

use super::{Checked, pen};

/// More change sets than this show nothing new.
const MOST: usize = 6;

pub(super) fn run(text: &str) -> Checked {
    let sets: Vec<Changes> = text.lines().take(MOST).filter_map(|line| line.parse().ok()).collect();
    let Some((base, rest)) = sets.split_first() else { return Ok(()) };
    let forward: Vec<&Changes> = rest.iter().collect();
    let backward: Vec<&Changes> = rest.iter().rev().collect();
    one_order(base, &forward)?;
    if rest.len() > 1 { one_order(base, &backward) } else { Ok(()) }
}

fn one_order(base: &Changes, sets: &[&Changes]) -> Checked {
    let Some(mut document) = pen::copy(base, "reader of all")? else { return Ok(()) };
    let Some(mut other) = pen::copy(base, "another reader")? else { return Ok(()) };
    let start = document.version();
    for changes in sets {
        pen::merge(&mut document, changes)?;
    }
    // The same again says nothing new, and may be refused only where it was.
    for changes in sets {
        pen::merge(&mut document, changes)?;
    }
    pen::there_and_back(&document)?;
    pen::merge(&mut other, &document.changes_since(&start))?;
    pen::merge(&mut other, &document.changes())?;
    pen::edit(&mut document)?;
    pen::there_and_back(&document)?;
    pen::merge(&mut other, &document.changes_for("another reader"))?;
    pen::edit(&mut other)?;
    pen::merge(&mut document, &other.changes_for("reader of all"))?;
    pen::merge(&mut document, &other.changes())?;
    pen::there_and_back(&document)
}
