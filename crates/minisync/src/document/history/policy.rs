//! How edits are grouped to be undone, and how many groups are kept.

use std::time::Duration;

/// How edits are grouped for [`Document::undo`](crate::Document::undo), and how many are kept.
///
/// ```
/// use std::time::Duration;
/// let policy = minisync::UndoPolicy { within: Duration::ZERO, ..Default::default() };
/// assert_eq!(policy.groups, 1000);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoPolicy {
    /// An edit that follows the one before within this time is undone together with it; 500 ms. Zero: each
    /// edit, or transaction, is undone alone.
    pub within: Duration,
    /// At most so many groups can be undone; 1000. The oldest go first.
    pub groups: usize,
}

impl Default for UndoPolicy {
    fn default() -> Self {
        UndoPolicy { within: Duration::from_millis(500), groups: 1000 }
    }
}
