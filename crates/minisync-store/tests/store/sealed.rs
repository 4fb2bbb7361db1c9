//! The seam for encryption: with a codec that changes bytes and names, devices sync as ever, and nothing in the store
//! is plain.

use std::sync::Arc;

use minisync::{ClientId, DocumentId};
use minisync_store::{
    Codec, CodecError, FileLabel, Hash, Name, Store, SyncOptions, discover, join, stores::MemoryStore,
};
use pollster::block_on;

use crate::devices::{Device, Time, settle};

/// No cipher, but it does what one has to: it hides bytes and names, makes files longer, and knows from the label
/// whether a file stands in another's place.
struct Scrambled(u8);

impl Scrambled {
    fn seal_for(&self, file: &FileLabel<'_>) -> [u8; 16] {
        let FileLabel { document, client, sequence, kind } = file;
        let label = format!("{} {document} {client} {sequence:?} {kind:?}", self.0);
        Hash::of(label.as_bytes()).to_string().as_bytes()[..16].try_into().unwrap()
    }
}

impl Codec for Scrambled {
    fn seal(&self, file: &FileLabel<'_>, mut plain: Vec<u8>) -> Result<Vec<u8>, CodecError> {
        plain.iter_mut().for_each(|byte| *byte ^= 0xa5 ^ self.0);
        plain.extend(self.seal_for(file));
        Ok(plain)
    }

    fn open(&self, file: &FileLabel<'_>, mut sealed: Vec<u8>) -> Result<Vec<u8>, CodecError> {
        let end = sealed.len().saturating_sub(16);
        if sealed.split_off(end) != self.seal_for(file) {
            return Err(CodecError::new("it was sealed with another key, or for another place"));
        }
        sealed.iter_mut().for_each(|byte| *byte ^= 0xa5 ^ self.0);
        Ok(sealed)
    }

    fn client_name(&self, client: &ClientId) -> Name {
        let hash = Hash::of(format!("{} {client}", self.0).as_bytes()).to_string();
        Name::of_client(&ClientId::new(hash).unwrap())
    }

    fn document_name(&self, document: &DocumentId) -> Name {
        let hash = Hash::of(format!("{} {document}", self.0).as_bytes()).to_string();
        Name::of_document(&DocumentId::new(hash).unwrap())
    }
}

fn options(key: u8) -> SyncOptions {
    SyncOptions { codec: Arc::new(Scrambled(key)), ..SyncOptions::default() }
}

fn sealed_device(name: &'static str, time: &Time, shared: &Arc<dyn Store>) -> Device {
    let mut device = Device::joining_with(name, time, shared, &options(7));
    device.options = options(7);
    device
}

#[test]
fn devices_sync_through_a_codec_and_nothing_in_the_store_is_plain() {
    let (time, memory) = (Time::new(), MemoryStore::new());
    let shared = Arc::new(memory.clone()) as Arc<dyn Store>;
    let records: Vec<String> = (0..200).map(|n| format!(r#""record{n}":{n}"#)).collect();
    let mut alice = Device::first("alice", &time, &shared, &format!("{{{}}}", records.join(",")));
    alice.options = options(7);
    alice.sync().unwrap();
    let mut bob = sealed_device("bob", &time, &shared);
    for round in 0..5 {
        alice.set("record7", &round.to_string());
        bob.set(&format!("bob{round}"), "1");
        settle(&mut [&mut alice, &mut bob]);
    }
    assert_eq!(alice.text(), bob.text());
    let carol = sealed_device("carol", &time, &shared);
    assert_eq!(carol.text(), alice.text());

    for path in memory.paths() {
        let bytes = memory.read_file(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let is_marker = path.ends_with("format.json");
        for word in ["alice", "bob", "carol", "record7", "HEAD", "CHANGES", "todo"] {
            assert!(!path.contains(word), "{path}");
            assert!(!text.contains(word) || is_marker && word == "todo", "{word} in {path}: {text}");
        }
    }
    let found = block_on(discover(&memory, &options(7))).unwrap();
    assert_eq!((found[0].document.as_str(), found[0].clients.len()), ("todo", 3));
}

#[test]
fn another_key_opens_nothing_and_harms_nothing() {
    let (time, memory) = (Time::new(), MemoryStore::new());
    let shared = Arc::new(memory.clone()) as Arc<dyn Store>;
    let mut alice = Device::first("alice", &time, &shared, r#"{"n":0}"#);
    alice.options = options(7);
    alice.sync().unwrap();
    let before = memory.paths();
    let error = block_on(join(&memory, &DocumentId::new("todo").unwrap(), &options(8))).unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(memory.paths(), before);
}

/// A store can put any file in the place of any other.
#[test]
fn a_head_in_the_place_of_another_is_refused() {
    let (time, memory) = (Time::new(), MemoryStore::new());
    let shared = Arc::new(memory.clone()) as Arc<dyn Store>;
    let mut alice = Device::first("alice", &time, &shared, r#"{"n":0}"#);
    alice.options = options(7);
    alice.sync().unwrap();
    let mut bob = sealed_device("bob", &time, &shared);
    settle(&mut [&mut alice, &mut bob]);
    let codec = Scrambled(7);
    let head = |name: &str| {
        let client = codec.client_name(&ClientId::new(name).unwrap());
        format!("minisync/{}/head/{client}.json", codec.document_name(&DocumentId::new("todo").unwrap()))
    };
    memory.write_file(&head("bob"), &memory.read_file(&head("alice")).unwrap());
    let report = alice.sync().unwrap();
    assert!(report.skipped[0].reason.contains("another place"), "{report:?}");
}
