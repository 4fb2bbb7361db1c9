//! How to sync. Plain data.

use std::{fmt, sync::Arc, time::Duration};

use minisync::ForgetPolicy;

use crate::files::{Codec, Plain};

/// How to sync.
#[derive(Clone)]
pub struct SyncOptions {
    /// Merges in memory, and writes and saves nothing: the document is to be dropped afterwards.
    pub dry_run: bool,
    /// How many requests may be under way at once.
    pub concurrency: usize,
    /// After how long all heads are read again, even if a listing shows no change.
    pub reread_after: Duration,
    /// How long own files are kept that a client may still need.
    pub keep: Duration,
    /// Which deletions are forgotten when a whole snapshot is published, or could be at no cost; None for none.
    pub forget: Option<ForgetPolicy>,
    /// After how long a client that was not heard of holds up neither forgetting nor the deletion of own files; None for
    /// never.
    pub silent_after: Option<Duration>,
    /// What heads, data files and names pass through; [`Plain`] unless told.
    pub codec: Arc<dyn Codec>,
}

impl Default for SyncOptions {
    fn default() -> Self {
        let day = Duration::from_secs(24 * 60 * 60);
        SyncOptions {
            dry_run: false,
            concurrency: 8,
            reread_after: day,
            keep: day * 30,
            forget: Some(ForgetPolicy::default()),
            silent_after: Some(day * 90),
            codec: Arc::new(Plain),
        }
    }
}

impl fmt::Debug for SyncOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SyncOptions { dry_run, concurrency, reread_after, keep, forget, silent_after, codec: _ } = self;
        f.debug_struct("SyncOptions")
            .field("dry_run", dry_run)
            .field("concurrency", concurrency)
            .field("reread_after", reread_after)
            .field("keep", keep)
            .field("forget", forget)
            .field("silent_after", silent_after)
            .finish_non_exhaustive()
    }
}
