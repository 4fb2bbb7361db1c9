//! The ground: limits, and how things are sorted. Knows nothing of documents.

pub(crate) mod limits;
pub(crate) mod sort;
