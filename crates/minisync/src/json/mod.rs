//! JSON text: reading, writing, comparing, and its one canonical spelling. Must not know documents.
//!
//! Canonical text has no white space; its numbers stand as the user wrote them; its strings have the
//! shortest escapes (`\"`, `\\`, `\b`, `\f`, `\n`, `\r`, `\t`, other control characters as `\u00xx` in
//! lowercase) and everything else raw; its objects keep the order of their keys, each of which stands
//! there once.

mod canonical;
mod cursor;
mod equal;
mod error;
mod float;
mod keys;
mod members;
pub(crate) mod number;
mod scan;
mod ser;
mod string;
#[cfg(test)]
mod tests;
#[cfg(feature = "serde_json")]
mod transcode;

pub(crate) use canonical::{canonical_text, canonicalize};
pub(crate) use cursor::Cursor;
pub(crate) use equal::equal;
pub(crate) use error::{JsonError, JsonErrorKind, Result, line_column};
#[cfg(feature = "syntax")]
pub(crate) use keys::first_duplicate_key;
pub(crate) use keys::{array_index, is_punctuation, javascript_rank};
pub(crate) use members::{Members, element, entries, member};
pub(crate) use ser::to_text;
#[cfg(feature = "v1")]
pub(crate) use string::JsonStr;
pub(crate) use string::{unescape, write_string};
#[cfg(feature = "serde_json")]
pub(crate) use {members::Member, ser::RAW_VALUE, transcode::JsonText};
