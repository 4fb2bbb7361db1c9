//! `index.json`: who publishes here, as a hint for readers that cannot list. Knows nothing of stores.

use crate::{
    errors::Result,
    files::{FileKind, json_fields, read_file, write_file},
    names::{Name, NameSet},
};

/// The names of the clients that have a head. It may be stale: a reader takes it for a lower bound.
///
/// It names clients only, so that it is rewritten when a client comes, and not with every change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    clients: Vec<Name>,
}

json_fields!(Index { clients: "clients" });

impl Index {
    pub(crate) fn new(clients: &NameSet) -> Index {
        Index { clients: clients.names().cloned().collect() }
    }

    pub(crate) fn clients(&self) -> &[Name] {
        &self.clients
    }

    pub(crate) fn to_json(&self) -> String {
        write_file(FileKind::Index, self)
    }

    pub(crate) fn parse(bytes: &[u8], place: &str) -> Result<Index> {
        read_file(bytes, FileKind::Index, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let mut names = NameSet::default();
        names.extend(["bob", "alice"].map(|name| Name::parse(name).unwrap()).iter());
        let index = Index::new(&names);
        let text = index.to_json();
        assert_eq!(text, r#"{"_minisync":{"dataType":"INDEX","version":1},"clients":["alice","bob"]}"#);
        assert_eq!(Index::parse(text.as_bytes(), "index.json").unwrap(), index);
    }
}
