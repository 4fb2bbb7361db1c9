//! What was edited here, so that it can be undone. Knows no stamps to come and writes nothing; `undo` does.

mod aliases;
mod capture;
mod edit;
mod groups;
mod policy;
mod recorder;
mod saved;

pub(in crate::document) use aliases::Aliases;
pub(in crate::document) use capture::Captured;
pub(in crate::document) use edit::{Anchor, Edit};
pub(in crate::document) use groups::{Group, History, Purpose};
pub use policy::UndoPolicy;
pub(in crate::document) use recorder::{EditEvent, UndoRecorder};
