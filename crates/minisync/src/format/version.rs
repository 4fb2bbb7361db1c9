//! Versions as JSON: whole, or as what is other than in another one. Knows no content.

use std::{fmt, str::FromStr};

use hashbrown::HashSet;

use crate::{
    base::sort::sort_by,
    format::names::Names,
    json::{self, Cursor},
    names::{
        error::{Error, Result},
        id::ClientId,
        stamp::Stamp,
        version::Version,
    },
};

/// Writes it as JSON, as in a change set.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        write_version(self.iter(), |id| id.as_str(), &mut out);
        f.write_str(&out)
    }
}

/// Reads what `Display` writes.
impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let cursor = &mut Cursor::new(text, 1);
        read_whole_version(cursor).and_then(|version| cursor.end().map(|()| version)).map_err(|error| {
            Error::malformed(error.pointer.clone(), format!("not a version: {}", error.reason))
        })
    }
}

/// The entries of `version` that are other than in `reference`, also those that are zero, by client.
pub(super) fn differences<'a>(
    version: &'a Version,
    reference: &'a Version,
) -> impl Iterator<Item = (&'a ClientId, Stamp)> {
    let unknown = version.iter().filter(|(client, _)| reference.get(client) == Stamp::ZERO);
    let mut clients: Vec<&ClientId> = reference.iter().chain(unknown).map(|(client, _)| client).collect();
    sort_by(&mut clients, Ord::cmp);
    let entries = clients.into_iter().map(|client| (client, version.get(client)));
    entries.filter(|(client, stamp)| reference.get(client) != *stamp)
}

pub(super) fn write_version<'a>(
    entries: impl Iterator<Item = (&'a ClientId, Stamp)>,
    name: impl Fn(&'a ClientId) -> &'a str,
    out: &mut String,
) {
    let mut comma = "{";
    for (client, stamp) in entries {
        out.push_str(comma);
        json::write_string(name(client), out);
        out.push(':');
        out.push_str(&stamp.to_string());
        comma = ",";
    }
    out.push_str(if comma == "{" { "{}" } else { "}" });
}

/// A version that says all, with whole ids.
pub(super) fn read_whole_version(cursor: &mut Cursor<'_>) -> json::Result<Version> {
    read_version_by(cursor, Version::default(), |name| ClientId::new(name).map_err(|error| error.to_string()))
}

/// A version that says where it is other than `reference`.
pub(super) fn read_version(
    cursor: &mut Cursor<'_>,
    names: &Names<'_>,
    reference: &Version,
) -> json::Result<Version> {
    let none = |name: &str| format!("no client in fromVersion is called {name:?}");
    read_version_by(cursor, reference.clone(), |name| names.find(name).cloned().ok_or_else(|| none(name)))
}

fn read_version_by(
    cursor: &mut Cursor<'_>,
    reference: Version,
    find: impl Fn(&str) -> Result<ClientId, String>,
) -> json::Result<Version> {
    let (mut changes, mut seen) = (Vec::new(), HashSet::new());
    cursor.expect(b'{', "a version, {…}")?;
    if cursor.eat(b'}') {
        return Ok(reference);
    }
    loop {
        let offset = cursor.offset();
        let name = cursor.string()?.decode();
        let id = find(&name).map_err(|reason| cursor.error_at(offset, reason))?;
        if !seen.insert(id.clone()) {
            return Err(cursor.error_at(offset, format!("the client {name:?} stands there twice")));
        }
        cursor.expect(b':', "':' behind a client")?;
        let offset = cursor.offset();
        let stamp =
            Stamp::from_micros(cursor.u64()?).map_err(|error| cursor.error_at(offset, error.to_string()))?;
        changes.push((id, stamp));
        if !cursor.eat(b',') {
            cursor.expect(b'}', "',' or '}' behind a stamp")?;
            return Ok(reference.with(changes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_an_object_of_stamps() {
        for text in ["{}", r#"{"a":1}"#, r#"{"\"":9007199254740991,"é":2}"#] {
            assert_eq!(text.parse::<Version>().unwrap().to_string(), text);
        }
        for (text, reason) in [
            ("", "a version"),
            ("{}x", "the end"),
            (r#"{"a":1,"a":2}"#, "twice"),
            (r#"{"a":-1}"#, "whole number"),
            (r#"{"a":9007199254740992}"#, "2^53"),
            (r#"{"":1}"#, "is empty"),
            (r#"[1]"#, "a version"),
        ] {
            let error = text.parse::<Version>().unwrap_err();
            assert!(error.is_malformed() && error.to_string().contains(reason), "{text}: {error}");
        }
    }
}
