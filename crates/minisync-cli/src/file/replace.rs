//! Small files of our own, written in one step. Knows nothing of what is in them.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use super::source::follow;
use crate::terminal::{Failure, Result};

/// Replaces the file at `path`, or makes it, so that after a crash it holds the old text or the new one. It takes the
/// permissions of the first of the `models` that is there.
///
/// # Errors
/// Where the folder cannot be written. Then the file is as it was.
pub(crate) fn replace(path: &Path, models: &[PathBuf], text: &str) -> Result<()> {
    minisync_store::replace_file_like(path, models, text.as_bytes())
        .map_err(|error| Failure::io("write", path, &error))
}

/// Writes an answer where the user wants it. A symbolic link is followed, a file is replaced in one step, and what is
/// no file (a device, a pipe) is written to as it is.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn deliver(path: &Path, text: &str) -> Result<()> {
    let path = follow(path)?;
    let failed = |error| Failure::io("write", &path, &error);
    match fs::metadata(&path) {
        Ok(facts) if !facts.is_file() => {
            let mut there = OpenOptions::new().write(true).open(&path).map_err(failed)?;
            there.write_all(text.as_bytes()).map_err(failed)
        }
        _ => replace(&path, std::slice::from_ref(&path), text),
    }
}
