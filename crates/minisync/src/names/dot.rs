//! Dots, clients by number, and versions by number: the names of writes inside one document in memory.
//! Knows no values. Other documents number their clients differently, so none of this leaves the crate.

use std::cmp::Ordering;

use hashbrown::HashMap;

use crate::{
    base::narrow::narrow,
    names::{id::ClientId, stamp::Stamp, version::Version},
};

/// A client, by its number in this document's [`Clients`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ClientIx(u32);

impl ClientIx {
    /// The writer of the root, which nobody wrote.
    pub(crate) const NONE: ClientIx = ClientIx(u32::MAX);

    pub(crate) fn from_index(index: u32) -> ClientIx {
        ClientIx(index)
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// (stamp, client): the unique name of one write. After Almeida et al., *Scalable and Accurate Causality
/// Tracking for Eventually Consistent Stores* (dotted version vectors), 2014.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Dot {
    pub(crate) stamp: Stamp,
    pub(crate) client: ClientIx,
}

impl Dot {
    /// The dot of the root container.
    pub(crate) const ROOT: Dot = Dot { stamp: Stamp::ZERO, client: ClientIx::NONE };

    /// The dot `count` stamps later, of the same client.
    pub(crate) fn after(self, count: u64) -> Dot {
        Dot { stamp: Stamp::saturating(self.stamp.as_micros() + count), client: self.client }
    }

    /// The dot one stamp earlier, of the same client.
    pub(crate) fn before(self) -> Dot {
        Dot { stamp: Stamp::saturating(self.stamp.as_micros().saturating_sub(1)), client: self.client }
    }

    /// How many stamps later than `earlier`, where it is of the same client and not earlier.
    pub(crate) fn since(self, earlier: Dot) -> Option<u64> {
        if self.client != earlier.client {
            return None;
        }
        self.stamp.as_micros().checked_sub(earlier.stamp.as_micros())
    }

    /// An order in which to find one: by client number, then by stamp. (It says nothing of what is later.)
    pub(crate) fn by_client(self) -> (ClientIx, Stamp) {
        (self.client, self.stamp)
    }
}

/// The clients that a document has heard of, numbered in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clients {
    ids: Vec<ClientId>,
    numbers: HashMap<ClientId, ClientIx>,
}

impl Clients {
    /// All of them, by their numbers.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &ClientId> {
        self.ids.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn id(&self, client: ClientIx) -> &ClientId {
        &self.ids[client.index()]
    }

    pub(crate) fn find(&self, id: &ClientId) -> Option<ClientIx> {
        self.numbers.get(id).copied()
    }

    /// The number of `id`, a new one where it has none.
    pub(crate) fn intern(&mut self, id: &ClientId) -> ClientIx {
        if let Some(client) = self.find(id) {
            return client;
        }
        let client = ClientIx(narrow(self.ids.len()));
        self.ids.push(id.clone());
        self.numbers.insert(id.clone(), client);
        client
    }

    /// Forgets all clients but the first `len`, for a message that was refused.
    pub(crate) fn truncate(&mut self, len: usize) {
        for id in self.ids.drain(len.min(self.ids.len())..) {
            self.numbers.remove(&id);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ClientIx, &ClientId)> {
        (0..).map(ClientIx).zip(&self.ids)
    }

    /// Dots order by stamp, then by client id. The root comes before everything.
    pub(crate) fn compare(&self, a: Dot, b: Dot) -> Ordering {
        a.stamp.cmp(&b.stamp).then_with(|| {
            if a.client == b.client {
                Ordering::Equal
            } else {
                self.ids.get(a.client.index()).cmp(&self.ids.get(b.client.index()))
            }
        })
    }

    /// A version with clients by number; unknown clients are left out.
    pub(crate) fn lookup(&self, version: &Version) -> VersionVector {
        let mut seen = VersionVector::default();
        for (id, stamp) in version.iter() {
            if let Some(client) = self.find(id) {
                seen.raise(Dot { stamp, client });
            }
        }
        seen
    }

    /// A version with clients by number; unknown clients get one.
    pub(crate) fn intern_version(&mut self, version: &Version) -> VersionVector {
        for (id, _) in version.iter() {
            self.intern(id);
        }
        self.lookup(version)
    }

    pub(crate) fn version(&self, seen: &VersionVector) -> Version {
        seen.iter().map(|dot| (self.id(dot.client).clone(), dot.stamp)).collect()
    }
}

/// What clients are known to have seen, by client number. Each version has no more entries than were told: by
/// number, a message of some thousand clients would take memory for millions of stamps.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownVersions(Vec<Option<Version>>);

impl KnownVersions {
    pub(crate) fn get(&self, client: ClientIx) -> Option<&Version> {
        self.0.get(client.index())?.as_ref()
    }

    /// Notes that `client` has seen this too.
    pub(crate) fn join(&mut self, client: ClientIx, seen: &Version) {
        if client.index() >= self.0.len() {
            self.0.resize(client.index() + 1, None);
        }
        self.0[client.index()].get_or_insert_default().join(seen);
    }

    pub(crate) fn remove(&mut self, client: ClientIx) {
        if let Some(known) = self.0.get_mut(client.index()) {
            *known = None;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ClientIx, &Version)> {
        (0..).map(ClientIx).zip(&self.0).filter_map(|(client, seen)| Some((client, seen.as_ref()?)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// A version, with clients by number: the highest stamp seen from each.
#[derive(Debug, Clone, Default)]
pub(crate) struct VersionVector(Vec<Stamp>);

impl VersionVector {
    pub(crate) fn get(&self, client: ClientIx) -> Stamp {
        self.0.get(client.index()).copied().unwrap_or_default()
    }

    /// Whether `dot` was seen. The root always was.
    pub(crate) fn contains(&self, dot: Dot) -> bool {
        dot.stamp <= self.get(dot.client)
    }

    pub(crate) fn raise(&mut self, dot: Dot) {
        let index = dot.client.index();
        if dot.client == ClientIx::NONE || dot.stamp <= self.get(dot.client) {
            return;
        }
        if index >= self.0.len() {
            self.0.resize(index + 1, Stamp::ZERO);
        }
        self.0[index] = dot.stamp;
    }

    pub(crate) fn join(&mut self, other: &VersionVector) {
        for dot in other.iter() {
            self.raise(dot);
        }
    }

    /// What was seen of a client after `last` is `to`'s from now on.
    pub(crate) fn reassign(&mut self, last: Dot, to: ClientIx) {
        let stamp = self.get(last.client);
        if stamp > last.stamp {
            self.0[last.client.index()] = last.stamp;
            self.raise(Dot { stamp, client: to });
        }
    }

    pub(crate) fn covers(&self, other: &VersionVector) -> bool {
        other.iter().all(|dot| self.contains(dot))
    }

    /// What both have seen.
    pub(crate) fn intersection(&self, other: &VersionVector) -> VersionVector {
        VersionVector(self.0.iter().zip(&other.0).map(|(a, b)| *a.min(b)).collect())
    }

    /// The highest dot of each client of which something was seen.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Dot> {
        let entries = (0..).map(ClientIx).zip(&self.0);
        entries
            .filter(|(_, stamp)| **stamp > Stamp::ZERO)
            .map(|(client, stamp)| Dot { stamp: *stamp, client })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl PartialEq for VersionVector {
    fn eq(&self, other: &Self) -> bool {
        self.covers(other) && other.covers(self)
    }
}

impl FromIterator<Dot> for VersionVector {
    fn from_iter<I: IntoIterator<Item = Dot>>(dots: I) -> Self {
        let mut seen = VersionVector::default();
        for dot in dots {
            seen.raise(dot);
        }
        seen
    }
}
