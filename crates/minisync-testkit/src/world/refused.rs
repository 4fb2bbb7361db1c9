//! Calls that a document has to refuse, and that may not change anything.

use minisync::{Document, Path, ValueType};
use serde_json::json;

use super::{Checked, Trace, accepted, ensure};

/// Makes the call that `choice` means.
pub(super) fn check(doc: &mut Document, choice: u64, trace: &mut Trace) -> Checked {
    let before = (doc.changes().to_string(), doc.to_json());
    let (what, refused) = call(doc, choice)?;
    trace.note(|| format!("  {} tries {what}", doc.client_id()));
    ensure(refused, "refused", || format!("{what} was accepted"))?;
    let after = (doc.changes().to_string(), doc.to_json());
    ensure(before == after, "refused", || {
        format!("{what} has changed the document from {} to {}", before.0, after.0)
    })
}

fn call(doc: &mut Document, choice: u64) -> Checked<(&'static str, bool)> {
    Ok(match choice % 8 {
        0 => ("to set where the parent is missing", doc.set("no.such.place", 1).is_err()),
        1 => ("to make the root a number", doc.update("", 5).is_err()),
        2 => ("to set at a path that cannot be read", doc.set("a[", 1).is_err()),
        3 => ("to take the root for a list", doc.list("").is_err()),
        4 => ("to set a text that is not JSON", doc.set_json("z", "{\"a\":").is_err()),
        5 => ("to set NaN", doc.set("z", f64::NAN).is_err()),
        6 => ("to merge another document", merge_stranger(doc)?),
        _ => ("to write behind the end of a list", write_behind(doc)),
    })
}

fn merge_stranger(doc: &mut Document) -> Checked<bool> {
    let stranger = accepted(Document::new(json!({ "a": 1 })), "create", "a stranger")?;
    Ok(doc.merge(&stranger.changes()).is_err_and(|error| error.is_wrong_document()))
}

fn write_behind(doc: &mut Document) -> bool {
    let found = doc.root().entries().find(|(_, view)| view.value_type() == ValueType::List);
    let Some((key, len)) = found.map(|(key, view)| (key.into_owned(), view.len())) else {
        return true;
    };
    let path = Path::root().key(key);
    let behind = isize::try_from(len + 1).unwrap_or(isize::MAX);
    doc.list(&path).is_ok_and(|mut list| {
        list.insert(behind, 1).is_err()
            && list.set(behind, 1).is_err()
            && list.remove(behind - 1).is_err()
            && list.remove(-behind).is_err()
    })
}
