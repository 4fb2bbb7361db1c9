//! How clients are called within a change set: whole where they are short, else cut to what is unique.
//! Knows no content.

use crate::names::{id::ClientId, version::Version};

/// Ids up to this many bytes are written whole.
const WHOLE: usize = 12;
/// Cut names have at least this many bytes.
const SHORTEST: usize = 4;

/// The names of the clients of one version, in the order of their ids.
///
/// A name is the whole id where that has up to 12 bytes; else the shortest beginning, of 4 bytes or more,
/// with which no other id begins. Like git's short hashes.
#[derive(Debug, Clone)]
pub(crate) struct Names<'a>(Vec<&'a ClientId>);

impl<'a> Names<'a> {
    pub(crate) fn new(version: &'a Version) -> Names<'a> {
        Names(version.iter().map(|(client, _)| client).collect())
    }

    /// What `id` is called.
    pub(crate) fn short<'i>(&self, id: &'i ClientId) -> &'i str {
        let text = id.as_str();
        if text.len() <= WHOLE {
            return text;
        }
        let place = self.0.partition_point(|other| other.as_str() < text);
        let shared = |other: Option<&&ClientId>| other.map_or(0, |other| shared_bytes(text, other.as_str()));
        let before = shared(place.checked_sub(1).and_then(|index| self.0.get(index)));
        let here = self.0.get(place).is_some_and(|other| other.as_str() == text);
        let after = shared(self.0.get(place + usize::from(here)));
        let needed = (before.max(after) + 1).max(SHORTEST);
        let end = (needed..text.len()).find(|at| text.is_char_boundary(*at));
        end.map_or(text, |end| &text[..end])
    }

    /// Whom `name` means.
    pub(crate) fn find(&self, name: &str) -> Option<&'a ClientId> {
        let first = self.0.partition_point(|id| id.as_str() < name);
        let begins = |index: usize| self.0.get(index).copied().filter(|id| id.as_str().starts_with(name));
        let found = begins(first)?;
        (found.as_str() == name || begins(first + 1).is_none()).then_some(found)
    }
}

fn shared_bytes(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::stamp::Stamp;

    #[test]
    fn names_are_short_and_unique() {
        let ids = ["alice", "alicealicealice", "alicebobbobbob", "ann", "q3k5mznc2tqwe7yxauvb", "éééééééé"];
        let version: Version =
            ids.iter().map(|id| (ClientId::new(id).unwrap(), Stamp::saturating(1))).collect();
        let names = Names::new(&version);
        let short: Vec<&str> = version.iter().map(|(id, _)| names.short(id)).collect();
        assert_eq!(short, ["alice", "alicea", "aliceb", "ann", "q3k5", "éé"]);
        for (id, _) in version.iter() {
            assert_eq!(names.find(names.short(id)), Some(id));
        }
        assert_eq!(names.find("alic"), None);
        assert_eq!(names.find("bob"), None);
    }
}
