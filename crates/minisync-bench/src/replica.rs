//! What every library is asked to do. Knows none of them.

use anyhow::Result;
use serde_json::Value;

/// One copy of a document `{"todos": […]}`.
pub(crate) trait Replica: Sized {
    /// What a copy has seen.
    type Mark;

    /// The name of the library.
    const NAME: &'static str;

    /// A new document with these records, set in one go.
    fn create(records: &[Value]) -> Result<Self>;

    /// Another copy, from what [`Replica::save`] wrote.
    fn load(saved: &[u8]) -> Result<Self>;

    /// The whole document with its history, as it would be stored.
    fn save(&mut self) -> Result<Vec<u8>>;

    /// The whole content as JSON text.
    fn text(&mut self) -> Result<String>;

    /// Sets a field of a record.
    fn set(&mut self, index: usize, field: &str, value: u32) -> Result<()>;

    /// Inserts a record, with its own commit where the library has commits; at the end if `index` is the length.
    fn insert(&mut self, index: usize, record: &Value) -> Result<()>;

    fn mark(&mut self) -> Self::Mark;

    /// What was written since, as it would be sent.
    fn delta(&mut self, since: &Self::Mark) -> Result<Vec<u8>>;

    fn merge(&mut self, delta: &[u8]) -> Result<()>;
}
