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
//! if let Opened::Untracked(new) = opened {
//!     let document = minisync::Document::new(serde_json::json!({ "milk": 2 }))?;
//!     let mut state = new.create(document, "laptop")?;
//!     let target = Target::parse("./shared", home)?;
//!     let store = target.open()?;
//!     let report = pollster::block_on(sync(&*store, &mut state, &target, &SyncOptions::default()))?;
//!     assert!(report.sent.is_some());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The engine itself is a machine without I/O, [`SyncRound`]: where there are neither files nor `async`, as in a
//! browser, it is driven directly, and the feature `folder` is left out.
//!
//! The folders are the layers, bottom to top: `errors`, `requests`, `names`, `files`, `record`, pure plans (`plan`),
//! the machines (`engine`), `state`, and then what performs: `disk`, `stores`, `local`, `drivers`.
//! `docs/storage.md` specifies the layout and the rules.

#![forbid(unsafe_code)]

#[cfg(feature = "folder")]
mod disk;
mod drivers;
mod engine;
mod errors;
mod files;
#[cfg(feature = "folder")]
mod local;
mod names;
mod plan;
mod record;
mod requests;
mod state;
pub mod stores;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

#[cfg(feature = "folder")]
pub use disk::{Disk, DiskEntry, Fill, SystemDisk, replace_file, replace_file_like};
pub use drivers::{LendState, discover, drive, join, retire, sync};
pub use engine::{
    Discovery, FolderMark, Found, FoundClient, Inspect, InspectedClient, Inspection, Join, Joined, Machine,
    Mark, Received, Report, Retire, Sent, Skipped, SyncOptions, SyncRound, Touched, UnnamedFile,
};
pub use errors::{Error, Result, StoreError, StoreErrorKind, Warning};
pub use files::{Codec, CodecError, FileLabel, Plain, SealedKind};
#[cfg(feature = "folder")]
pub use local::{NewState, Opened, StatePlace};
pub use names::{DataName, Hash, Name, heads_folder};
pub use record::{SyncRecord, Target};
pub use requests::{Answer, Entry, Request, RequestId, Step};
pub use state::{ClientStatus, OverruledEdit, SharedClock, Snapshot, State, StateStorage, TargetStatus};
pub use stores::Store;
