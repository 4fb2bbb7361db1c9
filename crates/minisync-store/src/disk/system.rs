//! The file system of the operating system. Knows nothing of what the files are for.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
};

use crate::{
    disk::{Disk, DiskEntry, Fill},
    errors::too_long_reason,
};

/// The file system of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        // Before it is opened: opening a pipe waits for whoever writes into it, perhaps for ever.
        let facts = fs::metadata(path)?;
        if !facts.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(facts.len().min(limit)).unwrap_or_default());
        File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, too_long_reason(limit)));
        }
        Ok(bytes)
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

    fn write_new(&self, folder: &Path, like: &[PathBuf], fill: Fill<'_>) -> io::Result<PathBuf> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("~minisync-").suffix(".tmp").rand_bytes(8);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder)?;
        // Before there is anything in it that somebody could read.
        if let Some(model) = like.iter().find_map(|path| fs::metadata(path).ok()) {
            file.as_file().set_permissions(model.permissions())?;
        }
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
