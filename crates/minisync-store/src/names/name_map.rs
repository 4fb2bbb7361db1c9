//! Maps and sets by name, in order. A sorted vector: there are as many names as a document has clients, and one
//! small piece of code serves all kinds of values, which counts where it is loaded over a network.

use crate::names::Name;

/// Values by name. Invariant: the names ascend, and each is there once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameMap<V>(Vec<(Name, V)>);

/// Names, in order.
pub(crate) type NameSet = NameMap<()>;

impl<V> Default for NameMap<V> {
    fn default() -> Self {
        NameMap(Vec::new())
    }
}

impl<V> NameMap<V> {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, name: &Name) -> Option<&V> {
        self.find(name).ok().map(|at| &self.0[at].1)
    }

    pub(crate) fn get_mut(&mut self, name: &Name) -> Option<&mut V> {
        self.find(name).ok().map(|at| &mut self.0[at].1)
    }

    pub(crate) fn contains(&self, name: &Name) -> bool {
        self.find(name).is_ok()
    }

    /// Puts a value under a name, in the place of what was there.
    pub(crate) fn insert(&mut self, name: Name, value: V) {
        match self.find(&name) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    pub(crate) fn remove(&mut self, name: &Name) -> Option<V> {
        self.find(name).ok().map(|at| self.0.remove(at).1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Name, &V)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&Name, &mut V)> {
        self.0.iter_mut().map(|(name, value)| (&*name, value))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        self.0.iter().map(|(name, _)| name)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    fn find(&self, name: &Name) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(name))
    }
}

impl NameSet {
    pub(crate) fn extend<'a>(&mut self, names: impl Iterator<Item = &'a Name>) {
        for name in names {
            if !self.contains(name) {
                self.insert(name.clone(), ());
            }
        }
    }

    pub(crate) fn is_subset(&self, other: &NameSet) -> bool {
        self.names().all(|name| other.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn does_what_a_tree_does(steps in proptest::collection::vec(("[a-d]{1,2}", any::<Option<u8>>()), 0..40)) {
            let (mut map, mut tree) = (NameMap::default(), BTreeMap::new());
            for (name, value) in steps {
                let name = Name::parse(&name).unwrap();
                match value {
                    Some(value) => {
                        map.insert(name.clone(), value);
                        tree.insert(name, value);
                    }
                    None => prop_assert_eq!(map.remove(&name), tree.remove(&name)),
                }
                prop_assert_eq!(map.iter().collect::<Vec<_>>(), tree.iter().collect::<Vec<_>>());
            }
            for name in ["a", "b", "aa", "d"].map(|name| Name::parse(name).unwrap()) {
                prop_assert_eq!(map.get(&name), tree.get(&name));
            }
        }
    }
}
