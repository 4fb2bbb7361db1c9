//! What a copy remembers of its syncs, to be saved with the document. Pure data; knows no store and no plan.

mod sync_record;
mod target;
mod target_record;

pub use sync_record::SyncRecord;
pub(crate) use sync_record::{Added, Origin};
pub use target::Target;
pub(crate) use target_record::{Listed, Published, Retired, SeenHead, TargetRecord};
