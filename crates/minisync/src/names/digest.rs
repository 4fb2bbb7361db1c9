//! Ids that are made of what they name, so that all who read or write the same make the same. Knows no format.

use crate::names::id::{DocumentId, Random};

/// A source of as many bytes as an id takes, which follow from some text.
struct Digest([u8; blake3::OUT_LEN]);

impl Random for Digest {
    fn fill(&mut self, bytes: &mut [u8]) {
        debug_assert!(bytes.len() <= self.0.len(), "an id takes more bytes than a hash has");
        bytes.iter_mut().zip(self.0).for_each(|(byte, own)| *byte = own);
    }
}

/// 20 letters, which carry 100 bits of the hash of these parts.
pub(crate) fn letters(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    DocumentId::random(&mut Digest(hasher.finalize().into())).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These letters are in documents that were imported: they may never change.
    #[test]
    fn letters_follow_from_all_parts() {
        assert_eq!(letters(&["a", "b"]), letters(&["a", "b"]));
        assert_ne!(letters(&["a", "b"]), letters(&["ab", ""]));
        assert_eq!(letters(&["DXpf0omk", "{}"]), "2tatzfiqrcj6dhrbqfzy");
    }
}
