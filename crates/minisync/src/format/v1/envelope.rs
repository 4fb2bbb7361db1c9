//! Reads a file of version 1 as a change set of version 2. Knows no document; `parts` reads its tree, `content`
//! says when what was written.

use crate::{
    format::{
        Changes, Envelope, ToldLineage,
        envelope_read::malformed,
        names::Names,
        v1::{
            content::{self, Times},
            parts::{self, Part},
            state,
        },
    },
    json::{self, Cursor},
    names::{
        digest,
        error::{Error, Result},
        id::{ClientId, DocumentId},
        stamp::Stamp,
        version::{Version, VersionEntry},
    },
};

/// Whether a text says that it is a change set of version 1. It may not be one all the same.
pub(in crate::format) fn is_version_1(text: &str) -> bool {
    let format = format_of(text).ok().flatten();
    format.is_some_and(|format| {
        let members: Vec<_> = json::Members::new(format).collect();
        let says = |name: &str, value: &str| {
            members.iter().any(|member| {
                member.key.is_some_and(|key| key.decode() == name) && member.value.trim() == value
            })
        };
        says("dataType", "\"CHANGES\"") && says("version", "1")
    })
}

/// The text of the member `_minisync`. All that follows it is not looked at.
fn format_of(text: &str) -> json::Result<Option<&str>> {
    let mut cursor = Cursor::new(text, 1);
    cursor.expect(b'{', "an object")?;
    while cursor.peek() == Some(b'"') {
        let key = cursor.string()?.decode();
        cursor.expect(b':', "':' behind a key")?;
        let (start, end) = cursor.skip_unchecked()?;
        if key == "_minisync" {
            return Ok(Some(&text[start..end]));
        }
        cursor.eat(b',');
    }
    Ok(None)
}

/// The members of an envelope.
#[derive(Default)]
struct EnvelopeV1Fields<'a> {
    document_id: Option<String>,
    sender: Option<ClientId>,
    has_version: bool,
    has_states: bool,
    is_delta: Option<bool>,
    /// The data, and the canonical text that it was read from.
    changes: Option<(Vec<Part<'a>>, String)>,
}

/// Reads a text that [`is_version_1`].
pub(in crate::format) fn read(text: &str) -> Result<Changes> {
    let members = read_members(text).map_err(|error| malformed(text, &error))?;
    let missing = |what: &str| Error::malformed("", format!("the member {what:?} is missing"));
    let document = members.document_id.ok_or_else(|| missing("documentID"))?;
    let sender = members.sender.ok_or_else(|| missing("sentBy"))?;
    if !members.has_version {
        return Err(missing("fromVersion"));
    }
    if !members.has_states {
        return Err(missing("clientStates"));
    }
    if members.is_delta.ok_or_else(|| missing("changesSince"))? {
        return Err(Error::version_1_delta());
    }
    let (parts, canonical) = members.changes.ok_or_else(|| missing("changes"))?;
    let Some(times) = Times::of(&parts) else {
        return Err(Error::limit("the change set has entries that are later than any stamp"));
    };
    let writer = ClientId::new(format!("v1-{}", digest::letters(&[&document, &canonical])))?;
    let entry =
        VersionEntry { client: writer.clone(), branch: Stamp::ZERO, first: Stamp::ZERO, stamp: times.last };
    // Where nothing is in it, nothing was written.
    let version = Version::from_sorted(Vec::from_iter((times.last > Stamp::ZERO).then_some(entry)));
    let mut name = String::new();
    json::write_string(Names::new(&version).short(&writer), &mut name);
    let content = content::write(&parts, &times, &name);
    let document_id = DocumentId::new(&document)
        .or_else(|_| DocumentId::new(format!("v1-{}", digest::letters(&[&document]))))?;
    let (horizon, states) = (Version::default(), Vec::new());
    let (lineage, sender_branch, since) = (ToldLineage::simple(&version), Stamp::ZERO, None);
    let envelope = Envelope { document_id, sender, sender_branch, version, lineage, since, horizon, states };
    Ok(Changes::new(envelope, content))
}

fn read_members(text: &str) -> json::Result<EnvelopeV1Fields<'_>> {
    // Nothing that is read here calls itself, so no text is too deep: how deep the data is, is checked where
    // it is taken in.
    let mut cursor = Cursor::new(text, usize::MAX);
    cursor.skip_value()?;
    cursor.end()?;
    cursor.rewind(0);
    let mut members = EnvelopeV1Fields::default();
    state::members(&mut cursor, "a change set", |cursor, key| {
        match key {
            "_minisync" => state::members(cursor, "the format", |cursor, key| {
                cursor.skip_value()?;
                Ok(matches!(key, "dataType" | "version"))
            })?,
            "documentID" => members.document_id = Some(cursor.string()?.decode().into_owned()),
            "sentBy" => {
                cursor.peek();
                let start = cursor.offset();
                let id = ClientId::new(cursor.string()?.decode());
                members.sender = Some(id.map_err(|error| cursor.error_at(start, error.to_string()))?);
            }
            "fromVersion" => members.has_version = cursor.string().map(|_| true)?,
            "clientStates" => members.has_states = state::elements(cursor, client_state).map(|()| true)?,
            "changesSince" => members.is_delta = Some(state::string_or_null(cursor)?.is_some()),
            "changes" => members.changes = Some(changes(cursor)?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(members)
}

/// `{"clientID":"bob","lastAcknowledged":"0000000002","lastReceived":"0000000004"}`
fn client_state(cursor: &mut Cursor<'_>) -> json::Result<()> {
    state::members(cursor, "a client's state", |cursor, key| {
        let is_known = matches!(key, "clientID" | "lastAcknowledged" | "lastReceived");
        if is_known {
            state::string_or_null(cursor)?;
        }
        Ok(is_known)
    })
}

fn changes<'a>(cursor: &mut Cursor<'a>) -> json::Result<(Vec<Part<'a>>, String)> {
    if cursor.peek() == Some(b'n') {
        cursor.skip_value()?;
        return Ok((vec![Part::Map(None), Part::End], String::from("null")));
    }
    let start = cursor.offset();
    let parts = parts::read(cursor)?;
    let mut canonical = String::new();
    json::canonicalize(&cursor.text()[start..cursor.offset()], &mut canonical);
    Ok((parts, canonical))
}
