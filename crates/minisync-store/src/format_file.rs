//! `format.json`, which marks a document's folder, and the envelope that opens each of our small files.
//! Knows nothing of stores.

use minisync::DocumentId;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The version of the layout and of the small files that this crate reads and writes.
const VERSION: u64 = 1;

/// Which of the small files it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Store,
    Head,
    Index,
    State,
}

impl FileKind {
    fn data_type(self) -> &'static str {
        match self {
            FileKind::Store => "STORE",
            FileKind::Head => "HEAD",
            FileKind::Index => "INDEX",
            FileKind::State => "STATE",
        }
    }
}

/// `{"dataType": …, "version": …}`, as in a change set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Envelope {
    data_type: String,
    version: u64,
}

impl Envelope {
    pub(crate) fn of(kind: FileKind) -> Envelope {
        Envelope { data_type: kind.data_type().to_owned(), version: VERSION }
    }

    /// Refuses files of another kind, and those that a newer version of MiniSync wrote, before the rest
    /// of the file is looked at.
    pub(crate) fn expect(bytes: &[u8], kind: FileKind, place: &str) -> Result<()> {
        #[derive(Deserialize)]
        struct Any {
            #[serde(rename = "_minisync")]
            envelope: Envelope,
        }
        let Any { envelope } =
            serde_json::from_slice(bytes).map_err(|error| Error::malformed(place, error.to_string()))?;
        if envelope.data_type != kind.data_type() {
            let reason = format!("it is of the kind {:?}", envelope.data_type);
            return Err(Error::malformed(place, reason));
        }
        if envelope.version != VERSION {
            return Err(Error::unsupported(format!(
                "{place} has the format version {}, and this minisync knows version {VERSION}; \
                 update minisync",
                envelope.version
            )));
        }
        Ok(())
    }
}

/// `format.json`: written once, with the same bytes by whoever comes first, so that two who come at once
/// do no harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormatFile {
    #[serde(rename = "_minisync")]
    envelope: Envelope,
    #[serde(rename = "documentID")]
    document: DocumentId,
}

impl FormatFile {
    pub(crate) fn new(document: &DocumentId) -> FormatFile {
        FormatFile { envelope: Envelope::of(FileKind::Store), document: document.clone() }
    }

    pub(crate) fn document(&self) -> &DocumentId {
        &self.document
    }

    pub(crate) fn to_text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::malformed("format.json", error.to_string()))
    }

    pub(crate) fn parse(bytes: &[u8], place: &str) -> Result<FormatFile> {
        Envelope::expect(bytes, FileKind::Store, place)?;
        serde_json::from_slice(bytes).map_err(|error| Error::malformed(place, error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_refuses_the_rest() {
        let format = FormatFile::new(&DocumentId::new("todo").unwrap());
        let text = format.to_text().unwrap();
        assert_eq!(text, r#"{"_minisync":{"dataType":"STORE","version":1},"documentID":"todo"}"#);
        let parse = |text: &str| FormatFile::parse(text.as_bytes(), "format.json");
        assert_eq!(parse(&text).unwrap(), format);
        assert!(parse(&text.replace("todo", "")).unwrap_err().is_malformed());
        assert!(parse(&text.replace(":1", ":7")).unwrap_err().is_unsupported());
        assert!(parse(&text.replace("}", ",\"x\":1}")).unwrap_err().is_malformed());
        assert!(parse("").unwrap_err().is_malformed());
    }
}
