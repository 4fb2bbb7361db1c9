//! Edits that a merge overrules: section 5 of `docs/algorithm.md`, "What is overruled".
//!
//! A write is overruled where the element that it is in, or a container above it, is gone by deletions that had
//! not seen it. There are two ways to find that out, and both end here:
//!
//! ```text
//!   here                         the message                  overruled
//!   an element or a container    is deleted or replaced       what is in it, and the deletion had not seen
//!   is deleted or replaced       has it, with an edit in it   what is in it, and was not seen here
//! ```

use ecow::EcoString;
use hashbrown::HashMap;

use crate::{
    address::{
        overruled::Overruled,
        path::{Path, Segment},
    },
    data::{
        arena::{ElementLoc, ListId, Loc},
        register::{ContentRef, NodeId, Register, Sibling},
    },
    document::{Document, View, read::union::ValueRef, share::merge::Merge},
    json,
    names::{
        container_id::ContainerId,
        dot::{Dot, VersionVector},
    },
};

/// An overruled write, below what is gone.
struct LostWrite {
    within: Path,
    dot: Dot,
    value: String,
}

/// Where the containers of a sibling are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Document,
    Message,
}

/// The place after the last element.
fn at_end() -> Segment {
    Segment::Token("-".into())
}

impl Merge<'_> {
    /// An element that is alive here is about to die by these deletions; none where they were forgotten.
    pub(super) fn overrule_killed(&mut self, at: ElementLoc, deletions: &Register) {
        let list = self.document.tree.list(at.list);
        let Some((register, index)) = list.register(at.slot).zip(list.rank(at.slot)) else { return };
        let siblings: Vec<Sibling> = register.siblings().cloned().collect();
        let bound = self.seen_by(deletions.siblings().map(Sibling::dot));
        let within = [Segment::at(index)].into_iter().collect();
        let lost = self.lost_writes(&siblings, &within, &bound, Source::Document);
        if lost.is_empty() {
            return;
        }
        let register = self.document.tree.list(at.list).register(at.slot);
        let item = register.and_then(|register| View::of(self.document, register));
        let item = item.map(|view| view.to_json().into());
        self.tell(at.list.into(), lost, item, true);
    }

    /// An element that has died here is alive in the message.
    pub(super) fn overrule_late(&mut self, list: ListId, theirs: &Register) {
        let siblings: Vec<Sibling> = theirs.siblings().cloned().collect();
        let bound = self.seen_before.clone();
        let lost = self.lost_writes(&siblings, &[at_end()].into_iter().collect(), &bound, Source::Message);
        self.tell(list.into(), lost, None, true);
    }

    /// A register of a container became another one by the message, and some of its containers go with that.
    pub(super) fn overrule_replaced(
        &mut self,
        home: NodeId,
        segment: Segment,
        mine: &Register,
        merged: &Register,
    ) {
        let gone = mine.siblings().filter(|sibling| merged.find(sibling.dot()).is_none());
        let gone: Vec<Sibling> = gone.filter(|sibling| may_hold_more(sibling)).cloned().collect();
        if gone.is_empty() {
            return;
        }
        let new = merged.siblings().map(Sibling::dot).filter(|dot| mine.find(*dot).is_none());
        let bound = self.seen_by(new);
        let lost = self.lost_writes(&gone, &[segment].into_iter().collect(), &bound, Source::Document);
        self.tell(home, lost, None, false);
    }

    /// The message has containers in a register that were seen here, and were replaced.
    pub(super) fn overrule_incoming(
        &mut self,
        home: NodeId,
        segment: impl FnOnce() -> Segment,
        mine: &Register,
        theirs: &Register,
    ) {
        let is_gone = |dot| self.seen_before.contains(dot) && mine.find(dot).is_none();
        let gone = theirs.siblings().filter(|sibling| may_hold_more(sibling) && is_gone(sibling.dot()));
        let gone: Vec<Sibling> = gone.cloned().collect();
        if gone.is_empty() {
            return;
        }
        let bound = self.seen_before.clone();
        let lost = self.lost_writes(&gone, &[segment()].into_iter().collect(), &bound, Source::Message);
        self.tell(home, lost, None, false);
    }

    /// What a delta says of a container that is gone here.
    pub(super) fn overrule_fragment(&mut self, gone: Dot, theirs: NodeId) {
        let Some(node) = self.document.tree.borrow_from(&mut self.theirs, theirs) else { return };
        let bound = self.seen_before.clone();
        let mut lost = self.lost_below(node, &Path::root(), &bound);
        // A delta has a few elements of a list: their indices there say nothing.
        if self.document.tree.as_list(node).is_some() {
            for write in &mut lost {
                let below = write.within.segments().iter().skip(1).cloned();
                write.within = [at_end()].into_iter().chain(below).collect();
            }
        }
        self.document.tree.discard(node);
        let home = self.container_id(gone);
        self.push_overruled(&home, None, lost, None, false);
    }

    /// What the authors of these writes had seen at most. A version is causally closed: one that holds the write
    /// holds all that its author had seen, so each that is known to exist is a bound, and so is what is in all of
    /// them. Without a write, it is one that the sender has seen and forgotten.
    fn seen_by(&self, writes: impl Iterator<Item = Dot>) -> VersionVector {
        let known = self.their_known.iter().chain(self.document.known.iter());
        let known: Vec<VersionVector> =
            known.map(|(_, tips)| self.document.writers.version_of_tips(tips.iter().copied())).collect();
        let bounds = writes.map(|dot| {
            let holding = known.iter().filter(|version| version.contains(dot));
            holding.fold(self.their_version.clone(), |bound, version| bound.intersection(version))
        });
        let joined = bounds.reduce(|mut all, bound| {
            all.join(&bound);
            all
        });
        joined.unwrap_or_else(|| self.their_version.clone())
    }

    /// Whether all that was seen here or comes in is within `bound`.
    fn is_all_in(&self, bound: &VersionVector) -> bool {
        bound.covers(&self.seen_before) && bound.covers(&self.their_version)
    }

    /// The writes outside `bound` in siblings that are gone, each at `within`, and below them.
    fn lost_writes(
        &mut self,
        siblings: &[Sibling],
        within: &Path,
        bound: &VersionVector,
        source: Source,
    ) -> Vec<LostWrite> {
        let mut found = Vec::new();
        if self.is_all_in(bound) {
            return found;
        }
        for sibling in siblings {
            let dot = sibling.dot();
            let (node, is_borrowed) = match (sibling.content(), source) {
                (ContentRef::Node(id), Source::Document) => (Some(id), false),
                (ContentRef::Node(id), Source::Message) => {
                    (self.document.tree.borrow_from(&mut self.theirs, id), true)
                }
                (ContentRef::Text(text), _)
                    if bound.contains(dot) && self.reaches_beyond(text, dot, bound) =>
                {
                    (self.document.tree.borrow_text(text, dot), true)
                }
                _ => (None, false),
            };
            if bound.contains(dot) {
                found.extend(node.map(|node| self.lost_below(node, within, bound)).into_iter().flatten());
            } else if let Some(value) = node.map(ValueRef::Node).or_else(|| ValueRef::of(sibling)) {
                let value = View::of_value(self.document, value).to_json();
                found.push(LostWrite { within: within.clone(), dot, value });
            }
            if let Some(node) = node.filter(|_| is_borrowed) {
                self.document.tree.discard(node);
            }
        }
        found
    }

    /// Whether text has entries outside `bound`, though it begins within: writes whose stamps follow each other
    /// look as if they were one.
    fn reaches_beyond(&self, text: &str, dot: Dot, bound: &VersionVector) -> bool {
        let is_seen = |version: &VersionVector| version.get(dot.session) > bound.get(dot.session);
        (is_seen(&self.seen_before) || is_seen(&self.their_version))
            && !bound.contains(dot.after(json::entries(text)))
    }

    /// The writes outside `bound` below a container, of each the topmost. Walks all of it, as dropping it does.
    fn lost_below(&mut self, top: NodeId, within: &Path, bound: &VersionVector) -> Vec<LostWrite> {
        let (mut found, mut borrowed) = (Vec::new(), Vec::new());
        let mut waiting = vec![(top, within.clone())];
        while let Some((id, path)) = waiting.pop() {
            let mut texts: Vec<(EcoString, Dot, Path)> = Vec::new();
            for (slot, register) in self.document.tree.registers(id) {
                let here = || {
                    let segment = self.document.segment_of(Loc { node: id, slot }).unwrap_or_else(at_end);
                    path.segments().iter().cloned().chain([segment]).collect::<Path>()
                };
                for sibling in register.siblings() {
                    let dot = sibling.dot();
                    match (ValueRef::of(sibling), sibling.content()) {
                        (Some(value), _) if !bound.contains(dot) => {
                            let value = View::of_value(self.document, value).to_json();
                            found.push(LostWrite { within: here(), dot, value });
                        }
                        (_, ContentRef::Node(child)) => waiting.push((child, here())),
                        (_, ContentRef::Text(text)) if self.reaches_beyond(text, dot, bound) => {
                            texts.push((text.clone(), dot, here()));
                        }
                        _ => {}
                    }
                }
            }
            for (text, dot, path) in texts {
                if let Some(node) = self.document.tree.borrow_text(&text, dot) {
                    borrowed.push(node);
                    waiting.push((node, path));
                }
            }
        }
        borrowed.into_iter().for_each(|node| self.document.tree.discard(node));
        found
    }

    fn container_id(&self, dot: Dot) -> ContainerId {
        match dot {
            Dot::ROOT => ContainerId::ROOT,
            dot => self.document.writers.container_id(dot),
        }
    }

    /// Tells of writes that are lost below a container that is there.
    fn tell(&mut self, home: NodeId, lost: Vec<LostWrite>, item: Option<EcoString>, is_item_gone: bool) {
        if lost.is_empty() {
            return;
        }
        let home = self.container_id(self.document.tree.dot(home));
        let path = self.document.container_path(&home);
        self.push_overruled(&home, path.as_ref(), lost, item, is_item_gone);
    }

    fn push_overruled(
        &mut self,
        home: &ContainerId,
        path: Option<&Path>,
        lost: Vec<LostWrite>,
        item: Option<EcoString>,
        is_item_gone: bool,
    ) {
        for LostWrite { within, dot, value } in lost {
            self.overruled.push(Overruled {
                path: path.map(|path| path.join(&within)),
                home: home.clone(),
                within,
                value,
                item: item.clone(),
                is_item_gone,
                client: self.document.writers.id(dot.session).clone(),
                stamp: dot.stamp,
            });
        }
    }

    /// Of a delta to a container that is gone, the container's id is all that is known. If it was the value that a
    /// list's element was inserted with, it has the element's id, and the list remembers that.
    pub(super) fn locate_overruled(&mut self) {
        let mut unknown: HashMap<Dot, Option<ListId>> = HashMap::new();
        for overruled in self.overruled.iter().filter(|overruled| overruled.path.is_none()) {
            if let Some(dot) = self.document.dot_of_id(&overruled.home) {
                unknown.insert(dot, None);
            }
        }
        if unknown.is_empty() {
            return;
        }
        for (_, loc) in self.document.tree.index().tombstones() {
            let element = self.document.tree.register(loc).map(Register::element);
            let list = self.document.tree.typed(loc.node).and_then(|container| container.list());
            if let Some((list, found)) = list.zip(element.and_then(|element| unknown.get_mut(&element))) {
                *found = Some(list);
            }
        }
        for mut overruled in std::mem::take(&mut self.overruled) {
            let dot = self.document.dot_of_id(&overruled.home).filter(|_| overruled.path.is_none());
            if let Some(list) = dot.and_then(|dot| *unknown.get(&dot)?) {
                overruled.home = self.container_id(self.document.tree.dot(list));
                overruled.within = Path::from_iter([at_end()]).join(&overruled.within);
                let path = self.document.container_path(&overruled.home);
                overruled.path = path.map(|path| path.join(&overruled.within));
                overruled.is_item_gone = true;
            }
            self.overruled.push(overruled);
        }
    }
}

/// Whether there may be something below it that was written later.
fn may_hold_more(sibling: &Sibling) -> bool {
    match sibling.content() {
        ContentRef::Node(_) => true,
        ContentRef::Text(text) => text.starts_with(['{', '[']),
        ContentRef::Tombstone | ContentRef::Known => false,
    }
}

impl Document {
    fn dot_of_id(&self, id: &ContainerId) -> Option<Dot> {
        let (stamp, client, first) = id.write()?;
        self.writers.find_write(client, first, stamp, &self.lines)
    }
}
