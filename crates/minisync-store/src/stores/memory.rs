//! A store in memory, for tests and for trying things out. Knows nothing of documents.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;

use crate::{
    errors::{StoreError, StoreErrorKind},
    requests::Entry,
    stores::Store,
};

/// Files in memory; clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Files>>);

#[derive(Debug, Default)]
struct Files {
    /// Path to the bytes and the number of the write that made them.
    files: BTreeMap<String, (Vec<u8>, u64)>,
    writes: u64,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    /// The paths of all files, in order.
    pub fn paths(&self) -> Vec<String> {
        self.lock().files.keys().cloned().collect()
    }

    /// Deletes a file, if it is there.
    pub fn delete_file(&self, path: &str) {
        self.lock().files.remove(path);
    }

    fn lock(&self) -> MutexGuard<'_, Files> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The whole file; what [`Store::read`] does, at once.
    ///
    /// # Errors
    /// Where there is no such file.
    pub fn read_file(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        self.lock()
            .files
            .get(path)
            .map(|(bytes, _)| bytes.clone())
            .ok_or_else(|| StoreError::new(StoreErrorKind::NotFound, "read", path, "there is no such file"))
    }

    /// Makes or replaces a file.
    pub fn write_file(&self, path: &str, bytes: &[u8]) {
        let mut files = self.lock();
        files.writes += 1;
        let writes = files.writes;
        files.files.insert(path.to_owned(), (bytes.to_owned(), writes));
    }

    /// What is directly in a folder.
    pub fn list_folder(&self, folder: &str) -> Vec<Entry> {
        let mut folders = BTreeSet::new();
        let mut entries = Vec::new();
        for (path, (bytes, write)) in &self.lock().files {
            let Some(rest) = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else {
                continue;
            };
            let (name, is_folder) = match rest.split_once('/') {
                Some((name, _)) => (name, true),
                None => (rest, false),
            };
            if !is_folder || folders.insert(name.to_owned()) {
                let (size, etag) = (bytes.len() as u64, Some(write.to_string()));
                entries.push(Entry { name: name.to_owned(), is_folder, size, etag });
            }
        }
        entries
    }
}

impl Store for MemoryStore {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(async move { self.read_file(path) })
    }

    fn write<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.write_file(path, bytes);
            Ok(())
        })
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        Box::pin(async move { Ok(self.list_folder(folder)) })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.delete_file(path);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;

    #[test]
    fn lists_only_what_is_directly_in_a_folder() {
        let store = MemoryStore::new();
        for path in ["a/x", "a/b/y", "a/b/z", "ab/x"] {
            block_on(store.write(path, b"1")).unwrap();
        }
        let listed = block_on(store.list("a")).unwrap();
        let names: Vec<_> = listed.iter().map(|entry| (entry.name.as_str(), entry.is_folder)).collect();
        assert_eq!(names, [("b", true), ("x", false)]);
    }

    #[test]
    fn a_rewrite_changes_the_etag() {
        let store = MemoryStore::new();
        block_on(store.write("a/x", b"1")).unwrap();
        let before = block_on(store.list("a")).unwrap();
        block_on(store.write("a/x", b"2")).unwrap();
        assert_ne!(block_on(store.list("a")).unwrap(), before);
    }
}
