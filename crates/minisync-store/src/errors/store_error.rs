//! How a store fails: in four kinds, which is all that the sync has to know. Knows no request and no document.

use std::{fmt, time::Duration};

/// What went wrong in a store, where, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: StoreErrorKind,
    action: &'static str,
    path: String,
    reason: String,
}

/// All that the sync needs to know of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// There is certainly no such file.
    NotFound,
    /// The store refuses: wrong credentials or no permission. Trying again does not help.
    Forbidden,
    /// The store is overloaded, locked, or out of reach: try again, after this time where it says so.
    Busy {
        /// How long the store asks us to wait.
        retry_after: Option<Duration>,
    },
    /// Anything else. The effect may have happened or not.
    Other,
}

/// What is wrong with a file that is too long; also said where a disk is read.
pub(crate) fn too_long_reason(limit: u64) -> String {
    format!("it has more than the {limit} bytes that it should have")
}

impl StoreError {
    /// `action` is a verb (`"read"`), `path` as given to the store, `reason` in the store's words.
    pub fn new(
        kind: StoreErrorKind,
        action: &'static str,
        path: impl Into<String>,
        reason: impl Into<String>,
    ) -> StoreError {
        StoreError { kind, action, path: path.into(), reason: reason.into() }
    }

    /// The error for a file that has more than `limit` bytes.
    pub fn too_long(path: impl Into<String>, limit: u64) -> StoreError {
        StoreError::new(StoreErrorKind::Other, "read", path, too_long_reason(limit))
    }

    /// The error for an HTTP status, as WebDAV, S3 and Dropbox give it.
    ///
    /// ```
    /// use minisync_store::{StoreError, StoreErrorKind};
    /// let error = StoreError::from_status(423, None, "write", "head/alice.json");
    /// assert_eq!(error.kind(), StoreErrorKind::Busy { retry_after: None });
    /// ```
    pub fn from_status(
        status: u16,
        retry_after: Option<Duration>,
        action: &'static str,
        path: impl Into<String>,
    ) -> StoreError {
        let kind = match status {
            404 | 410 => StoreErrorKind::NotFound,
            401 | 402 | 403 | 405 | 407 | 507 => StoreErrorKind::Forbidden,
            408 | 423 | 425 | 429 | 500 | 502..=504 => StoreErrorKind::Busy { retry_after },
            _ => StoreErrorKind::Other,
        };
        StoreError::new(kind, action, path, format!("the server answered with status {status}"))
    }

    /// The error for a file system's.
    pub fn from_io(error: &std::io::Error, action: &'static str, path: impl Into<String>) -> Self {
        use std::io::ErrorKind as Io;
        let kind = match error.kind() {
            Io::NotFound => StoreErrorKind::NotFound,
            Io::PermissionDenied | Io::ReadOnlyFilesystem | Io::StorageFull | Io::QuotaExceeded => {
                StoreErrorKind::Forbidden
            }
            Io::ResourceBusy | Io::TimedOut | Io::Interrupted | Io::WouldBlock => {
                StoreErrorKind::Busy { retry_after: None }
            }
            _ => StoreErrorKind::Other,
        };
        StoreError::new(kind, action, path, error.to_string())
    }

    /// What kind of error it is.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// There is certainly no such file.
    pub fn is_not_found(&self) -> bool {
        self.kind == StoreErrorKind::NotFound
    }

    /// The path that it is about.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StoreError { kind, action, path, reason } = self;
        write!(f, "cannot {action} {path} in the target: {reason}")?;
        match kind {
            StoreErrorKind::NotFound => Ok(()),
            StoreErrorKind::Forbidden => {
                f.write_str("; check the permissions and the room that is left there")
            }
            StoreErrorKind::Busy { retry_after: Some(time) } => {
                write!(f, "; try again in {} s", time.as_secs().max(1))
            }
            StoreErrorKind::Busy { retry_after: None } => f.write_str("; try again in a while"),
            StoreErrorKind::Other => f.write_str("; nothing is lost, sync again"),
        }
    }
}

impl std::error::Error for StoreError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_classified() {
        let kind = |status| StoreError::from_status(status, None, "read", "x").kind();
        let busy = StoreErrorKind::Busy { retry_after: None };
        assert_eq!(kind(404), StoreErrorKind::NotFound);
        assert_eq!(kind(403), StoreErrorKind::Forbidden);
        for status in [423, 429, 500, 503] {
            assert_eq!(kind(status), busy, "{status}");
        }
        assert_eq!(kind(418), StoreErrorKind::Other);
    }

    #[test]
    fn says_what_where_and_what_to_do() {
        let after = Some(Duration::from_secs(30));
        let error = StoreError::from_status(429, after, "write", "minisync/d/head/a.json");
        assert_eq!(
            error.to_string(),
            "cannot write minisync/d/head/a.json in the target: \
             the server answered with status 429; try again in 30 s"
        );
    }
}
