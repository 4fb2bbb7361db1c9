//! Worlds that differ only in who is called what are one world. A renaming gives the clients each other's
//! names, and the root's keys; a fingerprint under a renaming is that of the renamed thing, without building
//! it. Knows the shape of all data, and nothing of what happens to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    document::{Document, Element, Key, Kind, List, Map, Value},
    dot::{Client, Dot, MOST_CLIENTS, Session},
    history::{History, Write},
    lineage::Lineage,
    replica::{Edit, Replica},
    version::Version,
};

#[derive(Clone, Debug)]
pub(crate) struct Renaming {
    /// By number, genesis included, which keeps its name.
    clients: [u64; MOST_CLIENTS + 1],
    swaps_keys: bool,
}

impl Renaming {
    /// All that there are for so many clients, the one that changes nothing first.
    pub(crate) fn all(clients: usize) -> Vec<Renaming> {
        let mut orders = vec![Vec::new()];
        for _ in 0..clients {
            let longer = orders.iter().flat_map(|order: &Vec<usize>| {
                let unused = (0..clients).filter(|client| !order.contains(client));
                unused.map(|client| [order.as_slice(), &[client]].concat())
            });
            orders = longer.collect();
        }
        let mut all = Vec::new();
        for order in orders {
            let mut names = [0; MOST_CLIENTS + 1];
            for (place, name) in names.iter_mut().enumerate() {
                *name = order.get(place).copied().unwrap_or(place) as u64;
            }
            all.extend([false, true].map(|swaps_keys| Renaming { clients: names, swaps_keys }));
        }
        all
    }

    pub(crate) fn client(&self, client: Client) -> u64 {
        self.clients[client.index()]
    }
}

pub(crate) trait Fingerprint {
    fn fingerprint(&self, by: &Renaming) -> u64;
}

/// A number that depends on both numbers, and on their order (the finalizer of Vigna's SplitMix64).
pub(crate) fn mixed(one: u64, other: u64) -> u64 {
    let mut mix = one.rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ other;
    mix = (mix ^ (mix >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mix = (mix ^ (mix >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mix ^ (mix >> 31)
}

impl Fingerprint for Dot {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        u64::from(self.stamp()) << 16 | self.session().fingerprint(by)
    }
}

impl Fingerprint for Session {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        u64::from(self.first()) << 8 | by.client(self.client())
    }
}

impl Fingerprint for u8 {
    fn fingerprint(&self, _: &Renaming) -> u64 {
        u64::from(*self)
    }
}

impl Fingerprint for Key {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        match (self, by.swaps_keys) {
            (Key::A, false) | (Key::B, true) => 1,
            (Key::B, false) | (Key::A, true) => 2,
            (Key::Inner, _) => 3,
        }
    }
}

impl Fingerprint for Kind {
    fn fingerprint(&self, _: &Renaming) -> u64 {
        *self as u64
    }
}

impl Fingerprint for Version {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        self.iter().fold(0, |sum, dot| sum.wrapping_add(mixed(11, dot.fingerprint(by))))
    }
}

impl<T: Fingerprint> Fingerprint for Option<T> {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        self.as_ref().map_or(u64::MAX, |value| mixed(7, value.fingerprint(by)))
    }
}

/// Sums, since renaming changes the order.
impl<K: Fingerprint, V: Fingerprint> Fingerprint for BTreeMap<K, V> {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        let entries = self.iter().map(|(key, value)| mixed(key.fingerprint(by), value.fingerprint(by)));
        entries.fold(self.len() as u64, u64::wrapping_add)
    }
}

impl<T: Fingerprint> Fingerprint for BTreeSet<T> {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        let entries = self.iter().map(|value| mixed(5, value.fingerprint(by)));
        entries.fold(self.len() as u64, u64::wrapping_add)
    }
}

impl Fingerprint for Value {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        match self {
            Value::Tombstone => 1,
            Value::Leaf => 2,
            Value::Map(map) => mixed(3, map.fingerprint(by)),
        }
    }
}

impl Fingerprint for Map {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        self.entries.fingerprint(by)
    }
}

impl Fingerprint for Element {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        mixed(self.value.fingerprint(by), self.position.fingerprint(by))
    }
}

impl Fingerprint for List {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        mixed(self.alive.fingerprint(by), self.dead.fingerprint(by))
    }
}

impl Fingerprint for Document {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        mixed(self.map.fingerprint(by), self.list.fingerprint(by))
    }
}

impl Fingerprint for Lineage {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        mixed(self.parents.fingerprint(by), self.floors.fingerprint(by))
    }
}

impl Fingerprint for Replica {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        let versions = mixed(self.version.fingerprint(by), self.horizon.fingerprint(by));
        mixed(mixed(versions, self.lineage.fingerprint(by)), self.document.fingerprint(by))
    }
}

impl Fingerprint for Edit {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        match self {
            Edit::Write(container, key, kind) => {
                let place = mixed(container.fingerprint(by), key.fingerprint(by));
                mixed(place, kind.fingerprint(by))
            }
            Edit::Insert => 1,
            Edit::Set(id) => mixed(2, id.fingerprint(by)),
            Edit::Move(id) => mixed(3, id.fingerprint(by)),
            Edit::Remove(id) => mixed(4, id.fingerprint(by)),
        }
    }
}

impl Fingerprint for Write {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        mixed(self.edit.fingerprint(by), self.seen.fingerprint(by))
    }
}

impl Fingerprint for History {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        mixed(self.writes.fingerprint(by), self.lineage.fingerprint(by))
    }
}

impl History {
    /// Of the part of it that a version contains.
    pub(crate) fn fingerprint_within(&self, version: &Version, by: &Renaming) -> u64 {
        let writes = self.seen_by(version);
        writes
            .fold(0, |sum, (dot, write)| sum.wrapping_add(mixed(dot.fingerprint(by), write.fingerprint(by))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Rules;

    /// A copy in which these two clients wrote to these two keys, the first one twice.
    fn copy(first: usize, second: usize, keys: [Key; 2]) -> Replica {
        let mut replica = Replica::default();
        for (client, key) in [(first, keys[0]), (second, keys[1]), (first, keys[1])] {
            let edit = Edit::Write(None, key, Kind::Leaf);
            let session = Session::root(Client::numbered(client));
            let dot = Dot::new(replica.version.entry(session) + 1, session);
            replica.edit(dot, None, edit, Rules::without(None));
        }
        replica
    }

    fn fingerprints(replica: &Replica) -> BTreeSet<u64> {
        Renaming::all(3).iter().map(|by| replica.fingerprint(by)).collect()
    }

    #[test]
    fn what_differs_in_names_only_has_the_same_fingerprints() {
        let one = copy(0, 1, [Key::A, Key::B]);
        assert_eq!(fingerprints(&one).len(), 6 * 2);
        assert_eq!(fingerprints(&one), fingerprints(&copy(2, 0, [Key::A, Key::B])));
        assert_eq!(fingerprints(&one), fingerprints(&copy(1, 2, [Key::B, Key::A])));
    }

    #[test]
    fn what_differs_in_more_has_others() {
        let one = fingerprints(&copy(0, 1, [Key::A, Key::B]));
        assert!(one.is_disjoint(&fingerprints(&copy(0, 1, [Key::A, Key::A]))));
        assert!(one.is_disjoint(&fingerprints(&copy(0, 0, [Key::A, Key::B]))));
    }
}
