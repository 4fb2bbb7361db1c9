//! The few things that are done to a file system, each durable when it returns. Knows nothing of what the
//! files are for; tests put a disk that fails in its place.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// How long a temporary file is left alone, in nanoseconds: its writer may be at work, or away for long.
const STALE: u128 = 86_400_000_000_000;

/// Writes a file's bytes to where it is told.
pub type Fill<'a> = &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// A file system. Every method is one effect, after which a crash may come.
pub trait Disk {
    /// The whole file.
    ///
    /// # Errors
    /// Those of the file system; likewise below.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

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
    ///
    /// # Errors
    /// As above.
    fn write_new(&self, folder: &Path, fill: Fill<'_>) -> io::Result<PathBuf>;

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

/// Replaces a file in one step: readers find the old one or the new one, whole, and so does whoever comes
/// after a crash.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, fill: Fill<'_>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let new = disk.write_new(folder, fill)?;
    if let Err(error) = disk.rename(&new, path) {
        // The rename's error is the one to tell; a temporary file that stays is ignored by everyone.
        let _ = disk.remove(&new);
        return Err(error);
    }
    disk.sync_folder(folder)
}

/// Replaces a small file in one step, or makes it: for what a program keeps beside the state. Durable once this
/// returns.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("note.json");
/// minisync_store::replace_file(&path, b"{}")?;
/// assert_eq!(std::fs::read(&path)?, b"{}");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Those of the file system; the file is as it was then.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(&SystemDisk, path, &mut |to| to.write_all(bytes))
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

/// The file system of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<DiskEntry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            match entry.metadata() {
                Ok(facts) => entries.push(DiskEntry {
                    name,
                    is_folder: facts.is_dir(),
                    size: facts.len(),
                    modified: nanoseconds(&facts),
                }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(entries)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    fn write_new(&self, folder: &Path, fill: Fill<'_>) -> io::Result<PathBuf> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("~minisync-").suffix(".tmp").rand_bytes(8);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder)?;
        let mut writer = BufWriter::with_capacity(1 << 16, file.as_file_mut());
        fill(&mut writer)?;
        writer.flush()?;
        drop(writer);
        file.as_file().sync_all()?;
        let (_, path) = file.keep()?;
        Ok(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // Windows has no way to open a folder for this, and writes renames through its journal.
        if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

fn nanoseconds(facts: &fs::Metadata) -> u128 {
    let modified = facts.modified().ok();
    let since_epoch = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since_epoch.map_or(0, |time| time.as_nanos())
}
