//! The one error of the crate: opaque, with predicates. Requests fail with the store's own errors.

use std::fmt;

/// Why a target could not be opened.
#[derive(Debug)]
pub struct Error(Kind);

#[derive(Debug)]
enum Kind {
    Store(minisync_store::Error),
    Malformed { url: String, reason: String },
    Credentials { url: String, reason: String },
}

impl Error {
    pub(crate) fn malformed(url: &str, reason: impl Into<String>) -> Error {
        Error(Kind::Malformed { url: without_password(url), reason: reason.into() })
    }

    pub(crate) fn credentials(url: &str, reason: impl Into<String>) -> Error {
        Error(Kind::Credentials { url: without_password(url), reason: reason.into() })
    }

    /// A kind of target that this program does not know.
    pub fn is_unsupported(&self) -> bool {
        matches!(&self.0, Kind::Store(error) if error.is_unsupported())
    }

    /// Whether its message names the target already; it leaves out a password that somebody put there.
    pub fn names_target(&self) -> bool {
        !matches!(self.0, Kind::Store(_))
    }

    /// The URL is right; who we are there cannot be found out.
    pub fn is_about_credentials(&self) -> bool {
        matches!(self.0, Kind::Credentials { .. })
    }
}

/// What stands between `//` and `@` may hold a password, if it has a colon in it.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let authority = rest.split('/').next().unwrap_or(rest);
    match authority.rsplit_once('@') {
        Some((user, _)) if user.contains([':', '%']) => format!("{scheme}://…{}", &rest[user.len()..]),
        _ => url.to_owned(),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Store(error) => error.fmt(f),
            Kind::Malformed { url, reason } => write!(f, "the target {url:?} cannot be used: {reason}"),
            Kind::Credentials { url, reason } => write!(f, "the target {url} cannot be opened: {reason}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<minisync_store::Error> for Error {
    fn from(error: minisync_store::Error) -> Error {
        Error(Kind::Store(error))
    }
}
