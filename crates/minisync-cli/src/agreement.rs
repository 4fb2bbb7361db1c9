//! On what FILE and the document last agreed. Knows neither of the two, only their names.

use minisync::Version;
use serde::{Deserialize, Serialize};

use crate::file::Fingerprint;

/// A text of FILE, and the version of the document that it stood for.
///
/// A text with another fingerprint was edited since; a document with another version has changed since.
/// Where both have, the edits belong to that version and to no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agreement {
    /// Counts up: of two agreements, the higher one is the later one.
    pub(crate) number: u64,
    pub(crate) text: Fingerprint,
    pub(crate) version: Version,
}

impl Agreement {
    /// The one after `last`.
    pub(crate) fn after(last: Option<&Agreement>, text: Fingerprint, version: Version) -> Agreement {
        Agreement { number: last.map_or(0, |last| last.number) + 1, text, version }
    }

    /// As it is kept with the state.
    pub(crate) fn to_note(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    pub(crate) fn from_note(note: &str) -> Option<Agreement> {
        serde_json::from_str(note).ok()
    }
}
