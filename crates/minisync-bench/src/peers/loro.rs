//! Loro, as the benchmark uses it.

use anyhow::{Result, bail};
use loro::{Container, ExportMode, LoroDoc, LoroList, LoroMap, LoroValue, ValueOrContainer, VersionVector};
use serde_json::Value;

use crate::replica::Replica;

/// A document of Loro.
pub(crate) struct Loro(LoroDoc);

impl Replica for Loro {
    type Mark = VersionVector;

    const NAME: &'static str = "loro";

    fn create(records: &[Value]) -> Result<Self> {
        let document = LoroDoc::new();
        let list = document.get_list("todos");
        for (index, record) in records.iter().enumerate() {
            insert(&list, index, record)?;
        }
        document.commit();
        Ok(Loro(document))
    }

    fn load(saved: &[u8]) -> Result<Self> {
        Ok(Loro(LoroDoc::from_snapshot(saved)?))
    }

    fn save(&mut self) -> Result<Vec<u8>> {
        Ok(self.0.export(ExportMode::Snapshot)?)
    }

    fn text(&mut self) -> Result<String> {
        Ok(serde_json::to_string(&self.0.get_deep_value())?)
    }

    fn set(&mut self, index: usize, field: &str, value: u32) -> Result<()> {
        let Some(ValueOrContainer::Container(Container::Map(record))) = self.0.get_list("todos").get(index)
        else {
            bail!("no such record");
        };
        record.insert(field, value)?;
        self.0.commit();
        Ok(())
    }

    fn insert(&mut self, index: usize, record: &Value) -> Result<()> {
        insert(&self.0.get_list("todos"), index, record)?;
        self.0.commit();
        Ok(())
    }

    fn mark(&mut self) -> VersionVector {
        self.0.oplog_vv()
    }

    fn delta(&mut self, since: &VersionVector) -> Result<Vec<u8>> {
        Ok(self.0.export(ExportMode::updates(since))?)
    }

    fn merge(&mut self, delta: &[u8]) -> Result<()> {
        self.0.import(delta)?;
        Ok(())
    }
}

fn insert(list: &LoroList, index: usize, value: &Value) -> Result<()> {
    match value {
        Value::Object(_) => fill_map(&list.insert_container(index, LoroMap::new())?, value),
        Value::Array(_) => fill_list(&list.insert_container(index, LoroList::new())?, value),
        _ => Ok(list.insert(index, scalar(value))?),
    }
}

fn fill_map(map: &LoroMap, value: &Value) -> Result<()> {
    for (key, value) in value.as_object().into_iter().flatten() {
        match value {
            Value::Object(_) => fill_map(&map.insert_container(key, LoroMap::new())?, value)?,
            Value::Array(_) => fill_list(&map.insert_container(key, LoroList::new())?, value)?,
            _ => map.insert(key, scalar(value))?,
        }
    }
    Ok(())
}

fn fill_list(list: &LoroList, value: &Value) -> Result<()> {
    let items = value.as_array().into_iter().flatten().enumerate();
    items.into_iter().try_for_each(|(index, value)| insert(list, index, value))
}

fn scalar(value: &Value) -> LoroValue {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => number.as_i64().map_or(LoroValue::Null, LoroValue::from),
        _ => LoroValue::Null,
    }
}
