//! The head file: what one client has, and which files it has published. Knows nothing of stores.

use minisync::{ClientId, DocumentId, Version};

use crate::{
    errors::{Error, Result},
    files::{Fields, FileKind, Json, ObjectReader, ObjectWriter, Read, SealedKind, read_file, write_file},
    names::{DataName, Hash, Name},
};

/// A data file, as a head names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFile {
    /// Its name, which carries the hash of its bytes, as they are stored.
    pub(crate) name: DataName,
    /// In bytes, as they are stored.
    pub(crate) length: u64,
    /// What a reader must have seen to use it; none for a snapshot.
    pub(crate) since: Option<Version>,
    /// What a reader has seen after it.
    pub(crate) version: Version,
}

impl DataFile {
    /// Whether these bytes are the whole file.
    pub(crate) fn is_whole(&self, bytes: &[u8]) -> bool {
        bytes.len() as u64 == self.length && Hash::of(bytes) == self.name.hash()
    }

    /// Whether it is a full change set.
    pub(crate) fn is_snapshot(&self) -> bool {
        self.since.is_none()
    }

    pub(crate) fn kind(&self) -> SealedKind {
        if self.is_snapshot() { SealedKind::Snapshot } else { SealedKind::Delta }
    }
}

/// What one client says of itself in a store. It is the only kind of file that is ever rewritten, and has
/// one writer.
///
/// Invariants, which [`Head::parse`] enforces: the files are this client's, in the order of their sequence
/// numbers, none above the head's; the first is a snapshot, and each delta after it begins where the file
/// before it ends; the version covers all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// Which document it belongs to.
    pub(crate) document: DocumentId,
    /// Who wrote it.
    pub(crate) client: ClientId,
    /// What people call this copy.
    pub(crate) label: String,
    /// How many heads this client has tried to write here; starts at 1.
    pub(crate) sequence: u64,
    /// What this client has seen.
    pub(crate) version: Version,
    /// The snapshot and the deltas that follow it; empty for a client that only reads.
    pub(crate) files: Vec<DataFile>,
    /// The hash of the head before this one.
    pub(crate) previous: Option<Hash>,
    /// URLs of places where others publish this document.
    pub(crate) peers: Vec<String>,
    /// Data files of others that this client could not have, or found damaged, in the order of their names.
    pub(crate) missing: Vec<DataName>,
    /// What the program that uses the crate says to those who join from these files; None where there are none.
    pub(crate) hint: Option<String>,
}

impl Head {
    /// The text of the file, with so many spaces in it that change nothing but its length.
    pub(crate) fn to_json(&self, padding: usize) -> String {
        write_file(FileKind::Head, &PaddedHead { head: self.clone(), padding: " ".repeat(padding) })
    }

    /// Reads a head file, strictly. `name` is the one that the client's files have, `place` its path, for the error.
    pub(crate) fn parse(bytes: &[u8], name: &Name, place: &str) -> Result<Head> {
        let PaddedHead { head, .. } = read_file(bytes, FileKind::Head, place)?;
        match head.files.iter().find(|file| file.name.client() != name) {
            Some(file) => Err(Error::malformed(place, format!("{} is a file of another client", file.name))),
            None => Ok(head),
        }
    }

    /// What one has seen who has read all the files.
    pub(crate) fn data_version(&self) -> Option<&Version> {
        self.files.last().map(|file| &file.version)
    }

    fn check(&self) -> Result<(), String> {
        let mut before: Option<&DataFile> = None;
        for file in &self.files {
            if file.name.sequence() > self.sequence
                || before.is_some_and(|before| before.name.sequence() >= file.name.sequence())
            {
                return Err(format!("{} has a sequence number out of order", file.name));
            }
            if file.since.as_ref() != before.map(|before| &before.version) {
                return Err(format!("{} does not follow the file before it", file.name));
            }
            before = Some(file);
        }
        if self.data_version().is_some_and(|version| !self.version.covers(version)) {
            return Err("the files are ahead of the head's version".to_owned());
        }
        Ok(())
    }
}

impl Fields for DataFile {
    fn write_fields(&self, object: &mut ObjectWriter<'_>) {
        object.field("name", &self.name);
        object.field("length", &self.length);
        if let Some(since) = &self.since {
            object.field("since", since);
        }
        object.field("version", &self.version);
    }

    fn read_fields(object: &mut ObjectReader<'_>) -> Read<DataFile> {
        Ok(DataFile {
            name: object.field("name")?,
            length: object.field("length")?,
            since: object.optional("since").map(Version::read).transpose()?,
            version: object.field("version")?,
        })
    }
}

impl Fields for Head {
    fn write_fields(&self, object: &mut ObjectWriter<'_>) {
        object.field("documentID", &self.document);
        object.field("client", &self.client);
        object.field("label", &self.label);
        object.field("sequence", &self.sequence);
        object.field("version", &self.version);
        object.field("snapshot", &self.files.first().cloned());
        object.field("deltas", &self.files.get(1..).unwrap_or_default().to_vec());
        object.field("previous", &self.previous);
        object.field("peers", &self.peers);
        object.field("missing", &self.missing);
        if let Some(hint) = &self.hint {
            object.field("hint", hint);
        }
    }

    fn read_fields(object: &mut ObjectReader<'_>) -> Read<Head> {
        let mut head = Head {
            document: object.field("documentID")?,
            client: object.field("client")?,
            label: object.field("label")?,
            sequence: object.field("sequence")?,
            version: object.field("version")?,
            files: object.field::<Option<DataFile>>("snapshot")?.into_iter().collect(),
            previous: object.field("previous")?,
            peers: object.field("peers")?,
            missing: object.field("missing")?,
            hint: object.optional("hint").map(String::read).transpose()?,
        };
        head.files.extend(object.field::<Vec<DataFile>>("deltas")?);
        head.check()?;
        Ok(head)
    }
}

/// A head as its file is, with the spaces that make its length differ from that of the one before.
struct PaddedHead {
    head: Head,
    padding: String,
}

impl Fields for PaddedHead {
    fn write_fields(&self, object: &mut ObjectWriter<'_>) {
        self.head.write_fields(object);
        object.field("padding", &self.padding);
    }

    fn read_fields(object: &mut ObjectReader<'_>) -> Read<PaddedHead> {
        Ok(PaddedHead { head: Head::read_fields(object)?, padding: object.field("padding")? })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use minisync::Stamp;

    use super::*;

    /// `alice=3 bob=4`
    pub(crate) fn version(text: &str) -> Version {
        text.split_whitespace()
            .map(|entry| {
                let (client, stamp) = entry.split_once('=').unwrap();
                let stamp = Stamp::from_micros(stamp.parse().unwrap()).unwrap();
                (ClientId::new(client).unwrap(), stamp)
            })
            .collect()
    }

    /// A head whose files end at these versions, 100 bytes each.
    pub(crate) fn head(client: &str, own: &str, files: &[&str]) -> Head {
        let client = ClientId::new(client).unwrap();
        let mut since = None;
        let mut chain = Vec::new();
        for (index, file) in files.iter().enumerate() {
            let sequence = index as u64 + 1;
            let name = DataName::new(Name::of_client(&client), sequence, file.as_bytes());
            let file = DataFile { name, length: 100, since, version: version(file) };
            since = Some(file.version.clone());
            chain.push(file);
        }
        Head {
            document: DocumentId::new("todo").unwrap(),
            client,
            label: "Phone".to_owned(),
            sequence: files.len() as u64 + 1,
            version: version(own),
            files: chain,
            previous: Some(Hash::of(b"")),
            peers: Vec::new(),
            missing: Vec::new(),
            hint: None,
        }
    }

    fn parse(text: &str) -> Result<Head> {
        Head::parse(text.as_bytes(), &Name::parse("alice").unwrap(), "head/alice.json")
    }

    #[test]
    fn keys_stand_in_the_order_of_the_specification() {
        let head = head("alice", "alice=7", &["alice=5"]);
        assert_eq!(
            head.to_json(0),
            concat!(
                r#"{"_minisync":{"dataType":"HEAD","version":1},"documentID":"todo","client":"alice","#,
                r#""label":"Phone","sequence":2,"version":{"alice":7},"#,
                r#""snapshot":{"name":"alice-1-2f2ea4e6a9e8ab9e2d8e0a8a1e7c6a68.json","length":100,"#,
                r#""version":{"alice":5}},"deltas":[],"previous":"af1349b9f5f9a1a6a0404dea36dcc949","#,
                r#""peers":[],"missing":[],"padding":""}"#
            )
            .replace("2f2ea4e6a9e8ab9e2d8e0a8a1e7c6a68", &Hash::of(b"alice=5").to_string())
        );
    }

    #[test]
    fn reads_what_it_writes() {
        for files in [&[][..], &["alice=5"], &["alice=5", "alice=6 bob=2", "alice=7 bob=2"]] {
            let mut head = head("alice", "alice=7 bob=3", files);
            assert_eq!(parse(&head.to_json(0)).unwrap(), head);
            head.hint = Some("{\"name\":\"todo.json\"}".to_owned());
            assert_eq!(parse(&head.to_json(0)).unwrap(), head);
        }
    }

    #[test]
    fn padding_changes_its_length_and_nothing_else() {
        let head = head("alice", "alice=7", &["alice=5"]);
        let padded = head.to_json(3);
        assert_eq!(padded.len(), head.to_json(0).len() + 3);
        assert_eq!(parse(&padded).unwrap(), head);
    }

    #[test]
    fn any_truncation_is_refused() {
        let text = head("alice", "alice=7", &["alice=5", "alice=7"]).to_json(0);
        for end in 0..text.len() {
            assert!(parse(&text[..end]).unwrap_err().is_malformed(), "{end}");
        }
    }

    #[test]
    fn broken_invariants_are_refused() {
        let good = head("alice", "alice=7", &["alice=5", "alice=7"]);
        let broken = |change: &dyn Fn(&mut Head)| {
            let mut head = good.clone();
            change(&mut head);
            parse(&head.to_json(0)).is_err()
        };
        assert!(!broken(&|_| {}));
        let text = good.to_json(0);
        let name = Name::parse("bob").unwrap();
        assert!(Head::parse(text.as_bytes(), &name, "x").unwrap_err().is_malformed(), "another's files");
        assert!(broken(&|head| head.version = version("alice=6")));
        assert!(broken(&|head| head.sequence = 1));
        assert!(broken(&|head| drop(head.files.remove(0))));
        assert!(broken(&|head| head.files[1].since = Some(version("alice=4"))));
        assert!(broken(&|head| head.files[0].since = Some(version("alice=4"))));
    }

    #[test]
    fn unknown_and_repeated_keys_and_other_kinds_are_refused() {
        let text = head("alice", "alice=7", &[]).to_json(0);
        assert!(parse(&text.replace("\"peers\"", "\"pears\"")).is_err());
        assert!(parse(&text.replace("\"peers\":[]", "\"peers\":[],\"peers\":[]")).is_err());
        assert!(parse(&text.replace("HEAD", "CHANGES")).unwrap_err().is_malformed());
        let newer = text.replace(r#""HEAD","version":1"#, r#""HEAD","version":2"#);
        assert!(parse(&newer).unwrap_err().is_unsupported());
    }

    #[test]
    fn whole_means_length_and_hash() {
        let name = DataName::new(Name::parse("a").unwrap(), 1, b"hello");
        let file = DataFile { name, length: 5, since: None, version: Version::default() };
        assert!(file.is_whole(b"hello"));
        assert!(!file.is_whole(b"hell"));
        assert!(!file.is_whole(b"jello"));
        assert!(!DataFile { length: 4, ..file }.is_whole(b"hello"));
    }
}
