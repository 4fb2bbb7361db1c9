//! Replacing a file in one step, and sweeping up after those who were cut off in the middle. Knows nothing of what is
//! in the files.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::disk::{Disk, Fill, SystemDisk};

/// How long a temporary file is left alone, in nanoseconds: its writer may be at work, or away for long.
const STALE: u128 = 86_400_000_000_000;

/// Replaces the file at `path`, or makes it, so that readers find the old bytes or the new ones, whole, and so does
/// whoever comes after a crash: written under a temporary name in the same folder, brought to the disk, and renamed.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("note.txt");
/// minisync_store::replace_file(&path, b"one")?;
/// minisync_store::replace_file(&path, b"two")?;
/// assert_eq!(std::fs::read(&path)?, b"two");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Where the folder is not there or cannot be written. Then the file is as it was.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_file_like(path, &[path.to_path_buf()], bytes)
}

/// The same, with the permissions of the first of the files `like` that is there: what a private file becomes is
/// private too.
///
/// # Errors
/// As [`replace_file`].
pub fn replace_file_like(path: &Path, like: &[PathBuf], bytes: &[u8]) -> io::Result<()> {
    put(&SystemDisk, path, like, &mut |to: &mut dyn Write| to.write_all(bytes))
}

/// The same on any disk, with the permissions of any new file: what others are to read.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, fill: Fill<'_>) -> io::Result<()> {
    put(disk, path, &[], fill)
}

fn put(disk: &dyn Disk, path: &Path, like: &[PathBuf], fill: Fill<'_>) -> io::Result<()> {
    // The parent of a bare name is empty, and no path of a folder.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let new = disk.write_new(folder, like, fill)?;
    if let Err(error) = disk.rename(&new, path) {
        // The rename's error is the one to tell; a temporary file that stays is ignored by everyone.
        let _ = disk.remove(&new);
        return Err(error);
    }
    disk.sync_folder(folder)
}

/// Removes what writers left in a folder that crashed more than a day before the newest file there was
/// written. Only tidies up: errors are left for the next time.
pub(crate) fn sweep(disk: &dyn Disk, folder: &Path) {
    let Ok(entries) = disk.list(folder) else {
        return;
    };
    let newest = entries.iter().map(|entry| entry.modified).max().unwrap_or_default();
    for entry in &entries {
        let temporary = entry.name.starts_with("~minisync-") && entry.name.ends_with(".tmp");
        if temporary && newest.saturating_sub(entry.modified) > STALE {
            let _ = disk.remove(&folder.join(&entry.name));
        }
    }
}
