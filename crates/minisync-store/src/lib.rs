//! Local save of MiniSync documents, and their sync through dumb storage: a folder, or anything else
//! behind the [`Store`] trait. Knows nothing of JSON files that people edit, of terminals, or of a runtime.
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use minisync_store::{Opened, State, StatePlace, SyncOptions, Target, sync};
//! # let folder = tempfile::tempdir()?;
//! # let home = folder.path();
//!
//! let place = StatePlace::beside(&home.join("todo.json"))?;
//! let clock = Arc::new(minisync::SystemClock);
//! let (opened, _warnings) = State::open(&place, clock, Duration::from_secs(10))?;
//! if let Opened::Untracked(vacancy) = opened {
//!     let document = minisync::Document::new(serde_json::json!({ "milk": 2 }))?;
//!     let mut state = vacancy.create(document, "laptop")?;
//!     let target = Target::parse("./shared", home)?;
//!     let store = target.open()?;
//!     let report = pollster::block_on(sync(&*store, &mut state, &target, &SyncOptions::default()))?;
//!     assert!(report.sent.is_some());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Layers, bottom to top: names (`hash`, `name`, `layout`), files (`head`, `format_file`, `index`), pure
//! plans (`plan`), the books that a copy keeps (`local::books`), effects (`disk`, [`Store`]), and the sync
//! itself (`remote`). `docs/storage.md` specifies the layout and the rules.

#![forbid(unsafe_code)]

mod disk;
mod error;
mod format_file;
mod hash;
mod head;
mod index;
mod layout;
mod local;
mod name;
mod plan;
mod remote;
mod store;
pub mod stores;
mod target;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod warning;

pub use disk::{Disk, DiskEntry, Fill, SystemDisk, replace_file};
pub use error::{Error, Result};
pub use hash::Hash;
pub use layout::DataName;
pub use local::{Books, ClientStatus, Keep, Opened, SharedClock, State, StatePlace, TargetStatus, Vacancy};
pub use name::Name;
pub use remote::{
    Found, FoundClient, Joined, Received, Report, Sent, Skipped, SyncOptions, discover, join, sync,
};
pub use store::{Entry, Store, StoreError, StoreErrorKind};
pub use target::Target;
pub use warning::Warning;
