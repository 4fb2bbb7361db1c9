//! Yrs, the Rust port of Yjs, as the benchmark uses it.

use anyhow::{Context, Result};
use serde_json::Value;
use yrs::{
    Any, Array, ArrayPrelim, ArrayRef, Doc, In, Map, MapPrelim, MapRef, ReadTxn, StateVector, Transact,
    Update, types::ToJson, updates::decoder::Decode,
};

use crate::replica::Replica;

/// A document of Yrs.
pub(crate) struct Yrs {
    document: Doc,
    list: ArrayRef,
}

impl Yrs {
    fn empty() -> Yrs {
        let document = Doc::new();
        let list = document.get_or_insert_array("todos");
        Yrs { document, list }
    }
}

impl Replica for Yrs {
    type Mark = StateVector;

    const NAME: &'static str = "yrs";

    fn create(records: &[Value]) -> Result<Self> {
        let yrs = Yrs::empty();
        let mut transaction = yrs.document.transact_mut();
        for record in records {
            yrs.list.push_back(&mut transaction, prelim(record));
        }
        drop(transaction);
        Ok(yrs)
    }

    fn load(saved: &[u8]) -> Result<Self> {
        let mut yrs = Yrs::empty();
        yrs.merge(saved)?;
        Ok(yrs)
    }

    fn save(&mut self) -> Result<Vec<u8>> {
        self.delta(&StateVector::default())
    }

    fn text(&mut self) -> Result<String> {
        Ok(serde_json::to_string(&self.document.to_json(&self.document.transact()))?)
    }

    fn set(&mut self, index: usize, field: &str, value: u32) -> Result<()> {
        let mut transaction = self.document.transact_mut();
        let record = self.list.get(&transaction, u32::try_from(index)?).context("no such record")?;
        let record: MapRef = record.cast().ok().context("a record is no map")?;
        record.insert(&mut transaction, field, f64::from(value));
        Ok(())
    }

    fn insert(&mut self, index: usize, record: &Value) -> Result<()> {
        self.list.insert(&mut self.document.transact_mut(), u32::try_from(index)?, prelim(record));
        Ok(())
    }

    fn mark(&mut self) -> StateVector {
        self.document.transact().state_vector()
    }

    fn delta(&mut self, since: &StateVector) -> Result<Vec<u8>> {
        Ok(self.document.transact().encode_diff_v1(since))
    }

    fn merge(&mut self, delta: &[u8]) -> Result<()> {
        Ok(self.document.transact_mut().apply_update(Update::decode_v1(delta)?)?)
    }
}

fn prelim(value: &Value) -> In {
    match value {
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.as_str(), prelim(value))).collect::<MapPrelim>().into()
        }
        Value::Array(list) => list.iter().map(prelim).collect::<ArrayPrelim>().into(),
        Value::String(text) => In::Any(Any::from(text.as_str())),
        Value::Bool(truth) => In::Any(Any::from(*truth)),
        Value::Number(number) => In::Any(Any::from(number.as_f64().unwrap_or_default())),
        Value::Null => In::Any(Any::Null),
    }
}
