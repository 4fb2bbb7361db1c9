//! URLs of targets, in the one spelling that each place has. Knows no service.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stays as it is in a part of a path or of a query: RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A URL, taken apart.
///
/// ```
/// use minisync_services::ServiceUrl;
/// let url = ServiceUrl::parse("webdavs://Alice@NAS.example.org:443/my%20lists/")?;
/// assert_eq!((url.user(), url.host()), (Some("Alice"), "nas.example.org"));
/// assert_eq!(url.to_string(), "webdavs://Alice@nas.example.org:443/my%20lists");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl {
    scheme: String,
    user: Option<String>,
    host: String,
    port: Option<u16>,
    /// Not escaped.
    path: Vec<String>,
    /// Not escaped, in the order of their names.
    query: Vec<(String, String)>,
}

impl ServiceUrl {
    /// Takes a URL apart. Parts of the path that are empty are left out.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<ServiceUrl, String> {
        let (scheme, rest) = text.split_once("://").ok_or("it is no URL")?;
        if rest.contains('#') {
            return Err("a URL of a target has no fragment (#…); write %23 for a # in a name".to_owned());
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(decode(user)?), place),
            None => (None, authority),
        };
        if user.as_ref().is_some_and(|user| user.contains(':')) {
            return Err(PASSWORD.to_owned());
        }
        let (host, port) = host_and_port(place)?;
        let path =
            path.split('/').filter(|part| !part.is_empty()).map(decode).collect::<Result<Vec<_>, _>>()?;
        if path.iter().any(|part| matches!(part.as_str(), "." | "..")) {
            return Err("its path must not have . or .. in it".to_owned());
        }
        let mut query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Ok((decode(name)?, decode(value)?))
            })
            .collect::<Result<Vec<_>, String>>()?;
        query.sort();
        let user = user.filter(|user| !user.is_empty());
        Ok(ServiceUrl { scheme: scheme.to_ascii_lowercase(), user, host, port, path, query })
    }

    /// In lower case.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Before the `@`.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// In lower case.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Host, and port where one is given.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The parts of the path, not escaped.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// A part of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first name in the query that is none of these.
    pub fn unknown_query(&self, known: &[&str]) -> Option<&str> {
        self.query.iter().map(|(name, _)| name.as_str()).find(|name| !known.contains(name))
    }

    /// The path, escaped, with a slash before each part and none at the end.
    pub fn escaped_path(&self) -> String {
        self.path.iter().map(|part| format!("/{}", escape(part))).collect()
    }
}

/// What is said where somebody put a password into a URL.
const PASSWORD: &str = "a password does not belong into a URL, where others can read it; \
    put it into ~/.netrc or the environment (docs/guide/webdav.md), and leave the user only";

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        if let Some(user) = &self.user {
            write!(f, "{}@", escape(user))?;
        }
        write!(f, "{}{}", self.authority(), self.escaped_path())?;
        for (index, (name, value)) in self.query.iter().enumerate() {
            let mark = if index == 0 { '?' } else { '&' };
            write!(f, "{mark}{}={}", escape(name), escape(value))?;
        }
        Ok(())
    }
}

/// One part of a path or of a query, escaped.
pub(crate) fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// A part of a URL without its escapes.
pub(crate) fn decode(text: &str) -> Result<String, String> {
    let bytes = text.as_bytes();
    let is_escape =
        |at: usize| bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if (0..bytes.len()).any(|at| bytes[at] == b'%' && !is_escape(at)) {
        return Err("a % must be followed by two hex digits".to_owned());
    }
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| "it is not Unicode".to_owned())?;
    if decoded.contains(|c: char| c.is_control()) {
        return Err("it has control characters in it".to_owned());
    }
    Ok(decoded.into_owned())
}

fn host_and_port(place: &str) -> Result<(String, Option<u16>), String> {
    // The colons of an IPv6 address stand between brackets.
    let split = place.rfind(':').filter(|at| !place[*at..].contains(']'));
    let (host, port) = match split {
        Some(at) => (&place[..at], Some(&place[at + 1..])),
        None => (place, None),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._[]:%".contains(c);
    if host.is_empty() || !host.chars().all(is_host) {
        return Err("it names no host".to_owned());
    }
    let port = port.map(|port| port.parse().map_err(|_| format!("{port:?} is no port"))).transpose()?;
    Ok((host.to_ascii_lowercase(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_has_one_spelling() {
        for text in ["webdav://h:8080/a%20b/%c3%bc", "WEBDAV://H:8080//a b/ü/", "webdav://@h:8080/a%20b/ü"]
        {
            assert_eq!(
                ServiceUrl::parse(text).unwrap().to_string(),
                "webdav://h:8080/a%20b/%C3%BC",
                "{text}"
            );
        }
        let text = "s3://bucket/x?region=eu&endpoint=http://[::1]:9000";
        let url = ServiceUrl::parse(text).unwrap();
        assert_eq!(url.to_string(), "s3://bucket/x?endpoint=http%3A%2F%2F%5B%3A%3A1%5D%3A9000&region=eu");
        assert_eq!(url.query("endpoint"), Some("http://[::1]:9000"));
        assert_eq!(ServiceUrl::parse(&url.to_string()), Ok(url));
        assert_eq!(ServiceUrl::parse("webdav://[::1]:80/x").unwrap().authority(), "[::1]:80");
    }

    #[test]
    fn what_names_no_place_is_refused() {
        for text in [
            "webdav://",
            "webdav:///x",
            "webdav://h:x/",
            "webdav://h:99999/",
            "webdav://a b/",
            "webdav://h/%zz",
            "nothing",
            "webdav://h/../x",
            "webdav://h/x#y",
            "webdav://h/%00",
        ] {
            assert!(ServiceUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        let error = ServiceUrl::parse("webdav://alice:hunter2@h/x").unwrap_err();
        assert!(error.contains(".netrc") && !error.contains("hunter2"));
        assert!(ServiceUrl::parse("webdav://alice%3Ahunter2@h/x").is_err());
    }
}
