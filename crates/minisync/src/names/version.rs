//! Versions: what has been seen. Knows no document.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    base::sort::sort_by,
    names::{id::ClientId, stamp::Stamp},
};

/// What a copy of a document has seen: for each client the highest stamp (a version vector, see
/// Parker et al., *Detection of Mutual Inconsistency in Distributed Systems*, 1983).
///
/// It contains a write if the write's stamp is not above the writer's entry. Entries are never zero, and
/// lie in the order of the client ids.
///
/// ```
/// use minisync::{ClientId, Stamp, Version};
/// let alice = ClientId::new("alice")?;
/// let mut version = Version::default();
/// version.raise(&alice, Stamp::from_micros(7)?);
/// assert_eq!(version.to_string(), r#"{"alice":7}"#);
/// assert!(version.covers(&Version::default()));
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default, Hash)]
pub struct Version(Vec<(ClientId, Stamp)>);

impl Version {
    /// The highest stamp seen from `client`; zero if none.
    pub fn get(&self, client: &ClientId) -> Stamp {
        self.find(client).map_or(Stamp::ZERO, |at| self.0[at].1)
    }

    fn find(&self, client: &ClientId) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(client))
    }

    /// Raises the entry of `client` to `stamp`, if it is below.
    pub fn raise(&mut self, client: &ClientId, stamp: Stamp) {
        match self.find(client) {
            Ok(at) => self.0[at].1 = self.0[at].1.max(stamp),
            Err(_) if stamp == Stamp::ZERO => {}
            Err(at) => self.0.insert(at, (client.clone(), stamp)),
        }
    }

    /// This version, but for some clients, of which each has one new entry.
    pub(crate) fn with(self, changes: Vec<(ClientId, Stamp)>) -> Version {
        let mut entries = self.0;
        entries.extend(changes);
        // Stable, so what changes an entry comes behind it.
        sort_by(&mut entries, |(a, _), (b, _)| a.cmp(b));
        Version::last(entries)
    }

    /// Takes in all that `other` has seen.
    pub fn join(&mut self, other: &Version) {
        self.0.extend_from_slice(&other.0);
        *self = Version::highest(std::mem::take(&mut self.0));
    }

    /// Of the entries of each client the highest.
    fn highest(mut entries: Vec<(ClientId, Stamp)>) -> Version {
        sort_by(&mut entries, Ord::cmp);
        Version::last(entries)
    }

    /// Of the entries of each client, which stand side by side, the last one, unless it is zero.
    fn last(mut entries: Vec<(ClientId, Stamp)>) -> Version {
        entries.reverse();
        entries.dedup_by(|a, b| a.0 == b.0);
        entries.reverse();
        entries.retain(|(_, stamp)| *stamp > Stamp::ZERO);
        Version(entries)
    }

    /// What both have seen.
    pub(crate) fn intersection(&self, other: &Version) -> Version {
        self.iter().map(|(client, stamp)| (client.clone(), stamp.min(other.get(client)))).collect()
    }

    /// Whether all that `other` has seen was seen here too.
    pub fn covers(&self, other: &Version) -> bool {
        other.iter().all(|(client, stamp)| self.get(client) >= stamp)
    }

    /// Client and highest stamp, by client id.
    pub fn iter(&self) -> impl Iterator<Item = (&ClientId, Stamp)> {
        self.0.iter().map(|(client, stamp)| (client, *stamp))
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(ClientId, Stamp)> for Version {
    fn from_iter<I: IntoIterator<Item = (ClientId, Stamp)>>(entries: I) -> Self {
        Version::highest(entries.into_iter().collect())
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(client, stamp)| (client, stamp.as_micros())))
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut version = Version::default();
        for (client, micros) in BTreeMap::<ClientId, u64>::deserialize(deserializer)? {
            version.0.push((client, Stamp::from_micros(micros).map_err(de::Error::custom)?));
        }
        Ok(Version::last(version.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn version() -> impl Strategy<Value = Version> {
        let entry = (prop::sample::select(vec!["a", "b", "c", "d"]), 0..4_u64);
        vec(entry, 0..5).prop_map(|entries| {
            let id = |name| ClientId::new(name).unwrap_or_else(|error| unreachable!("{error}"));
            entries.into_iter().map(|(name, stamp)| (id(name), Stamp::saturating(stamp))).collect()
        })
    }

    fn joined(a: &Version, b: &Version) -> Version {
        let mut joined = a.clone();
        joined.join(b);
        joined
    }

    proptest! {
        #[test]
        fn joining_is_commutative_associative_and_idempotent(
            a in version(), b in version(), c in version(),
        ) {
            prop_assert_eq!(joined(&a, &b), joined(&b, &a));
            prop_assert_eq!(joined(&joined(&a, &b), &c), joined(&a, &joined(&b, &c)));
            prop_assert_eq!(joined(&a, &a), a.clone());
            prop_assert_eq!(joined(&a, &Version::default()), a);
        }

        #[test]
        fn the_join_is_the_least_that_covers_both(a in version(), b in version(), c in version()) {
            let join = joined(&a, &b);
            prop_assert!(join.covers(&a) && join.covers(&b));
            prop_assert_eq!(c.covers(&a) && c.covers(&b), c.covers(&join));
        }

        #[test]
        fn covering_is_a_partial_order(a in version(), b in version(), c in version()) {
            prop_assert!(a.covers(&a));
            prop_assert_eq!(a.covers(&b) && b.covers(&a), a == b);
            prop_assert!(!(a.covers(&b) && b.covers(&c)) || a.covers(&c));
        }

        #[test]
        fn a_version_is_what_its_text_says(version in version()) {
            prop_assert_eq!(version.to_string().parse::<Version>().ok(), Some(version));
        }
    }
}
