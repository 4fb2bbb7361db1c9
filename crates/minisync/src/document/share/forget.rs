//! Forgetting: deletions are remembered as long as somebody may need them, and then purged.

use std::time::Duration;

use crate::{
    document::Document,
    names::dot::{Dot, VersionVector},
};

/// Which deletions to purge.
///
/// ```
/// use minisync::{Document, ForgetPolicy};
/// let mut document = Document::new(serde_json::json!({ "a": 1 }))?;
/// document.remove("a")?;
/// assert_eq!(document.tombstones(), 1);
/// assert_eq!(document.forget(&ForgetPolicy::default()), 1); // no other client needs to hear of it
/// assert_eq!(document.tombstones(), 0);
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgetPolicy {
    /// Purge what every known client has seen; true.
    pub acknowledged: bool,
    /// Purge also what is older than this, by the stamps and the own clock; 30 days. None: never for its
    /// age. Zero: everything.
    pub older_than: Option<Duration>,
}

impl Default for ForgetPolicy {
    fn default() -> Self {
        ForgetPolicy { acknowledged: true, older_than: Some(Duration::from_secs(30 * 24 * 60 * 60)) }
    }
}

impl ForgetPolicy {
    /// Everything, at once. A client that lacks one of these deletions gets a full change set next time.
    pub fn everything() -> ForgetPolicy {
        ForgetPolicy { acknowledged: true, older_than: Some(Duration::ZERO) }
    }
}

impl Document {
    /// How many deletions are remembered.
    pub fn tombstones(&self) -> usize {
        self.tree.index().tombstone_count()
    }

    /// Purges deletions; how many. No client is locked out by it, and nothing comes back: who is behind gets a
    /// full change set instead of a delta, by itself.
    ///
    /// Inside a transaction nothing is purged.
    pub fn forget(&mut self, policy: &ForgetPolicy) -> usize {
        if self.rollback.is_some() {
            return 0;
        }
        let now = self.author.now().as_micros();
        let age = policy.older_than.map(|age| u64::try_from(age.as_micros()).unwrap_or(u64::MAX));
        let is_old =
            |dot: Dot| age.is_some_and(|age| age == 0 || now.saturating_sub(dot.stamp.as_micros()) > age);
        let mut seen_by_all = self.lines.stamps(&self.seen);
        self.known.iter().for_each(|(_, tips)| seen_by_all.intersect(&self.stamps_of(tips)));
        let is_seen_by_all =
            |dot: Dot| self.lines.line(dot.session).is_some_and(|line| dot.stamp <= seen_by_all.get(line));
        let is_seen = |dot: Dot| policy.acknowledged && is_seen_by_all(dot);
        let purged: VersionVector = self
            .tree
            .index()
            .tombstones()
            .map(|(dot, _)| dot)
            .filter(|dot| is_old(*dot) || is_seen(*dot))
            .collect();
        if purged.is_empty() {
            return 0;
        }
        // With all that they go on from, so that it can be told by lines.
        self.horizon.join(&self.writers.version_of_tips(purged.iter()));
        self.purge()
    }

    /// Drops every deletion within the horizon; how many.
    pub(super) fn purge(&mut self) -> usize {
        self.tree.purge(&self.horizon, &self.writers)
    }
}
