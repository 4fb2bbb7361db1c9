//! Which session goes on from where, and so which of them are told as one line:
//! `docs/algorithm.md`, section 9. Knows no messages and no documents.

use std::collections::BTreeMap;

use crate::{
    dot::{Client, Dot, Session},
    rule::{Rule, Rules},
    version::Version,
};

/// Of each session but the roots the dot of its client that it goes on from. What stands at 0 goes on from
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lineage {
    pub(crate) parents: BTreeMap<Session, Dot>,
    /// Of the first session of a line the highest first stamp among those that were taken as one with it.
    pub(crate) floors: BTreeMap<Session, u8>,
}

/// Sessions of which each goes on where the one before has ended. It has the name of the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) name: Session,
    pub(crate) sessions: Vec<Session>,
}

impl Lineage {
    pub(crate) fn has(&self, session: Session) -> bool {
        session.is_root() || self.parents.contains_key(&session)
    }

    pub(crate) fn parent(&self, session: Session) -> Dot {
        self.parents.get(&session).copied().unwrap_or(Dot::new(0, Session::root(session.client())))
    }

    pub(crate) fn floor(&self, session: Session) -> u8 {
        self.floors.get(&session).copied().unwrap_or(0)
    }

    /// The session that goes on in the line of this one: none, if this one simply went on; of several the one that
    /// began first.
    pub(crate) fn follower(&self, session: Session, version: &Version, rules: Rules) -> Option<Session> {
        let end = Dot::new(version.entry(session), session);
        let goes_on = |parent: Dot| {
            parent == end || !rules.hold(Rule::WhoWentOnKeepsTheName) && parent.session() == session
        };
        let mut following =
            self.parents.iter().filter(|(_, parent)| goes_on(**parent)).map(|(session, _)| *session);
        following.next()
    }

    /// That of the sessions in a version.
    pub(crate) fn within(&self, version: &Version) -> Lineage {
        let parents = self.parents.iter().filter(|(session, _)| version.entry(**session) > 0);
        Lineage { parents: parents.map(|(session, parent)| (*session, *parent)).collect(), ..self.clone() }
    }

    /// Whether a session is told as a branch.
    pub(crate) fn is_branch(&self, session: Session, version: &Version, rules: Rules) -> bool {
        self.follower(self.parent(session).session(), version, rules) != Some(session)
    }

    /// All lines of the sessions in a version, of which this is the lineage.
    pub(crate) fn lines(&self, version: &Version, rules: Rules) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut clients: Vec<Client> = version.iter().map(|dot| dot.session().client()).collect();
        clients.dedup();
        let roots = clients.into_iter().map(Session::root);
        let branches =
            self.parents.keys().copied().filter(|session| self.is_branch(*session, version, rules));
        for name in roots.chain(branches) {
            let next = |session: &Session| self.follower(*session, version, rules);
            lines.push(Line { name, sessions: std::iter::successors(Some(name), next).collect() });
        }
        lines
    }

    /// The last dots of a client's lines, that of the plain one first.
    pub(crate) fn ends(&self, client: Client, version: &Version, rules: Rules) -> Vec<Dot> {
        let own = self.parents.keys().copied().filter(|session| session.client() == client);
        let branches = own.filter(|session| self.is_branch(*session, version, rules));
        let starts = std::iter::once(Session::root(client)).chain(branches);
        let next = |session: &Session| self.follower(*session, version, rules);
        let last = |start: Session| std::iter::successors(Some(start), next).last().unwrap_or(start);
        starts.map(last).map(|last| Dot::new(version.entry(last), last)).collect()
    }

    /// A dot with all that it goes on from.
    pub(crate) fn down(&self, dot: Dot) -> Version {
        let above = |dot: &Dot| self.parents.get(&dot.session()).copied();
        std::iter::successors(Some(dot), above).collect()
    }

    /// Whether a version contains with each dot all that it goes on from.
    pub(crate) fn is_down(&self, version: &Version) -> bool {
        version.iter().all(|dot| version.contains(self.parent(dot.session())))
    }

    /// How many sessions are told as the going on of another one, and the oldest of them.
    pub(crate) fn boundaries(
        &self,
        client: Client,
        version: &Version,
        rules: Rules,
    ) -> (usize, Option<Session>) {
        let own = self.parents.keys().copied().filter(|session| session.client() == client);
        let mut following = own.filter(|session| !self.is_branch(*session, version, rules));
        let oldest = following.next();
        (following.count() + usize::from(oldest.is_some()), oldest)
    }

    /// Takes a session as one with the one that it goes on from.
    pub(crate) fn absorb(&mut self, session: Session) -> Session {
        let into = self.parent(session).session();
        self.parents.remove(&session);
        for parent in self.parents.values_mut().filter(|parent| parent.session() == session) {
            *parent = Dot::new(parent.stamp(), into);
        }
        let floor = self.floors.remove(&session).unwrap_or(0).max(session.first());
        self.raise_floor(into, floor);
        into
    }

    pub(crate) fn raise_floor(&mut self, session: Session, floor: u8) {
        if floor > self.floor(session) {
            self.floors.insert(session, floor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: fn(u8) -> Session = |first| Session::new(Client::numbered(0), first);

    /// The lines of sessions with their first and last stamps, each with the first stamp of the session and the
    /// stamp that it goes on from.
    fn names(sessions: &[(u8, u8, u8, u8)]) -> Vec<Vec<u8>> {
        let mut lineage = Lineage::default();
        let mut version = Version::default();
        for (first, last, parent, at) in sessions {
            version.raise(Dot::new(*last, ALICE(*first)));
            if *first > 0 {
                lineage.parents.insert(ALICE(*first), Dot::new(*at, ALICE(*parent)));
            }
        }
        let lines = lineage.lines(&version, Rules::without(None));
        lines.into_iter().map(|line| line.sessions.iter().map(|session| session.first()).collect()).collect()
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
