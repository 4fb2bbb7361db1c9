//! What is refused before a merge changes anything: gaps, and change sets that do not fit the document, or those
//! that are merged before them.

use crate::{
    base::sort::sort_by,
    data::{
        arena::{Body, Loc},
        register::{ContentRef, NodeId, Register},
    },
    document::Document,
    format::{Changes, ContainerDelta, Message},
    json::{self, Members},
    names::{
        dot::{Dot, VersionVector},
        error::{Error, Result},
        version::{Version, VersionEntry},
    },
};

impl Document {
    /// A delta needs what it builds on: here, or in a change set before it.
    pub(super) fn refuse_gap(&self, changes: &Changes, before: &[Message]) -> Result<()> {
        let Some(since) = changes.since() else { return Ok(()) };
        let is_missing = |entry: &&VersionEntry| {
            let tip = self.writers.tip(entry, &self.lines);
            let is_seen =
                |tip| self.seen.contains(tip) || before.iter().any(|message| message.version.contains(tip));
            !tip.is_some_and(is_seen)
        };
        let missing: Vec<_> = since.entries().iter().filter(is_missing).cloned().collect();
        if missing.is_empty() { Ok(()) } else { Err(Error::missing_changes(Version::from_sorted(missing))) }
    }

    /// Every message has to fit what there is when its turn comes.
    pub(super) fn refuse_misfits(&mut self, messages: &[Message]) -> Result<(), (usize, Error)> {
        let mut seen = self.seen.clone();
        let mut newcomers = Newcomers::of(messages);
        for (index, message) in messages.iter().enumerate() {
            self.refuse_misfit(message, index, &seen, &mut newcomers)
                .and_then(|()| refuse_old_in_new(message, &seen))
                .map_err(|error| (index, error))?;
            if index + 1 < messages.len() {
                seen.join(&message.version);
            }
        }
        Ok(())
    }

    /// Every container that a delta changes was seen here, is of the same kind, and becomes not too deep.
    fn refuse_misfit(
        &mut self,
        message: &Message,
        turn: usize,
        seen: &VersionVector,
        newcomers: &mut Newcomers<'_>,
    ) -> Result<()> {
        for (index, ContainerDelta { dot, node, depth }) in message.deltas.iter().enumerate() {
            let place = || format!("/changes/{index}/0");
            if *dot != Dot::ROOT && !seen.contains(*dot) {
                return Err(Error::malformed(
                    place(),
                    "the container is not known here, and not in the change set",
                ));
            }
            let Some(here) = newcomers.find(self, *dot, turn) else { continue };
            if here.is_map != message.arena.as_map(*node).is_some() {
                return Err(Error::malformed(
                    place(),
                    "the container is a map for one and a list for the other",
                ));
            }
            if here.depth + depth > self.limits.depth {
                let limit = self.limits.depth;
                return Err(Error::limit(format!("{} would be deeper than {limit} levels", place())));
            }
        }
        Ok(())
    }
}

/// What was written into a container or an element that is new here is new here too: nobody could have
/// seen it without that.
fn refuse_old_in_new(message: &Message, seen: &VersionVector) -> Result<()> {
    let is_old = |register: &Register| register.siblings().any(|sibling| seen.contains(sibling.dot()));
    for node in message.arena.nodes() {
        let is_new = node.dot != Dot::ROOT && !seen.contains(node.dot);
        let clash = match &node.body {
            Body::Map(map) => is_new && map.iter_all().any(|(_, entry)| is_old(&entry.register)),
            Body::List(list) => list.iter_all().any(|(slot, element)| {
                let mut moves = list.moved(slot).into_iter().flatten();
                (is_new || !seen.contains(element.register.element()))
                    && (is_old(&element.register) || moves.any(|at| seen.contains(at.dot)))
            }),
        };
        if clash {
            return Err(Error::malformed("/changes", "something that is new holds a write that is not"));
        }
    }
    Ok(())
}

/// The containers that are not in the document yet, but will be when the messages before are merged.
struct Newcomers<'a> {
    messages: &'a [Message],
    /// Of each message the writes, in the order of [`Dot::by_session`], and where they are in its arena. Made when
    /// first asked for: usually a delta changes nothing that came just before it.
    writes: Vec<Option<Vec<(Dot, Loc)>>>,
}

/// A container in a message, or in the document.
struct Place {
    is_map: bool,
    /// How many containers are above it.
    depth: usize,
}

impl<'a> Newcomers<'a> {
    fn of(messages: &'a [Message]) -> Newcomers<'a> {
        Newcomers { messages, writes: Vec::new() }
    }

    /// The container with this dot when the message's turn comes; none where it is gone by then.
    fn find(&mut self, document: &mut Document, dot: Dot, turn: usize) -> Option<Place> {
        if let Some(id) = document.container(dot) {
            return Some(Place {
                is_map: document.tree.as_map(id).is_some(),
                depth: document.tree.depth(id),
            });
        }
        if document.seen.contains(dot) {
            return None;
        }
        let found = (0..turn).rev().find_map(|index| Some((index, self.find_in(index, dot)?)));
        let (index, (place, top)) = found?;
        // It stands in what its message says of a container, which in turn may have come with one before.
        let above = self.find(document, top, index)?;
        Some(Place { depth: above.depth + place.depth, ..place })
    }

    /// The container in a message, by its depth below the container that this says something of, and that one.
    fn find_in(&mut self, index: usize, dot: Dot) -> Option<(Place, Dot)> {
        let message = &self.messages[index];
        if self.writes.len() <= index {
            self.writes.resize(self.messages.len(), None);
        }
        let writes = self.writes[index].get_or_insert_with(|| writes_of(message));
        let end = writes.partition_point(|(first, _)| first.by_session() <= dot.by_session());
        let (first, loc) = *writes.get(end.checked_sub(1)?)?;
        let arena = &message.arena;
        let within = match arena.register(loc)?.find(first)?.content() {
            ContentRef::Text(text) => container_in(text, dot.since(first)?)?,
            ContentRef::Node(id) if first == dot => Place { is_map: arena.as_map(id).is_some(), depth: 0 },
            _ => return None,
        };
        let above = |id: &NodeId| Some(arena.get(*id)?.parent?.node);
        let top = std::iter::successors(Some(loc.node), above).last()?;
        let depth = arena.depth(loc.node) + 1 + within.depth;
        Some((Place { depth, ..within }, arena.get(top)?.dot))
    }
}

fn writes_of(message: &Message) -> Vec<(Dot, Loc)> {
    let mut writes = Vec::new();
    for node in message.deltas.iter().flat_map(|delta| message.arena.walk(delta.node)) {
        for (slot, register) in message.arena.registers(node) {
            let told = register.siblings().filter(|sibling| !matches!(sibling.content(), ContentRef::Known));
            writes.extend(told.map(|sibling| (sibling.dot(), Loc { node, slot })));
        }
    }
    sort_by(&mut writes, |(a, _), (b, _)| a.by_session().cmp(&b.by_session()));
    writes
}

/// The container that is the `offset`th entry of text in pre-order, where the text itself is counted as 0.
fn container_in(mut text: &str, mut offset: u64) -> Option<Place> {
    let mut depth = 0;
    while offset > 0 {
        let mut first = 1;
        text = Members::new(text).map(|member| member.value).find(|value| {
            let is_here = offset <= first + json::entries(value);
            if !is_here {
                first += 1 + json::entries(value);
            }
            is_here
        })?;
        offset -= first;
        depth += 1;
    }
    text.starts_with(['{', '[']).then(|| Place { is_map: text.starts_with('{'), depth })
}
