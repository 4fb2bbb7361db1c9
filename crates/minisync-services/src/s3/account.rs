//! Who we are on S3. Knows where that is kept, and no request.

use super::profile::Profile;
use crate::credentials::{Environment, Secret};

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Account {
    pub(super) id: String,
    pub(super) secret: Secret,
    /// What comes with a key that holds for some hours only.
    pub(super) session: Option<Secret>,
}

impl S3Account {
    /// A lasting key.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> S3Account {
        S3Account { id: id.into(), secret: Secret::new(secret), session: None }
    }

    /// From `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, or else from the profile.
    pub(super) fn find(environment: &Environment, profile: &Profile) -> Option<S3Account> {
        let from = |get: &dyn Fn(&str) -> Option<String>| {
            let (id, secret) = (get("aws_access_key_id")?, get("aws_secret_access_key")?);
            let session = get("aws_session_token").map(Secret::new);
            Some(S3Account { id, secret: Secret::new(secret), session })
        };
        from(&|name| environment.variable(&name.to_uppercase()))
            .or_else(|| from(&|name| profile.get(name).map(str::to_owned)))
    }
}
