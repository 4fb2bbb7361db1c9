//! MiniSync, as the benchmark uses it.

use anyhow::Result;
use minisync::{Changes, Document, Path, Version};
use serde_json::{Value, json};

use crate::replica::Replica;

/// A document of MiniSync.
pub(crate) struct Ours(pub(crate) Document);

impl Replica for Ours {
    type Mark = Version;

    const NAME: &'static str = "MiniSync";

    fn create(records: &[Value]) -> Result<Self> {
        Ok(Ours(Document::new(json!({ "todos": records }))?))
    }

    fn load(saved: &[u8]) -> Result<Self> {
        Ok(Ours(Document::from_changes(&read(saved)?)?))
    }

    fn save(&mut self) -> Result<Vec<u8>> {
        Ok(self.0.changes().to_string().into_bytes())
    }

    fn text(&mut self) -> Result<String> {
        Ok(self.0.to_json())
    }

    fn set(&mut self, index: usize, field: &str, value: u32) -> Result<()> {
        let path = Path::root().key("todos").index(i64::try_from(index)?).key(field);
        Ok(self.0.set(&path, value)?)
    }

    fn insert(&mut self, index: usize, record: &Value) -> Result<()> {
        Ok(self.0.list("todos")?.insert(isize::try_from(index)?, record)?)
    }

    fn mark(&mut self) -> Version {
        self.0.version()
    }

    fn delta(&mut self, since: &Version) -> Result<Vec<u8>> {
        Ok(self.0.changes_since(since).to_string().into_bytes())
    }

    fn merge(&mut self, delta: &[u8]) -> Result<()> {
        self.0.merge(&read(delta)?)?;
        Ok(())
    }
}

fn read(bytes: &[u8]) -> Result<Changes> {
    Ok(str::from_utf8(bytes)?.parse()?)
}
