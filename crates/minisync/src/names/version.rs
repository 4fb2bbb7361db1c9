//! Versions: what has been seen. Knows no document.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    base::sort::sort_by,
    names::{
        id::{ClientId, split_branch},
        stamp::Stamp,
    },
};

/// What a copy of a document has seen: of each client the last stamp (a version vector, see
/// Parker et al., *Detection of Mutual Inconsistency in Distributed Systems*, 1983), and in which session of the
/// client it lies.
///
/// A client whose saved state went on twice has forked: then each of its lines has an entry
/// ([`docs/algorithm.md`](https://github.com/minisync/minisync/blob/main/docs/algorithm.md), section 9). Entries are never
/// zero, and lie in the order of the client ids.
///
/// What a version of one copy says to another one takes a document, which knows the sessions:
/// [`Document::contains`](crate::Document::contains).
///
/// ```
/// use minisync::{ClientId, Version};
/// let version: Version = r#"{"alice":7}"#.parse()?;
/// assert_eq!(version.to_string(), r#"{"alice":7}"#);
/// assert_eq!(version.get(&ClientId::new("alice")?).as_micros(), 7);
/// assert!(version.covers(&Version::default()));
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default, Hash)]
pub struct Version(Vec<VersionEntry>);

/// Up to where one line was seen.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct VersionEntry {
    pub(crate) client: ClientId,
    /// The first stamp of the line's first session, by which it is called: 0 in the client's plain line.
    pub(crate) branch: Stamp,
    /// The first stamp of the session in which `stamp` lies.
    pub(crate) first: Stamp,
    pub(crate) stamp: Stamp,
}

impl VersionEntry {
    /// By what the entries are ordered, and what is there once.
    pub(crate) fn name(&self) -> (&ClientId, Stamp) {
        (&self.client, self.branch)
    }
}

impl Version {
    /// Entries in order, none of them zero.
    pub(crate) fn from_sorted(entries: Vec<VersionEntry>) -> Version {
        debug_assert!(entries.is_sorted_by(|a, b| a.name() < b.name()), "{entries:?} is out of order");
        Version(entries)
    }

    pub(crate) fn entries(&self) -> &[VersionEntry] {
        &self.0
    }

    pub(crate) fn entries_mut(&mut self) -> &mut [VersionEntry] {
        &mut self.0
    }

    /// The same, where it is not told in which sessions the stamps lie.
    pub(crate) fn without_sessions(mut self) -> Version {
        self.0.iter_mut().for_each(|entry| entry.first = entry.branch);
        self
    }

    /// The last stamp seen from `client`, in the line that has its plain name; zero if none.
    pub fn get(&self, client: &ClientId) -> Stamp {
        self.at(client, Stamp::ZERO)
    }

    /// The last stamp seen of a line.
    pub(crate) fn at(&self, client: &ClientId, branch: Stamp) -> Stamp {
        self.find(client, branch).map_or(Stamp::ZERO, |at| self.0[at].stamp)
    }

    /// Whether something of a client was seen.
    pub(crate) fn has_client(&self, client: &ClientId) -> bool {
        let at = self.0.partition_point(|entry| entry.client < *client);
        self.0.get(at).is_some_and(|entry| entry.client == *client)
    }

    pub(crate) fn find(&self, client: &ClientId, branch: Stamp) -> Result<usize, usize> {
        self.0.binary_search_by(|entry| entry.name().cmp(&(client, branch)))
    }

    /// Whether all that `other` has seen was seen here too, as far as the two tell: of each line as much or more, and
    /// in the same session. It may be so where they do not tell: [`Document::contains`](crate::Document::contains) knows.
    pub fn covers(&self, other: &Version) -> bool {
        other.0.iter().all(|entry| {
            let own = self.find(&entry.client, entry.branch).map(|at| &self.0[at]);
            own.is_ok_and(|own| own.first == entry.first && own.stamp >= entry.stamp)
        })
    }

    /// Client and last stamp, by client id. A client that has forked is there for each of its lines.
    pub fn iter(&self) -> impl Iterator<Item = (&ClientId, Stamp)> {
        self.0.iter().map(|entry| (&entry.client, entry.stamp))
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for VersionEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VersionEntry { client, branch, first, stamp } = self;
        write!(f, "{client}~{branch}: {first}..{stamp}")
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What an entry is called, as text: the client's id, and behind it the branch.
pub(crate) fn line_name(client: &str, branch: Stamp) -> String {
    if branch == Stamp::ZERO { client.to_owned() } else { format!("{client}~{branch}") }
}

/// A stamp alone, or with the first one of its session before it.
#[derive(Deserialize)]
#[serde(untagged)]
enum SpelledEntry {
    Plain(u64),
    InSession(u64, u64),
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for VersionEntry { client, branch, first, stamp } in &self.0 {
            map.serialize_key(&line_name(client.as_str(), *branch))?;
            if first == branch {
                map.serialize_value(&stamp.as_micros())?;
            } else {
                map.serialize_value(&(first.as_micros(), stamp.as_micros()))?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut entries = Vec::new();
        for (name, spelled) in BTreeMap::<String, SpelledEntry>::deserialize(deserializer)? {
            let (id, branch) = split_branch(&name);
            let (first, micros) = match spelled {
                SpelledEntry::Plain(micros) => (branch.as_micros(), micros),
                SpelledEntry::InSession(first, micros) => (first, micros),
            };
            let stamp = |micros| Stamp::from_micros(micros).map_err(de::Error::custom);
            let client = ClientId::new(id).map_err(de::Error::custom)?;
            entries.push(VersionEntry { client, branch, first: stamp(first)?, stamp: stamp(micros)? });
        }
        Version::checked(entries).map_err(de::Error::custom)
    }
}

impl Version {
    /// Entries as they were read, in any order, none of them twice.
    pub(crate) fn checked(mut entries: Vec<VersionEntry>) -> Result<Version, String> {
        entries.retain(|entry| entry.stamp > Stamp::ZERO);
        let is_wrong = |entry: &&VersionEntry| entry.first < entry.branch || entry.stamp < entry.first;
        if let Some(wrong) = entries.iter().find(is_wrong) {
            return Err(format!("{wrong:?} is no part of a line: a session ends after it began"));
        }
        sort_by(&mut entries, |a, b| a.name().cmp(&b.name()));
        Ok(Version(entries))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_map, prelude::*};

    use super::*;

    fn version() -> impl Strategy<Value = Version> {
        let name = (prop::sample::select(vec!["a", "b", "c"]), 0..3_u64);
        btree_map(name, (0..3_u64, 1..4_u64), 0..5).prop_map(|entries| {
            let id = |name| ClientId::new(name).unwrap_or_else(|error| unreachable!("{error}"));
            let entries = entries.into_iter().map(|((name, branch), (first, stamp))| VersionEntry {
                client: id(name),
                branch: Stamp::saturating(branch),
                first: Stamp::saturating(branch + first),
                stamp: Stamp::saturating(branch + first + stamp),
            });
            Version::from_sorted(entries.collect())
        })
    }

    proptest! {
        #[test]
        fn covering_is_a_partial_order(a in version(), b in version(), c in version()) {
            prop_assert!(a.covers(&a));
            prop_assert_eq!(a.covers(&b) && b.covers(&a), a == b);
            prop_assert!(!(a.covers(&b) && b.covers(&c)) || a.covers(&c));
        }

        #[test]
        fn a_version_is_what_its_text_says(version in version()) {
            prop_assert_eq!(version.to_string().parse::<Version>().ok(), Some(version.clone()));
            let json = serde_json::to_string(&version).unwrap();
            prop_assert_eq!(&json, &version.to_string());
            prop_assert_eq!(serde_json::from_str::<Version>(&json).ok(), Some(version));
        }
    }
}
