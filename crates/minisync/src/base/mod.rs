//! The ground: limits, how things are sorted, and what cannot happen. Knows nothing of documents.

mod impossible;
pub(crate) mod limits;
pub(crate) mod narrow;
pub(crate) mod sort;

pub(crate) use impossible::impossible;
