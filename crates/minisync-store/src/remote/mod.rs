//! Sync with one store: performs the plans, effect by effect. Knows neither which store it is nor where
//! the state is kept.

mod discover;
mod fetch;
mod publish;
mod read;
mod report;
mod round;

pub use discover::{Found, FoundClient, Joined, discover, join};
pub use report::{Received, Report, Sent, Skipped, SyncOptions};
pub use round::sync;
