//! A disk that dies when its fuse burns through. Works on the real file system before that, but waits for
//! no hardware: it is the process that dies, not the machine.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{
    disk::{Disk, DiskEntry, Fill, SystemDisk},
    testing::{Cut, Fuse},
};

/// The file system, as seen by a process that a [`Fuse`] cuts off.
#[derive(Debug, Clone)]
pub struct FaultyDisk {
    fuse: Fuse,
}

impl FaultyDisk {
    /// Every change to the disk is an effect of this fuse.
    pub fn new(fuse: Fuse) -> FaultyDisk {
        FaultyDisk { fuse }
    }

    fn living(&self) -> io::Result<()> {
        if self.fuse.is_dead() { Err(dead()) } else { Ok(()) }
    }

    fn whole(&self, action: &str, path: &Path) -> io::Result<()> {
        match self.burn(action, path) {
            Cut::Whole => Ok(()),
            Cut::Half | Cut::Dead => Err(dead()),
        }
    }

    fn burn(&self, action: &str, path: &Path) -> Cut {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.fuse.burn(format!("disk: {action} {name}"))
    }
}

impl Disk for FaultyDisk {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.living().and_then(|()| SystemDisk.read(path, limit))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<DiskEntry>> {
        self.living().and_then(|()| SystemDisk.list(folder))
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        self.whole("create", folder).and_then(|()| SystemDisk.create_folder(folder))
    }

    fn write_new(&self, folder: &Path, like: &[PathBuf], fill: Fill<'_>) -> io::Result<PathBuf> {
        let cut = self.burn("write into", folder);
        if cut == Cut::Dead {
            return Err(dead());
        }
        let mut bytes = Vec::new();
        fill(&mut bytes)?;
        if cut == Cut::Half {
            bytes.truncate(bytes.len() / 2);
        }
        let mut file = tempfile::Builder::new().prefix("~minisync-").suffix(".tmp").tempfile_in(folder)?;
        if let Some(model) = like.iter().find_map(|path| std::fs::metadata(path).ok()) {
            file.as_file().set_permissions(model.permissions())?;
        }
        file.write_all(&bytes)?;
        let (_, path) = file.keep()?;
        if cut == Cut::Half { Err(dead()) } else { Ok(path) }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.whole("rename to", to).and_then(|()| SystemDisk.rename(from, to))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.whole("sync", folder)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.whole("remove", path).and_then(|()| SystemDisk.remove(path))
    }
}

fn dead() -> io::Error {
    io::Error::other("the process is dead")
}
