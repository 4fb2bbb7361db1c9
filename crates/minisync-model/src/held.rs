//! A copy as one process holds it, with what it has seen in truth, which no copy knows. Knows no other copies.

use crate::{
    bounds::Bounds,
    dot::{Client, Dot, Session},
    history::History,
    renaming::{Fingerprint, Renaming, mixed},
    replica::Replica,
    rule::{Rule, Rules},
    version::Version,
};

/// A copy as one process holds it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) client: Client,
    /// The session in which it writes; none before its first write.
    pub(crate) session: Option<Session>,
    /// Whether it made its client id, so that nobody else begins at the root.
    pub(crate) is_maker: bool,
    pub(crate) replica: Replica,
    /// All writes that ever came here, in truth.
    pub(crate) seen: Version,
}

impl Held {
    pub(crate) fn replica(&self) -> &Replica {
        &self.replica
    }

    pub(crate) fn seen(&self) -> &Version {
        &self.seen
    }

    /// What a session is here: itself, or what it was taken as one with.
    pub(crate) fn taken_as(&self, session: Session, history: &History) -> Session {
        let mut session = session;
        while !self.replica.lineage.has(session) {
            session = history.lineage.parent(session).session();
        }
        session
    }

    /// What a write is called here.
    pub(crate) fn name(&self, dot: Dot, history: &History) -> Dot {
        Dot::new(dot.stamp(), self.taken_as(dot.session(), history))
    }

    /// All deletions that it has forgotten, and more, in truth.
    pub(crate) fn forgotten(&self, history: &History) -> Version {
        let dots = history.seen_by(&self.seen).map(|(dot, _)| dot);
        dots.filter(|dot| self.replica.horizon.contains(self.name(*dot, history))).collect()
    }

    /// What its next write is called: on in its session, or in a new one that begins at one of these stamps, behind
    /// the dot that it goes on from.
    pub(crate) fn writes(&self, bounds: Bounds, rules: Rules, history: &History) -> Vec<(Dot, Option<Dot>)> {
        let Replica { version, lineage, .. } = &self.replica;
        if let Some(dot) = self.session.and_then(|session| self.replica.next(session, rules)) {
            return vec![(dot, None)];
        }
        let root = Session::root(self.client);
        let ends = lineage.ends(self.client, version, rules);
        if ends == [Dot::new(0, root)] && self.is_maker {
            return vec![(Dot::new(1, root), None)];
        }
        // Which line it goes on in is nobody's business: the end of any will do.
        ends.into_iter().flat_map(|end| self.sessions_behind(end, bounds, rules, history)).collect()
    }

    fn sessions_behind(
        &self,
        parent: Dot,
        bounds: Bounds,
        rules: Rules,
        history: &History,
    ) -> Vec<(Dot, Option<Dot>)> {
        if !rules.hold(Rule::SessionsAreWriters) {
            return vec![(Dot::new(parent.stamp() + 1, parent.session()), None)];
        }
        let firsts = parent.stamp() + 1..=parent.stamp() + bounds.firsts;
        let sessions = firsts.map(|first| Session::new(self.client, first));
        let is_new =
            |session: &Session| !history.lineage.has(*session) || !rules.hold(Rule::FirstStampsDiffer);
        sessions.filter(is_new).map(|session| (Dot::new(session.first(), session), Some(parent))).collect()
    }

    /// What the end of a line is in truth.
    pub(crate) fn true_end(&self, end: Dot, history: &History) -> Dot {
        let rules = Rules::without(None);
        let ends = history.lineage.within(&self.seen).ends(self.client, &self.seen, rules);
        ends.into_iter().find(|dot| self.name(*dot, history) == end).unwrap_or(end)
    }
}

impl Fingerprint for Held {
    fn fingerprint(&self, by: &Renaming) -> u64 {
        let process = mixed(self.session.fingerprint(by), u64::from(self.is_maker));
        let copy = mixed(self.seen.fingerprint(by), self.replica.fingerprint(by));
        mixed(mixed(by.client(self.client), process), copy)
    }
}
