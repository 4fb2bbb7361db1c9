//! The local save: a state in one file, under a lock. Knows stores only by what the record says of them.
//!
//! # The invariant that everything rests on
//!
//! **What was published was saved before.** A [`SyncRound`](crate::SyncRound) saves the document, with all its
//! stamps, and the head that it is about to write, before the first byte goes out; and saves again after.
//! So a crash never lets a copy issue a stamp twice that others may have seen, and the own head in a store
//! is always one that the record knows: if it is not, somebody else wrote it.

mod location_id;
mod lock;
mod open;
mod place;
mod state_file;

pub(crate) use lock::Lock;
pub use open::{NewState, Opened};
pub use place::StatePlace;
pub(crate) use state_file::FileStorage;
