//! From stored bytes to heads and change sets: checks, opens and parses them. Knows no document and no request.

use minisync::{Changes, DocumentId};

use crate::{
    errors::{Error, Result, StoreError},
    files::{Codec, DataFile, FileLabel, Head, SealedKind},
    names::Name,
};

/// The change set in a data file. The error says for people why it is of no use now.
pub(super) fn read_data_file(
    head: &Head,
    file: &DataFile,
    bytes: Result<Vec<u8>, StoreError>,
    codec: &dyn Codec,
) -> Result<Changes, String> {
    let late = |what| format!("{} {what}; it is fetched next time", file.name);
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) if error.is_not_found() => return Err(late("has not arrived yet")),
        Err(error) => return Err(error.to_string()),
    };
    // Length and hash are of the stored bytes, so this is checked before any cipher sees them.
    if !file.is_whole(&bytes) {
        return Err(late("has not arrived whole yet"));
    }
    let label = FileLabel {
        document: &head.document,
        client: file.name.client(),
        sequence: Some(file.name.sequence()),
        kind: file.kind(),
    };
    let plain = codec.open(&label, bytes).map_err(|error| format!("{}: {error}", file.name))?;
    let text = String::from_utf8(plain).map_err(|error| format!("{}: {error}", file.name))?;
    let changes: Changes =
        text.parse().map_err(|error: minisync::Error| format!("{}: {error}", file.name))?;
    // A right file under a wrong name would bring changes that the head's versions do not tell of.
    let is_as_said = *changes.sender() == head.client
        && *changes.document_id() == head.document
        && *changes.version() == file.version
        && changes.since() == file.since.as_ref();
    if is_as_said { Ok(changes) } else { Err(format!("{} is not what its head says", file.name)) }
}

/// The head that is stored under this name, at this path.
pub(super) fn read_head(
    document: &DocumentId,
    name: &Name,
    path: &str,
    bytes: Vec<u8>,
    codec: &dyn Codec,
) -> Result<Head> {
    let label = FileLabel { document, client: name, sequence: None, kind: SealedKind::Head };
    let plain = codec.open(&label, bytes).map_err(|error| Error::malformed(path, error.to_string()))?;
    Head::parse(&plain, name, path)
}
