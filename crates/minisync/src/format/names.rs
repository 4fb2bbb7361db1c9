//! How clients and their lines are called within a change set: ids whole where they are short, else cut to what is
//! unique; behind them the branch. Knows no content.

use crate::names::{
    id::{ClientId, split_branch},
    stamp::Stamp,
    version::{Version, line_name},
};

/// Ids up to this many bytes are written whole.
const WHOLE: usize = 12;
/// Cut names have at least this many bytes.
const SHORTEST: usize = 4;

/// The names of the clients of one version, in the order of their ids, and of their lines.
///
/// A client's name is the whole id where that has up to 12 bytes; else the shortest beginning, of 4 bytes or more,
/// with which no other id begins. Like git's short hashes. A branch has `~` and its first stamp behind that.
#[derive(Debug, Clone)]
pub(crate) struct Names<'a> {
    version: &'a Version,
    ids: Vec<&'a ClientId>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(version: &'a Version) -> Names<'a> {
        let mut ids: Vec<&ClientId> = version.iter().map(|(client, _)| client).collect();
        ids.dedup();
        Names { version, ids }
    }

    /// What `id` is called.
    pub(crate) fn short<'i>(&self, id: &'i ClientId) -> &'i str {
        let text = id.as_str();
        if text.len() <= WHOLE {
            return text;
        }
        let place = self.ids.partition_point(|other| other.as_str() < text);
        let shared = |other: Option<&&ClientId>| other.map_or(0, |other| shared_bytes(text, other.as_str()));
        let before = shared(place.checked_sub(1).and_then(|index| self.ids.get(index)));
        let here = self.ids.get(place).is_some_and(|other| other.as_str() == text);
        let after = shared(self.ids.get(place + usize::from(here)));
        let needed = (before.max(after) + 1).max(SHORTEST);
        // Cut so that it does not look like a branch.
        let is_name = |at: &usize| text.is_char_boundary(*at) && split_branch(&text[..*at]).1 == Stamp::ZERO;
        let end = (needed..text.len()).find(is_name);
        end.map_or(text, |end| &text[..end])
    }

    /// What a line is called.
    pub(crate) fn line(&self, id: &ClientId, branch: Stamp) -> String {
        line_name(self.short(id), branch)
    }

    /// Whom `name` means.
    pub(crate) fn client(&self, name: &str) -> Option<&'a ClientId> {
        let first = self.ids.partition_point(|id| id.as_str() < name);
        let begins = |index: usize| self.ids.get(index).copied().filter(|id| id.as_str().starts_with(name));
        let found = begins(first)?;
        (found.as_str() == name || begins(first + 1).is_none()).then_some(found)
    }

    /// Which entry of the version `name` means.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let (name, branch) = split_branch(name);
        self.version.find(self.client(name)?, branch).ok()
    }
}

fn shared_bytes(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(ids: &[&str]) -> Version {
        let text: Vec<String> = ids.iter().map(|id| format!("{id:?}:{}", u64::MAX >> 11)).collect();
        format!("{{{}}}", text.join(",")).parse().unwrap()
    }

    #[test]
    fn names_are_short_and_unique() {
        let ids = ["alice", "alicealicealice", "alicebobbobbob", "ann", "q3k5mznc2tqwe7yxauvb", "éééééééé"];
        let version = named(&ids);
        let names = Names::new(&version);
        let short: Vec<&str> = version.iter().map(|(id, _)| names.short(id)).collect();
        assert_eq!(short, ["alice", "alicea", "aliceb", "ann", "q3k5", "éé"]);
        for (at, (id, _)) in version.iter().enumerate() {
            assert_eq!(names.find(names.short(id)), Some(at));
        }
        assert_eq!(names.find("alic"), None);
        assert_eq!(names.find("bob"), None);
    }

    #[test]
    fn a_branch_is_named_by_its_first_stamp() {
        let version = named(&[
            "abc~1234567890123x",
            "q3k5mznc2tqwe7yxauvb",
            "q3k5mznc2tqwe7yxauvb~12",
            "q3k5mznc2tqwe7yxauvb~7",
        ]);
        let names = Names::new(&version);
        let spelled = |at: usize| names.line(&version.entries()[at].client, version.entries()[at].branch);
        assert_eq!(
            ["abc~", "q3k5", "q3k5~7", "q3k5~12"],
            [0, 1, 2, 3].map(spelled).each_ref().map(String::as_str)
        );
        for at in 0..4 {
            assert_eq!(names.find(&spelled(at)), Some(at));
        }
        assert_eq!(names.find("q3k5~8"), None);
        assert_eq!(names.find("q3k5~012"), None);
    }
}
