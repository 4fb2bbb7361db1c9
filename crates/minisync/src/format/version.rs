//! How versions are spelled, alone and in the envelope of a change set. Knows no change set.

use std::{fmt, str::FromStr};

use hashbrown::HashSet;

use crate::{
    format::envelope::malformed,
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
        write_version(&mut self.iter(), &|id| id.as_str(), &mut out);
        f.write_str(&out)
    }
}

/// Reads what `Display` writes.
impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text, 1);
        let find = |name: &str| ClientId::new(name).ok();
        let version = read_version_by(&mut cursor, Version::default(), &find);
        let version = version.and_then(|version| cursor.end().map(|()| version));
        version.map_err(|error| malformed(text, &error))
    }
}

/// Appends the entries, under these names.
pub(super) fn write_version<'a>(
    entries: &mut dyn Iterator<Item = (&'a ClientId, Stamp)>,
    name: &dyn Fn(&'a ClientId) -> &'a str,
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

/// Reads a version that says where it is other than `reference`, its clients under names that `find` knows.
pub(super) fn read_version_by(
    cursor: &mut Cursor<'_>,
    reference: Version,
    find: &dyn Fn(&str) -> Option<ClientId>,
) -> json::Result<Version> {
    let (mut changes, mut seen) = (Vec::new(), HashSet::new());
    cursor.expect(b'{', "a version, {…}")?;
    if cursor.eat(b'}') {
        return Ok(reference);
    }
    loop {
        let offset = cursor.offset();
        let name = cursor.string()?.decode();
        let id = find(&name)
            .ok_or_else(|| cursor.error_at(offset, format!("no client is called {name:?} here")))?;
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
        ] {
            let error = bad.parse::<Version>().unwrap_err();
            assert!(error.is_malformed() && error.to_string().contains("line 1"), "{bad}: {error}");
        }
        assert_eq!("{}".parse::<Version>().unwrap(), Version::default());
        assert_eq!(r#" { "a" : 0 , "b" : 2 } "#.parse::<Version>().unwrap().to_string(), r#"{"b":2}"#);
    }
}
