//! Reads what a bucket lists (`ListObjectsV2`). Knows no request.

use minisync_store::Entry;
use roxmltree::{Document, Node};

/// A page of a listing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    /// What to ask the next page with.
    pub(super) next: Option<String>,
}

/// Reads a page. `prefix` is what was asked for, with a slash at the end.
///
/// # Errors
/// Where the text is no such page.
pub(super) fn read_page(xml: &str, prefix: &str) -> Result<Page, String> {
    let document =
        Document::parse(xml).map_err(|error| format!("the server's listing is no XML: {error}"))?;
    let root = document.root_element();
    if root.tag_name().name() != "ListBucketResult" {
        return Err(
            "the server answered with something else than a listing; is its endpoint right?".to_owned()
        );
    }
    let mut entries = Vec::new();
    for node in root.children() {
        let (key, is_folder) = match node.tag_name().name() {
            "Contents" => (text_of(node, "Key"), false),
            "CommonPrefixes" => (text_of(node, "Prefix"), true),
            _ => continue,
        };
        // A key that is the folder itself is what some web consoles make.
        let name =
            key.as_deref().and_then(|key| key.strip_prefix(prefix)).map(|name| name.trim_end_matches('/'));
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            entries.push(Entry {
                name: name.to_owned(),
                is_folder,
                size: text_of(node, "Size").and_then(|size| size.parse().ok()).unwrap_or(0),
                etag: text_of(node, "ETag").or_else(|| text_of(node, "LastModified")),
            });
        }
    }
    let is_cut = text_of(root, "IsTruncated").as_deref() == Some("true");
    Ok(Page { entries, next: text_of(root, "NextContinuationToken").filter(|_| is_cut) })
}

pub(super) fn text_of(node: Node<'_, '_>, name: &str) -> Option<String> {
    let child = node.children().find(|child| child.tag_name().name() == name)?;
    child.text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_files_and_folders() {
        let xml = "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>true</IsTruncated>\
            <Contents><Key>p/head/</Key><Size>0</Size></Contents>\
            <Contents><Key>p/head/a.json</Key><Size>7</Size><ETag>&quot;x&quot;</ETag></Contents>\
            <CommonPrefixes><Prefix>p/head/b/</Prefix></CommonPrefixes>\
            <NextContinuationToken>t/+=</NextContinuationToken></ListBucketResult>";
        let page = read_page(xml, "p/head/").unwrap();
        let names: Vec<_> =
            page.entries.iter().map(|entry| (entry.name.as_str(), entry.is_folder, entry.size)).collect();
        assert_eq!(names, [("a.json", false, 7), ("b", true, 0)]);
        assert_eq!(page.entries[0].etag.as_deref(), Some("\"x\""));
        assert_eq!(page.next.as_deref(), Some("t/+="));
        assert!(read_page("<html/>", "").is_err());
    }
}
