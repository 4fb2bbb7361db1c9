//! A publication, down to its bytes and names. Pure, but for what a codec draws from its own randomness.

use minisync::{ClientId, DocumentId, Version};

use crate::{
    errors::{Error, Result},
    files::{Codec, DataFile, FileLabel, Head, SealedKind},
    names::{DataName, Hash, Name},
    record::Published,
};

/// The most spaces that a head is padded with. A codec that rounds lengths up to steps has steps below this.
const MAX_PADDING: usize = 1 << 20;

/// Who publishes what, and under which name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author<'a> {
    pub(crate) document: &'a DocumentId,
    pub(crate) client: &'a ClientId,
    pub(crate) name: &'a Name,
    pub(crate) label: &'a str,
    /// Others' files that could not be had.
    pub(crate) missing: &'a [DataName],
    /// What the program says to those who join.
    pub(crate) hint: Option<&'a str>,
}

/// A change set that is to be published: its text, and since when; None for a full one.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) since: Option<Version>,
    pub(crate) text: String,
}

/// What is about to be written: perhaps a data file, and the head that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) data: Option<(DataFile, Vec<u8>)>,
    /// The head as it will be known once it is written.
    pub(crate) published: Published,
    /// The head's bytes.
    pub(crate) head: Vec<u8>,
}

impl Draft {
    /// `before` is the own head that is there, to be followed by this one.
    pub(crate) fn new(
        author: Author<'_>,
        codec: &dyn Codec,
        version: Version,
        sequence: u64,
        before: Option<&Published>,
        content: Option<Content>,
    ) -> Result<Draft> {
        debug_assert!(
            before.is_none_or(|before| before.head.sequence < sequence),
            "sequence numbers are never given twice"
        );
        let data =
            content.map(|content| seal_data(author, codec, &version, sequence, content)).transpose()?;
        let mut files = before.map(|before| before.head.files.clone()).unwrap_or_default();
        if let Some((file, _)) = &data {
            if file.is_snapshot() {
                files.clear();
            }
            files.push(file.clone());
        }
        let hint = author.hint.filter(|_| !files.is_empty()).map(str::to_owned);
        let head = Head {
            document: author.document.clone(),
            client: author.client.clone(),
            label: author.label.to_owned(),
            sequence,
            version,
            files,
            previous: before.map(|before| before.hash),
            peers: Vec::new(),
            missing: author.missing.to_vec(),
            hint,
        };
        let bytes = seal_head(author, codec, &head, before.map(|before| before.length))?;
        let (hash, length) = (Hash::of(&bytes), bytes.len() as u64);
        Ok(Draft { data, published: Published { head, hash, length }, head: bytes })
    }
}

fn seal_data(
    author: Author<'_>,
    codec: &dyn Codec,
    version: &Version,
    sequence: u64,
    Content { since, text }: Content,
) -> Result<(DataFile, Vec<u8>)> {
    let kind = if since.is_none() { SealedKind::Snapshot } else { SealedKind::Delta };
    let label = FileLabel { document: author.document, client: author.name, sequence: Some(sequence), kind };
    let bytes = codec.seal(&label, text.into_bytes()).map_err(|error| cannot_seal("the changes", &error))?;
    let name = DataName::new(author.name.clone(), sequence, &bytes);
    let length = bytes.len() as u64;
    Ok((DataFile { name, length, since, version: version.clone() }, bytes))
}

/// The head's bytes, of another length than those before, since some servers' etags miss a rewrite within a
/// second.
fn seal_head(
    author: Author<'_>,
    codec: &dyn Codec,
    head: &Head,
    previous_length: Option<u64>,
) -> Result<Vec<u8>> {
    let label =
        FileLabel { document: author.document, client: author.name, sequence: None, kind: SealedKind::Head };
    // A codec may round lengths up, so that one space changes nothing: twice as many, until it shows.
    let mut padding = 0;
    while padding <= MAX_PADDING {
        let plain = head.to_json(padding).into_bytes();
        let bytes = codec.seal(&label, plain).map_err(|error| cannot_seal("the head", &error))?;
        if previous_length != Some(bytes.len() as u64) {
            return Ok(bytes);
        }
        padding = (padding * 2).max(1);
    }
    Err(Error::malformed("the head", "sealed, it has the same length however much is in it"))
}

fn cannot_seal(what: &str, reason: &dyn std::fmt::Display) -> Error {
    Error::malformed(what, format!("sealing failed: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{CodecError, Plain, head_tests::version};

    fn draft(
        codec: &dyn Codec,
        sequence: u64,
        before: Option<&Published>,
        own: &str,
        since: Option<&str>,
    ) -> Draft {
        let (document, client) = (DocumentId::new("todo").unwrap(), ClientId::new("a").unwrap());
        let name = codec.client_name(&client);
        let author = Author {
            document: &document,
            client: &client,
            name: &name,
            label: "Phone",
            missing: &[],
            hint: None,
        };
        let content = Content { since: since.map(version), text: format!("text {sequence}") };
        Draft::new(author, codec, version(own), sequence, before, Some(content)).unwrap()
    }

    #[test]
    fn a_draft_names_what_it_holds() {
        let first = draft(&Plain, 1, None, "a=1", None);
        let second = draft(&Plain, 2, Some(&first.published), "a=2", Some("a=1"));
        let third = draft(&Plain, 5, Some(&second.published), "a=3", None);
        let lengths = [&first, &second, &third].map(|draft| draft.published.head.files.len());
        assert_eq!(lengths, [1, 2, 1]);
        assert_eq!(second.published.head.previous, Some(first.published.hash));
        for draft in [first, second, third] {
            let (file, bytes) = draft.data.unwrap();
            assert!(file.is_whole(&bytes));
            let name = Name::parse("a").unwrap();
            assert_eq!(Head::parse(&draft.head, &name, "x").unwrap(), draft.published.head);
            assert_eq!(draft.published.head.files.last(), Some(&file));
        }
    }

    /// Rounds every length up to a step, as a cipher does that hides lengths.
    struct Steps(usize);

    impl Codec for Steps {
        fn seal(&self, _: &FileLabel<'_>, mut plain: Vec<u8>) -> Result<Vec<u8>, CodecError> {
            plain.resize(plain.len().next_multiple_of(self.0), b'\n');
            Ok(plain)
        }

        fn open(&self, _: &FileLabel<'_>, sealed: Vec<u8>) -> Result<Vec<u8>, CodecError> {
            Ok(sealed)
        }
    }

    #[test]
    fn the_size_of_a_head_differs_from_the_one_before_whatever_the_codec() {
        for codec in [&Plain as &dyn Codec, &Steps(4096)] {
            let first = draft(codec, 1, None, "a=1", None);
            let second = draft(codec, 2, Some(&first.published), "a=2", None);
            let third = draft(codec, 3, Some(&second.published), "a=3", None);
            assert_ne!(first.head.len(), second.head.len());
            assert_ne!(second.head.len(), third.head.len());
        }
    }
}
