//! MiniSync keeps JSON documents in sync between any number of devices and people, without a server.
#![forbid(unsafe_code)]

mod align;
mod arena;
mod build;
mod clock;
mod document;
mod dot;
mod error;
mod format;
mod id;
mod index;
mod json;
mod list;
mod map;
mod order;
mod patch;
mod path;
mod position;
mod register;
mod sort;
mod stamp;
mod version;

pub use clock::Clock;
#[cfg(feature = "system")]
pub use clock::SystemClock;
pub use document::{Builder, Conflict, Document, Limits, ListMut, MapMut, Policy, Type, View};
pub use error::{Error, Result};
pub use format::Changes;
#[cfg(feature = "system")]
pub use id::SystemRandom;
pub use id::{ClientId, DocumentId, MAX_ID_BYTES, Random};
pub use patch::{Change, Patch, Patches};
pub use path::{Path, Segment, ToPath};
pub use stamp::Stamp;
pub use version::Version;
