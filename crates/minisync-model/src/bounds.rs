//! How large a world may grow, and which edits there are in it. Knows nothing of checking.

use std::{error::Error, fmt};

use crate::{
    document::{Key, Kind, Map, Register, Value},
    dot::{Dot, MOST_CLIENTS},
    replica::{Edit, Replica},
    rule::Rule,
    version::MOST_SESSIONS,
};

/// What a world consists of. Merging and forgetting need no bound: with finitely many writes there are
/// finitely many versions and horizons, and these only rise.
///
/// ```
/// use minisync_model::Bounds;
///
/// let bounds = Bounds { operations: 3, list: false, ..Bounds::default() };
/// assert_eq!((bounds.clients, bounds.keys), (3, 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Client ids, each with a copy, 2 to 4.
    pub clients: usize,
    /// Writes that they make, all together.
    pub operations: usize,
    /// Keys of the root map, 0 to 2.
    pub keys: usize,
    /// Whether there is a list.
    pub list: bool,
    /// Elements that are in the list from the beginning.
    pub elements: u8,
    /// Whether maps are put under keys, with an entry of their own.
    pub nested: bool,
    /// Copies that may be made of any copy at any time, and go on beside it under its id, 0 to 3.
    pub forks: usize,
    /// Whether a copy can be closed and opened again at any time.
    pub restarts: bool,
    /// How many different first stamps a session can have.
    pub firsts: u8,
    /// How many boundaries of a client are kept; all, if none.
    pub boundaries: Option<usize>,
    /// Whether a message can be kept, and delivered at any time and as often as one likes.
    pub post: bool,
    /// The rule that is left out.
    pub without: Option<Rule>,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            clients: 3,
            operations: 2,
            keys: 2,
            list: true,
            elements: 1,
            nested: false,
            forks: 0,
            restarts: false,
            firsts: 1,
            boundaries: None,
            post: false,
            without: None,
        }
    }
}

impl Bounds {
    /// Whether the model has names for so many things.
    pub(crate) fn validated(self) -> Result<Bounds, OutOfBounds> {
        let counts = [
            ("clients", self.clients, 2..=MOST_CLIENTS),
            ("keys", self.keys, 0..=2),
            ("operations", self.operations, 0..=MOST_SESSIONS - 1),
            ("elements", self.elements.into(), 0..=100),
            ("forks", self.forks, 0..=3),
            ("first stamps", self.firsts.into(), 1..=4),
        ];
        for (what, count, range) in counts {
            if !range.contains(&count) {
                return Err(OutOfBounds { what, count, least: *range.start(), most: *range.end() });
            }
        }
        Ok(self)
    }

    /// All that a client can do to its copy.
    pub(crate) fn edits(&self, replica: &Replica) -> Vec<Edit> {
        let mut edits = Vec::new();
        let root = &replica.document.map;
        for key in [Key::A, Key::B].into_iter().take(self.keys) {
            self.edits_of_entry(None, root, key, &mut edits);
        }
        if self.list {
            edits.push(Edit::Insert);
            for id in replica.document.list.alive.keys() {
                edits.extend([Edit::Set(*id), Edit::Move(*id), Edit::Remove(*id)]);
            }
        }
        edits
    }

    fn edits_of_entry(&self, container: Option<Dot>, map: &Map, key: Key, edits: &mut Vec<Edit>) {
        edits.push(Edit::Write(container, key, Kind::Leaf));
        if self.nested && container.is_none() {
            edits.push(Edit::Write(container, key, Kind::Map));
        }
        let Some(register) = map.entries.get(&key) else { return };
        if is_alive(register) {
            edits.push(Edit::Write(container, key, Kind::Tombstone));
        }
        for (dot, value) in register {
            if let Value::Map(below) = value {
                self.edits_of_entry(Some(*dot), below, Key::Inner, edits);
            }
        }
    }
}

/// A world larger or smaller than the model can be.
///
/// ```
/// use minisync_model::{Bounds, Search, check};
///
/// let error = check(Bounds { clients: 9, ..Bounds::default() }, Search::default()).unwrap_err();
/// assert_eq!(error.to_string(), "9 clients: take 2 to 4");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfBounds {
    what: &'static str,
    count: usize,
    least: usize,
    most: usize,
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: take {} to {}", self.count, self.what, self.least, self.most)
    }
}

impl Error for OutOfBounds {}

fn is_alive(register: &Register) -> bool {
    register.values().any(|value| *value != Value::Tombstone)
}
