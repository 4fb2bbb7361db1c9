//! Reads the envelope of a change set. Knows no document and nothing of the content.

use std::str::FromStr;

use hashbrown::HashSet;

#[cfg(feature = "v1")]
use crate::format::v1;
use crate::{
    base::sort::sort_by,
    format::{
        Changes, Envelope,
        names::Names,
        told::{self, LineagePlaces},
        version::{self, read_from_version, whole_name},
    },
    json::{self, Cursor, JsonError, JsonErrorKind},
    names::{
        error::{Error, Result},
        id::{ClientId, DocumentId},
        stamp::Stamp,
        version::Version,
    },
};

/// The members of an envelope, in the text of a change set.
#[derive(Default)]
struct EnvelopeFields<'a> {
    format: Option<(usize, usize)>,
    document_id: Option<DocumentId>,
    sender: Option<(ClientId, Stamp)>,
    version: Option<Version>,
    lineage: LineagePlaces,
    since: Option<(usize, usize)>,
    horizon: Option<(usize, usize)>,
    states: Option<(usize, usize)>,
    content: Option<&'a str>,
}

type Read<T> = json::Result<T>;

/// Reads what `Display` writes, also with white space in it; and, with the feature `v1`, full change sets of version 1,
/// which become such of version 2.
impl FromStr for Changes {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        #[cfg(feature = "v1")]
        if v1::is_version_1(text) {
            return v1::read(text);
        }
        read(text).map_err(|error| malformed(text, &error))
    }
}

/// A text that does not keep to the format.
#[inline]
pub(super) fn malformed(text: &str, error: &JsonError) -> Error {
    let (line, column) = json::line_column(text, error.offset);
    let reason = format!("{} (line {line}, column {column})", error.reason);
    match error.kind {
        JsonErrorKind::Newer => Error::newer_version(error.pointer.clone(), reason),
        JsonErrorKind::Malformed | JsonErrorKind::TooDeep => Error::malformed(error.pointer.clone(), reason),
    }
}

fn read(text: &str) -> Read<Changes> {
    let cursor = &mut Cursor::new(text, 8);
    let members = read_members(cursor)?;
    let missing = |what: &str| JsonError::new("", 0, format!("the member {what:?} is missing"));
    let format = members.format.ok_or_else(|| missing("_minisync"))?;
    check_format(&mut at(text, format))?;
    let mut version = members.version.ok_or_else(|| missing("fromVersion"))?;
    let refusal = |place: Option<(usize, usize)>, reason: &str| {
        JsonError::new(text, place.map_or(0, |(start, _)| start), reason)
    };
    let names = Names::new(&version);
    let read_version = |place, reference: &Version| {
        version::read_version(&mut at(text, place), &version, reference, &|name| names.find(name))
    };
    let mut since = match members.since {
        Some((start, end)) if &text[start..end] == "null" => None,
        Some(place) => Some(read_version(place, &version)?),
        None => return Err(missing("changesSince")),
    };
    let horizon = match members.horizon {
        Some(place) => read_version(place, &Version::default())?,
        None => Version::default(),
    };
    let reference = since.as_ref().unwrap_or(&version);
    let states = match members.states {
        Some(place) => read_states(&mut at(text, place), &names, &version, reference, most_states(&version))?,
        None => Vec::new(),
    };
    if !version.covers(&horizon) {
        return Err(refusal(members.horizon, "the horizon is ahead of fromVersion"));
    }
    if !version.covers(reference) {
        return Err(refusal(members.since, "changesSince is ahead of fromVersion"));
    }
    if since.as_ref().is_some_and(|since| !since.covers(&horizon)) {
        return Err(refusal(
            members.since,
            "a delta since before its horizon does not say what was deleted; a full change set is needed",
        ));
    }
    let lineage = told::read(text, &members.lineage, &mut version, since.as_mut())?;
    let document_id = members.document_id.ok_or_else(|| missing("documentID"))?;
    let (sender, sender_branch) = members.sender.ok_or_else(|| missing("sentBy"))?;
    if sender_branch > Stamp::ZERO && version.find(&sender, sender_branch).is_err() {
        return Err(JsonError::new(text, 0, "sentBy is a branch that is not in fromVersion"));
    }
    let content = match members.content.ok_or_else(|| missing("changes"))? {
        "null" if since.is_some() => "[]",
        content => content,
    };
    let content = content.to_owned();
    let envelope = Envelope { document_id, sender, sender_branch, version, lineage, since, horizon, states };
    Ok(Changes::new(envelope, content))
}

/// A cursor that stands at a place found before.
pub(super) fn at(text: &str, place: (usize, usize)) -> Cursor<'_> {
    let mut cursor = Cursor::new(&text[..place.1], 8);
    cursor.rewind(place.0);
    cursor
}

/// The members of a change set, in the order in which they stand. What sorts them on its way (a `jsonb` column, a
/// map that is a tree or a table) also sorts the keys of the content, whose dots are counted in their order: values
/// would change hands without a word. Neither the alphabet nor the length of the names gives this order, so it tells.
const ORDER: [&str; 11] = [
    "_minisync",
    "documentID",
    "sentBy",
    "fromVersion",
    "branches",
    "sessions",
    "lineageHorizon",
    "changesSince",
    "horizon",
    "clientStates",
    "changes",
];

fn read_members<'a>(cursor: &mut Cursor<'a>) -> Read<EnvelopeFields<'a>> {
    let mut members = EnvelopeFields::default();
    let mut before = 0;
    cursor.expect(b'{', "a change set, {…}")?;
    loop {
        let offset = cursor.offset();
        let key = cursor.string()?.decode();
        cursor.expect(b':', "':' behind a key")?;
        let place = ORDER.iter().position(|member| *member == key).unwrap_or(before);
        if place < before {
            let reason = format!(
                "{key:?} stands behind {:?}: something on the way has put the keys in another order, which counts here; \
                 hand change sets on as text",
                ORDER[before]
            );
            return Err(cursor.error_at(offset, reason));
        }
        before = place;
        let twice = match key.as_ref() {
            "_minisync" => members.format.replace(cursor.skip_unchecked()?).is_some(),
            "documentID" => members.document_id.replace(id(cursor)?).is_some(),
            "sentBy" => {
                cursor.peek();
                let offset = cursor.offset();
                let name = cursor.string()?.decode();
                members.sender.replace(whole_name(cursor, &name, offset)?).is_some()
            }
            "fromVersion" => members.version.replace(read_from_version(cursor)?).is_some(),
            "branches" => members.lineage.branches.replace(cursor.skip_unchecked()?).is_some(),
            "sessions" => members.lineage.sessions.replace(cursor.skip_unchecked()?).is_some(),
            "lineageHorizon" => members.lineage.floors.replace(cursor.skip_unchecked()?).is_some(),
            "changesSince" => members.since.replace(cursor.skip_unchecked()?).is_some(),
            "horizon" => members.horizon.replace(cursor.skip_unchecked()?).is_some(),
            "clientStates" => members.states.replace(cursor.skip_unchecked()?).is_some(),
            "changes" => {
                let (start, end) = cursor.skip_unchecked()?;
                members.content.replace(&cursor.text()[start..end]).is_some()
            }
            _ => return Err(cursor.error_at(offset, format!("a change set has no member {key:?}"))),
        };
        if twice {
            return Err(cursor.error_at(offset, format!("the member {key:?} stands there twice")));
        }
        if !cursor.eat(b',') {
            cursor.expect(b'}', "',' or '}' behind a member")?;
            cursor.end()?;
            return Ok(members);
        }
    }
}

fn id<T: FromStr<Err = Error>>(cursor: &mut Cursor<'_>) -> Read<T> {
    let offset = cursor.offset();
    cursor.string()?.decode().parse().map_err(|error: Error| cursor.error_at(offset, error.to_string()))
}

/// `{"dataType":"CHANGES","version":2}`
fn check_format(cursor: &mut Cursor<'_>) -> Read<()> {
    let start = cursor.offset();
    let mut found = (false, None);
    cursor.expect(b'{', "an object that names the format")?;
    loop {
        let key = cursor.string()?.decode();
        cursor.expect(b':', "':' behind a key")?;
        match key.as_ref() {
            "dataType" if !found.0 => found.0 = cursor.string()?.decode() == "CHANGES",
            "version" if found.1.is_none() => found.1 = Some(cursor.u64()?),
            _ => return Err(cursor.error(format!("the member {key:?} is unknown, or stands there twice"))),
        }
        if !cursor.eat(b',') {
            break;
        }
    }
    cursor.expect(b'}', "'}'")?;
    match found {
        (true, Some(2)) => Ok(()),
        (true, Some(version)) => {
            let reason = format!("the format's version is {version}, and this program reads version 2");
            Err(if version > 2 { cursor.newer_at(start, reason) } else { cursor.error_at(start, reason) })
        }
        _ => Err(cursor
            .error_at(start, "this is no change set: expected {\"dataType\":\"CHANGES\",\"version\":2}")),
    }
}

/// How many clients may stand in `clientStates`. A few bytes tell a whole version there, so all of them together
/// have no more than 2^20 entries.
pub(crate) fn most_states(version: &Version) -> usize {
    (1 << 20) / version.iter().count().max(1)
}

fn read_states(
    cursor: &mut Cursor<'_>,
    names: &Names<'_>,
    version: &Version,
    reference: &Version,
    most: usize,
) -> Read<Vec<(ClientId, Version)>> {
    let mut states: Vec<(ClientId, Version)> = Vec::new();
    // One client may go by names of different lengths.
    let mut seen = HashSet::new();
    version::members(cursor, "an object of versions", &mut |cursor, name, offset| {
        let client = match names.client(name) {
            Some(client) => client.clone(),
            None => ClientId::new(name).map_err(|error| cursor.error_at(offset, error.to_string()))?,
        };
        let state = version::read_version(cursor, version, reference, &|name| names.find(name))?;
        if !seen.insert(client.as_str().to_owned()) {
            return Err(cursor.error_at(offset, format!("the client {name:?} stands there twice")));
        }
        if states.len() == most {
            let reason = format!("more than {most} clients, too many for so long a fromVersion");
            return Err(cursor.error_at(offset, reason));
        }
        states.push((client, state));
        Ok(())
    })?;
    sort_by(&mut states, |(a, _), (b, _)| a.cmp(b));
    Ok(states)
}
