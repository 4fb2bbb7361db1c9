//! Forgetting: deletions are remembered as long as somebody may need them, and then purged.

use std::time::Duration;

use crate::{
    data::{
        arena::{Body, Loc},
        register::{Register, Sibling},
    },
    document::Document,
    names::dot::{Dot, VersionVector},
};

/// Which deletions to purge.
///
/// ```
/// use minisync::{Document, ForgetPolicy};
/// let mut document = Document::new(serde_json::json!({ "a": 1 }))?;
/// document.remove("a")?;
/// assert_eq!(document.tombstones(), 1);
/// assert_eq!(document.forget(&ForgetPolicy::default()), 1); // no other client needs to hear of it
/// assert_eq!(document.tombstones(), 0);
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgetPolicy {
    /// Purge what every known client has seen; true.
    pub acknowledged: bool,
    /// Purge also what is older than this, by the stamps and the own clock; 30 days. None: never for its
    /// age. Zero: everything.
    pub older_than: Option<Duration>,
}

impl Default for ForgetPolicy {
    fn default() -> Self {
        ForgetPolicy { acknowledged: true, older_than: Some(Duration::from_secs(30 * 24 * 60 * 60)) }
    }
}

impl ForgetPolicy {
    /// Everything, at once. A client that lacks one of these deletions gets a full change set next time.
    pub fn everything() -> ForgetPolicy {
        ForgetPolicy { acknowledged: true, older_than: Some(Duration::ZERO) }
    }
}

impl Document {
    /// How many deletions are remembered.
    pub fn tombstones(&self) -> usize {
        self.index.tombstone_count()
    }

    /// Purges deletions; how many. No client is locked out by it, and nothing comes back: who is behind gets a
    /// full change set instead of a delta, by itself.
    ///
    /// Inside a transaction nothing is purged.
    pub fn forget(&mut self, policy: &ForgetPolicy) -> usize {
        if self.rollback.is_some() {
            return 0;
        }
        let now = self.clock.now().as_micros();
        let age = policy.older_than.map(|age| u64::try_from(age.as_micros()).unwrap_or(u64::MAX));
        let is_old =
            |dot: Dot| age.is_some_and(|age| age == 0 || now.saturating_sub(dot.stamp.as_micros()) > age);
        let known = self.known.iter().map(|(_, version)| self.clients.lookup(version));
        let seen_by_all = known.fold(self.seen.clone(), |all, seen| all.intersection(&seen));
        let is_seen = |dot: Dot| policy.acknowledged && seen_by_all.contains(dot);
        let purged: VersionVector =
            self.index.tombstones().filter(|dot| is_old(*dot) || is_seen(*dot)).collect();
        if purged.is_empty() {
            return 0;
        }
        self.horizon.join(&purged);
        self.purge()
    }

    /// Drops every deletion within the horizon; how many.
    pub(in crate::document) fn purge(&mut self) -> usize {
        let tombstones = self.index.tombstones_within(&self.horizon);
        for (dot, loc) in &tombstones {
            self.drop_tombstones(*dot, *loc);
        }
        tombstones.len()
    }

    /// Drops a deletion from a register, and with it all others within the horizon: there may be a million.
    fn drop_tombstones(&mut self, dot: Dot, loc: Loc) {
        let Some(register) = self.arena.register(loc).filter(|r| r.find(dot).is_some()).cloned() else {
            return;
        };
        let is_forgotten = |sibling: &Sibling| !sibling.is_alive() && self.horizon.contains(sibling.dot());
        self.index.unindex_tombstones(&register);
        let rest = register.into_siblings().into_iter().filter(|born| !is_forgotten(&born.sibling)).collect();
        let rest = Register::from_siblings(rest);
        match self.arena.get_mut(loc.node).map(|node| &mut node.body) {
            Some(Body::Map(map)) if rest.is_vacant() => map.take_out(loc.slot),
            Some(Body::Map(map)) => {
                let key = map.entry(loc.slot).map(|entry| entry.key.clone()).unwrap_or_default();
                map.put(&key, rest.clone(), &self.clients);
            }
            Some(Body::List(list)) if rest.is_vacant() => {
                list.take_out(loc.slot, &self.clients);
            }
            Some(Body::List(list)) => {
                if let Some(register) = list.register_mut(loc.slot) {
                    *register = rest.clone();
                }
            }
            None => {}
        }
        self.index.index_tombstones(loc, &rest);
    }
}
