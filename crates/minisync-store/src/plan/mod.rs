//! What to do, as plain values: which heads to read, which files to fetch from whom, what to publish and
//! what to delete. Pure functions; they know no store and perform nothing.

mod fetch;
mod publish;
mod reads;
mod retire;

pub(crate) use fetch::{Source, plan_fetch};
pub(crate) use publish::{Draft, Publication, Standing, decide, is_snapshot_due};
pub(crate) use reads::{HeadListing, is_due, is_unchanged, plan_reads};
pub(crate) use retire::plan_deletions;
