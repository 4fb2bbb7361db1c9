//! From stored bytes to heads and change sets: checks, opens and parses them. Knows no document and no request.

use minisync::{Changes, DocumentId};

use crate::{
    errors::{Error, Result, StoreError},
    files::{Codec, DataFile, FileLabel, Head, SealedKind},
    names::Name,
};

/// Why a data file is of no use now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unusable {
    /// For people.
    pub(super) reason: String,
    pub(super) fault: Fault,
}

/// What is wrong with a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not there, or not all of it: perhaps it is on its way.
    Late,
    /// It is there, and not what its head says. It will not become that by itself.
    Damaged,
    /// It could not be asked for, or not be merged: that says nothing of the file.
    Unknown,
}

impl Unusable {
    pub(super) fn new(fault: Fault, reason: String) -> Unusable {
        Unusable { reason, fault }
    }
}

/// The change set in a data file.
pub(super) fn read_data_file(
    head: &Head,
    file: &DataFile,
    bytes: Result<Vec<u8>, StoreError>,
    codec: &dyn Codec,
) -> Result<Changes, Unusable> {
    let name = &file.name;
    let late = |what| Unusable::new(Fault::Late, format!("{name} {what}; it is fetched next time"));
    let damaged = |reason: String| Unusable::new(Fault::Damaged, format!("{name} {reason}"));
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) if error.is_not_found() => return Err(late("has not arrived yet")),
        Err(error) => return Err(Unusable::new(Fault::Unknown, error.to_string())),
    };
    // Length and hash are of the stored bytes, so this is checked before any cipher sees them.
    if bytes.len() as u64 != file.length {
        return Err(late("has not arrived whole yet"));
    }
    if !file.is_whole(&bytes) {
        return Err(damaged("is damaged; its owner is told".to_owned()));
    }
    let label = FileLabel {
        document: &head.document,
        client: name.client(),
        sequence: Some(name.sequence()),
        kind: file.kind(),
    };
    let plain = codec.open(&label, bytes).map_err(|error| damaged(format!("cannot be opened: {error}")))?;
    let text = String::from_utf8(plain).map_err(|error| damaged(format!("cannot be read: {error}")))?;
    // A newer version may have written it: then it is not damaged, but this program is old.
    let changes: Changes = text.parse().map_err(|error: minisync::Error| {
        Unusable::new(Fault::Unknown, format!("{name} cannot be read: {error}"))
    })?;
    // A right file under a wrong name would bring changes that the head's versions do not tell of.
    let is_as_said = *changes.sender() == head.client
        && *changes.document_id() == head.document
        && *changes.version() == file.version
        && changes.since() == file.since.as_ref();
    if is_as_said { Ok(changes) } else { Err(damaged("is not what its head says".to_owned())) }
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
