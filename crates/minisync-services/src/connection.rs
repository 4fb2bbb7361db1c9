//! Which service a target's URL names, and how to reach it. The only file that knows them all.

use std::path::Path;

use minisync_store::{Store, Target};

use crate::{credentials::Environment, error::Error, http::HttpClient, url::ServiceUrl};

/// Opens targets: folders, and the services that were compiled in.
///
/// ```
/// use std::path::Path;
/// use minisync_services::{Connection, parse};
/// let target = parse("webdavs://nas.example.org/lists/", Path::new("/"))?;
/// assert_eq!(target.url(), "webdavs://nas.example.org/lists");
/// // No request is made yet.
/// let store = Connection::new().open(&target)?;
/// # Ok::<(), minisync_services::Error>(())
/// ```
#[derive(Clone)]
pub struct Connection {
    client: HttpClient,
    environment: Environment,
}

impl Connection {
    /// Over the network, with what the environment of this process says.
    pub fn new() -> Connection {
        Connection::with(HttpClient::new(), Environment::system())
    }

    /// With a client and an environment of one's own.
    pub fn with(client: HttpClient, environment: Environment) -> Connection {
        Connection { client, environment }
    }

    /// The client that all stores share which this opens.
    pub fn client(&self) -> &HttpClient {
        &self.client
    }

    /// The store behind a target. Looks up the credentials, and makes no request yet.
    ///
    /// # Errors
    /// Where the URL is none of a store, or credentials cannot be had.
    pub fn open(&self, target: &Target) -> Result<Box<dyn Store>, Error> {
        let Some(kind) = Kind::of(target.url()) else {
            return Ok(target.open()?);
        };
        let malformed = |reason: String| Error::malformed(target.url(), reason);
        let url = ServiceUrl::parse(target.url()).map_err(malformed)?;
        match kind {
            #[cfg(feature = "webdav")]
            Kind::Webdav => {
                let account = crate::webdav::WebdavAccount::find(&url, &self.environment);
                let account = account.map_err(|reason| Error::credentials(target.url(), reason))?;
                if account.is_none() && url.user().is_some() {
                    return Err(Error::credentials(target.url(), NO_PASSWORD));
                }
                let store = crate::webdav::WebdavStore::new(self.client.clone(), &url, account.as_ref());
                Ok(Box::new(store.map_err(malformed)?))
            }
        }
    }
}

impl Default for Connection {
    fn default() -> Connection {
        Connection::new()
    }
}

const NO_PASSWORD: &str = "there is no password for this user: put one into ~/.netrc \
    (machine HOST login USER password PASSWORD) or into MINISYNC_WEBDAV_PASSWORD";

/// Takes a folder's path, absolute or relative to `base`, or a URL, and gives the place its one spelling.
///
/// # Errors
/// Where the URL names no place, or one of a kind that was not compiled in.
pub fn parse(text: &str, base: &Path) -> Result<Target, Error> {
    if Kind::of(text).is_none() {
        return Ok(Target::parse(text, base)?);
    }
    let url = ServiceUrl::parse(text).map_err(|reason| Error::malformed(text, reason))?;
    let target = Target::at(url.to_string());
    // Whatever is wrong with it but the credentials is said now, and not with the first request.
    let environment = Environment::of([]);
    match Connection::with(HttpClient::new(), environment).open(&target) {
        Err(error) if !error.is_about_credentials() => Err(error),
        _ => Ok(target),
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    #[cfg(feature = "webdav")]
    Webdav,
}

impl Kind {
    fn of(url: &str) -> Option<Kind> {
        let (scheme, _) = url.split_once("://")?;
        match scheme.to_ascii_lowercase().as_str() {
            #[cfg(feature = "webdav")]
            "webdav" | "webdavs" => Some(Kind::Webdav),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, String> {
        let target = parse(text, Path::new("/home/alice"));
        target.map(|target| target.url().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn folders_and_services_have_one_spelling() {
        assert_eq!(parsed("lists").unwrap(), "file:///home/alice/lists");
        assert_eq!(parsed("WebDAV://NAS/a/").unwrap(), "webdav://nas/a");
        assert_eq!(parsed("webdav://alice@nas/a").unwrap(), "webdav://alice@nas/a");
    }

    #[test]
    fn what_is_wrong_is_said_at_once_and_passwords_are_not_repeated() {
        let error = parsed("webdav://alice:hunter2@nas/a").unwrap_err();
        assert!(error.contains("password does not belong") && !error.contains("hunter2"), "{error}");
        assert!(parsed("webdav://nas/a?x=1").unwrap_err().contains("no x="));
        assert!(parsed("gopher://nas/a").unwrap_err().contains("gopher://"));
    }
}
