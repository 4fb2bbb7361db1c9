//! Change sets, and the envelope around their content. Knows no document and nothing of the content.

use std::fmt;

#[cfg(feature = "v1")]
use crate::format::v1;
use crate::{
    format::{names::Names, told::ToldLineage, version::write_version},
    json,
    names::{
        id::{ClientId, DocumentId},
        stamp::Stamp,
        version::{Version, VersionEntry, line_name},
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
    /// The branch in which the sender's own session lies; 0 if it is in the plain line.
    pub(crate) sender_branch: Stamp,
    pub(crate) version: Version,
    /// What is told of the sessions in `version`.
    pub(crate) lineage: ToldLineage,
    pub(crate) since: Option<Version>,
    /// In which sessions the stamps of this one lie, and those of `states`, is not told.
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

    pub(crate) fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Whether it holds the whole document.
    pub fn is_full(&self) -> bool {
        self.envelope.since.is_none()
    }

    /// Whether it is a delta without changes.
    pub fn is_empty(&self) -> bool {
        !self.is_full() && self.content == "[]"
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
        let Envelope { document_id, sender, sender_branch, version, lineage, since, horizon, states } =
            &self.envelope;
        let names = Names::new(version);
        let whole = |entry: &VersionEntry| (line_name(entry.client.as_str(), entry.branch), entry.stamp);
        let short = |entry: &VersionEntry| (names.line(&entry.client, entry.branch), entry.stamp);
        let mut out = String::with_capacity(self.content.len() + 512);
        out.push_str(r#"{"_minisync":{"dataType":"CHANGES","version":2},"documentID":"#);
        json::write_string(document_id.as_str(), &mut out);
        out.push_str(r#","sentBy":"#);
        json::write_string(&line_name(sender.as_str(), *sender_branch), &mut out);
        out.push_str(r#","fromVersion":"#);
        write_version(&mut version.entries().iter().map(whole), &mut out);
        lineage.write(version, &names, &mut out);
        out.push_str(r#","changesSince":"#);
        match since {
            Some(since) => {
                write_version(&mut differences(since, version, version).map(|e| short(&e)), &mut out)
            }
            None => out.push_str("null"),
        }
        if !horizon.is_empty() {
            out.push_str(r#","horizon":"#);
            write_version(&mut horizon.entries().iter().map(short), &mut out);
        }
        if !states.is_empty() {
            out.push_str(r#","clientStates":{"#);
            for (index, (client, state)) in states.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                // Who has written nothing has no short name.
                let known = version.has_client(client);
                json::write_string(if known { names.short(client) } else { client.as_str() }, &mut out);
                out.push(':');
                write_version(
                    &mut differences(state, self.reference(), version).map(|e| short(&e)),
                    &mut out,
                );
            }
            out.push('}');
        }
        out.push_str(r#","changes":"#);
        out.push_str(if self.is_empty() { "null" } else { &self.content });
        out.push('}');
        f.write_str(&out)
    }
}

/// The entries of `version` that are other than in `reference`, also those that are zero. Both have lines of `all`.
fn differences<'a>(
    version: &'a Version,
    reference: &'a Version,
    all: &'a Version,
) -> impl Iterator<Item = VersionEntry> + use<'a> {
    let entries = all.entries().iter();
    entries.filter_map(|entry| {
        let (own, other) =
            (version.at(&entry.client, entry.branch), reference.at(&entry.client, entry.branch));
        (own != other).then(|| VersionEntry { stamp: own, ..entry.clone() })
    })
}
