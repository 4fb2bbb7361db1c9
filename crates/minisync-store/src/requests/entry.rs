//! A line of a listing. Knows nothing of what the files are for.

/// A file or folder, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The last part of its path.
    pub name: String,
    /// Whether it is a folder; then the rest has no meaning.
    pub is_folder: bool,
    /// In bytes.
    pub size: u64,
    /// Changes when the file does: an ETag or a time, only ever compared with what this store gave before.
    pub etag: Option<String>,
}
