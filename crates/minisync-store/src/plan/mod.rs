//! What to do, as plain values: which heads to read, which files to fetch from whom, what to publish and
//! what to delete. Pure functions; they know no store and perform nothing.

mod decide;
mod draft;
mod fetch;
mod listing;
mod reads;
mod retire;

pub(crate) use decide::{Publication, Standing, decide, is_snapshot_due};
pub(crate) use draft::{Author, Content, Draft};
pub(crate) use fetch::{Source, plan_fetch};
pub(crate) use listing::HeadListing;
pub(crate) use reads::{is_due, is_unchanged, plan_reads};
pub(crate) use retire::plan_deletions;
