//! Version 1 of the format, that of the original TypeScript library: read into change sets of version 2, and
//! written. Its quirks stop here. See `docs/format-v1.md`. Knows no document.

mod content;
mod envelope;
mod parts;
mod state;
mod timestamp;
mod write;

pub(super) use envelope::{is_version_1, read};
pub use write::ChangesV1;
pub(crate) use write::{Shape, Writer};
