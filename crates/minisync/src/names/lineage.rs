//! Lines: sessions of which each goes on where the one before has ended, by one name. `docs/algorithm.md`, section 9.
//! A view of one version, made anew when sessions come or go on; knows no ids but to order the lines by them.
//!
//! ```text
//! alice                    ●─●─●─●   ●─●─●   ●─●     three sessions, one line: each goes on where the one before ended
//!                                 \
//! alice~1795377823000417           ●─●─●   ●─●       a branch, of two sessions
//! ```

use crate::{
    base::{narrow::narrow, sort::sort_by},
    names::{
        client::ClientIx,
        dot::{Dot, VersionVector},
        session::{SessionIx, Sessions},
        stamp::Stamp,
        writers::Writers,
    },
};

/// Of each client so many boundaries between sessions are told, the latest.
pub(crate) const MOST_BOUNDARIES: usize = 4096;

/// A line, by its number in [`Lines`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct LineIx(u32);

impl LineIx {
    const NONE: LineIx = LineIx(u32::MAX);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The lines of a version, in the order of their clients' ids, and of the first stamps of their first sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Of each session its line.
    line_of: Vec<LineIx>,
    /// All sessions, line by line, each line in its order.
    sessions: Vec<SessionIx>,
    /// Where in `sessions` each line ends.
    ends: Vec<u32>,
    /// Of each line up to which first stamp its older sessions are told as one; empty where none are.
    floors: Vec<Stamp>,
}

/// Of each line a stamp; a whole version, if it contains what the branches go on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineStamps(Vec<Stamp>);

impl LineStamps {
    pub(crate) fn get(&self, line: LineIx) -> Stamp {
        self.0.get(line.index()).copied().unwrap_or_default()
    }

    pub(crate) fn join(&mut self, other: &LineStamps) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own = (*own).max(*other));
    }

    /// What both have seen.
    pub(crate) fn intersect(&mut self, other: &LineStamps) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own = (*own).min(*other));
    }
}

impl Lines {
    /// The lines of what was seen.
    pub(crate) fn of(writers: &Writers, seen: &VersionVector) -> Lines {
        let sessions = &writers.sessions;
        let mut is_present = vec![false; sessions.len()];
        let mut follower = vec![SessionIx::NONE; sessions.len()];
        for session in seen.iter().map(|dot| dot.session) {
            is_present[session.index()] = true;
            let parent = sessions.parent(session);
            is_present[parent.session.index()] = true;
            if sessions.is_root(session) || parent.stamp != seen.get(parent.session) {
                continue;
            }
            // Of several that go on from the end of a session, the one that began first is of its line.
            let next = &mut follower[parent.session.index()];
            if *next == SessionIx::NONE || sessions.first(session) < sessions.first(*next) {
                *next = session;
            }
        }
        let is_start = |session: SessionIx| {
            is_present[session.index()]
                && (sessions.is_root(session)
                    || follower[sessions.parent(session).session.index()] != session)
        };
        let mut starts: Vec<SessionIx> =
            sessions.iter().map(|(session, _)| session).filter(|session| is_start(*session)).collect();
        let name = |session: SessionIx| (writers.id(session), sessions.first(session));
        sort_by(&mut starts, |a, b| name(*a).cmp(&name(*b)));
        let mut lines = Lines { line_of: vec![LineIx::NONE; sessions.len()], ..Lines::default() };
        for start in starts {
            let line = LineIx(narrow(lines.ends.len()));
            let next =
                |session: &SessionIx| Some(follower[session.index()]).filter(|next| *next != SessionIx::NONE);
            for session in std::iter::successors(Some(start), next) {
                lines.line_of[session.index()] = line;
                lines.sessions.push(session);
            }
            lines.ends.push(narrow(lines.sessions.len()));
        }
        lines.find_floors(sessions);
        lines
    }

    /// Up to where the sessions of each line are told as one: by number, and where somebody has done so.
    fn find_floors(&mut self, sessions: &Sessions) {
        if self.sessions.len() > self.ends.len() + MOST_BOUNDARIES {
            // The lines of a client stand side by side.
            let client = |session: SessionIx| sessions.get(session).client;
            let mut following: Vec<SessionIx> = Vec::new();
            for line in self.iter() {
                if following.first().is_some_and(|other| client(*other) != client(self.start(line))) {
                    self.drop_oldest(&mut following, sessions);
                }
                following.extend(&self.sessions(line)[1..]);
            }
            self.drop_oldest(&mut following, sessions);
        }
        for (session, floor) in sessions.floors() {
            if let Some(line) = self.line(session) {
                self.raise_floor(line, floor);
            }
        }
    }

    /// Of the sessions of a client that follow others the latest are told, and no others.
    fn drop_oldest(&mut self, following: &mut Vec<SessionIx>, sessions: &Sessions) {
        sort_by(following, |a, b| sessions.first(*b).cmp(&sessions.first(*a)));
        for session in following.drain(..).skip(MOST_BOUNDARIES) {
            self.raise_floor(self.line_of[session.index()], sessions.first(session));
        }
    }

    fn raise_floor(&mut self, line: LineIx, floor: Stamp) {
        self.floors.resize(self.ends.len(), Stamp::ZERO);
        let old = &mut self.floors[line.index()];
        *old = floor.max(*old);
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many sessions were known when this was made, also such as are in no line.
    pub(crate) fn session_count(&self) -> usize {
        self.line_of.len()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = LineIx> + use<> {
        (0..narrow(self.ends.len())).map(LineIx)
    }

    /// The line of a session; none of one that is not in the version.
    pub(crate) fn line(&self, session: SessionIx) -> Option<LineIx> {
        self.line_of.get(session.index()).copied().filter(|line| *line != LineIx::NONE)
    }

    /// Whether both are of one line, and there is one.
    #[inline]
    pub(crate) fn is_same(&self, a: SessionIx, b: SessionIx) -> bool {
        (a == b && a != SessionIx::NONE) || self.line(a).is_some_and(|line| Some(line) == self.line(b))
    }

    /// The sessions of a line, one behind the other; never none.
    pub(crate) fn sessions(&self, line: LineIx) -> &[SessionIx] {
        let start = line.index().checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.sessions[start..self.ends[line.index()] as usize]
    }

    /// The session after which a line is called.
    pub(crate) fn start(&self, line: LineIx) -> SessionIx {
        self.sessions(line)[0]
    }

    /// The last session of a line.
    pub(crate) fn last(&self, line: LineIx) -> SessionIx {
        let all = self.sessions(line);
        all[all.len() - 1]
    }

    /// The line with this name.
    pub(crate) fn find(&self, sessions: &Sessions, client: ClientIx, branch: Stamp) -> Option<LineIx> {
        let start = sessions.find(client, branch)?;
        self.line(start).filter(|line| self.start(*line) == start)
    }

    /// What goes on from the end of a session, in its line.
    pub(crate) fn follower(&self, session: SessionIx, sessions: &Sessions) -> Option<SessionIx> {
        let all = self.sessions(self.line(session)?);
        let first = sessions.first(session);
        all.get(all.partition_point(|other| sessions.first(*other) <= first)).copied()
    }

    /// The session of a line in which a stamp lies: the last one that began before.
    pub(crate) fn at(&self, line: LineIx, stamp: Stamp, sessions: &Sessions) -> SessionIx {
        let all = self.sessions(line);
        let behind = all.partition_point(|session| sessions.first(*session) <= stamp);
        all[behind.saturating_sub(1)]
    }

    /// Sessions that began up to here are told as one with the first of the line.
    pub(crate) fn floor(&self, line: LineIx) -> Stamp {
        self.floors.get(line.index()).copied().unwrap_or_default()
    }

    pub(crate) fn has_floors(&self) -> bool {
        !self.floors.is_empty()
    }

    /// The sessions of a line that are told.
    pub(crate) fn told(
        &self,
        line: LineIx,
        sessions: &Sessions,
    ) -> impl DoubleEndedIterator<Item = SessionIx> {
        let (all, floor) = (self.sessions(line), self.floor(line));
        let first_told = all.partition_point(|session| sessions.first(*session) <= floor).max(1);
        all[..1].iter().chain(&all[first_told..]).copied()
    }

    /// The session of a line as which a stamp is told.
    pub(crate) fn told_at(&self, line: LineIx, stamp: Stamp, sessions: &Sessions) -> SessionIx {
        let session = self.at(line, stamp, sessions);
        if sessions.first(session) <= self.floor(line) { self.start(line) } else { session }
    }

    /// A whole version, told by lines.
    pub(crate) fn stamps(&self, version: &VersionVector) -> LineStamps {
        let stamp = |line: LineIx| {
            let mut entries = self.sessions(line).iter().rev().map(|session| version.get(*session));
            entries.find(|stamp| *stamp > Stamp::ZERO).unwrap_or_default()
        };
        LineStamps(self.iter().map(stamp).collect())
    }

    /// What was seen of these dots and of all that they go on from.
    pub(crate) fn stamps_of(
        &self,
        tips: impl Iterator<Item = Dot>,
        seen: &VersionVector,
        sessions: &Sessions,
    ) -> LineStamps {
        let mut stamps = vec![Stamp::ZERO; self.len()];
        for tip in tips {
            let mut at = Dot { stamp: tip.stamp.min(seen.get(tip.session)), ..tip };
            while let Some(line) = self.line(at.session).filter(|line| stamps[line.index()] < at.stamp) {
                stamps[line.index()] = at.stamp;
                at = sessions.parent(self.start(line));
            }
        }
        LineStamps(stamps)
    }

    /// What is told by lines, as a version.
    pub(crate) fn version(
        &self,
        stamps: &LineStamps,
        seen: &VersionVector,
        sessions: &Sessions,
    ) -> VersionVector {
        let dots = self.iter().flat_map(|line| {
            let stamp = stamps.get(line);
            let within =
                self.sessions(line).iter().take_while(move |session| sessions.first(**session) <= stamp);
            within.map(move |session| Dot { stamp: seen.get(*session).min(stamp), session: *session })
        });
        dots.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::id::ClientId;

    /// The lines of sessions with their first and last stamps, each with the first stamp of the session and the
    /// stamp that it goes on from.
    fn names(told: &[(u64, u64, u64, u64)]) -> Vec<Vec<u64>> {
        let (mut writers, mut seen) = (Writers::default(), VersionVector::default());
        let client = writers.clients.intern(&ClientId::new("alice").unwrap());
        let root = writers.sessions.root(client);
        for (first, last, parent, at) in told {
            let session = if *first == 0 {
                root
            } else {
                let parent = writers.sessions.find(client, Stamp::saturating(*parent)).unwrap();
                let parent = Dot { stamp: Stamp::saturating(*at), session: parent };
                writers.sessions.intern(client, Stamp::saturating(*first), parent)
            };
            seen.raise(Dot { stamp: Stamp::saturating(*last), session });
        }
        let lines = Lines::of(&writers, &seen);
        let first = |session: &SessionIx| writers.sessions.first(*session).as_micros();
        lines.iter().map(|line| lines.sessions(line).iter().map(first).collect()).collect()
    }

    #[test]
    fn sessions_that_follow_each_other_are_one_line() {
        assert_eq!(names(&[(0, 2, 0, 0), (3, 4, 0, 2), (6, 7, 3, 4)]), [[0, 3, 6]]);
    }

    #[test]
    fn the_session_that_simply_went_on_keeps_the_name() {
        assert_eq!(names(&[(0, 5, 0, 0), (3, 4, 0, 2), (6, 7, 3, 4)]), [vec![0], vec![3, 6]]);
    }

    #[test]
    fn else_the_one_that_began_first() {
        assert_eq!(
            names(&[(0, 2, 0, 0), (4, 9, 0, 2), (3, 3, 0, 2), (7, 7, 3, 3)]),
            [vec![0, 3, 7], vec![4]]
        );
        assert_eq!(names(&[(3, 3, 0, 0), (2, 2, 0, 0)]), [vec![0, 2], vec![3]]);
    }
}
