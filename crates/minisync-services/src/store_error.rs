//! What a failure or a status means to a store, in plain words. Knows no service.

use minisync_store::{StoreError, StoreErrorKind};

use crate::http::{HttpFailure, HttpFailureKind, HttpResponse};

/// There was no response.
pub(crate) fn from_failure(failure: &HttpFailure, action: &'static str, path: &str) -> StoreError {
    let kind = match failure.kind() {
        HttpFailureKind::Name
        | HttpFailureKind::Unreachable
        | HttpFailureKind::Timeout
        | HttpFailureKind::Broken => StoreErrorKind::Busy { retry_after: None },
        HttpFailureKind::Certificate | HttpFailureKind::TooLong | HttpFailureKind::Request => {
            StoreErrorKind::Other
        }
    };
    StoreError::new(kind, action, path, failure.to_string())
}

/// There was one, which says that it was not done.
pub(crate) fn from_response(response: &HttpResponse, action: &'static str, path: &str) -> StoreError {
    let status = response.status;
    let kind = StoreError::from_status(status, response.retry_after(), action, path).kind();
    let words = match status {
        401 => "the server wants another user or password (status 401)".to_owned(),
        403 => "the server allows this user no such thing (status 403)".to_owned(),
        404 | 410 => format!("there is no such file (status {status})"),
        405 => "the server does not know this kind of request at this URL (status 405); is it the right one?"
            .to_owned(),
        413 => "the file is too large for the server (status 413)".to_owned(),
        423 => "another program holds a lock on it (status 423)".to_owned(),
        429 => "the server wants fewer requests (status 429)".to_owned(),
        507 => "there is no room left on the server (status 507)".to_owned(),
        300..=399 => match response.header("location") {
            Some(to) => format!("the server says that it has moved to {to} (status {status}); use that URL"),
            None => format!("the server says that it has moved (status {status})"),
        },
        500..=599 => format!("the server has a problem of its own (status {status})"),
        _ => format!("the server answered with status {status}"),
    };
    StoreError::new(kind, action, path, words)
}
