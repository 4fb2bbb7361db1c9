//! `index.json`: who publishes here, as a hint for readers that cannot list. Knows nothing of stores.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    errors::{Error, Result},
    files::{Envelope, FileKind},
    names::Name,
};

/// The names of the clients that have a head. It may be stale: a reader takes it for a lower bound.
///
/// It names clients only, so that it is rewritten when a client comes, and not with every change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Index {
    #[serde(rename = "_minisync")]
    envelope: Envelope,
    clients: BTreeSet<Name>,
}

impl Index {
    pub(crate) fn new(clients: BTreeSet<Name>) -> Index {
        Index { envelope: Envelope::of(FileKind::Index), clients }
    }

    pub(crate) fn clients(&self) -> &BTreeSet<Name> {
        &self.clients
    }

    pub(crate) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::malformed("index.json", error.to_string()))
    }

    pub(crate) fn parse(bytes: &[u8], place: &str) -> Result<Index> {
        Envelope::expect(bytes, FileKind::Index, place)?;
        serde_json::from_slice(bytes).map_err(|error| Error::malformed(place, error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let names = ["bob", "alice"].map(|name| Name::parse(name).unwrap());
        let index = Index::new(names.into());
        let text = index.to_json().unwrap();
        assert_eq!(text, r#"{"_minisync":{"dataType":"INDEX","version":1},"clients":["alice","bob"]}"#);
        assert_eq!(Index::parse(text.as_bytes(), "index.json").unwrap(), index);
    }
}
