//! Conflicts: values that lost against concurrent ones, and who wrote what.

use crate::{
    address::path::{Path, Segment, ToPath},
    document::{
        Document, ValueType, View,
        read::union::{self, Candidate, ValueRef},
    },
    json::{self, Members},
    names::{
        dot::Dot,
        error::{Error, Result},
        id::ClientId,
        stamp::Stamp,
        writers::Writers,
    },
};

/// A value that lost against a concurrent one; it stays until someone overwrites it.
#[derive(Debug, Clone)]
pub struct Conflict<'a> {
    /// The losing value.
    pub value: View<'a>,
    /// Who wrote it.
    pub client: &'a ClientId,
    /// When, by the writer's clock.
    pub stamp: Stamp,
}

/// The latest write among those that readers see as one.
fn latest(seen: &[Candidate<'_>], writers: &Writers) -> Option<Dot> {
    seen.iter().map(|candidate| candidate.dot).max_by(|a, b| writers.compare(*a, *b))
}

/// Of what is seen and what lost, without what lost against its equal: two devices that write the same value agree.
fn differing<'a>(
    (seen, mut lost): (Vec<Candidate<'a>>, Vec<Candidate<'a>>),
) -> (Vec<Candidate<'a>>, Vec<Candidate<'a>>) {
    // Containers of one kind read as one, and those of two kinds differ: so only primitives can be equal here.
    if let [Candidate { value: ValueRef::Text(winner), .. }] = seen.as_slice() {
        lost.retain(|loser| !matches!(loser.value, ValueRef::Text(text) if json::equal(text, winner)));
    }
    (seen, lost)
}

impl Document {
    /// The values that lost against the visible one at a path, the latest first. Containers that read as one
    /// with the visible one have not lost, and neither has a value that is the same as the visible one.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({ "title": "" }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// alice.set("title", "Plan A")?;
    /// bob.set("title", "Plan B")?;
    /// alice.merge(&bob.changes())?;
    /// assert_eq!(alice.conflicts("title")?.len(), 1);
    /// alice.set("title", "Plan C")?;
    /// assert!(alice.conflicts("title")?.is_empty());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the path cannot be read, or nothing is there.
    pub fn conflicts(&self, path: impl ToPath) -> Result<Vec<Conflict<'_>>> {
        let path = path.to_path()?;
        let found = self.find(path.segments()).ok_or_else(|| Error::absent(path.to_string()))?;
        let (_, losers) = differing(union::split(self, found.candidates()));
        let conflicts = losers.into_iter().map(|Candidate { dot, value, .. }| {
            let value = View::of_value(self, value);
            Conflict { value, client: self.writers.id(dot.session), stamp: dot.stamp }
        });
        Ok(conflicts.collect())
    }

    /// The paths that have conflicts, in document order.
    pub fn conflicted_paths(&self) -> Vec<Path> {
        let mut found = Vec::new();
        self.find_conflicts(&self.root(), &Path::root(), &mut found);
        found
    }

    fn find_conflicts(&self, view: &View<'_>, path: &Path, found: &mut Vec<Path>) {
        let mut enter = |segment: Segment, all: Vec<Candidate<'_>>| {
            if let [Candidate { value: ValueRef::Text(_), .. }] = all.as_slice() {
                return;
            }
            let here: Path = path.segments().iter().cloned().chain([segment]).collect();
            let (seen, lost) = differing(union::split(self, all));
            if !lost.is_empty() {
                found.push(here.clone());
            }
            if let Some(below) = View::of_visible(self, seen) {
                self.find_conflicts(&below, &here, found);
            }
        };
        let lists: Vec<ValueRef<'_>> = match (view.union(), view.value()) {
            (None, ValueRef::Text(_)) => return,
            (Some(maps), _) if view.value_type() == ValueType::Map => {
                for (key, all) in union::entries(self, maps) {
                    enter(Segment::Key(key.into()), all);
                }
                return;
            }
            (Some(lists), _) => lists.iter().map(|list| list.value).collect(),
            (None, ValueRef::Node(id)) => {
                for (_, entry) in self.tree.as_map(id).into_iter().flat_map(|map| map.iter()) {
                    enter(Segment::Key(entry.key.clone()), union::candidates(&entry.register));
                }
                vec![ValueRef::Node(id)]
            }
        };
        let mut index = 0;
        for list in lists {
            match list {
                ValueRef::Text(text) => {
                    index += i64::try_from(Members::new(text).count()).unwrap_or(i64::MAX)
                }
                ValueRef::Node(id) => {
                    for (_, element) in self.tree.as_list(id).into_iter().flat_map(|list| list.iter()) {
                        enter(Segment::Index(index), union::candidates(&element.register));
                        index += 1;
                    }
                }
            }
        }
    }

    /// Who wrote the visible value at a path, and when; none where nothing is there, and for the root.
    ///
    /// ```
    /// let document = minisync::Document::new(serde_json::json!({ "a": { "b": 1 } }))?;
    /// let (client, stamp) = document.author("a.b").unwrap();
    /// assert_eq!(client, document.client_id());
    /// assert_eq!(document.version().get(client), stamp);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn author(&self, path: impl ToPath) -> Option<(&ClientId, Stamp)> {
        let path = path.to_path().ok()?;
        let dot = self.dot_of(path.segments())?;
        Some((self.writers.id(dot.session), dot.stamp))
    }

    /// In which session of its author the visible value at a path was written: its first stamp, 0 for the first one of a
    /// client id that a process made up. Together with [`Document::author`] this is the name of the write, also where
    /// copies of one client wrote at the same time.
    ///
    /// ```
    /// use minisync::{Document, Stamp};
    /// let mut alice = Document::new(serde_json::json!({ "a": 1 }))?;
    /// assert_eq!(alice.author_session("a"), Some(Stamp::ZERO));
    /// alice = Document::restore(&alice.changes())?;
    /// alice.set("a", 2)?;
    /// assert_eq!(alice.author_session("a"), alice.author("a").map(|(_, stamp)| stamp));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn author_session(&self, path: impl ToPath) -> Option<Stamp> {
        let path = path.to_path().ok()?;
        let dot = self.dot_of(path.segments())?;
        Some(self.writers.sessions.first(dot.session))
    }

    /// The dot of the visible value at a path: of its register, or counted within text.
    pub(super) fn dot_of(&self, segments: &[Segment]) -> Option<Dot> {
        let mut known = segments.len();
        loop {
            let found = self.find(segments.get(..known)?)?;
            let (seen, _) = union::split(self, found.candidates());
            if let Some(dot) = latest(&seen, &self.writers) {
                let below = segments.get(known..)?;
                if below.is_empty() {
                    return Some(dot);
                }
                let text = found.view.to_canonical();
                return Some(dot.after(self.offset_in(&text, &found.view, below)?));
            }
            known = known.checked_sub(1)?;
        }
    }

    /// How many entries lie before a place within text, in pre-order; the place itself counted.
    fn offset_in<'a>(&'a self, text: &str, view: &View<'a>, segments: &[Segment]) -> Option<u64> {
        let Some((first, rest)) = segments.split_first() else { return Some(0) };
        let target = self.step_into(view, first)?.view;
        let target_text = target.to_canonical();
        let mut count = 0;
        for member in json::Members::new(text) {
            count += 1;
            // Text views borrow from the very same text, so the place tells which member it is.
            if std::ptr::eq(member.value.as_ptr(), target_text.as_ptr()) {
                return Some(count + self.offset_in(member.value, &target, rest)?);
            }
            count += json::entries(member.value);
        }
        None
    }
}
