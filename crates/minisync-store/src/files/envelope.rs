//! The envelope that opens each of our small files: which kind it is, of which version. Knows nothing of the rest.

use serde::{Deserialize, Serialize};

use crate::errors::{Error, Result};

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
