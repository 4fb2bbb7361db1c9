//! Making change sets. A delta costs in proportion to what is in it, not to the document.

use std::sync::atomic::Ordering;

use crate::{
    base::sort::sort_by,
    data::{arena::Loc, register::NodeId},
    document::Document,
    format::{Changes, Envelope, Fragment, Parts, ToldLineage, Writer, most_states},
    names::{
        dot::{Dot, VersionVector},
        id::ClientId,
        lineage::{LineIx, LineStamps},
        stamp::Stamp,
        version::Version,
    },
};

/// What is known of other clients is told up to so many entries, and so many for each client. Where very many clients know
/// little of each other, it would grow with the square of their number. Whoever is left out is sent a full change set next.
const ROOM: usize = 1024;
const ROOM_PER_CLIENT: usize = 8;

/// A client that lacks what more than so many clients wrote last, and a quarter of all, is left out: it needs about all
/// of the document anyway.
const FAR: usize = 32;

impl Document {
    /// A full change set: all that this copy has. For new clients, for saving, and for those who are far
    /// behind.
    ///
    /// ```
    /// let document = minisync::Document::new(serde_json::json!({ "a": 1 }))?;
    /// let changes = document.changes();
    /// assert!(changes.is_full());
    /// assert_eq!(changes.version(), &document.version());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn changes(&self) -> Changes {
        let envelope = self.envelope(None);
        let writer = Writer::new(&self.tree, &self.writers, &self.lines, &envelope.version, 256);
        let content = writer.full();
        Changes::new(envelope, content)
    }

    /// What someone lacks who has seen `version`: a delta, or a full change set where deletions were forgotten
    /// here that `version` has not seen.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "a": 1, "b": 2 }))?;
    /// let before = document.version();
    /// document.set("a", 3)?;
    /// let delta = document.changes_since(&before);
    /// assert_eq!(delta.since(), Some(&before));
    /// assert!(document.changes_since(&document.version()).is_empty());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn changes_since(&self, version: &Version) -> Changes {
        self.changes_since_stamps(&self.likely_stamps(version))
    }

    /// The same for someone who has seen all of several versions: whoever can read the files of several clients.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({ "a": 1 }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// alice.set("a", 2)?;
    /// bob.set("b", 3)?;
    /// let published = [alice.version(), bob.version()];
    /// alice.merge(&bob.changes())?;
    /// assert!(alice.changes_since_all(&published).is_empty());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn changes_since_all<'v>(&self, versions: impl IntoIterator<Item = &'v Version>) -> Changes {
        let mut seen = self.line_stamps(&Version::default());
        versions.into_iter().for_each(|version| seen.join(&self.likely_stamps(version)));
        self.changes_since_stamps(&seen)
    }

    fn changes_since_stamps(&self, stamps: &LineStamps) -> Changes {
        let base = self.lines.version(stamps, &self.seen, &self.writers.sessions);
        if !base.covers(&self.horizon) || (base.is_empty() && !self.seen.is_empty()) {
            return self.changes();
        }
        let fragments = self.fragments(&base);
        let envelope = self.envelope(Some(stamps));
        let writer = Writer::new(&self.tree, &self.writers, &self.lines, &envelope.version, 256);
        let content = writer.delta(&fragments, &base);
        Changes::new(envelope, content)
    }

    /// What `client` lacks, as far as is known here; a full change set if nothing is known of it. That something
    /// was sent proves nothing: only what comes back counts. Where the client has forked, this is more than each of its
    /// copies has heard; whoever lacks something of it refuses the delta, and is given a full change set.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({ "a": 1 }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// bob.set("a", 2)?;
    /// let delta = bob.changes_for(alice.client_id());
    /// assert!(!delta.is_full());
    /// alice.merge(&delta)?;
    /// assert!(alice.changes_for(bob.client_id()).is_empty());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn changes_for(&self, client: impl AsRef<str>) -> Changes {
        let client = ClientId::new(client).ok().and_then(|id| self.writers.clients.find(&id));
        match client.and_then(|client| self.known.get(client)) {
            Some(tips) => self.changes_since_stamps(&self.stamps_of(tips)),
            None => self.changes(),
        }
    }

    /// What was seen here of what somebody is known to have.
    pub(super) fn stamps_of(&self, tips: &[Dot]) -> LineStamps {
        self.lines.stamps_of(tips.iter().copied(), &self.seen, &self.writers.sessions)
    }

    fn envelope(&self, base: Option<&LineStamps>) -> Envelope {
        self.shared.store(true, Ordering::Relaxed);
        let (writers, lines) = (&self.writers, &self.lines);
        let all = lines.stamps(&self.seen);
        let version = writers.version(lines, &all);
        let mut known: Vec<_> =
            self.known.iter().map(|(client, seen)| (writers.clients.id(client), seen)).collect();
        sort_by(&mut known, |(a, _), (b, _)| a.cmp(b));
        known.truncate(most_states(&version));
        let reference = base.unwrap_or(&all);
        let mut room = ROOM + ROOM_PER_CLIENT * lines.len();
        let far = FAR + lines.len() / 4;
        let told = known.into_iter().filter_map(|(id, seen)| {
            let seen = self.stamps_of(seen);
            let is_told = |line: &LineIx| seen.get(*line) != reference.get(*line);
            let entries = lines.iter().filter(is_told).take(far + 1).count();
            let fits = entries <= far.min(room);
            room -= if fits { entries } else { 0 };
            // A client without a name in the version must not be taken for one that has.
            let is_clear = || {
                version.has_client(id)
                    || version.iter().all(|(other, _)| !other.as_str().starts_with(id.as_str()))
            };
            (fits && is_clear()).then(|| (id.clone(), writers.version(lines, &seen).without_sessions()))
        });
        Envelope {
            document_id: self.id.clone(),
            sender: self.client_id().clone(),
            sender_branch: self.own_branch(),
            states: told.collect(),
            since: base.map(|base| writers.version(lines, base)),
            lineage: ToldLineage::of(writers, lines, &self.seen, base),
            horizon: self.horizon().without_sessions(),
            version,
        }
    }

    /// What a delta since `base` says, by container in the order of their dots.
    fn fragments(&self, base: &VersionVector) -> Vec<(NodeId, Fragment)> {
        let mut found: Vec<(Loc, Parts)> = Vec::new();
        for limit in self.seen.iter() {
            let since = base.get(limit.session);
            if since >= limit.stamp {
                continue;
            }
            let later = self.tree.index().later(limit.session, since);
            found.extend(later.map(|record| (record.loc, Parts::default())));
            self.split_by_base(Dot { stamp: since, session: limit.session }, &mut found);
        }
        // What goes whole comes first, and is the one of several that stays.
        sort_by(&mut found, |(a, parts_a), (b, parts_b)| a.cmp(b).then(parts_b.whole.cmp(&parts_a.whole)));
        found.dedup_by_key(|(loc, _)| *loc);
        for (loc, parts) in found.iter_mut().filter(|(_, parts)| !parts.whole) {
            *parts = self.unseen_parts(*loc, base);
        }
        found.retain(|(_, parts)| *parts != Parts::default());
        let goes_whole = |above: Loc| {
            let at = found.binary_search_by(|(loc, _)| loc.cmp(&above));
            at.is_ok_and(|at| found[at].1.whole)
        };
        let mut fragments: Vec<(NodeId, Fragment)> = Vec::new();
        for (loc, parts) in found.iter().filter(|(loc, _)| self.is_in_base(loc.node, base, goes_whole)) {
            match fragments.last_mut() {
                Some((node, fragment)) if *node == loc.node => fragment.push((loc.slot, *parts)),
                _ => fragments.push((loc.node, vec![(loc.slot, *parts)])),
            }
        }
        sort_by(&mut fragments, |(a, _), (b, _)| self.writers.compare(self.tree.dot(*a), self.tree.dot(*b)));
        fragments
    }

    /// Which parts of a register `base` has not seen.
    fn unseen_parts(&self, loc: Loc, base: &VersionVector) -> Parts {
        // A stale record may lead to a register that is gone.
        let Some(register) = self.tree.register(loc).filter(|register| !register.is_vacant()) else {
            return Parts::default();
        };
        let value = register.siblings().any(|sibling| !base.contains(sibling.dot()));
        let Some(list) = self.tree.as_list(loc.node) else { return Parts { value, ..Parts::default() } };
        if !base.contains(register.element()) {
            return Parts { value: true, place: true, whole: false };
        }
        Parts { value, place: list.moves(loc.slot).iter().any(|at| !base.contains(at.dot)), whole: false }
    }

    /// Where `limit` lies within a value that was written in one go, or looks so since its writes followed
    /// each other: that value goes whole.
    fn split_by_base(&self, limit: Dot, found: &mut Vec<(Loc, Parts)>) {
        let record = self.tree.index().at_or_before(limit.session, limit.stamp);
        let Some(record) = record.filter(|_| limit.stamp > Stamp::ZERO) else { return };
        let first = Dot { stamp: record.stamp, session: limit.session };
        let sibling = self.tree.register(record.loc).and_then(|register| register.find(first));
        let span = sibling.map_or(0, |sibling| self.tree.span(sibling));
        if limit.since(first).is_some_and(|distance| distance < span) {
            found.push((record.loc, Parts { value: true, place: true, whole: true }));
        }
    }

    /// Whether `base` has seen a container and all above it, and none of it goes whole all the same.
    fn is_in_base(&self, node: NodeId, base: &VersionVector, goes_whole: impl Fn(Loc) -> bool) -> bool {
        let mut at = self.tree.get(node);
        while let Some(node) = at {
            if (!base.contains(node.dot) && node.dot != Dot::ROOT) || node.parent.is_some_and(&goes_whole) {
                return false;
            }
            at = node.parent.and_then(|loc| self.tree.get(loc.node));
        }
        true
    }
}
