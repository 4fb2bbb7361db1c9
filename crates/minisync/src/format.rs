//! The interchange format, version 2: the only modules that know how changes are spelled. See
//! `docs/format.md`.

mod envelope;
mod names;
mod read;
mod read_list;
mod read_tag;
mod tag;
mod write;
mod write_list;

pub use envelope::Changes;
pub(crate) use envelope::{Envelope, most_states};
pub(crate) use read::{Message, Patch, read};
pub(crate) use write::{Fragment, Parts, Writer};
