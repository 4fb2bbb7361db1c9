//! Reads what a server lists (RFC 4918, `multistatus`). Knows no request.

use minisync_store::Entry;
use roxmltree::{Document, Node};

use crate::url::decode;

const DAV: &str = "DAV:";

/// What is directly in the folder that was asked for; `folder` is its path on the server, not escaped and without a
/// slash at the end. The folder itself is in the listing too, and left out.
///
/// # Errors
/// Where the text is no such listing.
pub(super) fn read_listing(xml: &str, folder: &str) -> Result<Vec<Entry>, String> {
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
            entries.push(entry(response, name));
        }
    }
    Ok(entries)
}

fn entry(response: Node<'_, '_>, name: String) -> Entry {
    let props: Vec<_> = response.descendants().filter(|node| node.has_tag_name((DAV, "prop"))).collect();
    let prop = |name: &str| props.iter().find_map(|props| text_of(*props, name));
    let is_folder = response.descendants().any(|node| node.has_tag_name((DAV, "collection")));
    // Compared weakly: a server that first calls a mark weak and then strong (Apache, within a second) says nothing new.
    let etag = prop("getetag").map(|etag| etag.strip_prefix("W/").unwrap_or(&etag).to_owned());
    Entry {
        name,
        is_folder,
        size: prop("getcontentlength").and_then(|size| size.parse().ok()).unwrap_or(0),
        etag: etag.or_else(|| prop("getlastmodified")),
    }
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
        let entries = read_listing(&xml, "/dav/ü/head").unwrap();
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
            read_listing("<html><body>Sign in</body></html>", "/x").unwrap_err().contains("WebDAV folder?")
        );
        assert!(read_listing("hello", "/x").unwrap_err().contains("no XML"));
    }
}
