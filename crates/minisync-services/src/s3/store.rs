//! A place in a bucket as a store. Knows requests and statuses, and no documents.

use std::time::SystemTime;

use futures_util::future::BoxFuture;
use minisync_store::{Entry, Store, StoreError, StoreErrorKind};

use super::{
    Bucket, complaint,
    listing::read_page,
    signature::{Signed, authorization, sha256_hex, timestamp},
};
use crate::{
    http::{HttpClient, HttpRequest, HttpResponse},
    store_error::from_failure,
    url::escape,
};

/// A place in a bucket. Each operation is one request; a listing of more than a thousand files takes one for each
/// thousand.
pub struct S3Store {
    client: HttpClient,
    bucket: Bucket,
}

/// So many pages of a listing are read, in case that a server never comes to an end.
const PAGES: usize = 1000;

impl S3Store {
    /// Makes no request yet.
    pub fn new(client: HttpClient, bucket: Bucket) -> S3Store {
        S3Store { client, bucket }
    }

    /// A signed request. `key` is not escaped, `query` is.
    fn request(&self, method: &'static str, key: &str, query: &str, body: Option<&[u8]>) -> HttpRequest {
        let bucket = &self.bucket;
        let escaped: Vec<String> = key.split('/').map(escape).collect();
        let path = format!("{}/{}", bucket.base, escaped.join("/"));
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request = HttpRequest::new(method, format!("{}{path}{mark}{query}", bucket.origin));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        let Some(account) = &bucket.account else {
            return request;
        };
        let payload = sha256_hex(body.unwrap_or_default());
        let time = timestamp(SystemTime::now());
        let host = request.host().to_owned();
        let mut headers = vec![("host", &*host), ("x-amz-content-sha256", &payload), ("x-amz-date", &time)];
        if let Some(session) = &account.session {
            headers.push(("x-amz-security-token", session.expose()));
        }
        let signed = Signed { method, path: &path, query, headers: &headers, payload: &payload };
        request = request.header("authorization", authorization(&signed, account, &bucket.region, &time));
        // The host is the connection's to send.
        headers.iter().skip(1).fold(request, |request, (name, value)| request.header(name, *value))
    }

    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.bucket.prefix)
    }

    async fn send(
        &self,
        request: HttpRequest,
        action: &'static str,
        path: &str,
    ) -> Result<HttpResponse, StoreError> {
        let response = self.client.send(request).await;
        let response = response.map_err(|failure| from_failure(&failure, action, path))?;
        if response.is_success() {
            return Ok(response);
        }
        Err(complaint::error(&response, &self.bucket, action, path))
    }

    async fn read_file(&self, path: &str, limit: u64) -> Result<Vec<u8>, StoreError> {
        let request = self.request("GET", &self.key(path), "", None).limit(limit);
        Ok(self.send(request, "read", path).await?.body)
    }

    async fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let request = self.request("PUT", &self.key(path), "", Some(bytes));
        self.send(request, "write", path).await.map(drop)
    }

    async fn list_folder(&self, folder: &str) -> Result<Vec<Entry>, StoreError> {
        let prefix = self.key(&format!("{folder}/"));
        let mut entries = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..PAGES {
            // In the order of the names, as it is signed.
            let token =
                next.map(|token| format!("continuation-token={}&", escape(&token))).unwrap_or_default();
            let query = format!("{token}delimiter=%2F&list-type=2&prefix={}", escape(&prefix));
            let response = self.send(self.request("GET", "", &query, None), "list", folder).await?;
            let page = read_page(&String::from_utf8_lossy(&response.body), &prefix);
            let page =
                page.map_err(|reason| StoreError::new(StoreErrorKind::Other, "list", folder, reason))?;
            entries.extend(page.entries);
            next = page.next;
            if next.is_none() {
                return Ok(entries);
            }
        }
        Err(StoreError::new(StoreErrorKind::Other, "list", folder, "the listing never ends"))
    }

    async fn delete_file(&self, path: &str) -> Result<(), StoreError> {
        let request = self.request("DELETE", &self.key(path), "", None);
        match self.send(request, "delete", path).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

impl Store for S3Store {
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
