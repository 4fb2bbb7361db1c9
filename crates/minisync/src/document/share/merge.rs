//! Merging: takes in what another client has seen. Costs in proportion to the message. Calls nobody back:
//! what changed is returned.

mod lists;
mod maps;
mod overruled;
mod refuse;
#[cfg(test)]
mod tests;

use crate::{
    address::{overruled::Overruled, patch::Patches},
    data::arena::{Arena, Loc},
    document::{Document, read::resolve::VisibleCounts},
    format::{self, Changes, ContainerDelta, Message},
    names::{
        dot::{Dot, KnownVersions, VersionVector},
        error::{Error, Result},
        lineage::Lines,
        stamp::Stamp,
    },
};

/// A merge under way: the document, and what is left of the message that is merged.
struct Merge<'a> {
    document: &'a mut Document,
    /// The containers of the message.
    theirs: Arena,
    /// What was seen here before the message.
    seen_before: VersionVector,
    /// What the sender has seen.
    their_version: VersionVector,
    /// Whether the message says everything, so that what it does not hold is gone.
    is_full: bool,
    patches: Patches,
    /// What the sender knows that others have seen.
    their_known: KnownVersions,
    /// The edits that were found to be overruled.
    overruled: Vec<Overruled>,
    /// What readers see in registers that have not changed since it was asked: there may be changes to each of a
    /// million containers in one.
    visible: VisibleCounts,
    /// Where containers read as one, and something in them changed: the register, and the container it is in.
    changed_unions: Vec<(Loc, Dot)>,
    /// Up to which version writes are in the journals.
    recorded: VersionVector,
}

impl Document {
    /// Takes in another client's changes. Merging is commutative, associative and idempotent: the same changes
    /// may come twice, in any order, from anybody.
    ///
    /// Returns what changed in the document as readers see it, in the order in which to apply it to a copy; and
    /// which edits lost beside a deletion and are nowhere to be read ([`Patches::overruled`]).
    ///
    /// ```
    /// use minisync::Document;
    /// use serde_json::json;
    /// let mut alice = Document::new(json!({ "a": 1 }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// bob.set("b", 2)?;
    /// let patches = alice.merge(&bob.changes_for(alice.client_id()))?;
    /// assert_eq!(patches.to_json_patch(), r#"[{"op":"add","path":"/b","value":2}]"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the changes belong to another document, do not keep to the format, or build on changes that are
    /// missing here ([`Error::is_missing_changes`]: ask the sender for a full change set). Nothing is changed
    /// then.
    pub fn merge(&mut self, changes: &Changes) -> Result<Patches> {
        self.merge_each(&[changes]).map_err(|(_, error)| error)
    }

    /// Takes in many change sets at the cost of one: they come out as if each had been merged alone, in this
    /// order, but the index is brought up to date once, deletions are purged once, and where containers read as one
    /// there is one patch that says what has become of them. A delta may build on those before it.
    ///
    /// All or nothing: where one of them is refused, none is merged.
    ///
    /// ```
    /// use minisync::Document;
    /// use serde_json::json;
    /// let mut alice = Document::new(json!({ "list": [] }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// let mut deltas = Vec::new();
    /// for number in 1..4 {
    ///     let before = bob.version();
    ///     bob.list("list")?.push(number)?;
    ///     deltas.push(bob.changes_since(&before));
    /// }
    /// assert!(alice.merge_all(&deltas[1..]).is_err()); // the first is missing
    /// let patches = alice.merge_all(&deltas)?;
    /// assert_eq!(alice.to_json(), r#"{"list":[1,2,3]}"#);
    /// assert_eq!(patches.len(), 3);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Like [`Document::merge`]; [`Error::change_set`] says which of them was refused.
    pub fn merge_all<'c>(&mut self, changes: impl IntoIterator<Item = &'c Changes>) -> Result<Patches> {
        let changes: Vec<&Changes> = changes.into_iter().collect();
        self.merge_each(&changes).map_err(|(index, error)| error.one_of_several(index))
    }

    fn merge_each(&mut self, all: &[&Changes]) -> Result<Patches, (usize, Error)> {
        self.refuse_in_transaction("merge").map_err(|error| (0, error))?;
        if let Some(index) = all.iter().position(|changes| *changes.document_id() != self.id) {
            let error = Error::wrong_document(self.id.as_str(), all[index].document_id().as_str());
            return Err((index, error));
        }
        let mark = self.writers.mark();
        let messages = self.read_all(all).inspect_err(|_| self.writers.reset(mark))?;
        Ok(self.merge_messages(messages))
    }

    /// Reads and checks all, before any of them changes anything.
    fn read_all(&mut self, all: &[&Changes]) -> Result<Vec<Message>, (usize, Error)> {
        let mut messages: Vec<Message> = Vec::with_capacity(all.len());
        for (index, changes) in all.iter().enumerate() {
            self.refuse_gap(changes, &messages).map_err(|error| (index, error))?;
            let message = format::read(changes, &mut self.writers, &self.lines, &self.limits);
            messages.push(message.map_err(|error| (index, error))?);
        }
        self.refuse_misfits(&messages)?;
        Ok(messages)
    }

    fn merge_messages(&mut self, messages: Vec<Message>) -> Patches {
        let seen = self.seen.clone();
        let own = self.author.session().map(|session| (session, seen.get(session)));
        let known_sessions = self.lines.session_count();
        let mut is_same_lineage =
            self.writers.sessions.len() == known_sessions && !self.writers.sessions.has_replaced();
        let mut merge = Merge {
            document: self,
            theirs: Arena::default(),
            seen_before: seen.clone(),
            their_version: VersionVector::default(),
            is_full: false,
            patches: Patches::default(),
            their_known: KnownVersions::default(),
            overruled: Vec::new(),
            visible: VisibleCounts::default(),
            changed_unions: Vec::new(),
            recorded: seen,
        };
        let (mut version, mut horizon) = (VersionVector::default(), VersionVector::default());
        for message in messages {
            version.join(&message.version);
            horizon.join(&message.horizon);
            for (line, floor) in &message.floors {
                is_same_lineage = false;
                merge.document.writers.sessions.raise_floor(*line, *floor);
            }
            merge.message(message);
        }
        merge.record_union_patches();
        merge.record();
        merge.locate_overruled();
        merge.patches.set_overruled(std::mem::take(&mut merge.overruled));
        let Merge { patches, seen_before, .. } = merge;
        let goes_on = |dot: Dot| {
            let before = self.seen.get(dot.session);
            dot.stamp > before && (before == Stamp::ZERO || self.writers.sessions.has_child(dot.session))
        };
        if !is_same_lineage || version.iter().any(goes_on) {
            self.lines = Lines::of(&self.writers, &seen_before);
        }
        self.seen = seen_before;
        // Another one goes on from the own session, or somebody shows more of it than was written here.
        let is_ended = own.is_some_and(|(session, end)| {
            self.seen.get(session) > end || self.lines.follower(session, &self.writers.sessions).is_some()
        });
        if is_ended {
            self.author.end_session();
        }
        // Nothing within the own horizon is ever taken in, so there is something to purge only where it grows.
        if !self.horizon.covers(&horizon) {
            self.horizon.join(&horizon);
            self.purge();
        }
        self.tree.sweep();
        self.author.absorb(&version);
        self.known.remove(self.author.me());
        if let Some(kept) = &mut self.patches {
            kept.extend(&patches);
        }
        patches
    }
}

impl Merge<'_> {
    fn message(&mut self, message: Message) {
        let Message { arena, deltas, version, since, known, .. } = message;
        (self.theirs, self.their_version, self.is_full) = (arena, version, since.is_none());
        self.their_known = known;
        // A container that came with a message before is found by its records, unless it was taken apart there.
        if deltas.iter().any(|delta| !self.recorded.contains(delta.dot)) {
            self.record();
        }
        for ContainerDelta { dot, node: theirs, .. } in deltas {
            if let Some(mine) = self.document.container(dot) {
                self.container(mine, theirs);
            } else {
                self.overrule_fragment(dot, theirs);
            }
        }
        self.seen_before.join(&self.their_version);
        let Document { known, writers, .. } = &mut *self.document;
        for (client, tips) in self.their_known.iter() {
            known.join(client, tips.iter().copied(), &writers.sessions);
        }
    }

    /// Enters what is new into the journals; see [`Tree::record_new`](crate::document::tree::Tree::record_new).
    fn record(&mut self) {
        self.document.tree.record_new(&self.recorded);
        self.recorded.clone_from(&self.seen_before);
    }
}
