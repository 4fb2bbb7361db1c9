//! Writes content: plain JSON where the dots follow from counting, tags where they do not. Knows no
//! envelope; `write_list` does the lists.

use crate::{
    base::{impossible, sort::sort_by},
    data::{
        arena::{Arena, Body},
        map::{Entry, Slot, in_wire_order},
        register::{ContentRef, NodeId, Register, Sibling},
    },
    format::{names::Names, tag},
    json,
    names::{
        dot::{Dot, VersionVector},
        lineage::Lines,
        stamp::Stamp,
        version::{Version, VersionEntry},
        writers::Writers,
    },
};

/// Which parts of a container go into a delta.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) value: bool,
    pub(crate) place: bool,
    /// The base of the delta lies within the value, which so goes whole though its dot is known.
    pub(crate) whole: bool,
}

/// What a delta says of one container: slots, with the parts of each.
pub(crate) type Fragment = Vec<(Slot, Parts)>;

/// Writes the content of one change set.
pub(crate) struct Writer<'a> {
    pub(super) arena: &'a Arena,
    pub(super) writers: &'a Writers,
    lines: &'a Lines,
    /// What each line is called, as JSON, by number.
    names: Vec<String>,
    pub(super) out: String,
    /// The dot from which counting goes on.
    pub(super) run: Dot,
    /// In a delta: what the receiver has. Containers within go without what is in them.
    since: Option<VersionVector>,
}

impl<'a> Writer<'a> {
    /// `version` is that of which `lines` are.
    pub(crate) fn new(
        arena: &'a Arena,
        writers: &'a Writers,
        lines: &'a Lines,
        version: &Version,
        capacity: usize,
    ) -> Writer<'a> {
        let short = Names::new(version);
        let quoted = |entry: &VersionEntry| {
            let mut out = String::new();
            json::write_string(&short.line(&entry.client, entry.branch), &mut out);
            out
        };
        let names = version.entries().iter().map(quoted).collect();
        let out = String::with_capacity(capacity);
        Writer { arena, writers, lines, names, out, run: Dot::ROOT, since: None }
    }

    /// The content of a full change set.
    pub(crate) fn full(mut self) -> String {
        self.out.push_str("[[null,");
        self.node(Arena::ROOT);
        self.out.push_str("]]");
        self.out
    }

    /// The content of a delta: what it says of each container.
    pub(crate) fn delta(mut self, fragments: &[(NodeId, Fragment)], since: &VersionVector) -> String {
        self.since = Some(since.clone());
        self.out.push('[');
        for (index, (id, fragment)) in fragments.iter().enumerate() {
            let Some(node) = self.arena.get(*id) else {
                impossible("a delta tells of a container that is gone");
                continue;
            };
            self.out.push_str(if index > 0 { ",[" } else { "[" });
            if *id == Arena::ROOT {
                self.out.push_str("null")
            } else {
                self.dot(node.dot)
            }
            self.out.push(',');
            self.run = node.dot;
            match &node.body {
                Body::Map(map) => {
                    let mut entries: Vec<_> =
                        fragment.iter().filter_map(|(slot, _)| Some((*slot, map.entry(*slot)?))).collect();
                    sort_by(&mut entries, |(_, a), (_, b)| {
                        let births = self
                            .writers
                            .compare(a.register.birth(self.writers), b.register.birth(self.writers));
                        births.then_with(|| a.key.cmp(&b.key))
                    });
                    in_wire_order(&mut entries);
                    let whole: Vec<Slot> =
                        fragment.iter().filter(|(_, parts)| parts.whole).map(|(slot, _)| *slot).collect();
                    self.entries(&entries, &whole);
                }
                Body::List(list) => self.list_fragment(list, fragment),
            }
            self.out.push(']');
        }
        self.out.push(']');
        self.out
    }

    /// A container with all below it. The run begins at its dot and, behind it, goes on from the last of
    /// its entries that the same client made.
    fn node(&mut self, id: NodeId) {
        let Some(node) = self.arena.get(id) else {
            impossible("a register holds a container that is gone");
            return;
        };
        match &node.body {
            Body::Map(map) => {
                let mut entries = map.sorted(self.writers);
                in_wire_order(&mut entries);
                self.entries(&entries, &[]);
            }
            Body::List(list) => self.list(list),
        }
    }

    fn entries(&mut self, entries: &[(Slot, &Entry)], whole: &[Slot]) {
        // Entries of other writers move the run away. What comes behind the container goes on from where the container's
        // own client was last: most often that is the writer of what comes next, too. The reader does the same.
        let mut own = self.run;
        let mut comma = '{';
        for (slot, entry) in entries {
            self.out.push(comma);
            comma = ',';
            json::write_string(&entry.key, &mut self.out);
            self.out.push(':');
            self.ignoring_base(whole.contains(slot), |writer| writer.register(&entry.register));
            self.note_own_run(&mut own);
        }
        self.out.push_str(if comma == '{' { "{}" } else { "}" });
        self.run = own;
    }

    /// Writes something, where `whole` as if the receiver had nothing.
    pub(super) fn ignoring_base(&mut self, whole: bool, write: impl FnOnce(&mut Self)) {
        let since = if whole { self.since.take() } else { None };
        write(self);
        self.since = since.or(self.since.take());
    }

    /// Notes the run where it is of the client that made the container.
    pub(super) fn note_own_run(&self, own: &mut Dot) {
        if self.lines.is_same(self.run.session, own.session) {
            *own = self.run;
        }
    }

    /// The register of a map entry.
    fn register(&mut self, register: &Register) {
        let mut siblings = register.iter();
        match (siblings.next(), siblings.next()) {
            (Some((only, born)), None) => self.sibling(only, born),
            _ => {
                let (run, birth) = (self.run, register.birth(self.writers));
                self.open(tag::SIBLINGS, true);
                self.siblings(register);
                self.out.push('}');
                self.run = if register.is_alive() { birth } else { run };
            }
        }
    }

    /// All siblings, the latest first, each counted from the present run.
    pub(super) fn siblings(&mut self, register: &Register) {
        let run = self.run;
        let mut comma = '[';
        for (sibling, born) in register.sorted(self.writers) {
            self.out.push(comma);
            comma = ',';
            self.run = run;
            self.sibling(sibling, born);
        }
        self.out.push(']');
    }

    fn sibling(&mut self, sibling: &Sibling, born: Dot) {
        let dot = sibling.dot();
        if !sibling.is_alive() {
            self.open(tag::DELETED, true);
            self.distance(dot, self.run);
            self.out.push('}');
            return;
        }
        let first = self.born_and_written(born, dot, true);
        self.finish(sibling, first);
        if born != dot {
            self.run = born;
        }
    }

    /// The members of a tag that say when the entry was born and written; whether none were needed.
    pub(super) fn born_and_written(&mut self, born: Dot, dot: Dot, first: bool) -> bool {
        let first = self.born(born, first);
        self.written(born, dot, first)
    }

    pub(super) fn born(&mut self, born: Dot, first: bool) -> bool {
        let is_counted = self.lines.is_same(born.session, self.run.session);
        if is_counted && born.stamp == self.run.after(1).stamp {
            return first;
        }
        if is_counted {
            self.open(tag::NEXT, first);
            self.number(born.stamp, self.run.stamp);
        } else {
            self.open(tag::BORN, first);
            self.dot(born);
        }
        false
    }

    pub(super) fn written(&mut self, born: Dot, dot: Dot, first: bool) -> bool {
        if born == dot {
            return first;
        }
        self.open(tag::WRITTEN, first);
        self.distance(dot, born);
        false
    }

    /// The value behind the members of its tag; `plain` where there are none.
    pub(super) fn finish(&mut self, sibling: &Sibling, plain: bool) {
        self.run = sibling.dot();
        if self.is_known(sibling) {
            self.open(tag::KNOWN, plain);
            self.out.push_str("1}");
            return;
        }
        // A value that begins like a tag must not be read as one: it stands in `=`, also where nothing else is told.
        let wrap = !plain || self.looks_like_tag(sibling);
        if wrap {
            self.open(tag::VALUE, plain);
        }
        match sibling.content() {
            ContentRef::Text(text) => {
                self.out.push_str(text);
                self.run = sibling.dot().after(json::entries(text));
            }
            ContentRef::Node(id) => self.ignoring_base(true, |writer| writer.node(id)),
            ContentRef::Tombstone | ContentRef::Known => {}
        }
        if wrap {
            self.out.push('}');
        }
    }

    /// Whether it is a container that the receiver has.
    fn is_known(&self, sibling: &Sibling) -> bool {
        let is_container = match sibling.content() {
            ContentRef::Text(text) => text.starts_with(['{', '[']),
            ContentRef::Node(_) | ContentRef::Known => true,
            ContentRef::Tombstone => false,
        };
        is_container && self.since.as_ref().is_some_and(|since| since.contains(sibling.dot()))
    }

    /// Whether a plain object begins like a tag. Text never does: what has such a key anywhere is taken apart when
    /// it is read (see `data/build`).
    fn looks_like_tag(&self, sibling: &Sibling) -> bool {
        let map = sibling.node().and_then(|id| self.arena.as_map(id));
        map.is_some_and(|map| map.first_key(self.writers).is_some_and(tag::is_reserved))
    }

    /// Begins a member of a tag.
    pub(super) fn open(&mut self, key: char, first: bool) {
        self.out.push_str(if first { "{\"" } else { ",\"" });
        self.out.push(key);
        self.out.push_str("\":");
    }

    /// A dot: the distance from another one of the same client, or the whole.
    pub(super) fn distance(&mut self, dot: Dot, from: Dot) {
        if self.lines.is_same(dot.session, from.session) {
            self.number(dot.stamp, from.stamp);
        } else {
            self.dot(dot);
        }
    }

    fn number(&mut self, stamp: Stamp, from: Stamp) {
        let distance = i128::from(stamp.as_micros()) - i128::from(from.as_micros());
        self.out.push_str(&distance.to_string());
    }

    pub(super) fn dot(&mut self, dot: Dot) {
        self.out.push('[');
        self.dot_members(dot);
        self.out.push(']');
    }

    pub(super) fn dot_members(&mut self, dot: Dot) {
        let name = self.lines.line(dot.session).and_then(|line| self.names.get(line.index()));
        debug_assert!(name.is_some(), "a write of a session that the document does not know: {dot:?}");
        let name = name.map_or("\"\"", String::as_str);
        self.out.push_str(name);
        self.out.push(',');
        self.out.push_str(&dot.stamp.to_string());
    }
}
