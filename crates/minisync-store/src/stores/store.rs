//! What every store can do. Knows nothing of documents.

use futures_util::future::BoxFuture;

use crate::{errors::StoreError, requests::Entry};

/// Any place that keeps files: bytes in, bytes out.
///
/// Paths are relative to the store's root, separated by `/`, and made of lowercase letters, digits, `-`,
/// `_` and `.` only. Nothing is promised: neither that a write is seen at once, nor that it is seen whole,
/// nor in which order; [`sync`](crate::sync) copes. Stores and their futures are `Send`, so that a sync can be
/// spawned on any runtime; the trait is used as `&dyn Store`. (A store in JavaScript implements nothing: there the
/// requests of a [`SyncRound`](crate::SyncRound) are performed directly.)
pub trait Store: Send + Sync {
    /// The whole file.
    ///
    /// # Errors
    /// [`StoreErrorKind::NotFound`](crate::StoreErrorKind::NotFound) where there is certainly no such file; every other error means unknown.
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, StoreError>>;

    /// The whole file, if it has at most `limit` bytes. Stores that can stop reading there do.
    ///
    /// # Errors
    /// As [`Store::read`]; and where the file is longer.
    fn read_at_most<'a>(&'a self, path: &'a str, limit: u64) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(async move {
            let bytes = self.read(path).await?;
            if bytes.len() as u64 > limit { Err(StoreError::too_long(path, limit)) } else { Ok(bytes) }
        })
    }

    /// Makes the file, or replaces it, and the folders above it.
    ///
    /// # Errors
    /// After an error the file may be as before, or new, or broken.
    fn write<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>>;

    /// What is directly in a folder, in any order. A folder that is not there is empty.
    ///
    /// # Errors
    /// Where the folder could not be listed.
    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>>;

    /// Deletes the file. That it was not there is no error.
    ///
    /// # Errors
    /// After an error the file may be there or not.
    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;

    /// A URL under which others can read what is at this path, where the store has such.
    ///
    /// # Errors
    /// Where the store has such URLs, but could not make one.
    fn public_url<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
        let _ = path;
        Box::pin(std::future::ready(Ok(None)))
    }
}
