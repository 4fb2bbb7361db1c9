//! For tests: a fuse that cuts off a process after any effect, and stores and disks that fail on purpose.
//! Everything follows from a seed or a number, so that a failure replays.

#[cfg(feature = "folder")]
mod faulty_disk;
mod faulty_store;
mod fuse;

#[cfg(feature = "folder")]
pub use faulty_disk::FaultyDisk;
pub use faulty_store::{FaultRates, FaultyStore};
pub use fuse::{Cut, Fuse};
