//! Who writes: the clients of a document and their sessions, by number. Knows no values.

use std::cmp::Ordering;

use crate::{
    base::sort::sort_by,
    names::{
        client::{ClientIx, Clients},
        container_id::ContainerId,
        dot::{Dot, VersionVector},
        id::ClientId,
        lineage::{LineIx, LineStamps, Lines},
        session::{SessionIx, Sessions, SessionsMark},
        stamp::Stamp,
        version::{Version, VersionEntry},
    },
};

/// The clients and sessions that a document has heard of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writers {
    pub(crate) clients: Clients,
    pub(crate) sessions: Sessions,
}

/// How many there were; see [`Writers::reset`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct WritersMark {
    clients: usize,
    sessions: SessionsMark,
}

impl Writers {
    /// The client of a session.
    pub(crate) fn client(&self, session: SessionIx) -> ClientIx {
        self.sessions.get(session).client
    }

    /// The id of a session's client.
    pub(crate) fn id(&self, session: SessionIx) -> &ClientId {
        self.clients.id(self.client(session))
    }

    /// Dots order by stamp, then by client id, then by the first stamp of the session. The root container comes before
    /// everything.
    pub(crate) fn compare(&self, a: Dot, b: Dot) -> Ordering {
        a.stamp.cmp(&b.stamp).then_with(|| {
            if a.session == b.session {
                return Ordering::Equal;
            }
            let key = |dot: Dot| {
                let is_known = dot.session.index() < self.sessions.len();
                is_known.then(|| (self.id(dot.session), self.sessions.first(dot.session)))
            };
            key(a).cmp(&key(b))
        })
    }

    pub(crate) fn mark(&mut self) -> WritersMark {
        WritersMark { clients: self.clients.len(), sessions: self.sessions.mark() }
    }

    /// Forgets what came since the mark, for a message that was refused.
    pub(crate) fn reset(&mut self, mark: WritersMark) {
        self.sessions.reset(mark.sessions);
        self.clients.truncate(mark.clients);
    }

    /// The root session of a client id.
    pub(crate) fn intern_root(&mut self, id: &ClientId) -> SessionIx {
        let client = self.clients.intern(id);
        self.sessions.root(client)
    }

    /// The root session of a client id that is known.
    pub(crate) fn find_root(&self, id: &ClientId) -> Option<SessionIx> {
        self.sessions.find(self.clients.find(id)?, Stamp::ZERO)
    }

    /// The dot up to which an entry of a version reaches; none where its session is not known.
    pub(crate) fn tip(&self, entry: &VersionEntry, lines: &Lines) -> Option<Dot> {
        let client = self.clients.find(&entry.client)?;
        let sessions = &self.sessions;
        let mut session = match sessions.find(client, entry.first) {
            Some(session) => session,
            // Told as one with others here, and not there.
            None => {
                let line = lines.find(sessions, client, entry.branch)?;
                (entry.first <= lines.floor(line)).then(|| lines.at(line, entry.stamp, sessions))?
            }
        };
        // Told as one with others there, and here by itself.
        while let Some(next) = lines.follower(session, sessions).filter(|_| lines.has_floors()) {
            let floor = lines.line(next).map(|line| lines.floor(line)).unwrap_or_default();
            if sessions.first(next) > entry.stamp.min(floor) {
                break;
            }
            session = next;
        }
        Some(Dot { stamp: entry.stamp, session })
    }

    /// The write with a stamp in a session that is told alone.
    pub(crate) fn find_write(&self, id: &ClientId, first: Stamp, stamp: Stamp, lines: &Lines) -> Option<Dot> {
        let (client, branch) = (id.clone(), Stamp::ZERO);
        let known = self.tip(&VersionEntry { client, branch, first, stamp }, lines);
        // A session that is told as one with others by now.
        known.or_else(|| {
            let line = lines.find(&self.sessions, self.clients.find(id)?, Stamp::ZERO)?;
            Some(Dot { stamp, session: lines.at(line, stamp, &self.sessions) })
        })
    }

    /// The container that was made by this write.
    pub(crate) fn container_id(&self, dot: Dot) -> ContainerId {
        ContainerId::new(dot.stamp, self.id(dot.session).clone(), self.sessions.first(dot.session))
    }

    /// A whole version, by the names that its lines have within `lines`.
    pub(crate) fn version(&self, lines: &Lines, stamps: &LineStamps) -> Version {
        let sessions = &self.sessions;
        let entry = |line: LineIx| {
            let (stamp, start) = (stamps.get(line), lines.start(line));
            (stamp > Stamp::ZERO).then(|| VersionEntry {
                client: self.id(start).clone(),
                branch: sessions.first(start),
                first: sessions.first(lines.told_at(line, stamp, sessions)),
                stamp,
            })
        };
        Version::from_sorted(lines.iter().filter_map(entry).collect())
    }

    /// What is known of somebody, also where that is more than was seen here.
    pub(crate) fn version_alone(&self, lines: &Lines, tips: &[Dot]) -> Version {
        let sessions = &self.sessions;
        let mut entries: Vec<VersionEntry> = Vec::with_capacity(tips.len());
        for tip in tips.iter().filter(|tip| tip.stamp > Stamp::ZERO) {
            let client = self.id(tip.session).clone();
            let line = lines.line(tip.session);
            let branch = line.map_or(tip.session, |line| lines.start(line));
            let told =
                line.map_or(tip.session, |line| lines.told_at(line, sessions.first(tip.session), sessions));
            let (branch, first) = (sessions.first(branch), sessions.first(told));
            entries.push(VersionEntry { client, branch, first, stamp: tip.stamp });
        }
        // Of each line the highest.
        sort_by(&mut entries, |a, b| a.name().cmp(&b.name()).then(b.stamp.cmp(&a.stamp)));
        entries.dedup_by(|a, b| a.name() == b.name());
        Version::from_sorted(entries)
    }

    /// What is within these dots and all that they go on from.
    pub(crate) fn version_of_tips(&self, tips: impl Iterator<Item = Dot>) -> VersionVector {
        let mut version = VersionVector::default();
        for tip in tips {
            for dot in self.sessions.down(tip) {
                // What is below a dot that is in a whole version is in it too.
                if dot != tip && version.contains(dot) {
                    break;
                }
                version.raise(dot);
            }
        }
        version
    }
}
