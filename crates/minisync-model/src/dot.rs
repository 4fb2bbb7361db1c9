//! Who and which write: clients and dots. Knows no time: a stamp is a mere count, since nothing that is
//! checked here may depend on clocks.

use std::fmt;

/// Clients that one world can hold.
pub(crate) const MOST_CLIENTS: usize = 4;

/// One copy, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Client(u8);

impl Client {
    /// The author of what every copy begins with. Not one of the copies.
    pub(crate) const GENESIS: Client = Client(MOST_CLIENTS as u8);

    pub(crate) fn numbered(number: usize) -> Client {
        debug_assert!(number < MOST_CLIENTS);
        Client(number as u8)
    }

    /// Everyone who can write, genesis included.
    pub(crate) fn all() -> impl Iterator<Item = Client> {
        (0..=MOST_CLIENTS).map(|number| Client(number as u8))
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The name of one write.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Dot {
    stamp: u8,
    client: Client,
}

impl Dot {
    pub(crate) fn new(stamp: u8, client: Client) -> Dot {
        Dot { stamp, client }
    }

    pub(crate) fn stamp(self) -> u8 {
        self.stamp
    }

    pub(crate) fn client(self) -> Client {
        self.client
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(["alice", "bob", "carol", "dave", "genesis"].get(self.index()).copied().unwrap_or("?"))
    }
}

impl fmt::Display for Dot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.client, self.stamp)
    }
}

impl fmt::Debug for Dot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
