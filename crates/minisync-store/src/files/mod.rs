//! The small files of a store, each strict about its format, and the seam where files are sealed. Knows no store
//! and no plan.

mod codec;
mod envelope;
mod format_file;
mod head;
mod index;
mod json;

pub use codec::{Codec, CodecError, FileLabel, Plain, SealedKind};
pub(crate) use envelope::{FileKind, read_file, write_file};
pub(crate) use format_file::FormatFile;
#[cfg(test)]
pub(crate) use head::tests as head_tests;
pub(crate) use head::{DataFile, Head};
pub(crate) use index::Index;
pub(crate) use json::{Fields, Json, ObjectReader, ObjectWriter, Read, json_fields};
