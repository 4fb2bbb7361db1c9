//! Stores over the network for `minisync-store`: WebDAV, and what else is compiled in. Knows no documents, no command
//! line and no runtime: futures run on any.
//!
//! ```no_run
//! use std::path::Path;
//! use minisync_services::{Connection, parse};
//! use minisync_store::{SyncOptions, discover};
//!
//! let target = parse("webdavs://alice@nas.example.org/lists", Path::new("/"))?;
//! let store = Connection::new().open(&target)?;
//! for found in pollster::block_on(discover(&*store, &SyncOptions::default()))? {
//!     println!("{}", found.document);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The folders are the layers, bottom to top: `url`, `http`, `credentials`, `store_error`, a folder for each service,
//! and `connection`, which knows them all. `docs/guide` has a page for each service.

#![forbid(unsafe_code)]

mod connection;
mod credentials;
mod error;
pub mod http;
mod store_error;
#[cfg(feature = "testing")]
pub mod testing;
mod url;
#[cfg(feature = "webdav")]
pub mod webdav;

pub use connection::{Connection, parse};
pub use credentials::{Environment, Secret};
pub use error::Error;
pub use url::ServiceUrl;
