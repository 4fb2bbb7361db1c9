//! A folder on a WebDAV server as a store. Knows requests and statuses, and no documents.

use futures_util::future::BoxFuture;
use minisync_store::{Entry, Store, StoreError, StoreErrorKind};

use super::{WebdavAccount, multistatus::read_listing};
use crate::{
    http::{HttpClient, HttpRequest, HttpResponse},
    store_error::{from_failure, from_response},
    url::{ServiceUrl, decode},
};

/// A folder on a WebDAV server. It is made with the first write, where it is not there.
///
/// Each operation is one request. Only the first write into a new folder takes more, for the folders.
pub struct WebdavStore {
    client: HttpClient,
    /// Scheme, host and path, escaped, without a slash at the end.
    root: String,
    authorization: Option<String>,
}

/// What a listing is to tell of each file.
const PROPERTIES: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <propfind xmlns=\"DAV:\"><prop><resourcetype/><getcontentlength/><getetag/><getlastmodified/></prop></propfind>";

impl WebdavStore {
    /// The folder at `webdav://host/folder`, or `webdavs://…` for a connection that nobody can read along.
    ///
    /// # Errors
    /// Where the URL has something in it that no WebDAV target has, in words.
    pub fn new(
        client: HttpClient,
        url: &ServiceUrl,
        account: Option<&WebdavAccount>,
    ) -> Result<WebdavStore, String> {
        if let Some(name) = url.unknown_query(&[]) {
            return Err(format!("a WebDAV target has no {name}=…"));
        }
        let scheme = if url.scheme() == "webdavs" { "https" } else { "http" };
        let root = format!("{scheme}://{}{}", url.authority(), url.escaped_path());
        Ok(WebdavStore { client, root, authorization: account.map(WebdavAccount::authorization) })
    }

    fn request(&self, method: &'static str, path: &str) -> HttpRequest {
        self.request_at(method, format!("{}/{path}", self.root))
    }

    fn request_at(&self, method: &'static str, url: String) -> HttpRequest {
        let request = HttpRequest::new(method, url);
        match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        }
    }

    async fn send(
        &self,
        request: HttpRequest,
        action: &'static str,
        path: &str,
    ) -> Result<HttpResponse, StoreError> {
        self.client.send(request).await.map_err(|failure| from_failure(&failure, action, path))
    }

    async fn read_file(&self, path: &str, limit: u64) -> Result<Vec<u8>, StoreError> {
        let response = self.send(self.request("GET", path).limit(limit), "read", path).await?;
        match response.status {
            200 => Ok(response.body),
            _ => Err(from_response(&response, "read", path)),
        }
    }

    async fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let put =
            || self.request("PUT", path).header("content-type", "application/json").body(bytes.to_vec());
        let mut response = self.send(put(), "write", path).await?;
        // The folder is missing: RFC 4918 says 409, some servers 404, 403 or 500.
        let may_lack_folder = matches!(response.status, 403 | 404 | 409 | 500);
        if may_lack_folder && (self.make_folder_of(path).await? || matches!(response.status, 404 | 409)) {
            response = self.send(put(), "write", path).await?;
        }
        if response.is_success() { Ok(()) } else { Err(from_response(&response, "write", path)) }
    }

    /// Makes the folders above a file that are missing, up to the top of the server. Whether this made any.
    async fn make_folder_of(&self, path: &str) -> Result<bool, StoreError> {
        let mut missing: Vec<String> = Vec::new();
        let mut folder = format!("{}/{path}", self.root);
        while let Some(above) = parent(&folder) {
            folder = above;
            let made = self.make_folder(&folder, path).await?;
            if matches!(made, Made::NoParent) {
                missing.push(folder.clone());
                continue;
            }
            let is_new = matches!(made, Made::New) || !missing.is_empty();
            for below in missing.iter().rev() {
                self.make_folder(below, path).await?;
            }
            return Ok(is_new);
        }
        Ok(false)
    }

    async fn make_folder(&self, url: &str, path: &str) -> Result<Made, StoreError> {
        let request = self.request_at("MKCOL", format!("{url}/"));
        let response = self.send(request, "make the folder of", path).await?;
        match response.status {
            // What is there, or may not be touched, is left alone: the write tells what is wrong.
            200..=299 => Ok(Made::New),
            404 | 409 => Ok(Made::NoParent),
            _ => Ok(Made::Already),
        }
    }

    async fn list_folder(&self, folder: &str) -> Result<Vec<Entry>, StoreError> {
        // With a slash at the end: without it some servers redirect.
        let request = self.request("PROPFIND", &format!("{folder}/"));
        let request = request.header("depth", "1").header("content-type", "application/xml");
        let response = self.send(request.body(PROPERTIES.into()), "list", folder).await?;
        match response.status {
            207 => self.listing(&response, folder),
            404 => Ok(Vec::new()),
            _ => Err(from_response(&response, "list", folder)),
        }
    }

    fn listing(&self, response: &HttpResponse, folder: &str) -> Result<Vec<Entry>, StoreError> {
        let path = self.root.splitn(4, '/').nth(3).unwrap_or_default();
        let path = if path.is_empty() { format!("/{folder}") } else { format!("/{path}/{folder}") };
        let xml = String::from_utf8_lossy(&response.body);
        let read = decode(&path).and_then(|path| read_listing(&xml, &path, response.date()));
        read.map_err(|reason| StoreError::new(StoreErrorKind::Other, "list", folder, reason))
    }

    async fn delete_file(&self, path: &str) -> Result<(), StoreError> {
        let response = self.send(self.request("DELETE", path), "delete", path).await?;
        match response.status {
            200..=299 | 404 | 410 => Ok(()),
            _ => Err(from_response(&response, "delete", path)),
        }
    }
}

/// What became of a folder.
enum Made {
    New,
    Already,
    NoParent,
}

/// The URL of the folder that a URL is in; None at the top of the server.
fn parent(url: &str) -> Option<String> {
    let (above, _) = url.rsplit_once('/')?;
    let top = url.find("://")? + 3;
    (above.len() > top && above[top..].contains('/')).then(|| above.to_owned())
}

impl Store for WebdavStore {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(self.read_file(path, u64::MAX))
    }

    fn read_at_most<'a>(&'a self, path: &'a str, limit: u64) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(self.read_file(path, limit))
    }

    fn write<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.write_file(path, bytes))
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        Box::pin(self.list_folder(folder))
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.delete_file(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_end_below_the_host() {
        let mut url = "http://h:80/dav/a/x.json".to_owned();
        let mut above = Vec::new();
        while let Some(folder) = parent(&url) {
            above.push(folder.clone());
            url = folder;
        }
        assert_eq!(above, ["http://h:80/dav/a", "http://h:80/dav"]);
    }
}
