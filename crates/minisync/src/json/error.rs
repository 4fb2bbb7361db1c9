//! What is wrong with a JSON text, and where. Must not know what the text means.

use std::fmt;

use super::string;

/// The result of reading JSON text; the error is one word.
pub(crate) type Result<T, E = Box<JsonError>> = std::result::Result<T, E>;

/// Why a JSON text was refused. Built on the error path only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError {
    /// In bytes from the start of the cursor's text.
    pub(crate) offset: usize,
    /// JSON Pointer of the place, from the start of the cursor's text.
    pub(crate) pointer: String,
    /// What is wrong, without the place.
    pub(crate) reason: String,
    pub(crate) kind: JsonErrorKind,
}

/// What sort of error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonErrorKind {
    /// The text is no JSON, or not what the cursor's owner expects.
    Malformed,
    /// The text is JSON, but deeper than allowed.
    TooDeep,
    /// It is what a later version of the owner may understand.
    Newer,
}

impl JsonError {
    pub(crate) fn new(text: &str, offset: usize, reason: impl Into<String>) -> Box<JsonError> {
        let pointer = pointer_at(text, offset);
        Box::new(JsonError { offset, pointer, reason: reason.into(), kind: JsonErrorKind::Malformed })
    }

    pub(crate) fn too_deep(text: &str, offset: usize, depth_limit: usize) -> Box<JsonError> {
        let reason = format!("nested deeper than {depth_limit} levels");
        let pointer = pointer_at(text, offset);
        Box::new(JsonError { offset, pointer, reason, kind: JsonErrorKind::TooDeep })
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}", self.reason, self.offset)?;
        if self.pointer.is_empty() { Ok(()) } else { write!(f, " ({})", self.pointer) }
    }
}

/// What a scan of a single string or number found wrong, before it becomes a [`JsonError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) offset: usize,
    pub(crate) reason: &'static str,
}

/// Line and column of a byte offset, both from 1, the column in characters.
pub(crate) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let boundary = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at));
    let before = &text[..boundary.unwrap_or(0)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// A longer pointer helps nobody: it is cut off.
const LONGEST: usize = 1000;

/// The JSON Pointer of the value or member that stands at an offset. The text up to there may be cut
/// off or invalid; a key that begins at the offset belongs to the place.
pub(crate) fn pointer_at(text: &str, offset: usize) -> String {
    let bytes = text.as_bytes();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    while at < bytes.len() && at <= offset {
        match (bytes[at], open.last_mut()) {
            (b'"', last) => {
                let end = string::lenient_end(bytes, at);
                if let Some(Open::Object { key, in_value: false }) = last {
                    *key = Some(&text[at..end]);
                }
                at = end;
                continue;
            }
            _ if at == offset => break,
            (b'{', _) => open.push(Open::Object { key: None, in_value: false }),
            (b'[', _) => open.push(Open::Array(0)),
            (b'}' | b']', _) => drop(open.pop()),
            (b':', Some(Open::Object { in_value, .. })) => *in_value = true,
            (b',', Some(Open::Object { key, in_value })) => (*key, *in_value) = (None, false),
            (b',', Some(Open::Array(index))) => *index += 1,
            _ => {}
        }
        at += 1;
    }
    let mut pointer = String::new();
    for step in open.iter().map(Open::step) {
        pointer.push_str(&step);
        if pointer.len() > LONGEST {
            let end = (0..=LONGEST).rev().find(|at| pointer.is_char_boundary(*at));
            pointer.truncate(end.unwrap_or(0));
            pointer.push('…');
            break;
        }
    }
    pointer
}

/// A container that is open at some place of the text, and how far it was read.
enum Open<'a> {
    Object { key: Option<&'a str>, in_value: bool },
    Array(usize),
}

impl Open<'_> {
    fn step(&self) -> String {
        match self {
            Open::Object { key: None, .. } => String::new(),
            Open::Object { key: Some(raw), .. } => {
                let inner = raw.strip_prefix('"').unwrap_or(raw);
                let key = string::unescape(inner.strip_suffix('"').unwrap_or(inner));
                format!("/{}", key.replace('~', "~0").replace('/', "~1"))
            }
            Open::Array(index) => format!("/{index}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found() {
        let text = r#"{"a":[1,{"b/~":true}],"é":2}"#;
        let pointer = |needle: &str| pointer_at(text, text.find(needle).unwrap());
        assert_eq!(pointer("{"), "");
        assert_eq!(pointer("1"), "/a/0");
        assert_eq!(pointer("true"), "/a/1/b~1~0");
        assert_eq!(pointer("\"é"), "/é");
        assert_eq!(pointer("2"), "/é");
        assert_eq!(pointer_at(r#"{"a":1,"a"#, 7), "/a");
        assert_eq!(pointer_at("[1,]", 3), "/1");
        assert_eq!(pointer_at("[1,", 99), "/1");
    }

    #[test]
    fn a_place_that_is_too_deep_to_read_is_cut_off() {
        let pointer = pointer_at(&"[".repeat(100_000), 100_000);
        assert!(pointer.starts_with("/0/0/0") && pointer.ends_with("0/0…") && pointer.len() < LONGEST + 4);
        assert_eq!(pointer_at(&format!(r#"{{"{}":"#, "é".repeat(1000)), 2005).chars().count(), 501);
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        assert_eq!(line_column("", 0), (1, 1));
        assert_eq!(line_column("[\n  é!", 6), (2, 4));
        assert_eq!(line_column("ab", 99), (1, 3));
    }
}
