//! A folder as a store: also one that Syncthing, Dropbox or a USB stick carries around. Knows nothing of
//! documents, and asks the file system for no hard links, locks or upper and lower case.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::future::BoxFuture;

use crate::{
    disk::{self, Disk, SystemDisk},
    errors::{StoreError, StoreErrorKind},
    requests::Entry,
    stores::Store,
};

/// A folder. Files are written under a temporary name, brought to the disk, and then renamed, so that a
/// reader finds them whole or not at all. It never pends.
#[derive(Clone)]
pub struct FolderStore {
    root: PathBuf,
    disk: Arc<dyn Disk>,
}

impl FolderStore {
    /// The store in this folder, which is made at the first write if it is not there.
    pub fn new(root: impl Into<PathBuf>) -> FolderStore {
        FolderStore::on(root, Arc::new(SystemDisk))
    }

    /// The same on another disk.
    pub fn on(root: impl Into<PathBuf>, disk: Arc<dyn Disk>) -> FolderStore {
        FolderStore { root: root.into(), disk }
    }

    fn path(&self, action: &'static str, path: &str) -> Result<PathBuf, StoreError> {
        let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
        if path.split('/').all(plain) {
            return Ok(path.split('/').fold(self.root.clone(), |whole, part| whole.join(part)));
        }
        let reason = "a path in a store consists of plain names";
        Err(StoreError::new(StoreErrorKind::Other, action, path, reason))
    }

    fn read_file(&self, path: &str, limit: u64) -> Result<Vec<u8>, StoreError> {
        let file = self.path("read", path)?;
        self.disk.read(&file, limit).map_err(|error| StoreError::from_io(&error, "read", path))
    }

    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let file = self.path("write", path)?;
        let folder = file.parent().unwrap_or(&self.root);
        let fill = &mut |to: &mut dyn Write| to.write_all(bytes);
        self.make(folder)
            .and_then(|()| disk::replace(&*self.disk, &file, fill))
            .map_err(|error| StoreError::from_io(&error, "write", path))?;
        disk::sweep(&*self.disk, folder);
        Ok(())
    }

    /// Makes a folder, and brings each new name on the way to it to the disk.
    fn make(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        let new: Vec<&Path> = folder.ancestors().take_while(|above| !above.is_dir()).collect();
        self.disk.create_folder(folder)?;
        for made in new {
            match made.parent() {
                Some(above) if !above.as_os_str().is_empty() => self.disk.sync_folder(above)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn list_folder(&self, folder: &str) -> Result<Vec<Entry>, StoreError> {
        let place = self.path("list", folder)?;
        match self.disk.list(&place) {
            Ok(entries) => Ok(entries
                .into_iter()
                .map(|entry| Entry {
                    name: entry.name,
                    is_folder: entry.is_folder,
                    size: entry.size,
                    etag: Some(entry.modified.to_string()),
                })
                .collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(StoreError::from_io(&error, "list", folder)),
        }
    }

    fn delete_file(&self, path: &str) -> Result<(), StoreError> {
        let file = self.path("delete", path)?;
        match self.disk.remove(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::from_io(&error, "delete", path))
            }
            _ => Ok(()),
        }
    }
}

impl Store for FolderStore {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(async move { self.read_file(path, u64::MAX) })
    }

    fn read_at_most<'a>(&'a self, path: &'a str, limit: u64) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(async move { self.read_file(path, limit) })
    }

    fn write<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { self.write_file(path, bytes) })
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        Box::pin(async move { self.list_folder(folder) })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { self.delete_file(path) })
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use pollster::block_on;

    use super::*;

    #[test]
    fn reads_lists_replaces_and_deletes() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderStore::new(folder.path().join("not there yet"));
        assert_eq!(block_on(store.list("a/b")).unwrap(), []);
        assert!(block_on(store.read("a/b/c.json")).unwrap_err().is_not_found());
        block_on(store.write("a/b/c.json", b"one")).unwrap();
        block_on(store.write("a/b/c.json", b"three")).unwrap();
        assert_eq!(block_on(store.read("a/b/c.json")).unwrap(), b"three");
        let listed = block_on(store.list("a/b")).unwrap();
        assert_eq!((listed.len(), listed[0].name.as_str(), listed[0].size), (1, "c.json", 5));
        assert!(block_on(store.list("a")).unwrap()[0].is_folder);
        block_on(store.delete("a/b/c.json")).unwrap();
        block_on(store.delete("a/b/c.json")).unwrap();
        assert_eq!(block_on(store.list("a/b")).unwrap(), []);
    }

    #[test]
    fn paths_cannot_leave_the_folder() {
        let store = FolderStore::new("/nowhere");
        for path in ["../x", "a/../../x", "/etc/passwd", "a//b", "", "c:x", "a\\b"] {
            let error = block_on(store.read(path)).unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Other, "{path}");
        }
    }

    #[test]
    fn a_file_in_place_of_a_folder_is_an_error_and_no_empty_listing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("minisync"), "").unwrap();
        let store = FolderStore::new(folder.path());
        assert!(block_on(store.list("minisync")).is_err());
        assert!(block_on(store.write("minisync/x.json", b"")).is_err());
    }

    #[test]
    fn what_a_crashed_writer_left_goes_after_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let leave = |name: &str, hours: u64| {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            let age = Duration::from_secs(hours * 3600);
            file.set_modified(std::time::SystemTime::now() - age).unwrap();
        };
        leave("~minisync-old.tmp", 25);
        leave("~minisync-young.tmp", 23);
        leave("mine.tmp", 99);
        let store = FolderStore::new(folder.path());
        block_on(store.write("x.json", b"")).unwrap();
        let mut names: Vec<String> =
            SystemDisk.list(folder.path()).unwrap().into_iter().map(|entry| entry.name).collect();
        names.sort();
        assert_eq!(names, ["mine.tmp", "x.json", "~minisync-young.tmp"]);
    }

    #[cfg(unix)]
    #[test]
    fn files_have_the_permissions_that_other_programs_give_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        block_on(FolderStore::new(folder.path()).write("x", b"")).unwrap();
        fs::write(folder.path().join("y"), "").unwrap();
        let mode = |name| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("x"), mode("y"));
    }
}
