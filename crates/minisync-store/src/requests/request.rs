//! What a machine of the engine asks for. Knows nothing of how it is performed.

use std::fmt;

use crate::errors::Result;

/// What to do next, as a machine says it.
#[derive(Debug)]
pub enum Step<T> {
    /// Perform this, at the same time as those that are under way, and give its answer to the machine, which may
    /// come in any order. Then ask for the next step at once: it may be another request.
    Perform(RequestId, Request),
    /// Nothing more can be done before one of the requests that are under way is answered. There is at least one.
    Wait,
    /// It is over. Answers to requests that are still under way are not needed any more.
    Done(Result<T>),
}

/// Tells the requests of one machine apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// The number of a request, starting at 1; for drivers that pass it on, as into JavaScript.
    pub fn get(self) -> u64 {
        self.0
    }

    /// The id that has this number.
    pub fn from_number(number: u64) -> RequestId {
        RequestId(number)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One thing to do. Paths are relative to the store's root, as in [`Store`](crate::Store).
///
/// ```
/// use minisync_store::Request;
/// let request = Request::Read { path: "minisync/todo/format.json".into(), limit: 1000 };
/// assert_eq!(request.to_string(), "read minisync/todo/format.json");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Read a whole file.
    Read {
        /// Where it is.
        path: String,
        /// It is of no use if it is longer, in bytes; to be answered with an error then, without reading it to its end.
        limit: u64,
    },
    /// Make a file, or replace it.
    Write {
        /// Where it is.
        path: String,
        /// What is to be in it.
        bytes: Vec<u8>,
    },
    /// List what is directly in a folder.
    List {
        /// Where it is.
        folder: String,
    },
    /// Delete a file.
    Delete {
        /// Where it is.
        path: String,
    },
    /// Save the document and its [`SyncRecord`](crate::SyncRecord) together, as they are now or become later, so that
    /// they survive a crash; and answer once they do. Nothing is asked for meanwhile.
    Save,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Request::Read { path, .. } => write!(f, "read {path}"),
            Request::Write { path, .. } => write!(f, "write {path}"),
            Request::List { folder } => write!(f, "list {folder}"),
            Request::Delete { path } => write!(f, "delete {path}"),
            Request::Save => f.write_str("save"),
        }
    }
}
