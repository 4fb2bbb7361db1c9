//! The seam where encryption sits: heads, data files and names pass through a codec on their way to a store
//! and back. Knows no cipher; the codec of this crate changes nothing.
//!
//! ```text
//! document ── change set ──> seal ── bytes, named by their hash ──> store
//! document <── change set ── open <── bytes, checked by that hash ── store
//! ```
//!
//! Lengths and hashes, in heads and in names, are of the bytes as they are stored. So a store can be checked and
//! repaired by who cannot read it, and no name tells the hash of a content.

use std::fmt;

use minisync::{ClientId, DocumentId};

use crate::names::Name;

/// Changes files and names between a document and its store, there and back.
///
/// `format.json` and `index.json` do not pass through it: they hold nothing but the document's id and names.
///
/// ```
/// use minisync_store::{Codec, CodecError, FileLabel, Name};
///
/// /// Turns every bit around: no secret, but no plain text either.
/// struct Inverted;
///
/// impl Codec for Inverted {
///     fn seal(&self, _: &FileLabel<'_>, mut plain: Vec<u8>) -> Result<Vec<u8>, CodecError> {
///         plain.iter_mut().for_each(|byte| *byte = !*byte);
///         Ok(plain)
///     }
///     fn open(&self, file: &FileLabel<'_>, sealed: Vec<u8>) -> Result<Vec<u8>, CodecError> {
///         self.seal(file, sealed)
///     }
/// }
/// ```
pub trait Codec: Send + Sync {
    /// What is stored of a file that holds `plain`. May add random bytes and padding.
    ///
    /// # Errors
    /// Where it cannot be sealed; then nothing is published.
    fn seal(&self, file: &FileLabel<'_>, plain: Vec<u8>) -> Result<Vec<u8>, CodecError>;

    /// The reverse. Must refuse what was sealed under another label: a store can put any file in the place of any
    /// other.
    ///
    /// # Errors
    /// Where it was not sealed by this codec under this label, or was changed since. The file is skipped.
    fn open(&self, file: &FileLabel<'_>, sealed: Vec<u8>) -> Result<Vec<u8>, CodecError>;

    /// The name under which a client's files are stored; always the same one, and another for each client.
    fn client_name(&self, client: &ClientId) -> Name {
        Name::of_client(client)
    }

    /// The name of a document's folder; likewise.
    fn document_name(&self, document: &DocumentId) -> Name {
        Name::of_document(document)
    }
}

/// What a file is, as far as that is known before it is opened. A cipher takes it as associated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLabel<'a> {
    /// The document that it belongs to.
    pub document: &'a DocumentId,
    /// Whose file it is, by the name in the store.
    pub client: &'a Name,
    /// Its sequence number; none for a head, which holds it inside.
    pub sequence: Option<u64>,
    /// What kind of file it is.
    pub kind: SealedKind,
}

/// The kinds of files that pass through a codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedKind {
    /// A head.
    Head,
    /// A data file with a full change set.
    Snapshot,
    /// A data file with what came since some version.
    Delta,
}

/// Why a codec could not do its work, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecError(String);

impl CodecError {
    /// `reason` says what is wrong and what to do, as in "it was sealed with another key; ask for the new one".
    pub fn new(reason: impl Into<String>) -> CodecError {
        CodecError(reason.into())
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CodecError {}

/// Stores everything as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plain;

impl Codec for Plain {
    fn seal(&self, _: &FileLabel<'_>, plain: Vec<u8>) -> Result<Vec<u8>, CodecError> {
        Ok(plain)
    }

    fn open(&self, _: &FileLabel<'_>, sealed: Vec<u8>) -> Result<Vec<u8>, CodecError> {
        Ok(sealed)
    }
}
