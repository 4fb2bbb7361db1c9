//! Paths: where in a document a value is. Knows their text forms; does not know what a document is.

mod parse;

use std::{borrow::Cow, fmt, str::FromStr};

use ecow::EcoString;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::names::error::{Error, Result};

/// Where in a document a value is.
///
/// As text it is dotted, or a JSON Pointer (RFC 6901) where it begins with `/`:
///
/// | text | leads to |
/// |---|---|
/// | *(empty)* | the whole document |
/// | `foo.bar[1]` | the second element of the list `bar` in the map `foo` |
/// | `foo[-1]` | the last element of `foo`: negative indices count from the end |
/// | `["a.b"].c`, `['a.b'].c` | `c` in the map under the key `a.b`; escapes are those of JSON strings |
/// | `foo.0` | in a list the first element, in a map what is under the key `0` |
/// | `/foo/bar/1` | as JSON Pointer: like `foo.bar.1`; `~0` is a `~`, `~1` a `/` in a key |
/// | `/foo/-` | in a list the place after the last element, in a map what is under the key `-` |
///
/// ```
/// use minisync::{Path, Segment};
/// let path = Path::parse("todos[0].title")?;
/// assert_eq!(path, Path::root().key("todos").index(0).key("title"));
/// assert_eq!(path.segments()[1], Segment::Index(0));
/// assert_eq!(path.to_string(), "todos[0].title");
/// assert_eq!(path.to_pointer(), "/todos/0/title");
/// assert!(Path::parse("todos[0").unwrap_err().is_path());
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Path(Vec<Segment>);

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// An entry of a map.
    Key(EcoString),
    /// An element of a list. Negative: from the end, -1 is the last.
    Index(i64),
    /// Digits without a leading zero, or `-`: an index in a list, a key in a map. In a list, `-` is the
    /// place after the last element. Arises from text that does not say which is meant, for instance from
    /// a JSON Pointer.
    Token(EcoString),
}

impl Segment {
    /// An element, by its index from the start.
    pub(crate) fn at(index: usize) -> Segment {
        Segment::Index(i64::try_from(index).unwrap_or(i64::MAX))
    }
}

impl Path {
    /// The path of an element, by an index from the start.
    pub(crate) fn at(mut self, index: usize) -> Path {
        self.0.push(Segment::at(index));
        self
    }

    /// The path of the whole document.
    pub fn root() -> Path {
        Path::default()
    }

    /// Reads a path, dotted or a JSON Pointer.
    ///
    /// # Errors
    /// Where the text is neither; the error says at which byte, and what was expected there.
    pub fn parse(text: &str) -> Result<Path> {
        parse::path(text).map(Path)
    }

    /// Its steps, from the root on.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// This path, and from there on to an entry of a map.
    #[must_use]
    pub fn key(mut self, key: impl Into<EcoString>) -> Path {
        self.0.push(Segment::Key(key.into()));
        self
    }

    /// This path, and from there on to an element of a list.
    #[must_use]
    pub fn index(mut self, index: i64) -> Path {
        self.0.push(Segment::Index(index));
        self
    }

    /// This path, and from there on along `other`.
    ///
    /// ```
    /// use minisync::Path;
    /// let item = Path::root().key("items").index(2);
    /// assert_eq!(item.join(&Path::parse("tags[0]")?).to_string(), "items[2].tags[0]");
    /// # Ok::<(), minisync::Error>(())
    /// ```
    #[must_use]
    pub fn join(&self, other: &Path) -> Path {
        Path([self.segments(), other.segments()].concat())
    }

    /// The path of the map or list that this path leads into; `None` for the root.
    ///
    /// ```
    /// use minisync::Path;
    /// assert_eq!(Path::parse("items[2]")?.parent(), Some(Path::root().key("items")));
    /// assert_eq!(Path::root().parent(), None);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn parent(&self) -> Option<Path> {
        let (_, parent) = self.0.split_last()?;
        Some(Path(parent.to_vec()))
    }

    /// As JSON Pointer (RFC 6901). A negative index is written as it is, which only MiniSync understands.
    ///
    /// ```
    /// use minisync::Path;
    /// assert_eq!(Path::root().key("a/b").key("c~d").index(3).to_pointer(), "/a~1b/c~0d/3");
    /// ```
    pub fn to_pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in &self.0 {
            pointer.push('/');
            match segment {
                Segment::Index(index) => pointer.push_str(&index.to_string()),
                Segment::Key(name) | Segment::Token(name) => {
                    for letter in name.chars() {
                        match letter {
                            '~' => pointer.push_str("~0"),
                            '/' => pointer.push_str("~1"),
                            _ => pointer.push(letter),
                        }
                    }
                }
            }
        }
        pointer
    }
}

/// Writes the shortest dotted form, which parses back to an equal path. Control characters are escaped.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if parse::is_bare(key, at == 0) => {
                    f.write_str(if at == 0 { "" } else { "." })?;
                    f.write_str(key)?;
                }
                Segment::Key(key) => write!(f, "[{}]", Quoted(key))?,
                Segment::Token(token) => {
                    f.write_str(if at == 0 { "" } else { "." })?;
                    f.write_str(token)?;
                }
            }
        }
        Ok(())
    }
}

/// A JSON string, in the quotes that make it shorter.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |quote| self.0.matches(quote).count();
        let quote = if count('"') > count('\'') { '\'' } else { '"' };
        write!(f, "{quote}")?;
        for letter in self.0.chars() {
            match letter {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\u{8}' => f.write_str("\\b")?,
                '\u{c}' => f.write_str("\\f")?,
                _ if letter.is_control() => write!(f, "\\u{:04x}", u32::from(letter))?,
                '\\' => f.write_str("\\\\")?,
                _ if letter == quote => write!(f, "\\{quote}")?,
                _ => write!(f, "{letter}")?,
            }
        }
        write!(f, "{quote}")
    }
}

impl FromStr for Path {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Path::parse(text)
    }
}

/// A token that does not look like an index becomes the key that it means.
impl FromIterator<Segment> for Path {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        let meant = |segment| match segment {
            Segment::Token(name) if !parse::is_index_like(&name) => Segment::Key(name),
            _ => segment,
        };
        Path(segments.into_iter().map(meant).collect())
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Path::parse(&text).map_err(de::Error::custom)
    }
}

/// What can stand for a path: a text that is parsed on the way, or a [`Path`].
pub trait ToPath {
    /// The path.
    ///
    /// # Errors
    /// Where it is a text that cannot be read as a path.
    fn to_path(&self) -> Result<Cow<'_, Path>>;
}

impl ToPath for &str {
    fn to_path(&self) -> Result<Cow<'_, Path>> {
        Path::parse(self).map(Cow::Owned)
    }
}

impl ToPath for &String {
    fn to_path(&self) -> Result<Cow<'_, Path>> {
        Path::parse(self).map(Cow::Owned)
    }
}

impl ToPath for Path {
    fn to_path(&self) -> Result<Cow<'_, Path>> {
        Ok(Cow::Borrowed(self))
    }
}

impl ToPath for &Path {
    fn to_path(&self) -> Result<Cow<'_, Path>> {
        Ok(Cow::Borrowed(self))
    }
}

#[cfg(test)]
mod tests;
