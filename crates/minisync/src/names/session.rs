//! Sessions by number, inside one document in memory: what one process writes after `new`, `join` or `restore`. See
//! `docs/algorithm.md`, section 9. Knows no client ids, and not what was seen.

use crate::{
    base::narrow::narrow,
    names::{client::ClientIx, dot::Dot, stamp::Stamp},
};

/// A session, by its number in this document's [`Sessions`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct SessionIx(u32);

impl SessionIx {
    /// The writer of the root container, which nobody wrote.
    pub(crate) const NONE: SessionIx = SessionIx(u32::MAX);

    pub(crate) fn from_index(index: u32) -> SessionIx {
        SessionIx(index)
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A writer: known by its client and its first stamp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    pub(crate) client: ClientIx,
    /// 0 stands for that of a root: the first session of a client id that the process made up itself.
    pub(crate) first: Stamp,
    /// The dot of the same client from which it goes on: earlier than its first stamp. A root goes on from nothing.
    pub(crate) parent: Dot,
}

/// How many sessions there were, and which parents some had; see [`Sessions::reset`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SessionsMark {
    len: usize,
}

/// The sessions that a document has heard of, numbered in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions {
    all: Vec<Session>,
    /// Of each client its sessions, in the order of their first stamps.
    by_client: Vec<Vec<SessionIx>>,
    /// Parents that gave way to lower ones since the last mark, so that a message that is refused changes nothing.
    replaced: Vec<(SessionIx, Dot)>,
    /// Of each whether another one goes on from it.
    has_child: Vec<bool>,
    /// Of the first session of a line up to where others that began within are told as one with it.
    floors: Vec<(SessionIx, Stamp)>,
}

impl Sessions {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn get(&self, session: SessionIx) -> &Session {
        &self.all[session.index()]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (SessionIx, &Session)> {
        (0..).map(SessionIx).zip(&self.all)
    }

    pub(crate) fn first(&self, session: SessionIx) -> Stamp {
        self.get(session).first
    }

    pub(crate) fn parent(&self, session: SessionIx) -> Dot {
        self.get(session).parent
    }

    pub(crate) fn is_root(&self, session: SessionIx) -> bool {
        self.first(session) == Stamp::ZERO
    }

    pub(crate) fn find(&self, client: ClientIx, first: Stamp) -> Option<SessionIx> {
        let all = self.by_client.get(client.index())?;
        all.binary_search_by_key(&first, |session| self.first(*session)).ok().map(|at| all[at])
    }

    /// The root of a client, whether or not anything was written in it.
    pub(crate) fn root(&mut self, client: ClientIx) -> SessionIx {
        if let Some(known) = self.find(client, Stamp::ZERO) {
            return known;
        }
        let session = SessionIx(narrow(self.all.len()));
        self.add(Session { client, first: Stamp::ZERO, parent: Dot { stamp: Stamp::ZERO, session } })
    }

    /// A session that is no root. Of two parents that are told of one, the lower is its parent, in every copy.
    pub(crate) fn intern(&mut self, client: ClientIx, first: Stamp, parent: Dot) -> SessionIx {
        debug_assert!(
            parent.stamp < first && self.get(parent.session).client == client,
            "it goes on from itself"
        );
        let Some(known) = self.find(client, first) else {
            return self.add(Session { client, first, parent });
        };
        let order = |dot: Dot| (dot.stamp, self.first(dot.session));
        let other = self.parent(known);
        if order(parent) < order(other) {
            self.replaced.push((known, other));
            self.all[known.index()].parent = parent;
            self.has_child[parent.session.index()] = true;
        }
        known
    }

    fn add(&mut self, new: Session) -> SessionIx {
        let session = SessionIx(narrow(self.all.len()));
        let client = new.client.index();
        if client >= self.by_client.len() {
            self.by_client.resize_with(client + 1, Vec::new);
        }
        let at = self.by_client[client].partition_point(|other| self.first(*other) < new.first);
        self.all.push(new);
        self.by_client[client].insert(at, session);
        self.has_child.push(false);
        if new.parent.session != session {
            self.has_child[new.parent.session.index()] = true;
        }
        session
    }

    /// Where to go back to, if what comes next is refused.
    pub(crate) fn mark(&mut self) -> SessionsMark {
        self.replaced.clear();
        SessionsMark { len: self.all.len() }
    }

    /// Forgets what came since the mark.
    pub(crate) fn reset(&mut self, mark: SessionsMark) {
        for (session, parent) in std::mem::take(&mut self.replaced).into_iter().rev() {
            self.all[session.index()].parent = parent;
        }
        while self.all.len() > mark.len {
            let gone = SessionIx(narrow(self.all.len() - 1));
            let of_client = &mut self.by_client[self.all[gone.index()].client.index()];
            of_client.retain(|session| *session != gone);
            self.all.pop();
            self.has_child.pop();
        }
    }

    /// Takes back a session that has just begun, since what was written in it was taken back.
    pub(crate) fn take_back(&mut self, session: SessionIx) {
        // A root may have been heard of before it began; and whoever is in no version does no harm.
        if session.index() + 1 == self.all.len() {
            self.reset(SessionsMark { len: session.index() });
        }
    }

    /// Whether parents gave way to lower ones since the last mark.
    pub(crate) fn has_replaced(&self) -> bool {
        !self.replaced.is_empty()
    }

    /// A dot, and all from which its session goes on, up to the root.
    pub(crate) fn down(&self, dot: Dot) -> impl Iterator<Item = Dot> {
        let above = |dot: &Dot| (!self.is_root(dot.session)).then(|| self.parent(dot.session));
        std::iter::successors(Some(dot), above)
    }

    /// Up to where sessions of the line that begins with this one are told as one.
    pub(crate) fn floor(&self, line: SessionIx) -> Stamp {
        self.floors.iter().find(|(start, _)| *start == line).map_or(Stamp::ZERO, |(_, floor)| *floor)
    }

    /// All floors, in no order.
    pub(crate) fn floors(&self) -> impl Iterator<Item = (SessionIx, Stamp)> {
        self.floors.iter().copied()
    }

    /// Whether a session goes on from this one, or did in a message that was refused.
    pub(crate) fn has_child(&self, session: SessionIx) -> bool {
        self.has_child[session.index()]
    }

    pub(crate) fn raise_floor(&mut self, line: SessionIx, floor: Stamp) {
        if floor > self.floor(line) {
            self.floors.retain(|(start, _)| *start != line);
            self.floors.push((line, floor));
        }
    }
}
