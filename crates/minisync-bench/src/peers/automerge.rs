//! Automerge, as the benchmark uses it.

use anyhow::{Context, Result};
use automerge::transaction::Transactable;
use automerge::{AutoCommit, AutoSerde, ChangeHash, ObjId, ObjType, Prop, ROOT, ReadDoc, ScalarValue};
use serde_json::Value;

use crate::replica::Replica;

/// A document of Automerge.
pub(crate) struct Automerge {
    document: AutoCommit,
    list: ObjId,
}

impl Replica for Automerge {
    type Mark = Vec<ChangeHash>;

    const NAME: &'static str = "automerge";

    fn create(records: &[Value]) -> Result<Self> {
        let mut document = AutoCommit::new();
        let list = document.put_object(ROOT, "todos", ObjType::List)?;
        for (index, record) in records.iter().enumerate() {
            insert(&mut document, &list, index, record)?;
        }
        document.commit();
        Ok(Automerge { document, list })
    }

    fn load(saved: &[u8]) -> Result<Self> {
        let document = AutoCommit::load(saved)?;
        let (_, list) = document.get(ROOT, "todos")?.context("no list of to-dos")?;
        Ok(Automerge { document, list })
    }

    fn save(&mut self) -> Result<Vec<u8>> {
        Ok(self.document.save())
    }

    fn text(&mut self) -> Result<String> {
        Ok(serde_json::to_string(&AutoSerde::from(&self.document))?)
    }

    fn set(&mut self, index: usize, field: &str, value: u32) -> Result<()> {
        let (_, record) = self.document.get(&self.list, index)?.context("no such record")?;
        self.document.put(&record, field, value)?;
        self.document.commit();
        Ok(())
    }

    fn insert(&mut self, index: usize, record: &Value) -> Result<()> {
        insert(&mut self.document, &self.list, index, record)?;
        self.document.commit();
        Ok(())
    }

    fn mark(&mut self) -> Vec<ChangeHash> {
        self.document.get_heads()
    }

    fn delta(&mut self, since: &Vec<ChangeHash>) -> Result<Vec<u8>> {
        Ok(self.document.save_after(since))
    }

    fn merge(&mut self, delta: &[u8]) -> Result<()> {
        self.document.load_incremental(delta)?;
        Ok(())
    }
}

fn insert(document: &mut AutoCommit, list: &ObjId, index: usize, value: &Value) -> Result<()> {
    match value {
        Value::Object(_) | Value::Array(_) => {
            let container = document.insert_object(list, index, kind(value))?;
            fill(document, &container, value)
        }
        _ => Ok(document.insert(list, index, scalar(value))?),
    }
}

fn put(document: &mut AutoCommit, map: &ObjId, key: &str, value: &Value) -> Result<()> {
    match value {
        Value::Object(_) | Value::Array(_) => {
            let container = document.put_object(map, Prop::from(key), kind(value))?;
            fill(document, &container, value)
        }
        _ => Ok(document.put(map, key, scalar(value))?),
    }
}

fn fill(document: &mut AutoCommit, container: &ObjId, value: &Value) -> Result<()> {
    for (key, value) in value.as_object().into_iter().flatten() {
        put(document, container, key, value)?;
    }
    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
        insert(document, container, index, value)?;
    }
    Ok(())
}

fn kind(value: &Value) -> ObjType {
    if value.is_array() { ObjType::List } else { ObjType::Map }
}

fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => number.as_u64().map_or(ScalarValue::Null, ScalarValue::Uint),
        _ => ScalarValue::Null,
    }
}
