//! Versions: of each client the highest stamp that was seen. Knows no documents.

use crate::dot::{Client, Dot, MOST_CLIENTS};

/// A version vector. It contains a dot whose stamp is not above its client's entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Version([u8; MOST_CLIENTS + 1]);

impl Version {
    pub(crate) fn of(dot: Dot) -> Version {
        let mut version = Version::default();
        version.0[dot.client().index()] = dot.stamp();
        version
    }

    pub(crate) fn contains(&self, dot: Dot) -> bool {
        dot.stamp() <= self.entry(dot.client())
    }

    pub(crate) fn contains_all(&self, other: &Version) -> bool {
        self.0.iter().zip(other.0).all(|(mine, theirs)| *mine >= theirs)
    }

    #[must_use]
    pub(crate) fn joined(&self, other: &Version) -> Version {
        let mut joined = *self;
        for (mine, theirs) in joined.0.iter_mut().zip(other.0) {
            *mine = theirs.max(*mine);
        }
        joined
    }

    /// What a client's next write is called.
    pub(crate) fn next(&self, client: Client) -> Dot {
        Dot::new(self.entry(client) + 1, client)
    }

    pub(crate) fn entry(&self, client: Client) -> u8 {
        self.0[client.index()]
    }

    /// Every version from `low` to `high`, whether anyone ever had it or not. None if `high` does not
    /// contain `low`.
    pub(crate) fn between(low: &Version, high: &Version) -> Vec<Version> {
        let mut found = Vec::from_iter(high.contains_all(low).then_some(*low));
        for place in 0..=MOST_CLIENTS {
            for index in 0..found.len() {
                for stamp in low.0[place] + 1..high.0[place] + 1 {
                    let mut version = found[index];
                    version.0[place] = stamp;
                    found.push(version);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_versions_between_two_are_found_once() {
        let (alice, bob) = (Client::numbered(0), Client::numbered(1));
        let low = Version::of(Dot::new(1, alice));
        let high = Version::of(Dot::new(3, alice)).joined(&Version::of(Dot::new(1, bob)));
        let mut found = Version::between(&low, &high);
        assert_eq!(found.len(), 3 * 2);
        assert!(found.iter().all(|version| version.contains_all(&low) && high.contains_all(version)));
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 3 * 2);
        assert!(Version::between(&high, &low).is_empty());
    }
}
