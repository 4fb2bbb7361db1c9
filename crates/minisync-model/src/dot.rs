//! Who and which write: clients, their sessions, and dots. Knows no time: a stamp is a mere count, since
//! nothing that is checked here may depend on clocks.

use std::fmt;

/// Clients that one world can hold.
pub(crate) const MOST_CLIENTS: usize = 4;

/// One client id, by its number. Several copies may go by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Client(u8);

impl Client {
    /// The author of what every copy begins with. Not one of the copies.
    pub(crate) const GENESIS: Client = Client(MOST_CLIENTS as u8);

    pub(crate) fn numbered(number: usize) -> Client {
        debug_assert!(number < MOST_CLIENTS);
        Client(number as u8)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// What one process writes, by its client and its first stamp. The first of all, of a process that made the id
/// itself, is the root: 0 stands for its first stamp, and so for where everything of the client comes from.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Session {
    client: Client,
    first: u8,
}

impl Session {
    pub(crate) fn new(client: Client, first: u8) -> Session {
        Session { client, first }
    }

    pub(crate) fn root(client: Client) -> Session {
        Session { client, first: 0 }
    }

    pub(crate) fn client(self) -> Client {
        self.client
    }

    pub(crate) fn first(self) -> u8 {
        self.first
    }

    pub(crate) fn is_root(self) -> bool {
        self.first == 0
    }
}

/// The name of one write.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Dot {
    stamp: u8,
    session: Session,
}

impl Dot {
    pub(crate) fn new(stamp: u8, session: Session) -> Dot {
        Dot { stamp, session }
    }

    pub(crate) fn stamp(self) -> u8 {
        self.stamp
    }

    pub(crate) fn session(self) -> Session {
        self.session
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(["alice", "bob", "carol", "dave", "genesis"].get(self.index()).copied().unwrap_or("?"))
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            write!(f, "{}", self.client)
        } else {
            write!(f, "{}~{}", self.client, self.first)
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Dot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.session, self.stamp)
    }
}

impl fmt::Debug for Dot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
