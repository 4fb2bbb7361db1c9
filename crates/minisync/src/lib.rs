//! MiniSync keeps JSON documents in sync between any number of devices and people, without a server.
//! This file is the face of the crate: what is public, and where to begin.
//!
//! # Where to begin
//!
//! A [`Document`] is one copy of a JSON object. It reads and writes by path, and never needs anybody else:
//!
//! ```
//! use minisync::Document;
//! use serde_json::json;
//!
//! let mut alice = Document::new(json!({ "foo": "initial state goes here" }))?;
//! alice.set_client_id("alice")?;
//! alice.set("foo", json!({ "bar": ["baz"] }))?;
//! alice.set("foo.bar[1]", "quu")?;
//! assert_eq!(alice.get("foo.bar[-1]").unwrap().as_str().as_deref(), Some("quu"));
//! # Ok::<(), minisync::Error>(())
//! ```
//!
//! Its [`Changes`] are plain JSON. A full change set makes a copy for somebody else, who from then on sends
//! and gets what the other lacks:
//!
//! ```
//! # use minisync::Document;
//! # use serde_json::json;
//! # let mut alice = Document::new(json!({ "foo": { "bar": ["baz", "quu"] } }))?;
//! # alice.set_client_id("alice")?;
//! let mut bob = Document::from_changes(&alice.changes())?;
//! bob.set_client_id("bob")?;
//! bob.list("foo.bar")?.push("foo you too")?;
//!
//! let delta = bob.changes_for("alice").to_string(); // by mail, in a file, …
//! let patches = alice.merge(&delta.parse()?)?;
//! assert_eq!(patches.to_json_patch(), r#"[{"op":"add","path":"/foo/bar/2","value":"foo you too"}]"#);
//! # Ok::<(), minisync::Error>(())
//! ```
//!
//! To go on after a restart, save `changes().to_string()` and [`Document::restore`] it.
//!
//! For an app there is more: [`Document::subscribe`] keeps what changes, for a user interface that follows;
//! [`Document::undo`] takes back own edits and leaves those of others; [`Document::genesis`] makes the same
//! document on every device from the same built-in defaults; [`Document::conflicts`] has the values that lost,
//! and [`Patches::overruled`] those that went with what was deleted;
//! and a copy that was restored from a backup goes on under a new id by itself ([`Document::renewal`]).
//!
//! # What is where
//!
//! | to… | of [`Document`] |
//! |---|---|
//! | make one | `new`, `from_changes`, `restore`, `genesis`; [`Builder`] for ids, clocks and limits of your own |
//! | read | `get`, `read`, `root`, `to_json`, `to_value`: a [`View`]; `conflicts`, `author` |
//! | write | `set`, `remove`, `update`, `list`, `map`, `transact`; `set_json` and the like take JSON as it is written |
//! | share | `changes`, `changes_for`, `changes_since`, `merge`, `merge_all`; `version`, `forget` |
//! | follow | `subscribe`, `take_patches` |
//! | undo | `record_undo`, `undo`, `redo` |
//! | carry change sets yourself, as a store does | [`Document::replica`] |
//!
//! # Numbers
//!
//! Numbers stay exactly as they were written, whatever their size, in [`Document::to_json`] and on the wire:
//! use [`Document::set_json`] and [`Builder::create_json`] to write such as no Rust type can hold.
//!
//! # Features
//!
//! `system` (on): the clock and the randomness of the operating system. Without it, both are handed in by
//! [`Builder::clock`] and [`Builder::random`], for instance in WebAssembly.
//!
//! `v1` (on): reading and writing the files of the original TypeScript library, `@jsebrech/minisync` 0.4.
//!
//! `serde_json` (on): `serde_json::Value` beside JSON text ([`Document::to_value`] and such), [`Document::read`] into
//! any type, [`Changes`] as part of other JSON. Without it, documents are read and written as JSON text, and written
//! from all that serde can serialize. It does not change how `serde_json` orders keys: values keep the order of the
//! document where your program has switched on `serde_json/preserve_order`, and are sorted where not.
//!
//! `syntax` (off): the module `syntax`, for programs that write a value back into a file that people edit, and leave
//! alone what did not change.
#![forbid(unsafe_code)]

mod address;
mod base;
mod data;
mod document;
mod format;
mod json;
mod names;
#[cfg(feature = "syntax")]
pub mod syntax;

pub use address::overruled::Overruled;
pub use address::patch::{Change, Patch, Patches};
pub use address::path::{Path, Segment, ToPath};
pub use base::limits::Limits;
pub use document::{
    Builder, Conflict, Document, ForgetPolicy, ListMut, MapMut, Replica, Transaction, UndoPolicy, ValueType,
    View,
};
pub use format::Changes;
#[cfg(feature = "v1")]
pub use format::ChangesV1;
pub use names::clock::Clock;
#[cfg(feature = "system")]
pub use names::clock::SystemClock;
pub use names::container_id::ContainerId;
pub use names::error::{Error, Result};
#[cfg(feature = "system")]
pub use names::id::SystemRandom;
pub use names::id::{ClientId, DocumentId, MAX_ID_BYTES, Random};
pub use names::renewal::{Renewal, RenewalReason};
pub use names::stamp::Stamp;
pub use names::version::Version;

/// The examples in the documents are tests.
#[cfg(doctest)]
mod examples {
    #[doc = include_str!("../../../README.md")]
    struct Readme;

    #[doc = include_str!("../../../docs/algorithm.md")]
    struct Algorithm;

    #[doc = include_str!("../../../docs/format.md")]
    struct Format;

    #[cfg(feature = "v1")]
    #[doc = include_str!("../../../docs/format-v1.md")]
    struct FormatV1;
}
