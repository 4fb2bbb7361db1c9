//! A request and a response, each whole. Knows neither connection nor service.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// What is asked of a server.
///
/// ```
/// use minisync_services::http::HttpRequest;
/// let request = HttpRequest::new("PUT", "https://example.org/a.json").body(b"{}".to_vec());
/// assert_eq!(request.to_string(), "PUT https://example.org/a.json, 2 bytes");
/// ```
#[derive(Clone)]
pub struct HttpRequest {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) limit: u64,
}

impl HttpRequest {
    /// How long a response may be unless it is said, in bytes: enough for a listing of a hundred thousand files.
    const LIMIT: u64 = 64 << 20;

    /// A request without a body. The URL is complete and escaped.
    pub fn new(method: &'static str, url: impl Into<String>) -> HttpRequest {
        let (url, headers) = (url.into(), Vec::new());
        HttpRequest { method, url, headers, body: None, limit: HttpRequest::LIMIT }
    }

    /// With one more header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> HttpRequest {
        self.headers.push((name, value.into()));
        self
    }

    /// With this body.
    pub fn body(self, body: Vec<u8>) -> HttpRequest {
        HttpRequest { body: Some(body), ..self }
    }

    /// A longer response is of no use, and is not read to its end. In bytes.
    pub fn limit(self, limit: u64) -> HttpRequest {
        HttpRequest { limit, ..self }
    }

    /// `GET`, `PUT` and so on.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Where it goes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What goes over the wire; for tests that send a part of it.
    #[cfg(feature = "testing")]
    pub fn raw(&self) -> Vec<u8> {
        let path = self.url.splitn(4, '/').nth(3).unwrap_or_default();
        let mut raw = format!("{} /{path} HTTP/1.1\r\nhost: {}\r\n", self.method, self.host());
        for (name, value) in &self.headers {
            raw += &format!("{name}: {value}\r\n");
        }
        raw += &format!("content-length: {}\r\n\r\n", self.body_len());
        let mut raw = raw.into_bytes();
        raw.extend(self.body.iter().flatten());
        raw
    }

    /// How many bytes its body has.
    pub fn body_len(&self) -> u64 {
        self.body.as_ref().map_or(0, |body| body.len() as u64)
    }

    /// Host and port, as they stand in the URL: who shares a limit.
    pub fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or(rest)
    }
}

/// Says nothing of headers: they hold credentials.
impl fmt::Display for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        match &self.body {
            Some(body) => write!(f, ", {} bytes", body.len()),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a server answered.
#[derive(Debug, Clone, Default)]
pub struct HttpResponse {
    /// As in `200`.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// To its end.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first header of this name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A status from 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// How long the server asks us to wait: in seconds, or until a time, which is compared with its own clock.
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.header("retry-after")?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = httpdate::parse_http_date(text).ok()?;
        Some(until.duration_since(self.date()?).unwrap_or_default())
    }

    /// What the server's clock showed.
    pub fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.header("date")?).ok()
    }

    /// Whether the server may do better a moment later.
    pub fn is_busy(&self) -> bool {
        matches!(self.status, 408 | 423 | 425 | 429 | 500 | 502..=504)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_headers_are_not_shown() {
        let request = HttpRequest::new("GET", "http://h:81/x?y").header("authorization", "Basic c2VjcmV0");
        assert_eq!(format!("{request:?}"), "GET http://h:81/x?y");
        assert_eq!(request.host(), "h:81");
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_by_the_clock_of_the_server() {
        let response = |value: &str, date: &str| HttpResponse {
            status: 429,
            headers: vec![("retry-after".into(), value.into()), ("date".into(), date.into())],
            body: vec![],
        };
        assert_eq!(response("300", "").retry_after(), Some(Duration::from_secs(300)));
        let until = "Wed, 21 Oct 2026 07:28:00 GMT";
        assert_eq!(
            response(until, "Wed, 21 Oct 2026 07:27:20 GMT").retry_after(),
            Some(Duration::from_secs(40))
        );
        assert_eq!(response(until, "Wed, 21 Oct 2026 08:00:00 GMT").retry_after(), Some(Duration::ZERO));
        assert_eq!(response(until, "").retry_after(), None);
        assert!(response("1", "").is_busy());
    }
}
