//! Small files of our own, written in one step. Knows nothing of what is in them.

use std::path::Path;

use crate::terminal::{Failure, Result};

/// Replaces the file at `path`, or makes it, so that after a crash it holds the old text or the new one.
///
/// # Errors
/// Where the folder cannot be written. Then the file is as it was.
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    minisync_store::replace_file(path, text.as_bytes()).map_err(|error| Failure::io("write", path, &error))
}
