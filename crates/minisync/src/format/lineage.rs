//! From the lines of a change set to the receiver's sessions. Names are a spelling within one message: here they are
//! resolved, once. Knows no content.
//!
//! Whoever has taken older sessions as one (`lineageHorizon`) tells them as one, and may be told more. So a session that
//! is told as following another, and began within what is taken as one here, is a part of that; and where one is told
//! that is several here, each stamp lies in that of them which began last before it.

use crate::{
    base::sort::sort_by,
    format::{Changes, Envelope, ToldLineage, told::ToldLine},
    names::{
        dot::{Dot, VersionVector},
        id::ClientId,
        lineage::Lines,
        session::SessionIx,
        stamp::Stamp,
        version::{Version, VersionEntry},
        writers::Writers,
    },
};

/// A session that is told, or a part of one.
#[derive(Debug, Clone, Copy)]
struct Segment {
    first: Stamp,
    end: Stamp,
    session: SessionIx,
}

/// One that begins in the message: after what, and in which line.
struct Beginning {
    first: Stamp,
    line: usize,
    place: usize,
}

/// The lines of a message as the receiver's sessions.
#[derive(Debug)]
pub(super) struct ReadLineage {
    /// Of each entry of `fromVersion` the sessions that are told, one behind the other.
    lines: Vec<Vec<Segment>>,
    /// By session.
    places: Vec<Place>,
}

/// Where a session is in the lines of the message.
#[derive(Debug, Clone, Copy)]
struct Place {
    line: u32,
    /// From here on, the line's stamps lie in this session.
    first: u64,
    /// And from here on in the next one.
    next: u64,
}

const NO_LINE: u32 = u32::MAX;
/// Behind all stamps.
const NEVER: u64 = 1 << 53;

impl Place {
    /// It is of no line of the message.
    const UNTOLD: Place = Place { line: NO_LINE, first: NEVER, next: NEVER };
}

impl ReadLineage {
    /// Finds the sessions of a message, and makes those that are new.
    pub(super) fn of(envelope: &Envelope, writers: &mut Writers, known: &Lines) -> ReadLineage {
        let entries = envelope.version.entries();
        let mut lineage = ReadLineage { lines: vec![Vec::new(); entries.len()], places: Vec::new() };
        for entry in entries {
            writers.intern_root(&entry.client);
        }
        let ToldLineage(told) = &envelope.lineage;
        let mut beginnings = Vec::new();
        for (line, (told, entry)) in told.iter().zip(entries).enumerate() {
            let first = told.sessions[0].0;
            // What the receiver knows comes first: what branches off below a base is found from there.
            if told.parent.is_none() {
                let session = writers
                    .tip(&VersionEntry { first, stamp: first.max(entry.branch), ..entry.clone() }, known);
                let root = writers.find_root(&entry.client);
                lineage.add(line, 0, session.map(|dot| dot.session).or(root), envelope, writers, known);
            } else {
                beginnings.push(Beginning { first, line, place: 0 });
            }
            let later = told.sessions.iter().enumerate().skip(1);
            beginnings.extend(later.map(|(place, (first, _))| Beginning { first: *first, line, place }));
        }
        // Of the others, whatever one goes on from began before it.
        sort_by(&mut beginnings, |a, b| (a.first, a.place).cmp(&(b.first, b.place)));
        for Beginning { first, line, place } in beginnings {
            let told = &told[line];
            let (above, stamp) = match told.parent.filter(|_| place == 0) {
                Some(parent) => parent,
                None => (line, told.sessions[place - 1].1),
            };
            let Some(parent) = lineage.at(above, stamp, writers) else { continue };
            let client = writers.client(parent.session);
            // Within what is taken as one here.
            let is_part = || {
                let line = known.line(parent.session);
                place > 0 && line.is_some_and(|line| first <= known.floor(line))
            };
            let session = match writers.sessions.find(client, first) {
                None if is_part() => None,
                _ if parent.stamp >= first => None,
                _ => Some(writers.sessions.intern(client, first, parent)),
            };
            lineage.add(line, place, session, envelope, writers, known);
        }
        lineage.find_places(envelope, writers);
        lineage
    }

    /// Of each session that is told, and of those in a line from which the first told one goes on.
    fn find_places(&mut self, envelope: &Envelope, writers: &Writers) {
        self.places.resize(writers.sessions.len(), Place::UNTOLD);
        for (line, (segments, entry)) in (0..).zip(self.lines.iter().zip(envelope.version.entries())) {
            for (at, segment) in segments.iter().enumerate() {
                let next = segments.get(at + 1).map_or(NEVER, |next| next.first.as_micros());
                let place = Place { line, first: segment.first.as_micros(), next };
                self.places[segment.session.index()] = place;
            }
            let Some(Segment { session, .. }) = segments.first() else { continue };
            let mut child = *session;
            while writers.sessions.first(child) > entry.branch {
                let session = writers.sessions.parent(child).session;
                let (first, next) = (writers.sessions.first(session), writers.sessions.first(child));
                self.places[session.index()] =
                    Place { line, first: first.as_micros(), next: next.as_micros() };
                child = session;
            }
        }
    }

    /// Enters a session that is told; none if it is a part of the one before.
    fn add(
        &mut self,
        line: usize,
        place: usize,
        session: Option<SessionIx>,
        envelope: &Envelope,
        writers: &Writers,
        known: &Lines,
    ) {
        let told = &envelope.lineage.0[line];
        let (first, end) = told.sessions[place];
        let segments = &mut self.lines[line];
        let mut session = match (session, segments.last_mut()) {
            (Some(session), _) => {
                segments.push(Segment { first, end, session });
                session
            }
            (None, Some(before)) => {
                before.end = end;
                before.session
            }
            (None, None) => return,
        };
        if !known.has_floors() && told.floor == Stamp::ZERO {
            return;
        }
        // What is one there may be several here.
        while let Some(next) = known.follower(session, &writers.sessions) {
            let begin = writers.sessions.first(next);
            let floor = known.line(next).map_or(Stamp::ZERO, |line| known.floor(line)).max(told.floor);
            if begin > end.min(floor) {
                return;
            }
            if let Some(before) = segments.last_mut() {
                before.end = writers.sessions.parent(next).stamp;
            }
            segments.push(Segment { first: begin, end, session: next });
            session = next;
        }
    }

    /// The write with a stamp in a line: told with its session, or of one from which the first told one goes on.
    pub(super) fn at(&self, line: usize, stamp: Stamp, writers: &Writers) -> Option<Dot> {
        let segments = &self.lines[line];
        let behind = segments.partition_point(|segment| segment.first <= stamp);
        if let Some(segment) = behind.checked_sub(1).and_then(|at| segments.get(at)) {
            return Some(Dot { stamp, session: segment.session });
        }
        let mut session = segments.first()?.session;
        while stamp < writers.sessions.first(session) {
            session = writers.sessions.parent(session).session;
        }
        Some(Dot { stamp, session })
    }

    /// The write with another stamp in the line of a dot.
    #[inline]
    pub(super) fn along(&self, dot: Dot, stamp: Stamp, writers: &Writers) -> Option<Dot> {
        let place = self.places.get(dot.session.index())?;
        if (place.first..place.next).contains(&stamp.as_micros()) {
            return Some(Dot { stamp, ..dot });
        }
        if place.line == NO_LINE { None } else { self.at(place.line as usize, stamp, writers) }
    }

    /// Whether two dots were told in one line.
    #[inline]
    pub(super) fn is_same_line(&self, a: Dot, b: Dot) -> bool {
        let line = |dot: Dot| self.places.get(dot.session.index()).map_or(NO_LINE, |place| place.line);
        a.session == b.session || (line(a) != NO_LINE && line(a) == line(b))
    }

    /// The last dots of a version of the message.
    pub(super) fn tips<'a>(
        &'a self,
        version: &'a Version,
        changes: &'a Changes,
        writers: &'a Writers,
    ) -> impl Iterator<Item = Dot> + 'a {
        let all = changes.version();
        version.entries().iter().filter_map(move |entry| {
            let line = all.find(&entry.client, entry.branch).ok()?;
            self.cut(line, entry.stamp, writers)
        })
    }

    /// A stamp between two sessions means the end of the earlier one.
    fn cut(&self, line: usize, stamp: Stamp, writers: &Writers) -> Option<Dot> {
        let dot = self.at(line, stamp, writers)?;
        let segments = &self.lines[line];
        let told = segments.iter().find(|segment| segment.session == dot.session).map(|segment| segment.end);
        // Of one below those that are told, whatever goes on from it says where it ended.
        let below = || {
            let mut way = writers.sessions.down(Dot { stamp, session: segments.first()?.session });
            way.find(|above| above.session == dot.session).map(|above| above.stamp)
        };
        let end = told.or_else(below).unwrap_or(stamp);
        Some(Dot { stamp: stamp.min(end), ..dot })
    }

    /// A version of the message with all that it goes on from.
    pub(super) fn whole(&self, version: &Version, changes: &Changes, writers: &Writers) -> VersionVector {
        writers.version_of_tips(self.tips(version, changes, writers))
    }

    /// All that the sender has seen, where `base` is what the message builds on.
    pub(super) fn version(&self, base: Option<&VersionVector>) -> VersionVector {
        let told = self.lines.iter().flatten();
        let told = told.map(|segment| Dot { stamp: segment.end, session: segment.session });
        base.into_iter().flat_map(VersionVector::iter).chain(told).collect()
    }

    /// Up to where the sender tells sessions as one, by the first session of each line.
    pub(super) fn floors(&self, envelope: &Envelope, writers: &Writers) -> Vec<(SessionIx, Stamp)> {
        let told = envelope.lineage.0.iter().zip(envelope.version.entries());
        let floor = |(told, entry): (&ToldLine, &VersionEntry)| {
            let client = writers.clients.find(&entry.client)?;
            let start = writers.sessions.find(client, entry.branch)?;
            (told.floor > Stamp::ZERO).then_some((start, told.floor))
        };
        told.filter_map(floor).collect()
    }
}

/// The id and the first stamp of a dot's session, for those who say where it stands.
pub(super) fn told_dot(dot: Dot, writers: &Writers) -> String {
    let id: &ClientId = writers.id(dot.session);
    format!("[{:?}, {}]", id.as_str(), dot.stamp)
}
