//! The interchange format: the only modules that know how changes are spelled. Version 2 (`docs/format.md`), and
//! in `v1` all that is left of version 1 (`docs/format-v1.md`).

mod count;
mod envelope;
mod envelope_read;
mod lineage;
mod names;
mod read;
mod read_list;
mod read_tag;
mod tag;
mod told;
#[cfg(feature = "v1")]
mod v1;
#[cfg(feature = "serde_json")]
mod value;
mod version;
mod write;
mod write_list;

pub use envelope::Changes;
pub(crate) use envelope::Envelope;
pub(crate) use envelope_read::most_states;
pub(crate) use read::{ContainerDelta, Message, read};
pub(crate) use told::ToldLineage;
#[cfg(feature = "v1")]
pub use v1::ChangesV1;
#[cfg(feature = "v1")]
pub(crate) use v1::{Shape, Writer as WriterV1};
pub(crate) use write::{Fragment, Parts, Writer};
