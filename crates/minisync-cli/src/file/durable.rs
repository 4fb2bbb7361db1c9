//! Small files of our own, written in one step. Knows nothing of what is in them.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use crate::failure::{Failure, Result};

/// Replaces the file at `path`, or makes it, so that after a crash it holds the old text or the new one.
///
/// # Errors
/// Where the folder cannot be written. Then the file is as it was.
pub(crate) fn write_durably(path: &Path, text: &str) -> Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".tmp");
    let draft = path.with_file_name(name);
    let written = write(&draft, text).and_then(|()| fs::rename(&draft, path));
    written.map_err(|error| {
        // The first error is the one that matters.
        let _ = fs::remove_file(&draft);
        Failure::io("write", path, &error)
    })
}

/// Writes a file in place, and makes its bytes durable.
pub(super) fn write(draft: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
