//! Drives the machines of the engine with a store. Knows no runtime: the futures run on any.

mod drive;
mod lend;
mod sync;

pub use drive::{discover, drive, join, retire};
pub use lend::LendState;
pub use sync::sync;
