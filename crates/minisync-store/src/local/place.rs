//! Where a document's local state is. Knows nothing of what is in it.

use std::path::{Path, PathBuf};

use crate::errors::{Error, Result};

/// The folder and the name of one document's local state: a few files in `.minisync/` beside the JSON file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatePlace {
    folder: PathBuf,
    name: String,
    /// The JSON file that it belongs to.
    file: Option<PathBuf>,
}

impl StatePlace {
    /// The place that belongs to a JSON file: `.minisync/` beside it, under the file's name.
    ///
    /// ```
    /// use std::path::Path;
    /// let place = minisync_store::StatePlace::beside(Path::new("lists/todo.json"))?;
    /// assert_eq!(place.folder(), Path::new("lists/.minisync"));
    /// # Ok::<(), minisync_store::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the path has no file name, or one that is not Unicode.
    pub fn beside(file: &Path) -> Result<StatePlace> {
        let refused = |reason| Error::malformed(format!("the path {}", file.display()), reason);
        let name = file.file_name().ok_or_else(|| refused("it is not the name of a file"))?;
        let name =
            name.to_str().ok_or_else(|| refused("the file's name is not Unicode; give it another one"))?;
        let place = StatePlace::new(file.with_file_name(".minisync"), name)?;
        Ok(StatePlace { file: Some(file.to_path_buf()), ..place })
    }

    /// Any other place.
    ///
    /// # Errors
    /// Where `name` is empty or more than a plain name.
    pub fn new(folder: impl Into<PathBuf>, name: &str) -> Result<StatePlace> {
        if name.is_empty() || name.contains(['/', '\\', '\0']) {
            return Err(Error::malformed(format!("the name {name:?}"), "it is no plain file name"));
        }
        Ok(StatePlace { folder: folder.into(), name: name.to_owned(), file: None })
    }

    /// The folder, for whatever else the caller keeps there.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether there is a state. Takes no lock, so that it may change at any time.
    pub fn exists(&self) -> bool {
        self.current().is_file() || self.previous().is_file()
    }

    /// Whose permissions all that is kept here takes, the best first: what is private stays so. Where the file is
    /// gone, the state remembers what it had.
    pub fn models(&self) -> Vec<PathBuf> {
        self.file.iter().cloned().chain([self.current(), self.previous()]).collect()
    }

    /// Gives the state here the name of another place in the same folder. To be called while it is open here, and
    /// before it would be saved again.
    ///
    /// # Errors
    /// Those of the file system; the current state is moved last.
    pub fn rename_to(&self, other: &StatePlace) -> std::io::Result<()> {
        debug_assert_eq!(self.folder, other.folder, "a state is moved to another folder");
        for (from, to) in [(self.previous(), other.previous()), (self.current(), other.current())] {
            match std::fs::rename(from, to) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// What the state belongs to, for people.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn current(&self) -> PathBuf {
        self.folder.join(format!("{}.state", self.name))
    }

    pub(crate) fn previous(&self) -> PathBuf {
        self.folder.join(format!("{}.state.previous", self.name))
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.folder.join(format!("{}.lock", self.name))
    }
}
