//! Reads content, strictly: what `write` writes, and nothing that a document could not be in. Knows no
//! document; `read_list` does the lists.
//!
//! Dots are found by counting from the running dot, `run`. In a map that alice made at 10:
//!
//! ```text
//! {"title":"Trip", "days":[{"city":"Bern"},{}],  "done":{"@":["bob",15],"=":true}}, …
//!   alice 11        alice 12 (13 to 15 within)    bob 15                           alice 16
//! ```
//!
//! What comes behind the map goes on from alice 15, not from bob 15: behind a container counts where its own client was
//! last (`note_own_run`).

use hashbrown::HashSet;

use crate::{
    base::{limits::Limits, sort::sort_by},
    data::{
        arena::{Arena, Loc},
        build::CHUNK,
        map::Map,
        register::{Content, NodeId, Register},
    },
    format::{Changes, lineage::ReadLineage, names::Names, read_tag::Context},
    json::{self, Cursor, JsonErrorKind},
    names::{
        dot::{Dot, KnownVersions, VersionVector},
        error::{Error, Result},
        lineage::Lines,
        session::SessionIx,
        stamp::Stamp,
        writers::Writers,
    },
};

/// A change set, read: containers and registers, not yet in any document.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) arena: Arena,
    /// What it says of which container. A full one says all of the root.
    pub(crate) deltas: Vec<ContainerDelta>,
    pub(crate) version: VersionVector,
    pub(crate) since: Option<VersionVector>,
    pub(crate) horizon: VersionVector,
    /// What the sender has seen, and what it knows of others.
    pub(crate) known: KnownVersions,
    /// Up to where the sender tells sessions as one.
    pub(crate) floors: Vec<(SessionIx, Stamp)>,
}

/// What a change set says of one container.
#[derive(Debug)]
pub(crate) struct ContainerDelta {
    pub(crate) dot: Dot,
    pub(crate) node: NodeId,
    /// How many containers stand within each other in it, at most, itself included.
    pub(crate) depth: usize,
}

/// Reads a change set, whose base the receiver has seen. Writers that are new get numbers, also where it is refused;
/// `lines` are those of what was seen here.
pub(crate) fn read(
    changes: &Changes,
    writers: &mut Writers,
    lines: &Lines,
    limits: &Limits,
) -> Result<Message> {
    if changes.content().len() > limits.bytes {
        let bytes = changes.content().len();
        return Err(Error::limit(format!(
            "the change set has {bytes} bytes, more than the limit of {}",
            limits.bytes
        )));
    }
    let read = Reader::new(changes, writers, lines, limits).message(changes);
    read.map_err(|error| {
        let place = format!("/changes{}", error.pointer);
        match error.kind {
            JsonErrorKind::TooDeep => Error::limit(format!("the change set is {} at {place}", error.reason)),
            JsonErrorKind::Malformed => Error::malformed(place, error.reason),
            JsonErrorKind::Newer => Error::newer_version(place, error.reason),
        }
    })
}

pub(super) type Read<T> = json::Result<T>;

pub(super) struct Reader<'a> {
    pub(super) arena: Arena,
    pub(super) cursor: Cursor<'a>,
    pub(super) writers: &'a mut Writers,
    names: Names<'a>,
    pub(super) lineage: ReadLineage,
    version: VersionVector,
    pub(super) since: Option<VersionVector>,
    horizon: VersionVector,
    pub(super) run: Dot,
    /// The dots of all registers: session, first and last stamp.
    dots: Vec<(SessionIx, u64, u64)>,
}

impl<'a> Reader<'a> {
    fn new(changes: &'a Changes, writers: &'a mut Writers, lines: &Lines, limits: &Limits) -> Reader<'a> {
        let envelope = changes.envelope();
        let lineage = ReadLineage::of(envelope, writers, lines);
        let since = changes.since().map(|since| lineage.whole(since, changes, writers));
        let horizon = lineage.whole(&envelope.horizon, changes, writers);
        let version = lineage.version(since.as_ref());
        Reader {
            arena: Arena::new(),
            cursor: Cursor::new(changes.content(), limits.depth),
            writers,
            names: Names::new(changes.version()),
            lineage,
            version,
            since,
            horizon,
            run: Dot::ROOT,
            dots: Vec::new(),
        }
    }

    fn message(mut self, changes: &Changes) -> Read<Message> {
        let deltas = self.deltas()?;
        self.cursor.end()?;
        self.check_dots()?;
        let mut known = KnownVersions::default();
        let envelope = changes.envelope();
        let told = envelope.states.iter().map(|(id, version)| (id, version));
        for (id, version) in told.chain([(changes.sender(), changes.version())]) {
            let client = self.writers.clients.intern(id);
            let tips = self.lineage.tips(version, changes, self.writers);
            known.join(client, tips, &self.writers.sessions);
        }
        Ok(Message {
            arena: self.arena,
            deltas,
            version: self.version,
            since: self.since,
            horizon: self.horizon,
            known,
            floors: self.lineage.floors(envelope, self.writers),
        })
    }

    /// `[[container, content], …]`
    fn deltas(&mut self) -> Read<Vec<ContainerDelta>> {
        let (mut deltas, mut named) = (Vec::new(), HashSet::new());
        self.cursor.expect(b'[', "a list of container deltas")?;
        while self.cursor.peek() != Some(b']') {
            self.cursor.expect(b'[', "a container delta, [container, content]")?;
            let start = self.cursor.offset();
            let dot = self.container_dot()?;
            self.cursor.expect(b',', "',' behind a container")?;
            let node = match self.cursor.peek() {
                Some(b'{') => self.map(dot)?,
                Some(b'[') if dot != Dot::ROOT => self.list(dot, self.since.is_none())?,
                _ => return Err(self.cursor.unexpected("the content of a container")),
            };
            if !named.insert(dot) || (self.since.is_none() && dot != Dot::ROOT) {
                let reason = if self.since.is_none() {
                    "a full change set has one container delta, of the root"
                } else {
                    "the container has a delta already"
                };
                return Err(self.cursor.error_at(start, reason));
            }
            let node = if self.since.is_none() { self.make_root(node) } else { node };
            deltas.push(ContainerDelta { dot, node, depth: self.cursor.take_deepest() });
            self.cursor.expect(b']', "']' behind a container delta")?;
            if !self.cursor.eat(b',') {
                break;
            }
        }
        self.cursor.expect(b']', "',' or ']' behind a container delta")?;
        if deltas.is_empty() && self.since.is_none() {
            return Err(self.cursor.error_at(0, "a full change set has one container delta, of the root"));
        }
        Ok(deltas)
    }

    fn container_dot(&mut self) -> Read<Dot> {
        if self.cursor.peek() != Some(b'n') {
            return self.dot();
        }
        let scan = self.cursor.skip_value()?;
        if scan.end - scan.start == 4 { Ok(Dot::ROOT) } else { Err(self.cursor.unexpected("null or a dot")) }
    }

    /// A map that was created at `dot`.
    fn map(&mut self, dot: Dot) -> Read<NodeId> {
        self.cursor.enter()?;
        self.cursor.expect(b'{', "a map")?;
        let (mut map, mut children, mut own) = (Map::default(), Vec::new(), dot);
        self.run = dot;
        if !self.cursor.eat(b'}') {
            loop {
                let start = self.cursor.offset();
                let key = self.cursor.string()?.decode();
                if map.find(&key).is_some() {
                    return Err(self
                        .cursor
                        .error_at(start, format!("the key {key:?} stands in its map twice")));
                }
                self.cursor.expect(b':', "':' behind a key")?;
                let register = self.register()?;
                let holds_node = register.siblings().any(|sibling| sibling.node().is_some());
                let slot = map.push(key.as_ref().into(), register);
                children.extend(holds_node.then_some(slot));
                self.note_own_run(&mut own);
                if !self.cursor.eat(b',') {
                    self.cursor.expect(b'}', "',' or '}' behind an entry")?;
                    break;
                }
            }
        }
        map.restore_order(self.writers);
        self.cursor.leave();
        self.run = own;
        let id = self.arena.add_map(dot, map);
        self.set_parents(id, children);
        Ok(id)
    }

    pub(super) fn set_parents(&mut self, node: NodeId, slots: Vec<u32>) {
        for slot in slots {
            self.arena.set_parent(Loc { node, slot });
        }
    }

    pub(super) fn note_own_run(&self, own: &mut Dot) {
        if self.lineage.is_same_line(self.run, *own) {
            *own = self.run;
        }
    }

    /// The register of a map entry.
    fn register(&mut self) -> Read<Register> {
        let run = self.run;
        let Some(tagged) = self.tag_or_text(Context::Entry)? else {
            let dot = self.next()?;
            return Ok(Register::new(dot, self.value(dot)?));
        };
        let register = Register::from_siblings(tagged.siblings);
        if register.len() > 1 {
            self.run = if register.is_alive() { register.birth(self.writers) } else { run };
        }
        Ok(register)
    }

    /// The dot that comes next if nothing is said.
    pub(super) fn next(&mut self) -> Read<Dot> {
        if self.run.stamp == Stamp::MAX {
            return Err(self.cursor.error("the stamp is out of range"));
        }
        self.check(self.following(self.run), self.cursor.offset())
    }

    /// The dot one stamp later, in the same line.
    pub(super) fn following(&self, dot: Dot) -> Dot {
        self.along(dot, dot.after(1).stamp)
    }

    /// The dot with another stamp in the line of this one.
    fn along(&self, dot: Dot, stamp: Stamp) -> Dot {
        self.lineage.along(dot, stamp, self.writers).unwrap_or(Dot { stamp, ..dot })
    }

    /// A plain value that was written at `dot`. The run goes on behind it.
    pub(super) fn value(&mut self, dot: Dot) -> Read<Content> {
        self.run = dot;
        // A short container is kept as the text that it is. What cannot be told by counting is taken apart instead: what
        // has a tag in it (or a key that looks like one), what is long, and what reaches into another session.
        let first = self.cursor.peek();
        let scan = match first {
            Some(b'{' | b'[') => self.cursor.skip_container_within(CHUNK)?,
            _ => Some(self.cursor.skip_value()?),
        };
        let start = self.cursor.offset();
        match scan {
            Some(scan) if scan.can_stay_text() && !self.leaves_session(dot, scan.entries) => {
                let text = &self.cursor.text()[scan.start..scan.end];
                let last = dot.stamp.checked_add(scan.entries);
                let last =
                    last.ok_or_else(|| self.cursor.error_at(scan.start, "the stamp is out of range"))?;
                self.run = self.check(Dot { stamp: last, ..dot }, scan.start)?;
                self.note(dot, scan.entries);
                if scan.canonical {
                    return Ok(Content::Text(text.into()));
                }
                let mut canonical = String::new();
                json::canonicalize(text, &mut canonical);
                return Ok(Content::Text(canonical.into()));
            }
            Some(scan) => self.cursor.rewind(scan.start),
            None => self.cursor.rewind(start),
        }
        self.note(dot, 0);
        // What is new is told whole: nothing in it can be known.
        let since = self.since.take();
        let node = if first == Some(b'{') { self.map(dot)? } else { self.list(dot, true)? };
        self.since = since;
        Ok(Content::Node(node))
    }

    /// Whether a value that was written at `dot`, with so many entries, reaches into a session that follows: their
    /// writes followed each other, and so look as if they were one.
    fn leaves_session(&self, dot: Dot, entries: u64) -> bool {
        entries > 0 && self.along(dot, dot.after(entries).stamp).session != dot.session
    }

    /// `["alice", 1795377823000123]`
    pub(super) fn dot(&mut self) -> Read<Dot> {
        self.cursor.expect(b'[', "a dot, [client, stamp]")?;
        let dot = self.dot_members()?;
        self.cursor.expect(b']', "']' behind a dot")?;
        Ok(dot)
    }

    /// `"alice", 1795377823000123`
    pub(super) fn dot_members(&mut self) -> Read<Dot> {
        self.cursor.peek();
        let start = self.cursor.offset();
        let name = self.cursor.string()?.decode();
        let line = self.names.find(&name).ok_or_else(|| {
            self.cursor.error_at(start, format!("no client in fromVersion is called {name:?}"))
        })?;
        self.cursor.expect(b',', "',' behind a client")?;
        self.cursor.peek();
        let start = self.cursor.offset();
        let micros = self.cursor.u64()?;
        let stamp =
            Stamp::from_micros(micros).map_err(|error| self.cursor.error_at(start, error.to_string()))?;
        match self.lineage.at(line, stamp, self.writers) {
            Some(dot) => self.check(dot, start),
            None => Err(self.cursor.error_at(start, "the session of this dot is not known")),
        }
    }

    /// A dot, or how much later than another one.
    pub(super) fn distance(&mut self, from: Dot) -> Read<Dot> {
        if self.cursor.peek() == Some(b'[') { self.dot() } else { self.later(from) }
    }

    /// How much later than another dot of the same client.
    pub(super) fn later(&mut self, from: Dot) -> Read<Dot> {
        self.cursor.peek();
        let start = self.cursor.offset();
        let distance = self.cursor.i64()?;
        let micros = i64::try_from(from.stamp.as_micros()).ok().and_then(|from| from.checked_add(distance));
        let stamp = micros
            .and_then(|micros| u64::try_from(micros).ok())
            .and_then(|micros| Stamp::from_micros(micros).ok());
        let stamp = stamp.ok_or_else(|| self.cursor.error_at(start, "the stamp is out of range"))?;
        self.check(self.along(from, stamp), start)
    }

    /// The sender has seen every dot that it names.
    pub(super) fn check(&self, dot: Dot, offset: usize) -> Read<Dot> {
        if dot.session == SessionIx::NONE {
            return Err(self.cursor.error_at(
                offset,
                "there is no dot from which to count: the first entry has to name its own",
            ));
        }
        if dot.stamp == Stamp::ZERO || !self.version.contains(dot) {
            let reason = format!("the stamp {} is not within fromVersion", dot.stamp);
            return Err(self.cursor.error_at(offset, reason));
        }
        Ok(dot)
    }

    pub(super) fn check_tombstone(&self, dot: Dot, offset: usize) -> Read<()> {
        if self.horizon.contains(dot) {
            return Err(self.cursor.error_at(offset, "a deletion within the horizon"));
        }
        Ok(())
    }

    /// A register has this dot, and those that follow belong to the value.
    pub(super) fn note(&mut self, dot: Dot, entries: u64) {
        let (first, last) = (dot.stamp.as_micros(), dot.stamp.as_micros().saturating_add(entries));
        match self.dots.last_mut() {
            Some((session, _, end)) if *session == dot.session && *end + 1 == first => *end = last,
            _ => self.dots.push((dot.session, first, last)),
        }
    }

    /// No dot names two writes.
    fn check_dots(&mut self) -> Read<()> {
        // Runs of dots, not single ones: a value that was set in one go is one run, so this costs what the tags cost.
        sort_by(&mut self.dots, Ord::cmp);
        let clash = self
            .dots
            .windows(2)
            .find(|pair| matches!(pair, [(a, _, end), (b, start, _)] if a == b && start <= end));
        match clash {
            Some([_, (session, stamp, _)]) => {
                let id = self.writers.id(*session);
                Err(self.cursor.error_at(0, format!("the dot [{id:?}, {stamp}] stands there twice")))
            }
            _ => Ok(()),
        }
    }

    /// Makes the map of a full change set the root of the arena.
    fn make_root(&mut self, id: NodeId) -> NodeId {
        if let (Some(node), Some(root)) = (self.arena.remove(id), self.arena.get_mut(Arena::ROOT)) {
            root.body = node.body;
        }
        let registers = self.arena.registers(Arena::ROOT);
        let holds_node = |register: &Register| register.siblings().any(|sibling| sibling.node().is_some());
        let slots =
            registers.iter().filter(|(_, register)| holds_node(register)).map(|(slot, _)| *slot).collect();
        self.set_parents(Arena::ROOT, slots);
        Arena::ROOT
    }
}
