//! Versions: of each session the highest stamp that was seen. Knows no documents, and not which session follows
//! which.

use crate::dot::{Dot, Session};

/// Sessions that one world can hold: each has a write.
pub(crate) const MOST_SESSIONS: usize = 10;

/// A version vector, in the order of the sessions. It contains a dot whose stamp is not above its session's entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Version {
    entries: [(Session, u8); MOST_SESSIONS],
    len: usize,
}

impl Version {
    #[cfg(test)]
    pub(crate) fn of(dot: Dot) -> Version {
        [dot].into_iter().collect()
    }

    pub(crate) fn raise(&mut self, dot: Dot) {
        if dot.stamp() == 0 {
            return;
        }
        match self.entries().binary_search_by_key(&dot.session(), |(session, _)| *session) {
            Ok(place) => self.entries[place].1 = self.entries[place].1.max(dot.stamp()),
            Err(place) => {
                self.entries.copy_within(place..self.len, place + 1);
                self.entries[place] = (dot.session(), dot.stamp());
                self.len += 1;
            }
        }
    }

    fn entries(&self) -> &[(Session, u8)] {
        &self.entries[..self.len]
    }

    /// The highest dot of each session of which something was seen.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Dot> + use<'_> {
        self.entries().iter().map(|(session, stamp)| Dot::new(*stamp, *session))
    }

    pub(crate) fn entry(&self, session: Session) -> u8 {
        let found = self.entries().iter().find(|(other, _)| *other == session);
        found.map_or(0, |(_, stamp)| *stamp)
    }

    pub(crate) fn contains(&self, dot: Dot) -> bool {
        dot.stamp() <= self.entry(dot.session())
    }

    pub(crate) fn contains_all(&self, other: &Version) -> bool {
        other.iter().all(|dot| self.contains(dot))
    }

    #[must_use]
    pub(crate) fn joined(&self, other: &Version) -> Version {
        self.iter().chain(other.iter()).collect()
    }

    /// Every version that this one contains, whether anyone ever had it or not: no session ends before it begins.
    pub(crate) fn all_within(&self) -> Vec<Version> {
        let mut found = vec![Version::default()];
        for high in self.iter() {
            for index in 0..found.len() {
                for stamp in high.session().first().max(1)..=high.stamp() {
                    let mut version = found[index];
                    version.raise(Dot::new(stamp, high.session()));
                    found.push(version);
                }
            }
        }
        found
    }
}

impl FromIterator<Dot> for Version {
    fn from_iter<I: IntoIterator<Item = Dot>>(dots: I) -> Version {
        let mut version = Version::default();
        dots.into_iter().for_each(|dot| version.raise(dot));
        version
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dot::Client;

    #[test]
    fn all_versions_within_one_are_found_once() {
        let (alice, bob) = (Session::root(Client::numbered(0)), Session::new(Client::numbered(1), 4));
        let high: Version = [Dot::new(3, alice), Dot::new(5, bob), Dot::new(1, alice)].into_iter().collect();
        assert_eq!((high.entry(alice), high.entry(bob)), (3, 5));
        let mut found = high.all_within();
        assert_eq!(found.len(), 4 * 3);
        assert!(found.iter().all(|version| high.contains_all(version)));
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 4 * 3);
    }
}
