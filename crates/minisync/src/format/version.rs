//! How versions are spelled, alone and in the envelope of a change set. Knows no change set.

use std::{fmt, str::FromStr};

use hashbrown::HashSet;

use crate::{
    base::sort::sort_by,
    format::envelope_read::malformed,
    json::{self, Cursor},
    names::{
        error::{Error, Result},
        id::{ClientId, split_branch},
        stamp::Stamp,
        version::{Version, VersionEntry, line_name},
    },
};

/// Writes it as JSON: like the versions in a change set, and besides for each stamp that is not in the first session of its
/// line the first stamp of its session.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        let spelled = |entry: &VersionEntry| {
            let VersionEntry { client, branch, first, stamp } = entry;
            let stamps = if first == branch { stamp.to_string() } else { format!("[{first},{stamp}]") };
            (line_name(client.as_str(), *branch), stamps)
        };
        write_members(&mut self.entries().iter().map(spelled), &mut out);
        f.write_str(&out)
    }
}

/// Reads what `Display` writes.
impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text, 2);
        let version = read_alone(&mut cursor);
        let version = version.and_then(|version| cursor.end().map(|()| version));
        version.map_err(|error| malformed(text, &error))
    }
}

/// Appends the entries, under these names.
pub(super) fn write_version(entries: &mut dyn Iterator<Item = (String, Stamp)>, out: &mut String) {
    write_members(&mut entries.map(|(name, stamp)| (name, stamp.to_string())), out);
}

/// Appends an object; its values are JSON.
pub(super) fn write_members(members: &mut dyn Iterator<Item = (String, String)>, out: &mut String) {
    let mut comma = "{";
    for (name, value) in members {
        out.push_str(comma);
        json::write_string(&name, out);
        out.push(':');
        out.push_str(&value);
        comma = ",";
    }
    out.push_str(if comma == "{" { "{}" } else { "}" });
}

pub(super) fn stamp(cursor: &mut Cursor<'_>) -> json::Result<Stamp> {
    cursor.peek();
    let offset = cursor.offset();
    Stamp::from_micros(cursor.u64()?).map_err(|error| cursor.error_at(offset, error.to_string()))
}

/// Takes the members of an object, each with its name and where that stands, none twice.
pub(super) fn members(
    cursor: &mut Cursor<'_>,
    what: &str,
    take: &mut dyn FnMut(&mut Cursor<'_>, &str, usize) -> json::Result<()>,
) -> json::Result<()> {
    let mut seen = HashSet::new();
    cursor.expect(b'{', what)?;
    if cursor.eat(b'}') {
        return Ok(());
    }
    loop {
        cursor.peek();
        let offset = cursor.offset();
        let name = cursor.string()?.decode().into_owned();
        cursor.expect(b':', "':' behind a client")?;
        take(cursor, &name, offset)?;
        if !seen.insert(name.clone()) {
            return Err(cursor.error_at(offset, format!("the client {name:?} stands there twice")));
        }
        if !cursor.eat(b',') {
            return cursor.expect(b'}', "',' or '}' behind a member");
        }
    }
}

/// The line of a whole name.
pub(super) fn whole_name(cursor: &Cursor<'_>, name: &str, offset: usize) -> json::Result<(ClientId, Stamp)> {
    let (id, branch) = split_branch(name);
    let client = ClientId::new(id).map_err(|error| cursor.error_at(offset, error.to_string()))?;
    Ok((client, branch))
}

/// `{"alice":7,"alice~5":6,"bob":[3,9]}`
fn read_alone(cursor: &mut Cursor<'_>) -> json::Result<Version> {
    let mut entries = Vec::new();
    cursor.peek();
    let start = cursor.offset();
    members(cursor, "a version, {…}", &mut |cursor, name, offset| {
        let (client, branch) = whole_name(cursor, name, offset)?;
        let is_in_session = cursor.eat(b'[');
        let mut first = branch;
        if is_in_session {
            first = stamp(cursor)?;
            cursor.expect(b',', "',' behind the first stamp of a session")?;
        }
        entries.push(VersionEntry { client, branch, first, stamp: stamp(cursor)? });
        if is_in_session { cursor.expect(b']', "']' behind a stamp") } else { Ok(()) }
    })?;
    Version::checked(entries).map_err(|reason| cursor.error_at(start, reason))
}

/// The entries of `fromVersion`, under whole names. In which sessions the stamps lie is told elsewhere.
pub(super) fn read_from_version(cursor: &mut Cursor<'_>) -> json::Result<Version> {
    let mut entries = Vec::new();
    cursor.peek();
    let start = cursor.offset();
    members(cursor, "a version, {…}", &mut |cursor, name, offset| {
        let (client, branch) = whole_name(cursor, name, offset)?;
        let stamp = stamp(cursor)?;
        // Nothing was seen of it, and it began nowhere.
        let branch = if stamp == Stamp::ZERO { Stamp::ZERO } else { branch };
        entries.push(VersionEntry { client, branch, first: branch, stamp });
        Ok(())
    })?;
    Version::checked(entries).map_err(|reason| cursor.error_at(start, reason))
}

/// Reads a version that says where it is other than `reference`, its lines under names that `find` knows: by the
/// places that these have in `version`.
pub(super) fn read_version(
    cursor: &mut Cursor<'_>,
    version: &Version,
    reference: &Version,
    find: &dyn Fn(&str) -> Option<usize>,
) -> json::Result<Version> {
    let all = version.entries();
    let stamp_in = |entry: &VersionEntry| reference.at(&entry.client, entry.branch);
    let mut changes: Vec<(usize, Stamp)> = Vec::new();
    members(cursor, "a version, {…}", &mut |cursor, name, offset| {
        let at = find(name)
            .ok_or_else(|| cursor.error_at(offset, format!("no client is called {name:?} here")))?;
        changes.push((at, stamp(cursor)?));
        Ok(())
    })?;
    sort_by(&mut changes, Ord::cmp);
    let mut changes = changes.into_iter().peekable();
    let mut entries = Vec::with_capacity(reference.entries().len());
    for (at, entry) in all.iter().enumerate() {
        let stamp =
            changes.next_if(|(other, _)| *other == at).map_or_else(|| stamp_in(entry), |(_, stamp)| stamp);
        if stamp > Stamp::ZERO {
            entries.push(VersionEntry { first: entry.branch, stamp, ..entry.clone() });
        }
    }
    Ok(Version::from_sorted(entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_version_is_refused_with_its_place() {
        for bad in [
            "",
            "nonsense",
            "[]",
            r#"{"a":1,"a":2}"#,
            r#"{"a":-1}"#,
            r#"{"a":1}}"#,
            r#"{"":1}"#,
            r#"{"a":"1"}"#,
            r#"{"a":[5,4]}"#,
            r#"{"a~5":4}"#,
            r#"{"a~05":7}"#,
        ] {
            let error = bad.parse::<Version>().unwrap_err();
            assert!(error.is_malformed() && error.to_string().contains("line 1"), "{bad}: {error}");
        }
        assert_eq!("{}".parse::<Version>().unwrap(), Version::default());
        assert_eq!(r#" { "a" : 0 , "b" : 2 } "#.parse::<Version>().unwrap().to_string(), r#"{"b":2}"#);
        let forked = r#"{"a":[3,4],"a~5":6,"a~17":[18,20]}"#;
        assert_eq!(forked.parse::<Version>().unwrap().to_string(), forked);
    }
}
