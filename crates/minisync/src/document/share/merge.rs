//! Merging: takes in what another client has seen. Costs in proportion to the message. Calls nobody back:
//! what changed is returned.

mod containers;
#[cfg(test)]
mod tests;

use crate::{
    address::patch::Patches,
    data::{
        arena::{Arena, Body, Loc},
        index::NewRecords,
        register::Register,
    },
    document::{Document, read::resolve::KnownSeen},
    format::{self, Changes, ContainerDelta, Message},
    names::{
        dot::{Dot, VersionVector},
        error::{Error, Result},
        version::Version,
    },
};

/// A merge under way: the document, and what is left of the message.
struct Merge<'a> {
    document: &'a mut Document,
    /// The containers of the message.
    theirs: Arena,
    /// What was seen here before.
    mine: VersionVector,
    /// What the sender has seen.
    version: VersionVector,
    /// Whether the message says everything, so that what it does not hold is gone.
    full: bool,
    patches: Patches,
    /// What readers see in registers that have not changed since it was asked: there may be changes to each of a
    /// million containers in one.
    seen: KnownSeen,
    /// Where containers read as one, and something in them changed: the register, and the container it is in.
    united: Vec<(Loc, Dot)>,
    new_records: NewRecords,
}

impl Document {
    /// Takes in another client's changes. Merging is commutative, associative and idempotent: the same changes
    /// may come twice, in any order, from anybody.
    ///
    /// Returns what changed in the document as readers see it, in the order in which to apply it to a copy.
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
    /// Where the changes show writes under the own client id that this copy never made, it goes on under a new
    /// one: see [`Document::renewal`].
    ///
    /// # Errors
    /// Where the changes belong to another document, do not keep to the format, or build on changes that are
    /// missing here ([`Error::is_missing_changes`]: ask the sender for a full change set). Nothing is changed
    /// then, but that the client id may have been renewed.
    pub fn merge(&mut self, changes: &Changes) -> Result<Patches> {
        self.refuse_in_transaction("merge")?;
        if *changes.document_id() != self.id {
            return Err(Error::wrong_document(self.id.as_str(), changes.document_id().as_str()));
        }
        let mut patches = Patches::default();
        if self.is_foreign(changes.version()) {
            // What does not keep to the format is no sign of anything.
            let clients = self.clients.len();
            format::read(changes, &mut self.clients, &self.limits)?;
            self.clients.truncate(clients);
            patches = self.renew_for(changes.version())?;
        }
        if let Some(since) = changes.since() {
            self.refuse_gap(since)?;
        }
        let clients = self.clients.len();
        let message = format::read(changes, &mut self.clients, &self.limits)?;
        if let Err(error) = self.refuse_misfits(&message).and_then(|()| self.refuse_old_in_new(&message)) {
            self.clients.truncate(clients);
            return Err(error);
        }
        patches.extend(&self.merge_message(message));
        Ok(patches)
    }

    /// A delta needs what it builds on.
    fn refuse_gap(&self, since: &Version) -> Result<()> {
        let own = self.version();
        let missing: Version = since
            .iter()
            .filter(|(id, stamp)| own.get(id) < *stamp)
            .map(|(id, stamp)| (id.clone(), stamp))
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(Error::missing_changes(missing)) }
    }

    /// Every container that a delta changes was seen here, is of the same kind, and becomes not too deep.
    fn refuse_misfits(&mut self, message: &Message) -> Result<()> {
        for (index, ContainerDelta { dot, node, depth }) in message.deltas.iter().enumerate() {
            let place = format!("/changes/{index}/0");
            if *dot != Dot::ROOT && !self.seen.contains(*dot) {
                return Err(Error::malformed(
                    place,
                    "the container is not known here, and not in the change set",
                ));
            }
            let Some(mine) = self.container(*dot) else { continue };
            if self.arena.map(mine).is_some() != message.arena.map(*node).is_some() {
                return Err(Error::malformed(
                    place,
                    "the container is a map for one and a list for the other",
                ));
            }
            if self.arena.depth(mine) + depth > self.limits.depth {
                let limit = self.limits.depth;
                return Err(Error::limit(format!("{place} would be deeper than {limit} levels")));
            }
        }
        Ok(())
    }

    /// What was written into a container or an element that is new here is new here too: nobody could have
    /// seen it without that.
    fn refuse_old_in_new(&self, message: &Message) -> Result<()> {
        let is_old =
            |register: &Register| register.siblings().any(|sibling| self.seen.contains(sibling.dot()));
        for node in message.arena.nodes() {
            let is_new = node.dot != Dot::ROOT && !self.seen.contains(node.dot);
            let clash = match &node.body {
                Body::Map(map) => is_new && map.iter_all().any(|(_, entry)| is_old(&entry.register)),
                Body::List(list) => list.iter_all().any(|(slot, element)| {
                    let mut moves = list.moved(slot).into_iter().flatten();
                    (is_new || !self.seen.contains(element.register.element()))
                        && (is_old(&element.register) || moves.any(|at| self.seen.contains(at.dot)))
                }),
            };
            if clash {
                return Err(Error::malformed("/changes", "something that is new holds a write that is not"));
            }
        }
        Ok(())
    }

    fn merge_message(&mut self, message: Message) -> Patches {
        let Message { arena, deltas, version, since, horizon, known, .. } = message;
        let mine = self.seen.clone();
        let mut merge = Merge {
            document: self,
            theirs: arena,
            mine: mine.clone(),
            version: version.clone(),
            full: since.is_none(),
            patches: Patches::default(),
            seen: KnownSeen::default(),
            united: Vec::new(),
            new_records: NewRecords::default(),
        };
        for ContainerDelta { dot, node: theirs, .. } in deltas {
            if let Some(mine) = merge.document.container(dot) {
                merge.container(mine, theirs);
            }
        }
        merge.say_united();
        let Merge { patches, mut new_records, .. } = merge;
        new_records.only_outside(&mine);
        self.index.record_all(new_records);
        self.seen.join(&version);
        // Nothing within the own horizon is ever taken in, so there is something to purge only where it grows.
        if !self.horizon.covers(&horizon) {
            self.horizon.join(&horizon);
            self.purge();
        }
        self.index.sweep(&self.arena);
        self.absorb(&version);
        for (client, version) in known.iter() {
            self.known.join(client, version);
        }
        self.known.remove(self.me);
        if let Some(kept) = &mut self.patches {
            kept.extend(&patches);
        }
        patches
    }
}
