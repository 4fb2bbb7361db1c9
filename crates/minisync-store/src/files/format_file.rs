//! `format.json`, which marks a document's folder. Knows nothing of stores.

use minisync::DocumentId;

use crate::{
    errors::Result,
    files::{FileKind, json_fields, read_file, write_file},
};

/// `format.json`: written once, with the same bytes by whoever comes first, so that two who come at once
/// do no harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormatFile {
    document: DocumentId,
}

json_fields!(FormatFile { document: "documentID" });

impl FormatFile {
    pub(crate) fn new(document: &DocumentId) -> FormatFile {
        FormatFile { document: document.clone() }
    }

    pub(crate) fn document(&self) -> &DocumentId {
        &self.document
    }

    pub(crate) fn to_json(&self) -> String {
        write_file(FileKind::Store, self)
    }

    pub(crate) fn parse(bytes: &[u8], place: &str) -> Result<FormatFile> {
        read_file(bytes, FileKind::Store, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_refuses_the_rest() {
        let format = FormatFile::new(&DocumentId::new("todo").unwrap());
        let text = format.to_json();
        assert_eq!(text, r#"{"_minisync":{"dataType":"STORE","version":1},"documentID":"todo"}"#);
        let parse = |text: &str| FormatFile::parse(text.as_bytes(), "format.json");
        assert_eq!(parse(&text).unwrap(), format);
        assert!(parse(&text.replace("todo", "")).unwrap_err().is_malformed());
        assert!(parse(&text.replace(":1", ":7")).unwrap_err().is_unsupported());
        assert!(parse(&text.replace("}", ",\"x\":1}")).unwrap_err().is_malformed());
        assert!(parse("").unwrap_err().is_malformed());
    }
}
