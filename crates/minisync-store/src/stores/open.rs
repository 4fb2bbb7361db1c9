//! Which kinds of stores a target's URL can name here. The only file that knows them all.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{
    errors::{Error, Result},
    names::decode_byte,
    record::Target,
    stores::{FolderStore, MemoryStore, Store},
};

impl Target {
    /// Takes a folder's path, absolute or relative to `base`, or a URL: `file:///…` or `memory://name`.
    ///
    /// ```
    /// use std::path::Path;
    /// use minisync_store::Target;
    /// let target = Target::parse("../common lists", Path::new("/home/alice/todo"))?;
    /// assert_eq!(target.url(), "file:///home/alice/common%20lists");
    /// # Ok::<(), minisync_store::Error>(())
    /// ```
    ///
    /// # Errors
    /// `is_unsupported()` for other schemes; `is_malformed()` for a URL that names no place.
    pub fn parse(text: &str, base: &Path) -> Result<Target> {
        let url = match text.split_once("://") {
            None => folder_url(&base.join(text))?,
            Some(("file", path)) => folder_url(&folder_of(text, path)?)?,
            Some(("memory", name)) if !name.is_empty() => text.to_owned(),
            Some(("memory", _)) => {
                return Err(Error::malformed(format!("the target {text:?}"), "it names no store"));
            }
            Some((scheme, _)) => {
                return Err(Error::unsupported(format!(
                    "targets of the kind {scheme}:// are not known to this minisync; \
                     use a folder, or update minisync"
                )));
            }
        };
        Ok(Target::at(url))
    }

    /// The folder that it is, if it is one: for who wants to be told by the system what changes there.
    ///
    /// ```
    /// use std::path::Path;
    /// use minisync_store::Target;
    /// let target = Target::parse("../common lists", Path::new("/home/alice/todo"))?;
    /// assert_eq!(target.folder().as_deref(), Some(Path::new("/home/alice/common lists")));
    /// # Ok::<(), minisync_store::Error>(())
    /// ```
    pub fn folder(&self) -> Option<PathBuf> {
        let path = self.url().strip_prefix("file://")?;
        folder_of(self.url(), path).ok()
    }

    /// The store behind it. Makes no request yet.
    ///
    /// # Errors
    /// As [`Target::parse`].
    pub fn open(&self) -> Result<Box<dyn Store>> {
        match self.url().split_once("://") {
            Some(("file", path)) => Ok(Box::new(FolderStore::new(folder_of(self.url(), path)?))),
            Some(("memory", name)) => Ok(Box::new(memory(name))),
            _ => Err(Error::malformed(format!("the target {:?}", self.url()), "it is no URL")),
        }
    }
}

/// The stores in memory live as long as the process, each under its name.
fn memory(name: &str) -> MemoryStore {
    static STORES: Mutex<BTreeMap<String, MemoryStore>> = Mutex::new(BTreeMap::new());
    let mut stores = STORES.lock().unwrap_or_else(PoisonError::into_inner);
    stores.entry(name.to_owned()).or_default().clone()
}

/// Without `.` and `..`, and with `/` also on Windows.
fn folder_url(path: &Path) -> Result<String> {
    let mut whole = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(whole.pop()),
            other => whole.push(other),
        }
    }
    let text = whole.to_str().filter(|_| whole.is_absolute()).ok_or_else(|| {
        let place = format!("the target {}", path.display());
        Error::malformed(place, "a folder's path must be absolute, and Unicode")
    })?;
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() };
    let slash = if text.starts_with('/') { "" } else { "/" };
    let mut url = format!("file://{slash}");
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' | b':' => {
                url.push(char::from(byte));
            }
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(url)
}

/// The path in a `file://` URL, which may leave out the host or say `localhost`.
fn folder_of(url: &str, rest: &str) -> Result<PathBuf> {
    let bad = |reason| Error::malformed(format!("the target {url:?}"), reason);
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    if !path.starts_with('/') {
        return Err(bad("a folder's URL is written file:///folder"));
    }
    let path = percent_decode(path).ok_or_else(|| bad("a % must be followed by two hex digits"))?;
    let drive = matches!(path.as_bytes(), [b'/', letter, b':', ..] if letter.is_ascii_alphabetic());
    Ok(PathBuf::from(if cfg!(windows) && drive { &path[1..] } else { &path }))
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let (digits, tail) = rest.split_at_checked(2)?;
        bytes.push(decode_byte(&digits.to_ascii_lowercase())?);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn url(text: &str) -> String {
        Target::parse(text, Path::new("/home/alice")).unwrap().url().to_owned()
    }

    #[test]
    fn one_place_has_one_spelling() {
        for text in [
            "./shared",
            "shared",
            "shared/",
            "/home/alice/shared",
            "shared/x/..",
            "file:///home/alice/shared",
            "file://localhost/home/alice/shared/",
        ] {
            assert_eq!(url(text), "file:///home/alice/shared", "{text}");
        }
    }

    #[test]
    fn any_folder_name_survives() {
        let target = Target::parse("a b%20ü?#", Path::new("/tmp")).unwrap();
        assert_eq!(target.url(), "file:///tmp/a%20b%2520%C3%BC%3F%23");
        let (_, path) = target.url().split_once("://").unwrap();
        assert_eq!(folder_of(target.url(), path).unwrap(), Path::new("/tmp/a b%20ü?#"));
        assert_eq!(url(target.url()), target.url());
    }

    #[test]
    fn other_kinds_say_what_to_do() {
        let error = Target::parse("s3://bucket", Path::new("/")).unwrap_err();
        assert!(error.is_unsupported());
        assert!(error.to_string().contains("update minisync"));
        for text in ["memory://", "file://host/x", "file:///%zz", "file:///%4"] {
            assert!(Target::parse(text, Path::new("/")).unwrap_err().is_malformed(), "{text}");
        }
    }

    #[test]
    fn memory_is_shared_under_its_name() {
        let open = || Target::parse("memory://target-test", Path::new("/")).unwrap().open().unwrap();
        pollster::block_on(open().write("a/x", b"1")).unwrap();
        assert_eq!(pollster::block_on(open().read("a/x")).unwrap(), b"1");
    }
}
