//! Change sets, and the envelope around their content. Knows no document and nothing of the content.

use std::{fmt, str::FromStr};

use hashbrown::HashSet;

#[cfg(feature = "v1")]
use crate::format::v1;
use crate::{
    base::sort::sort_by,
    format::{
        names::Names,
        version::{read_version_by, write_version},
    },
    json::{self, Cursor, JsonError, JsonErrorKind},
    names::{
        error::{Error, Result},
        id::{ClientId, DocumentId},
        stamp::Stamp,
        version::Version,
    },
};

/// What one client gives another: everything, or what has come since some version.
///
/// It is plain JSON: `Display` and (with the feature `serde_json`) `Serialize` write it, `FromStr` and `Deserialize`
/// read it. Reading checks the envelope; the content is checked when it is merged, before anything is changed.
///
/// ```
/// use minisync::{Changes, Document};
/// let document = Document::new(serde_json::json!({ "a": 1 }))?;
/// let text = document.changes().to_string();
/// let changes: Changes = text.parse()?;
/// assert_eq!(changes.to_string(), text);
/// assert!(changes.is_full());
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    envelope: Envelope,
    /// The text of the member `changes`.
    content: String,
}

/// All of a change set but its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) document_id: DocumentId,
    pub(crate) sender: ClientId,
    pub(crate) version: Version,
    pub(crate) since: Option<Version>,
    pub(crate) horizon: Version,
    /// By client.
    pub(crate) states: Vec<(ClientId, Version)>,
}

impl Changes {
    pub(crate) fn new(envelope: Envelope, content: String) -> Changes {
        Changes { envelope, content }
    }

    pub(crate) fn content(&self) -> &str {
        &self.content
    }

    /// The document that was changed.
    pub fn document_id(&self) -> &DocumentId {
        &self.envelope.document_id
    }

    /// Who made this change set.
    pub fn sender(&self) -> &ClientId {
        &self.envelope.sender
    }

    /// What the sender had seen.
    pub fn version(&self) -> &Version {
        &self.envelope.version
    }

    /// What one must have seen to merge it; none for a full one.
    pub fn since(&self) -> Option<&Version> {
        self.envelope.since.as_ref()
    }

    /// Every deletion that the sender has forgotten lies within this version.
    pub fn horizon(&self) -> &Version {
        &self.envelope.horizon
    }

    /// Whether it holds the whole document.
    pub fn is_full(&self) -> bool {
        self.envelope.since.is_none()
    }

    /// Whether it is a delta without changes.
    pub fn is_empty(&self) -> bool {
        !self.is_full() && self.content == "[]"
    }

    /// What the sender knows other clients to have seen.
    pub fn client_states(&self) -> impl Iterator<Item = (&ClientId, &Version)> {
        self.envelope.states.iter().map(|(client, version)| (client, version))
    }

    /// Whether a text says of itself that it is a change set of version 1 of the format, that of the original
    /// TypeScript library. Reading it may still find that it is not.
    ///
    /// ```
    /// use minisync::Changes;
    /// assert!(Changes::is_v1(r#"{"_minisync":{"dataType":"CHANGES","version":1}}"#));
    /// assert!(!Changes::is_v1(r#"{"title":"Shopping"}"#));
    /// ```
    #[cfg(feature = "v1")]
    pub fn is_v1(text: &str) -> bool {
        v1::is_version_1(text)
    }

    /// The version from which the versions in `clientStates` are told apart.
    fn reference(&self) -> &Version {
        self.envelope.since.as_ref().unwrap_or(&self.envelope.version)
    }
}

/// The canonical JSON text.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Envelope { document_id, sender, version, since, horizon, states } = &self.envelope;
        let names = Names::new(version);
        let mut out = String::with_capacity(self.content.len() + 512);
        out.push_str(r#"{"_minisync":{"dataType":"CHANGES","version":2},"documentID":"#);
        json::write_string(document_id.as_str(), &mut out);
        out.push_str(r#","sentBy":"#);
        json::write_string(sender.as_str(), &mut out);
        out.push_str(r#","fromVersion":"#);
        write_version(&mut version.iter(), &|id| id.as_str(), &mut out);
        out.push_str(r#","changesSince":"#);
        match since {
            Some(since) => write_version(&mut differences(since, version), &|id| names.short(id), &mut out),
            None => out.push_str("null"),
        }
        if !horizon.is_empty() {
            out.push_str(r#","horizon":"#);
            write_version(&mut horizon.iter(), &|id| names.short(id), &mut out);
        }
        if !states.is_empty() {
            out.push_str(r#","clientStates":{"#);
            for (index, (client, state)) in states.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                // Who has written nothing has no short name.
                let known = version.get(client) > Stamp::ZERO;
                json::write_string(if known { names.short(client) } else { client.as_str() }, &mut out);
                out.push(':');
                write_version(&mut differences(state, self.reference()), &|id| names.short(id), &mut out);
            }
            out.push('}');
        }
        out.push_str(r#","changes":"#);
        out.push_str(if self.is_empty() { "null" } else { &self.content });
        out.push('}');
        f.write_str(&out)
    }
}

/// The entries of `version` that are other than in `reference`, also those that are zero, by client.
fn differences<'a>(
    version: &'a Version,
    reference: &'a Version,
) -> impl Iterator<Item = (&'a ClientId, Stamp)> {
    let unknown = version.iter().filter(|(client, _)| reference.get(client) == Stamp::ZERO);
    let mut clients: Vec<&ClientId> = reference.iter().chain(unknown).map(|(client, _)| client).collect();
    sort_by(&mut clients, Ord::cmp);
    let entries = clients.into_iter().map(|client| (client, version.get(client)));
    entries.filter(|(client, stamp)| reference.get(client) != *stamp)
}

/// The members of an envelope, in the text of a change set.
#[derive(Default)]
struct EnvelopeFields<'a> {
    format: Option<(usize, usize)>,
    document_id: Option<DocumentId>,
    sender: Option<ClientId>,
    version: Option<Version>,
    since: Option<(usize, usize)>,
    horizon: Option<(usize, usize)>,
    states: Option<(usize, usize)>,
    content: Option<&'a str>,
}

type Read<T> = json::Result<T>;

/// Reads what `Display` writes, also with white space in it; and, with the feature `v1`, full change sets of version 1, which become such of version 2.
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
    let version = members.version.ok_or_else(|| missing("fromVersion"))?;
    let names = Names::new(&version);
    let since = match members.since {
        Some((start, end)) if &text[start..end] == "null" => None,
        Some(place) => Some(read_version(&mut at(text, place), &names, &version)?),
        None => return Err(missing("changesSince")),
    };
    let horizon = match members.horizon {
        Some(place) => read_version(&mut at(text, place), &names, &Version::default())?,
        None => Version::default(),
    };
    let reference = since.as_ref().unwrap_or(&version);
    let states = match members.states {
        Some(place) => read_states(&mut at(text, place), &names, reference, most_states(&version))?,
        None => Vec::new(),
    };
    let refusal = |place: Option<(usize, usize)>, reason: &str| {
        JsonError::new(text, place.map_or(0, |(start, _)| start), reason)
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
    let document_id = members.document_id.ok_or_else(|| missing("documentID"))?;
    let sender = members.sender.ok_or_else(|| missing("sentBy"))?;
    let content = match members.content.ok_or_else(|| missing("changes"))? {
        "null" if since.is_some() => "[]",
        content => content,
    };
    let content = content.to_owned();
    Ok(Changes { envelope: Envelope { document_id, sender, version, since, horizon, states }, content })
}

/// A cursor that stands at a place found before.
fn at(text: &str, place: (usize, usize)) -> Cursor<'_> {
    let mut cursor = Cursor::new(&text[..place.1], 8);
    cursor.rewind(place.0);
    cursor
}

/// The members of a change set, in the order in which they stand. What sorts them on its way (a `jsonb` column, a
/// map that is a tree or a table) also sorts the keys of the content, whose dots are counted in their order: values
/// would change hands without a word. Neither the alphabet nor the length of the names gives this order, so it tells.
const ORDER: [&str; 8] = [
    "_minisync",
    "documentID",
    "sentBy",
    "fromVersion",
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
            "sentBy" => members.sender.replace(id(cursor)?).is_some(),
            "fromVersion" => {
                let version = read_version_by(cursor, Version::default(), &|name| ClientId::new(name).ok())?;
                members.version.replace(version).is_some()
            }
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

/// A version that says where it is other than `reference`.
fn read_version(cursor: &mut Cursor<'_>, names: &Names<'_>, reference: &Version) -> Read<Version> {
    read_version_by(cursor, reference.clone(), &|name| names.find(name).cloned())
}

/// How many clients may stand in `clientStates`. A few bytes tell a whole version there, so all of them together
/// have no more than 2^20 entries.
pub(crate) fn most_states(version: &Version) -> usize {
    (1 << 20) / version.iter().count().max(1)
}

fn read_states(
    cursor: &mut Cursor<'_>,
    names: &Names<'_>,
    reference: &Version,
    most: usize,
) -> Read<Vec<(ClientId, Version)>> {
    let mut states: Vec<(ClientId, Version)> = Vec::new();
    let mut seen = HashSet::new();
    cursor.expect(b'{', "an object of versions")?;
    if cursor.eat(b'}') {
        return Ok(states);
    }
    loop {
        let offset = cursor.offset();
        let name = cursor.string()?.decode();
        let client = match names.find(&name) {
            Some(client) => client.clone(),
            None => ClientId::new(&name).map_err(|error| cursor.error_at(offset, error.to_string()))?,
        };
        cursor.expect(b':', "':' behind a client")?;
        let state = read_version(cursor, names, reference)?;
        if !seen.insert(client.clone()) {
            return Err(cursor.error_at(offset, format!("the client {name:?} stands there twice")));
        }
        if states.len() == most {
            let reason = format!("more than {most} clients, too many for so long a fromVersion");
            return Err(cursor.error_at(offset, reason));
        }
        states.push((client, state));
        if !cursor.eat(b',') {
            cursor.expect(b'}', "',' or '}' behind a version")?;
            sort_by(&mut states, |(a, _), (b, _)| a.cmp(b));
            return Ok(states);
        }
    }
}
