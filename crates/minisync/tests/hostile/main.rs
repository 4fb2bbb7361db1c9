//! Change sets made to do harm: each is refused with an error that names the place, and then nothing has changed;
//! or it is taken in with work that grows with its length, and the document stays in order. Knows the public
//! interface only.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod bounded;
mod odd;
mod refused;
mod shapes;

use minisync::{Builder, Changes, ClientId, Document, DocumentId, Stamp};

/// The time at which every document here writes.
const NOW: u64 = 1_000_000;

fn builder(client: &str) -> Builder {
    let builder = Document::builder().client_id(ClientId::new(client).unwrap());
    builder.document_id(DocumentId::new("d").unwrap()).clock(|| Stamp::saturating(NOW))
}

/// A copy of what a change set says, by bob.
fn join(text: &str) -> Document {
    builder("bob").join(&parse(text)).unwrap()
}

/// bob's document with nothing of the change set in it: `{"own":1,"list":[1]}`.
fn target() -> Document {
    builder("bob").create_json(r#"{"own":1,"list":[1]}"#).unwrap()
}

fn parse(text: &str) -> Changes {
    text.parse().unwrap_or_else(|error| panic!("{error}: {}", text.chars().take(500).collect::<String>()))
}

/// What a document writes, others take in, and write the same.
fn survives(document: &Document) {
    document.check().unwrap();
    let text = document.changes().to_string();
    let again = Document::restore(&parse(&text)).unwrap();
    assert!(again.changes().to_string() == text, "another document came back");
}
