//! The one error of the crate: opaque, with predicates. Knows every way to fail and nothing else.

use std::fmt;

use crate::names::version::Version;

/// What the crate's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do next.
///
/// ```
/// let error = minisync::Document::new(serde_json::json!([1, 2])).unwrap_err();
/// assert!(error.is_invalid_value());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<ErrorKind>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum ErrorKind {
    InvalidId {
        what: &'static str,
        id: String,
        reason: &'static str,
    },
    InvalidPath {
        path: String,
        reason: String,
    },
    NoSuchPath {
        path: String,
        reason: String,
    },
    InvalidValue {
        place: String,
        reason: String,
    },
    Malformed {
        place: String,
        reason: String,
    },
    NewerVersion {
        place: String,
        reason: String,
    },
    Limit {
        reason: String,
    },
    WrongDocument {
        own: String,
        other: String,
    },
    MissingChanges {
        missing: Version,
    },
    Absent {
        path: String,
    },
    #[cfg(feature = "v1")]
    VersionOneDelta,
    Refused {
        reason: String,
    },
    Custom {
        message: String,
    },
    /// One of several change sets was refused.
    OneOfSeveral {
        index: usize,
        error: Error,
    },
}

impl Error {
    pub(crate) fn invalid_id(what: &'static str, id: &str, reason: &'static str) -> Error {
        ErrorKind::InvalidId { what, id: id.chars().take(40).collect(), reason }.into()
    }

    pub(crate) fn invalid_path(path: impl Into<String>, reason: impl Into<String>) -> Error {
        ErrorKind::InvalidPath { path: path.into(), reason: reason.into() }.into()
    }

    pub(crate) fn no_such_path(path: impl Into<String>, reason: impl Into<String>) -> Error {
        ErrorKind::NoSuchPath { path: path.into(), reason: reason.into() }.into()
    }

    /// `place` is a JSON Pointer into the value.
    pub(crate) fn invalid_value(place: impl Into<String>, reason: impl Into<String>) -> Error {
        ErrorKind::InvalidValue { place: place.into(), reason: reason.into() }.into()
    }

    /// `place` is a JSON Pointer into the change set.
    pub(crate) fn malformed(place: impl Into<String>, reason: impl Into<String>) -> Error {
        ErrorKind::Malformed { place: place.into(), reason: reason.into() }.into()
    }

    /// `place` is a JSON Pointer into the change set.
    pub(crate) fn newer_version(place: impl Into<String>, reason: impl Into<String>) -> Error {
        ErrorKind::NewerVersion { place: place.into(), reason: reason.into() }.into()
    }

    pub(crate) fn limit(reason: impl Into<String>) -> Error {
        ErrorKind::Limit { reason: reason.into() }.into()
    }

    pub(crate) fn wrong_document(own: impl Into<String>, other: impl Into<String>) -> Error {
        ErrorKind::WrongDocument { own: own.into(), other: other.into() }.into()
    }

    pub(crate) fn missing_changes(missing: Version) -> Error {
        ErrorKind::MissingChanges { missing }.into()
    }

    #[cfg(feature = "v1")]
    pub(crate) fn version_1_delta() -> Error {
        ErrorKind::VersionOneDelta.into()
    }

    pub(crate) fn absent(path: String) -> Error {
        ErrorKind::Absent { path }.into()
    }

    pub(crate) fn refused(reason: impl Into<String>) -> Error {
        ErrorKind::Refused { reason: reason.into() }.into()
    }

    pub(crate) fn one_of_several(self, index: usize) -> Error {
        ErrorKind::OneOfSeveral { index, error: self }.into()
    }

    fn kind(&self) -> &ErrorKind {
        match &*self.0 {
            ErrorKind::OneOfSeveral { error, .. } => error.kind(),
            kind => kind,
        }
    }

    /// Where several change sets were merged: which of them was refused, counted from 0.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({}))?;
    /// let (own, other) = (alice.changes(), Document::new(serde_json::json!({}))?.changes());
    /// let error = alice.merge_all([&own, &other]).unwrap_err();
    /// assert!(error.is_wrong_document());
    /// assert_eq!(error.change_set(), Some(1));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn change_set(&self) -> Option<usize> {
        match &*self.0 {
            ErrorKind::OneOfSeveral { index, .. } => Some(*index),
            _ => None,
        }
    }

    /// The change set builds on changes that this document has not seen: ask its sender for
    /// `changes_since(own version)`, or for a full one.
    pub fn is_missing_changes(&self) -> bool {
        matches!(self.kind(), ErrorKind::MissingChanges { .. })
    }

    /// For [`Error::is_missing_changes`]: of which clients which stamps have to be seen first.
    pub fn missing(&self) -> Option<&Version> {
        match self.kind() {
            ErrorKind::MissingChanges { missing } => Some(missing),
            _ => None,
        }
    }

    /// The change set belongs to another document.
    pub fn is_wrong_document(&self) -> bool {
        matches!(self.kind(), ErrorKind::WrongDocument { .. })
    }

    /// The change set does not keep to the format; [`Error::place`] says where.
    pub fn is_malformed(&self) -> bool {
        matches!(self.kind(), ErrorKind::Malformed { .. })
    }

    /// The change set was written by a newer version of MiniSync, with something in it that is not known here;
    /// [`Error::place`] says where. Nothing is wrong with it: it can be merged once this program is updated.
    ///
    /// ```
    /// let newer = r#"{"_minisync":{"dataType":"CHANGES","version":3},"documentID":"d","sentBy":"s",
    ///     "fromVersion":{},"changesSince":null,"changes":[[null,{}]]}"#;
    /// assert!(newer.parse::<minisync::Changes>().unwrap_err().is_newer_version());
    /// ```
    pub fn is_newer_version(&self) -> bool {
        matches!(self.kind(), ErrorKind::NewerVersion { .. })
    }

    /// A path that cannot be read, or that does not lead where something can be written.
    pub fn is_path(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::InvalidPath { .. } | ErrorKind::NoSuchPath { .. } | ErrorKind::Absent { .. }
        )
    }

    /// The change set is a delta of version 1 of the format, which does not say enough to be merged: ask its
    /// sender for a full one.
    ///
    /// ```
    /// let delta = r#"{"_minisync":{"dataType":"CHANGES","version":1},"documentID":"d","sentBy":"s",
    ///     "fromVersion":"0000000002","clientStates":[],"changesSince":"0000000001","changes":null}"#;
    /// assert!(delta.parse::<minisync::Changes>().unwrap_err().is_version_1_delta());
    /// ```
    #[cfg(feature = "v1")]
    pub fn is_version_1_delta(&self) -> bool {
        matches!(self.kind(), ErrorKind::VersionOneDelta)
    }

    /// A value that is not JSON, for instance NaN, or a root that is no object.
    pub fn is_invalid_value(&self) -> bool {
        matches!(self.kind(), ErrorKind::InvalidValue { .. })
    }

    /// Too deep, too large, or out of range.
    pub fn is_limit(&self) -> bool {
        matches!(self.kind(), ErrorKind::Limit { .. })
    }

    /// Where in the value or the change set: a JSON Pointer (RFC 6901); empty for the whole.
    pub fn place(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::InvalidValue { place, .. }
            | ErrorKind::Malformed { place, .. }
            | ErrorKind::NewerVersion { place, .. } => Some(place),
            _ => None,
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error(Box::new(kind))
    }
}

struct At<'a>(&'a str);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, " at {}", self.0) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            ErrorKind::InvalidId { what, id, reason } => write!(f, "the {what} {id:?} {reason}"),
            ErrorKind::InvalidPath { path, reason } => {
                write!(f, "the path {path:?} cannot be read: {reason}")
            }
            ErrorKind::NoSuchPath { path, reason } => write!(f, "nothing can be written at {path}: {reason}"),
            ErrorKind::InvalidValue { place, reason } => write!(f, "not a value{}: {reason}", At(place)),
            ErrorKind::Malformed { place, reason } => write!(f, "not a change set{}: {reason}", At(place)),
            ErrorKind::NewerVersion { place, reason } => {
                write!(f, "written by a newer version{}: {reason}; update MiniSync to read it", At(place))
            }
            ErrorKind::Limit { reason } => f.write_str(reason),
            ErrorKind::WrongDocument { own, other } => {
                write!(f, "these are changes to the document {other}, but this is {own}")
            }
            ErrorKind::MissingChanges { missing } => write!(
                f,
                "these changes build on others that are missing here: {missing}; \
                 ask the sender for a full change set"
            ),
            #[cfg(feature = "v1")]
            ErrorKind::VersionOneDelta => f.write_str(
                "this is a delta of version 1 of the format, which does not say enough to be merged; \
                 ask its sender for a full change set (in the old library: getChanges() without a version)",
            ),
            ErrorKind::Absent { path } => write!(f, "there is nothing at {path}"),
            ErrorKind::Refused { reason } => f.write_str(reason),
            ErrorKind::Custom { message } => f.write_str(message),
            ErrorKind::OneOfSeveral { index, error } => {
                write!(f, "change set {index}, counted from 0: {error}")
            }
        }
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::invalid_value("", message.to_string())
    }
}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        ErrorKind::Custom { message: message.to_string() }.into()
    }
}
