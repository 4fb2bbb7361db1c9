//! `format.json`, which marks a document's folder. Knows nothing of stores.

use minisync::DocumentId;
use serde::{Deserialize, Serialize};

use crate::{
    errors::{Error, Result},
    files::{Envelope, FileKind},
};

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

    pub(crate) fn to_json(&self) -> Result<String> {
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
        let text = format.to_json().unwrap();
        assert_eq!(text, r#"{"_minisync":{"dataType":"STORE","version":1},"documentID":"todo"}"#);
        let parse = |text: &str| FormatFile::parse(text.as_bytes(), "format.json");
        assert_eq!(parse(&text).unwrap(), format);
        assert!(parse(&text.replace("todo", "")).unwrap_err().is_malformed());
        assert!(parse(&text.replace(":1", ":7")).unwrap_err().is_unsupported());
        assert!(parse(&text.replace("}", ",\"x\":1}")).unwrap_err().is_malformed());
        assert!(parse("").unwrap_err().is_malformed());
    }
}
