//! What the document was when FILE last agreed with it, as a file: the base of a three-way merge. Knows no FILE.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use minisync::{Changes, Document};
use minisync_store::Hash;

use super::Agreement;
use crate::{
    file::replace,
    terminal::{Failure, Result, Screen},
};

/// The full change sets in a folder, each of one agreement.
#[derive(Debug)]
pub(super) struct MergeBases {
    folder: PathBuf,
    /// Whose permissions the bases take.
    models: Vec<PathBuf>,
}

impl MergeBases {
    pub(super) fn new(folder: PathBuf, models: Vec<PathBuf>) -> MergeBases {
        MergeBases { folder, models }
    }

    /// The one of this agreement; None where there is none, or one that is of no use, which is told.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub(super) fn load(&self, agreement: &Agreement, screen: &Screen) -> Result<Option<Changes>> {
        let path = self.path(agreement);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
            Err(error) => return Err(Failure::io("read", &path, &error)),
        };
        let base = text.parse::<Changes>().ok().filter(|base| base.version() == &agreement.version);
        if base.is_none() {
            screen.warn(format_args!("{} is damaged, and is not used", path.display()));
        }
        Ok(base)
    }

    /// Keeps the document as it is now, unless that was done already.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn save(&self, agreement: &Agreement, document: &Document) -> Result<()> {
        let path = self.path(agreement);
        if path.exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder).map_err(|error| Failure::io("make", &self.folder, &error))?;
        replace(&path, &self.models, &document.changes().to_string())
    }

    /// Removes all but that of this agreement.
    ///
    /// # Errors
    /// Where the folder cannot be read or written.
    pub(super) fn remove_all_but(&self, keep: Option<&Agreement>) -> Result<()> {
        let keep = keep.map(|agreement| self.path(agreement));
        let failed = |error| Failure::io("read", &self.folder, &error);
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if is_base(&path) && Some(&path) != keep.as_ref() {
                fs::remove_file(&path).map_err(|error| Failure::io("remove", &path, &error))?;
            }
        }
        Ok(())
    }

    /// The version is part of the name: a run that was broken off may have used the number for another.
    fn path(&self, agreement: &Agreement) -> PathBuf {
        let version = Hash::of(agreement.version.to_string().as_bytes());
        self.folder.join(format!("base-{}-{version}.json", agreement.number))
    }
}

/// Also one that a run was writing when it was broken off: nobody else writes here, under the state's lock.
fn is_base(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("base-") || name.starts_with("~minisync-")
}
