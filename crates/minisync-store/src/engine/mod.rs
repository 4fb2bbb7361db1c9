//! The sync engine: machines that perform nothing themselves. A driver asks one for its next step, performs the
//! request, and gives back the answer; in any order, several at a time. Knows neither which store it is nor where
//! document and record are kept.
//!
//! ```text
//!             next ──────────> Perform(id, request) ──┐
//!  driver                      Wait                   │ store, disk, browser …
//!             answer(id, …) <─────────────────────────┘
//!             next ──────────> Done(report or error)
//! ```
//!
//! Between two calls the document may be edited. What is published is what was saved: the bytes of a publication
//! are made before the save that precedes it, and that save holds the document as it was then, or as it became.

mod decode;
mod discover;
mod join;
mod options;
mod pending;
mod report;
mod retire;
mod round;
mod survey;

use crate::requests::{Answer, RequestId, Step};

pub use discover::{Discovery, Found, FoundClient};
pub use join::{Join, Joined};
pub use options::SyncOptions;
pub use report::{Received, Report, Sent, Skipped};
pub use retire::Retire;
pub use round::{SyncRound, Touched};

/// A machine that needs nothing but its answers. (A [`SyncRound`] is lent document and record besides.)
pub trait Machine {
    /// What it makes.
    type Output;

    /// The next step.
    fn next(&mut self) -> Step<Self::Output>;

    /// Takes the answer to a request that was asked for.
    fn answer(&mut self, id: RequestId, answer: Answer);
}
