//! Who we are on a WebDAV server. Knows where that is kept, and no request.

use crate::{
    credentials::{Environment, Netrc, Secret},
    url::ServiceUrl,
};

/// User and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebdavAccount {
    user: String,
    password: Secret,
}

impl WebdavAccount {
    /// These.
    pub fn new(user: impl Into<String>, password: Secret) -> WebdavAccount {
        WebdavAccount { user: user.into(), password }
    }

    /// The account for this URL, from `MINISYNC_WEBDAV_USER` and `MINISYNC_WEBDAV_PASSWORD`, or else from `~/.netrc` (or
    /// the file that `NETRC` names). The user in the URL comes before both. None where there is no password.
    ///
    /// # Errors
    /// Where `~/.netrc` is there and cannot be read.
    pub fn find(url: &ServiceUrl, environment: &Environment) -> Result<Option<WebdavAccount>, String> {
        let user = url.user().map(str::to_owned);
        if let Some(password) = environment.variable("MINISYNC_WEBDAV_PASSWORD")
            && let Some(user) = user.clone().or_else(|| environment.variable("MINISYNC_WEBDAV_USER"))
        {
            return Ok(Some(WebdavAccount::new(user, Secret::new(password))));
        }
        let netrc =
            environment.file("NETRC", ".netrc")?.map(|(_, text)| Netrc::parse(&text)).unwrap_or_default();
        let found = netrc.find(url.host(), user.as_deref());
        Ok(found.map(|(user, password)| WebdavAccount { user, password }))
    }

    /// The header that says it.
    pub(crate) fn authorization(&self) -> String {
        let pair = format!("{}:{}", self.user, self.password.expose());
        format!("Basic {}", base64(pair.as_bytes()))
    }
}

fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(url: &str, environment: &Environment) -> Option<String> {
        let account = WebdavAccount::find(&ServiceUrl::parse(url).unwrap(), environment).unwrap();
        account.map(|account| format!("{}:{}", account.user, account.password.expose()))
    }

    #[test]
    fn variables_come_before_the_file_and_the_url_names_the_user() {
        let folder = tempfile::tempdir().unwrap();
        let netrc = folder.path().join("netrc");
        std::fs::write(&netrc, "machine h login alice password a\nmachine h login bob password b\n").unwrap();
        let netrc = netrc.to_str().unwrap();
        let files = Environment::of([("NETRC", netrc)]);
        assert_eq!(found("webdav://h/x", &files).as_deref(), Some("alice:a"));
        assert_eq!(found("webdav://bob@h/x", &files).as_deref(), Some("bob:b"));
        assert_eq!(found("webdav://other/x", &files), None);
        let both = Environment::of([
            ("NETRC", netrc),
            ("MINISYNC_WEBDAV_USER", "u"),
            ("MINISYNC_WEBDAV_PASSWORD", "p"),
        ]);
        assert_eq!(found("webdav://h/x", &both).as_deref(), Some("u:p"));
        assert_eq!(found("webdav://bob@h/x", &both).as_deref(), Some("bob:p"));
    }
}
