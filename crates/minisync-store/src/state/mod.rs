//! One document with its record, in memory, and what of it is saved. Knows no store, and storage only as a trait.

mod state;
mod status;
mod storage;

pub use state::{SharedClock, State};
pub use status::{ClientStatus, TargetStatus};
pub use storage::{Snapshot, StateStorage};
