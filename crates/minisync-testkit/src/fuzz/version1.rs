//! The reader of format version 1: whatever the text is, an error or a document in order, the same for all who
//! read it; and what it writes.

use minisync::{Changes, Document, Path, Segment};
use serde_json::Value;

use super::{Checked, accepted, ensure, pen, version2};

pub(super) fn run(text: &str) -> Checked {
    version2::run(text)?;
    let Ok(changes) = text.parse::<Changes>() else { return Ok(()) };
    let again: Changes = accepted(text.parse(), "a second time it is refused")?;
    ensure(again == changes, || format!("{changes} reads as {again} a second time"))?;
    let Some(mut document) = pen::copy(&changes, "reader of all")? else { return Ok(()) };
    let before = document.to_json();
    ensure(pen::merge(&mut document, &again)?, || format!("{again} is no longer accepted"))?;
    ensure(document.to_json() == before, || format!("twice {before} is {}", document.to_json()))?;
    write(&document)?;
    pen::edit(&mut document)?;
    write(&document)
}

/// What is written in version 1 says what the document does, but for what it says that it cannot.
fn write(document: &Document) -> Checked {
    let Ok(old) = document.changes_v1() else { return Ok(()) };
    let text = old.to_string();
    let changes: Changes = accepted(text.parse(), "what was written in version 1 cannot be read")?;
    // The state around each object and list makes it no deeper, but larger.
    let Some(read) = pen::copy(&changes, "reader of old")? else {
        return ensure(false, || format!("{text} is refused"));
    };
    let mut expected = document.to_value();
    for path in old.left_out() {
        leave_out(&mut expected, path);
    }
    let is = read.to_value();
    ensure(is == expected, || format!("{expected} comes back as {is}"))
}

fn leave_out(plain: &mut Value, path: &Path) -> Option<()> {
    let (last, parents) = path.segments().split_last()?;
    let mut at = plain;
    for segment in parents {
        at = match segment {
            Segment::Index(index) => at.get_mut(usize::try_from(*index).ok()?)?,
            Segment::Key(key) | Segment::Token(key) => at.get_mut(key.as_str())?,
        };
    }
    match last {
        Segment::Key(key) | Segment::Token(key) => at.as_object_mut()?.shift_remove(key.as_str()).map(drop),
        Segment::Index(_) => None,
    }
}
