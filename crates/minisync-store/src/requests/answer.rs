//! What a machine of the engine is told of its requests. Knows nothing of what is made of it.

use crate::{
    errors::{Error, StoreError},
    requests::Entry,
};

/// How a request went; of the same kind as the [`Request`](crate::Request).
#[derive(Debug)]
pub enum Answer {
    /// The whole file.
    Read(Result<Vec<u8>, StoreError>),
    /// Whether the file was written.
    Written(Result<(), StoreError>),
    /// What is in the folder, in any order; nothing where there is no such folder.
    Listed(Result<Vec<Entry>, StoreError>),
    /// Whether the file is gone. That it was not there is no error.
    Deleted(Result<(), StoreError>),
    /// Whether document and record are saved.
    Saved(Result<(), Error>),
}
