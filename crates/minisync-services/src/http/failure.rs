//! How a request fails before there is a response. Knows no service.

use std::fmt;

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpFailure {
    kind: HttpFailureKind,
    reason: String,
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpFailureKind {
    /// There is no such host, or no network to ask for it.
    Name,
    /// Nobody answers at that host and port.
    Unreachable,
    /// The server is not who it says, or its certificate is not trusted here.
    Certificate,
    /// The server was reached, and then took too long.
    Timeout,
    /// The connection broke in the middle.
    Broken,
    /// The response is longer than it may be.
    TooLong,
    /// The request could not even be made.
    Request,
}

impl HttpFailure {
    /// `reason` is a sentence without a capital and a full stop.
    pub fn new(kind: HttpFailureKind, reason: impl Into<String>) -> HttpFailure {
        HttpFailure { kind, reason: reason.into() }
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> HttpFailureKind {
        self.kind
    }

    /// Whether the same request may succeed a moment later. A host that is out of reach stays so for longer than that:
    /// who is offline wants to know at once.
    pub fn is_passing(&self) -> bool {
        matches!(self.kind, HttpFailureKind::Timeout | HttpFailureKind::Broken)
    }
}

impl fmt::Display for HttpFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for HttpFailure {}
