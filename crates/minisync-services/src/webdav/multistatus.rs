//! Reads what a server lists (RFC 4918, `multistatus`). Knows no request.

use std::time::{Duration, SystemTime};

use minisync_store::Entry;
use roxmltree::{Document, Node};

use crate::url::decode;

const DAV: &str = "DAV:";

/// What is directly in the folder that was asked for; `folder` is its path on the server, not escaped and without a
/// slash at the end. The folder itself is in the listing too, and left out. `now` is the time of the listing, by the
/// server's clock.
///
/// # Errors
/// Where the text is no such listing.
pub(super) fn read_listing(xml: &str, folder: &str, now: Option<SystemTime>) -> Result<Vec<Entry>, String> {
    let document =
        Document::parse(xml).map_err(|error| format!("the server's listing is no XML: {error}"))?;
    let root = document.root_element();
    if !root.has_tag_name((DAV, "multistatus")) {
        return Err(
            "the server answered with something else than a listing; is this the URL of a WebDAV folder?"
                .to_owned(),
        );
    }
    let responses = root.children().filter(|node| node.has_tag_name((DAV, "response")));
    let mut entries = Vec::new();
    for response in responses {
        let href = text_of(response, "href").ok_or("the server's listing has an entry without a name")?;
        if let Some(name) = name_in(&href, folder)? {
            entries.push(entry(response, name, now));
        }
    }
    Ok(entries)
}

fn entry(response: Node<'_, '_>, name: String, now: Option<SystemTime>) -> Entry {
    let props: Vec<_> = response.descendants().filter(|node| node.has_tag_name((DAV, "prop"))).collect();
    let prop = |name: &str| props.iter().find_map(|props| text_of(*props, name));
    Entry {
        name,
        is_folder: response.descendants().any(|node| node.has_tag_name((DAV, "collection"))),
        size: prop("getcontentlength").and_then(|size| size.parse().ok()).unwrap_or(0),
        etag: mark(prop("getetag"), prop("getlastmodified"), now),
    }
}

/// For so long after a change, a mark that is made of a time may be the same for another change.
const UNSAFE: Duration = Duration::from_secs(2);

/// What changes when the file does: an ETag, or where there is none, the time of its change.
///
/// ETags are compared weakly: a server that first calls one weak and then strong (Apache, within a second) says nothing
/// new. One that is not in quotes is made of a time (wsgidav), and a time counts seconds only: so as long as the file may
/// change within that same second, the mark is one that no later listing has, and the file is read once more.
fn mark(etag: Option<String>, time: Option<String>, now: Option<SystemTime>) -> Option<String> {
    let etag = etag.map(|etag| etag.strip_prefix("W/").unwrap_or(&etag).to_owned());
    if etag.as_ref().is_some_and(|etag| etag.starts_with('"')) {
        return etag;
    }
    let changed = time.as_ref().and_then(|time| httpdate::parse_http_date(time).ok());
    let is_unsafe = changed
        .zip(now)
        .is_some_and(|(changed, now)| now.duration_since(changed).map_or(true, |age| age < UNSAFE));
    let mark = etag.or(time)?;
    match now.filter(|_| is_unsafe) {
        Some(_) => Some(format!("{mark}, listed at {}", nanoseconds())),
        None => Some(mark),
    }
}

/// The time, by a clock that is fine enough for no two listings to have the same.
fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos()
}

fn text_of(node: Node<'_, '_>, name: &str) -> Option<String> {
    let child = node.children().find(|child| child.has_tag_name((DAV, name)))?;
    Some(child.text()?.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The last part of a path that is directly in the folder; None for the folder itself. Servers write whole URLs or
/// paths, escaped in ways of their own.
fn name_in(href: &str, folder: &str) -> Result<Option<String>, String> {
    let path = match href.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => href,
    };
    let path = decode(path.trim_end_matches('/'))
        .map_err(|reason| format!("the server lists {href:?}: {reason}"))?;
    let (above, name) = path.rsplit_once('/').unwrap_or(("", &path));
    // A server behind another one may say another folder; what matters is that it is not this one itself.
    let is_itself = path == folder || folder.ends_with(&path) && !above.ends_with(folder);
    Ok((!is_itself && !name.is_empty()).then(|| name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(body: &str) -> Vec<(String, bool, u64, Option<String>)> {
        let xml = format!("<?xml version=\"1.0\"?><D:multistatus xmlns:D=\"DAV:\">{body}</D:multistatus>");
        let entries = read_listing(&xml, "/dav/ü/head", None).unwrap();
        entries.into_iter().map(|entry| (entry.name, entry.is_folder, entry.size, entry.etag)).collect()
    }

    fn response(href: &str, props: &str) -> String {
        format!(
            "<D:response><D:href>{href}</D:href><D:propstat><D:prop>{props}</D:prop>\
             <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
        )
    }

    #[test]
    fn the_folder_itself_is_left_out_in_every_spelling() {
        let folder = "<D:resourcetype><D:collection/></D:resourcetype>";
        for href in ["/dav/%C3%BC/head/", "/dav/%c3%bc/head", "http://h:80/dav/%C3%BC/head/", "/ü/head/"] {
            assert_eq!(listed(&response(href, folder)), [], "{href}");
        }
    }

    #[test]
    fn marks_are_etags_or_times_and_weak_ones_are_equal_to_strong_ones() {
        let size = "<D:getcontentlength>7</D:getcontentlength>";
        let time = "<D:getlastmodified>Wed, 25 Nov 2026 05:00:00 GMT</D:getlastmodified>";
        for (etag, mark) in [("W/&quot;a&quot;", "\"a\""), ("\"a\"", "\"a\""), ("a-b", "a-b")] {
            let props = format!("{size}{time}<D:getetag>{etag}</D:getetag>");
            let expected = ("x.json".to_owned(), false, 7, Some(mark.to_owned()));
            assert_eq!(listed(&response("/dav/%C3%BC/head/x.json", &props)), [expected]);
        }
        let [(_, _, _, mark)] = &listed(&response("/dav/%C3%BC/head/x.json", &format!("{size}{time}")))[..]
        else {
            panic!("one entry");
        };
        assert_eq!(mark.as_deref(), Some("Wed, 25 Nov 2026 05:00:00 GMT"));
    }

    #[test]
    fn what_is_no_listing_is_said_so() {
        assert!(
            read_listing("<html><body>Sign in</body></html>", "/x", None)
                .unwrap_err()
                .contains("WebDAV folder?")
        );
        assert!(read_listing("hello", "/x", None).unwrap_err().contains("no XML"));
    }

    /// nginx has no ETags in listings, and times in seconds. A head that was written three times within a second had the
    /// size and the time of the first one again, and others did not see it for a day.
    #[test]
    fn a_time_that_is_young_is_another_mark_than_the_same_time_later() {
        let time = "Wed, 25 Nov 2026 05:00:00 GMT";
        let at = |now: &str| mark(None, Some(time.to_owned()), Some(httpdate::parse_http_date(now).unwrap()));
        let young = at("Wed, 25 Nov 2026 05:00:01 GMT");
        assert_ne!(young, at("Wed, 25 Nov 2026 05:00:01 GMT"));
        let old = at("Wed, 25 Nov 2026 05:00:02 GMT");
        assert_eq!(old.as_deref(), Some(time));
        assert_ne!(young, old);
        let quoted =
            |now: &str| mark(Some("\"a\"".into()), Some(time.into()), httpdate::parse_http_date(now).ok());
        assert_eq!(quoted(time), quoted("Wed, 25 Nov 2026 05:00:09 GMT"));
    }
}
