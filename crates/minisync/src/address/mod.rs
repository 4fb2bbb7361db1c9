//! Places in a document as users write them, what changed there, and how two lists match. Knows no document.

pub(crate) mod align;
pub(crate) mod overruled;
pub(crate) mod patch;
pub(crate) mod path;
