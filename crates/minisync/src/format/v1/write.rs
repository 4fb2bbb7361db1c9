//! Writes a full change set of version 1. Knows no document: whoever walks one says what is in it.

use std::fmt;

use crate::{
    address::path::Path,
    format::v1::timestamp,
    json,
    names::{
        digest,
        error::{Error, Result},
        id::{ClientId, DocumentId},
        stamp::Stamp,
        version::Version,
    },
};

/// A full change set of version 1, for those who still run the original library.
///
/// `Display` writes it. What version 1 can say, and what it cannot, is in `docs/format-v1.md`.
///
/// ```
/// use minisync::{Changes, Document};
/// let document = Document::new(serde_json::json!({ "a": [1, { "b": null }] }))?;
/// let old = document.changes_v1()?;
/// assert_eq!(old.left_out()[0].to_string(), "a[1].b");
/// let again = Document::from_changes(&old.to_string().parse::<Changes>()?)?;
/// assert_eq!(again.to_json(), r#"{"a":[1,{}]}"#);
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesV1 {
    text: String,
    left_out: Vec<Path>,
}

impl ChangesV1 {
    /// The members that are `null`, which version 1 cannot say: they are not in it.
    pub fn left_out(&self) -> &[Path] {
        &self.left_out
    }
}

/// The JSON text, compact.
impl fmt::Display for ChangesV1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What is written as an object with a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Map,
    List,
}

/// The digits of version 1, in the order of their characters.
const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_abcdefghijklmnopqrstuvwxyz";

/// Writes one change set, from the front to the back.
pub(crate) struct Writer {
    out: String,
    document: DocumentId,
    /// The version of everything in it.
    version: String,
    /// What closes each object and list that is open.
    closers: Vec<&'static str>,
    left_out: Vec<Path>,
}

impl Writer {
    pub(crate) fn new(document: &DocumentId, sender: &ClientId, version: &Version) -> Writer {
        let version = counter(version);
        let mut out = String::from(r#"{"_minisync":{"dataType":"CHANGES","version":1},"documentID":"#);
        json::write_string(document.as_str(), &mut out);
        out.push_str(r#","sentBy":"#);
        json::write_string(sender.as_str(), &mut out);
        out.push_str(r#","fromVersion":""#);
        out.push_str(&version);
        out.push_str(r#"","clientStates":[],"changesSince":null,"changes":"#);
        Writer { out, document: document.clone(), version, closers: Vec::new(), left_out: Vec::new() }
    }

    /// Begins an object or a list: the write that made it (none for the root), and the last one directly in it.
    pub(crate) fn open(&mut self, shape: Shape, made: Option<(&str, Stamp)>, last: Stamp) {
        let id = match made {
            None => self.document.as_str().to_owned(),
            Some((client, stamp)) => digest::letters(&[self.document.as_str(), client, &stamp.to_string()]),
        };
        self.out.push_str(r#"{"_s":{"id":"#);
        json::write_string(&id, &mut self.out);
        for part in [r#","u":""#, &self.version, r#"","t":""#, &timestamp::format(last), "\""] {
            self.out.push_str(part);
        }
        let (begin, end) = match shape {
            Shape::Map => ("}", "}"),
            Shape::List => (r#","a":true},"v":["#, "]}"),
        };
        self.out.push_str(begin);
        self.closers.push(end);
    }

    pub(crate) fn close(&mut self) {
        self.out.push_str(self.closers.pop().unwrap_or_default());
    }

    /// Begins an entry of an object; `place` is where it is.
    ///
    /// # Errors
    /// Where the old library would take the key for something else.
    pub(crate) fn key(&mut self, key: &str, place: impl FnOnce() -> Path) -> Result<()> {
        let is_own = matches!(key, "_s" | "__proto__" | "hasOwnProperty");
        if is_own || key.is_empty() || key.contains(['.', '[']) || key.ends_with(']') {
            let reason = if is_own {
                "its library keeps that one for itself"
            } else {
                "its library takes it for a path"
            };
            let place = place();
            return Err(Error::refused(format!(
                "version 1 of the format cannot say the key {key:?} (at {place}): {reason}; rename it first"
            )));
        }
        self.out.push(',');
        json::write_string(key, &mut self.out);
        self.out.push(':');
        Ok(())
    }

    /// Begins an element of a list.
    pub(crate) fn element(&mut self) {
        if !self.out.ends_with('[') {
            self.out.push(',');
        }
    }

    /// A primitive, as canonical text.
    pub(crate) fn primitive(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Notes that an entry is not in it.
    pub(crate) fn leave_out(&mut self, place: Path) {
        self.left_out.push(place);
    }

    pub(crate) fn finish(mut self) -> ChangesV1 {
        self.out.push('}');
        ChangesV1 { text: self.out, left_out: self.left_out }
    }
}

/// A counter of version 1 that grows with everything that is new in a version: one more than the sum of the
/// stamps, in base 64, with ten digits or more.
fn counter(version: &Version) -> String {
    let mut sum = version.iter().fold(1_u128, |sum, (_, stamp)| sum + u128::from(stamp.as_micros()));
    let mut digits = Vec::new();
    while sum > 0 || digits.len() < 10 {
        digits.push(char::from(DIGITS[(sum % 64) as usize]));
        sum /= 64;
    }
    digits.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_grows_with_every_stamp() {
        assert_eq!(counter(&Version::default()), "0000000001");
        for (version, expected) in [
            (r#"{"a":62}"#, "000000000z"),
            (r#"{"a":62,"b":1}"#, "0000000010"),
            (r#"{"a":62,"b":4096}"#, "000000010z"),
        ] {
            assert_eq!(counter(&version.parse().unwrap()), expected);
        }
    }
}
