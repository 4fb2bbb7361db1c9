//! The canonical spelling of JSON text: ours. Must not know what the text means.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::error::{JsonError, JsonErrorKind, line_column};
use super::string::{self, JsonStr};
use crate::names::error::Error;

/// Appends the canonical text of a valid value: without white space, and with the shortest escapes.
pub(crate) fn canonicalize(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    out.reserve(text.len());
    let (mut from, mut at) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => {
                out.push_str(&text[from..at]);
                at += 1;
                from = at;
            }
            b'"' => {
                let Ok(spelling) = string::scan(bytes, at) else { break };
                if !spelling.canonical {
                    out.push_str(&text[from..at]);
                    let raw = &text[at..spelling.end];
                    out.push_str(&JsonStr { raw, escaped: true, canonical: false }.canonical());
                    from = spelling.end;
                }
                at = spelling.end;
            }
            _ => at += 1,
        }
    }
    out.push_str(&text[from..]);
}

/// The canonical text of a value that the user handed in as text.
///
/// # Errors
///
/// If it is not one JSON value, has a key twice in an object or a lone surrogate in a string, or is
/// deeper than `depth_limit`.
pub(crate) fn canonical_text(text: &str, depth_limit: usize) -> Result<Cow<'_, str>, Error> {
    let mut cursor = Cursor::new(text, depth_limit);
    let scan = cursor
        .skip_value()
        .and_then(|scan| cursor.end().map(|()| scan))
        .map_err(|error| refusal(text, *error))?;
    let value = &text[scan.start..scan.end];
    if scan.canonical {
        return Ok(Cow::Borrowed(value));
    }
    let mut out = String::new();
    canonicalize(value, &mut out);
    Ok(Cow::Owned(out))
}

fn refusal(text: &str, error: JsonError) -> Error {
    let (line, column) = line_column(text, error.offset);
    let reason = format!("{} (line {line}, column {column})", error.reason);
    match error.kind {
        JsonErrorKind::TooDeep => Error::limit(reason),
        JsonErrorKind::Malformed | JsonErrorKind::Newer => Error::invalid_value(error.pointer, reason),
    }
}
