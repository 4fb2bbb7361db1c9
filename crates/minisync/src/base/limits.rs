//! What a document refuses for its size. Knows no documents.

/// What a document refuses. Both hold for what is written here and for what comes from others.
///
/// ```
/// use minisync::{Document, Limits};
/// let mut limits = Limits::default();
/// limits.depth = 2;
/// let deep = serde_json::json!({ "a": { "b": { "c": 1 } } });
/// assert!(Document::builder().limits(limits).create(deep).unwrap_err().is_limit());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many maps and lists may stand within each other; 128.
    pub depth: usize,
    /// How many bytes of JSON a value or a change set may have; 1 GiB.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 128, bytes: 1 << 30 }
    }
}
