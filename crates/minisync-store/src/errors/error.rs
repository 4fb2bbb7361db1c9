//! The one error of the crate: opaque, with predicates. Knows every way to fail and nothing else.

use std::{fmt, time::Duration};
#[cfg(feature = "folder")]
use std::{io, path::Path};

#[cfg(feature = "folder")]
use crate::errors::local_error::LocalError;
use crate::errors::{StoreError, StoreErrorKind};

/// What the crate's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do next.
pub struct Error(Box<Kind>);

enum Kind {
    Core(minisync::Error),
    Store(StoreError),
    #[cfg(feature = "folder")]
    Local(LocalError),
    Malformed {
        what: String,
        reason: String,
    },
    Unsupported {
        reason: String,
    },
    WrongFolder {
        reason: String,
    },
    NoDocument {
        document: String,
        reason: String,
    },
    NotSaved {
        reason: String,
    },
    Driver {
        problem: String,
    },
    TargetRemoved {
        url: String,
    },
}

impl Error {
    /// `action` is a verb with its object's article, as in "cannot {action} {path}".
    #[cfg(feature = "folder")]
    pub(crate) fn disk(action: &'static str, path: &Path, error: io::Error) -> Error {
        Kind::Local(LocalError::Disk { action, path: path.to_owned(), error }).into()
    }

    pub(crate) fn malformed(what: impl Into<String>, reason: impl Into<String>) -> Error {
        Kind::Malformed { what: what.into(), reason: reason.into() }.into()
    }

    pub(crate) fn unsupported(reason: impl Into<String>) -> Error {
        Kind::Unsupported { reason: reason.into() }.into()
    }

    #[cfg(feature = "folder")]
    pub(crate) fn locked(name: impl Into<String>, holder: Option<String>) -> Error {
        Kind::Local(LocalError::Locked { name: name.into(), holder }).into()
    }

    pub(crate) fn wrong_folder(reason: impl Into<String>) -> Error {
        Kind::WrongFolder { reason: reason.into() }.into()
    }

    #[cfg(feature = "folder")]
    pub(crate) fn not_open(name: impl Into<String>) -> Error {
        Kind::Local(LocalError::NotOpen { name: name.into() }).into()
    }

    pub(crate) fn no_document(document: impl Into<String>, reason: impl Into<String>) -> Error {
        Kind::NoDocument { document: document.into(), reason: reason.into() }.into()
    }

    /// A driver broke the rules of a machine, which has ended.
    pub(crate) fn driver(problem: impl Into<String>) -> Error {
        Kind::Driver { problem: problem.into() }.into()
    }

    pub(crate) fn target_removed(url: impl Into<String>) -> Error {
        Kind::TargetRemoved { url: url.into() }.into()
    }

    /// For drivers with a place of their own for document and record: these could not be saved.
    ///
    /// ```
    /// let error = minisync_store::Error::not_saved("the quota is used up");
    /// assert_eq!(error.to_string(), "the document could not be saved: the quota is used up; nothing was published");
    /// ```
    pub fn not_saved(reason: impl Into<String>) -> Error {
        Kind::NotSaved { reason: reason.into() }.into()
    }

    /// Another process has the local state open.
    #[cfg(feature = "folder")]
    pub fn is_locked(&self) -> bool {
        matches!(*self.0, Kind::Local(LocalError::Locked { .. }))
    }

    /// The target is not the folder that was used before: `format.json` is missing, or foreign.
    pub fn is_wrong_folder(&self) -> bool {
        matches!(*self.0, Kind::WrongFolder { .. })
    }

    /// A kind of target, or a version of a format, that this version of MiniSync does not know.
    pub fn is_unsupported(&self) -> bool {
        matches!(*self.0, Kind::Unsupported { .. })
    }

    /// A file that does not keep to its format.
    pub fn is_malformed(&self) -> bool {
        matches!(*self.0, Kind::Malformed { .. })
    }

    /// The document or file is not there.
    pub fn is_not_found(&self) -> bool {
        match &*self.0 {
            Kind::NoDocument { .. } => true,
            Kind::Store(error) => error.is_not_found(),
            #[cfg(feature = "folder")]
            Kind::Local(error) => error.is_not_found(),
            _ => false,
        }
    }

    /// The target refuses: wrong credentials, no permission, or no room.
    pub fn is_forbidden(&self) -> bool {
        self.store_kind() == Some(StoreErrorKind::Forbidden)
    }

    /// The target is overloaded or out of reach: trying again helps.
    pub fn is_busy(&self) -> bool {
        matches!(self.store_kind(), Some(StoreErrorKind::Busy { .. }))
    }

    /// How long the target asks us to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.store_kind() {
            Some(StoreErrorKind::Busy { retry_after }) => retry_after,
            _ => None,
        }
    }

    fn store_kind(&self) -> Option<StoreErrorKind> {
        match &*self.0 {
            Kind::Store(error) => Some(error.kind()),
            _ => None,
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Error(Box::new(kind))
    }
}

impl From<minisync::Error> for Error {
    fn from(error: minisync::Error) -> Self {
        Kind::Core(error).into()
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Kind::Store(error).into()
    }
}

/// What it says to people; there is nothing else in it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Core(error) => error.fmt(f),
            Kind::Store(error) => error.fmt(f),
            #[cfg(feature = "folder")]
            Kind::Local(error) => error.fmt(f),
            Kind::Malformed { what, reason } => write!(f, "{what} cannot be used: {reason}"),
            Kind::Unsupported { reason } => f.write_str(reason),
            Kind::WrongFolder { reason } => write!(
                f,
                "this is not the folder that was used before: {reason}; nothing was written; \
                 check that the right disk is mounted and the path is right"
            ),
            Kind::NoDocument { document, reason } => {
                write!(f, "the document {document} cannot be had from this target: {reason}")
            }
            Kind::NotSaved { reason } => {
                write!(f, "the document could not be saved: {reason}; nothing was published")
            }
            Kind::Driver { problem } => write!(f, "the driver of this sync is broken: {problem}"),
            Kind::TargetRemoved { url } => {
                write!(f, "the target {url} was removed while it was being synced with")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            #[cfg(feature = "folder")]
            Kind::Local(LocalError::Disk { error, .. }) => Some(error),
            _ => None,
        }
    }
}
