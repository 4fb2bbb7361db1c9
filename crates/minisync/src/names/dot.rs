//! Dots, and versions by number: the names of writes inside one document in memory. Knows no values. Other
//! documents number their sessions differently, so none of this leaves the crate.

use crate::{
    base::sort::sort_by,
    names::{
        client::ClientIx,
        session::{SessionIx, Sessions},
        stamp::Stamp,
    },
};

/// (stamp, session): the unique name of one write. After Almeida et al., *Scalable and Accurate Causality
/// Tracking for Eventually Consistent Stores* (dotted version vectors), 2014.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Dot {
    pub(crate) stamp: Stamp,
    pub(crate) session: SessionIx,
}

impl Dot {
    /// The dot of the root container.
    pub(crate) const ROOT: Dot = Dot { stamp: Stamp::ZERO, session: SessionIx::NONE };

    /// The dot `count` stamps later, of the same session.
    pub(crate) fn after(self, count: u64) -> Dot {
        Dot { stamp: Stamp::saturating(self.stamp.as_micros() + count), session: self.session }
    }

    /// The dot one stamp earlier, of the same session.
    pub(crate) fn before(self) -> Dot {
        Dot { stamp: Stamp::saturating(self.stamp.as_micros().saturating_sub(1)), session: self.session }
    }

    /// How many stamps later than `earlier`, where it is of the same session and not earlier.
    pub(crate) fn since(self, earlier: Dot) -> Option<u64> {
        if self.session != earlier.session {
            return None;
        }
        self.stamp.as_micros().checked_sub(earlier.stamp.as_micros())
    }

    /// An order in which to find one: by session number, then by stamp. (It says nothing of what is later.)
    pub(crate) fn by_session(self) -> (SessionIx, Stamp) {
        (self.session, self.stamp)
    }
}

/// What clients are known to have seen, by client number: of each the last dots, from which all else follows. There are
/// no more of them than were told: by number, a message of some thousand clients would take memory for millions of
/// stamps.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownVersions(Vec<Option<Vec<Dot>>>);

impl KnownVersions {
    /// The last dots that are known of a client's version; in the order of their sessions' numbers.
    pub(crate) fn get(&self, client: ClientIx) -> Option<&[Dot]> {
        self.0.get(client.index())?.as_deref()
    }

    /// Notes that `client` has seen these too, and what they go on from.
    pub(crate) fn join(
        &mut self,
        client: ClientIx,
        tips: impl IntoIterator<Item = Dot>,
        sessions: &Sessions,
    ) {
        if client.index() >= self.0.len() {
            self.0.resize(client.index() + 1, None);
        }
        let known = self.0[client.index()].get_or_insert_default();
        if known.is_empty() {
            known.extend(tips);
            // Of each session the last one.
            sort_by(known, |a, b| (a.session, b.stamp).cmp(&(b.session, a.stamp)));
            known.dedup_by_key(|dot| dot.session);
            return;
        }
        for tip in tips {
            add_tip(known, tip, sessions);
        }
    }

    pub(crate) fn remove(&mut self, client: ClientIx) {
        if let Some(known) = self.0.get_mut(client.index()) {
            *known = None;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ClientIx, &[Dot])> {
        (0..)
            .map(ClientIx::from_index)
            .zip(&self.0)
            .filter_map(|(client, seen)| Some((client, seen.as_deref()?)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// Adds a dot to those of a version, but for what goes without saying.
fn add_tip(known: &mut Vec<Dot>, tip: Dot, sessions: &Sessions) {
    let place = |known: &[Dot], session| known.binary_search_by_key(&session, |dot: &Dot| dot.session);
    if let Ok(at) = place(known, tip.session) {
        known[at].stamp = known[at].stamp.max(tip.stamp);
        return;
    }
    let (client, first) = (sessions.get(tip.session).client, sessions.first(tip.session));
    let of_client = known.iter().filter(|dot| sessions.get(dot.session).client == client);
    let is_above = |dot: &Dot| {
        let mut way = sessions.down(*dot).take_while(|dot| sessions.first(dot.session) >= first);
        way.any(|dot| dot.session == tip.session && tip.stamp <= dot.stamp)
    };
    if of_client.clone().any(is_above) {
        return;
    }
    let lowest = of_client.map(|dot| sessions.first(dot.session)).min();
    let below = sessions.down(tip).skip(1);
    let below = below.take_while(|dot| lowest.is_some_and(|lowest| sessions.first(dot.session) >= lowest));
    for dot in below {
        if let Ok(at) = place(known, dot.session)
            && known[at].stamp <= dot.stamp
        {
            known.remove(at);
        }
    }
    if let Err(at) = place(known, tip.session) {
        known.insert(at, tip);
    }
}

/// A version, with sessions by number: the highest stamp seen from each.
#[derive(Debug, Clone, Default)]
pub(crate) struct VersionVector(Vec<Stamp>);

impl VersionVector {
    pub(crate) fn get(&self, session: SessionIx) -> Stamp {
        self.0.get(session.index()).copied().unwrap_or_default()
    }

    /// Whether `dot` was seen. The root always was.
    pub(crate) fn contains(&self, dot: Dot) -> bool {
        dot.stamp <= self.get(dot.session)
    }

    pub(crate) fn raise(&mut self, dot: Dot) {
        let index = dot.session.index();
        if dot.session == SessionIx::NONE || dot.stamp <= self.get(dot.session) {
            return;
        }
        if index >= self.0.len() {
            self.0.resize(index + 1, Stamp::ZERO);
        }
        self.0[index] = dot.stamp;
    }

    pub(crate) fn join(&mut self, other: &VersionVector) {
        for dot in other.iter() {
            self.raise(dot);
        }
    }

    /// Goes back to a stamp of a session: what came after it was taken back.
    pub(crate) fn reset(&mut self, dot: Dot) {
        if let Some(stamp) = self.0.get_mut(dot.session.index()) {
            *stamp = dot.stamp;
        }
    }

    pub(crate) fn covers(&self, other: &VersionVector) -> bool {
        other.iter().all(|dot| self.contains(dot))
    }

    /// What both have seen.
    pub(crate) fn intersection(&self, other: &VersionVector) -> VersionVector {
        VersionVector(self.0.iter().zip(&other.0).map(|(a, b)| *a.min(b)).collect())
    }

    /// The highest dot of each session of which something was seen.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Dot> {
        let entries = (0..).map(SessionIx::from_index).zip(&self.0);
        entries
            .filter(|(_, stamp)| **stamp > Stamp::ZERO)
            .map(|(session, stamp)| Dot { stamp: *stamp, session })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl PartialEq for VersionVector {
    fn eq(&self, other: &Self) -> bool {
        self.covers(other) && other.covers(self)
    }
}

impl FromIterator<Dot> for VersionVector {
    fn from_iter<I: IntoIterator<Item = Dot>>(dots: I) -> Self {
        let mut seen = VersionVector::default();
        for dot in dots {
            seen.raise(dot);
        }
        seen
    }
}
