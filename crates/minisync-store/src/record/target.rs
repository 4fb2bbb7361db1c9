//! A target: the URL of a store. Knows not which kinds of stores there are.

use std::fmt;

use crate::files::json_fields;

/// Where to sync with: a folder or another store, as a URL, and whether it is only read.
///
/// With the feature `folder`, `Target::parse` and `Target::open` know folders and stores in memory.
///
/// ```
/// let target = minisync_store::Target::at("memory://lists").read_only();
/// assert_eq!((target.url(), target.is_read_only()), ("memory://lists", true));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    url: String,
    read_only: bool,
}

json_fields!(Target { url: "url", read_only: "readOnly" });

impl Target {
    /// The place that has this URL, whatever is there: for stores of your own. One place must have one URL.
    ///
    /// ```
    /// let target = minisync_store::Target::at("webdav://example.org/lists");
    /// assert!(!target.is_read_only());
    /// ```
    pub fn at(url: impl Into<String>) -> Target {
        Target { url: url.into(), read_only: false }
    }

    /// The same place, where nothing is to be written.
    pub fn read_only(self) -> Target {
        Target { read_only: true, ..self }
    }

    /// Whether nothing is to be written there.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The URL, in one spelling for one place.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}
