//! The few things that are done to a file system, each durable when it returns. Knows nothing of what the
//! files are for; tests put a disk that fails in its place.

mod replace;
mod system;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

pub(crate) use replace::{replace, sweep};
pub use replace::{replace_file, replace_file_like};
pub use system::SystemDisk;

/// Writes a file's bytes to where it is told.
pub type Fill<'a> = &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// A file system. Every method is one effect, after which a crash may come.
pub trait Disk: Send + Sync {
    /// The whole file, which must be a regular one and have at most `limit` bytes.
    ///
    /// # Errors
    /// Those of the file system; likewise below.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;

    /// What is directly in a folder.
    ///
    /// # Errors
    /// `NotFound` where there is no such folder.
    fn list(&self, folder: &Path) -> io::Result<Vec<DiskEntry>>;

    /// Makes a folder and those above it; no error where it is there.
    ///
    /// # Errors
    /// As above.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;

    /// Makes a file of a new name (`~….tmp`) in the folder; its bytes are on the disk when this returns.
    /// It has the permissions of the first of the files `like` that is there, or else those of any new file.
    ///
    /// # Errors
    /// As above.
    fn write_new(&self, folder: &Path, like: &[PathBuf], fill: Fill<'_>) -> io::Result<PathBuf>;

    /// Gives a file another name in its folder, in one step; replaces what had that name.
    ///
    /// # Errors
    /// As above.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Brings renames and removals in this folder to the disk.
    ///
    /// # Errors
    /// As above.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// `NotFound` where there is no such file.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// A file or folder, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskEntry {
    /// Its name, where that is Unicode; other names are not listed.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// In bytes.
    pub size: u64,
    /// When its contents last changed, in nanoseconds since the Unix epoch, by the file system's clock.
    pub modified: u128,
}
