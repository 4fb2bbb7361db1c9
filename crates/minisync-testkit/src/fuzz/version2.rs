//! The reader of format version 2: whatever the text is, an error or a document in order.

use minisync::{Changes, Error};

use super::{Checked, accepted, ensure, pen};

pub(super) fn run(text: &str) -> Checked {
    let changes: Changes = match text.parse() {
        Ok(changes) => changes,
        Err(error) => return names_place(&error),
    };
    envelope(&changes)?;
    let Some(mut joined) = pen::copy(&changes, "reader of all")? else { return Ok(()) };
    pen::check(&joined)?;
    pen::there_and_back(&joined)?;
    pen::edit(&mut joined)?;
    pen::there_and_back(&joined)
}

/// What was read is written in canonical form, which reads as the same.
fn envelope(changes: &Changes) -> Checked {
    let text = changes.to_string();
    let again: Changes = accepted(text.parse(), "what was read and written cannot be read")?;
    ensure(again == *changes, || format!("{text} reads as {again}"))
}

/// Who reads the error finds what is wrong, or what to do.
fn names_place(error: &Error) -> Checked {
    let names = (error.is_malformed() || error.is_newer_version()) && error.place().is_some();
    ensure(names || error.is_version_1_delta() || error.is_limit(), || format!("{error} names no place"))
}
