//! How far replacing FILE has come, so that a crash in the middle can be told from an edit. Knows no FILE.
//!
//! ```text
//! announce    {settled: 4, pending: {agreement: 5, before}}    the draft is on the disk, FILE is still the old one
//! confirm     {settled: 5}                                     FILE is the new one
//! withdraw    {settled: 4}                                     FILE stays the old one
//! ```

use std::{fs, io, path::PathBuf};

use minisync_store::Hash;
use serde::{Deserialize, Serialize};

use super::Agreement;
use crate::{
    file::replace,
    terminal::{Failure, Result, Screen},
};

/// `written.json`, and what it says.
#[derive(Debug)]
pub(crate) struct WriteJournal {
    folder: PathBuf,
    /// Whose permissions it takes.
    models: Vec<PathBuf>,
    entry: Entry,
}

/// What is written before FILE is replaced, and again after.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// FILE was written, and agreed with the document.
    settled: Option<Agreement>,
    /// FILE is being written, and will agree.
    pending: Option<Replacement>,
}

/// A text that is about to take the place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Replacement {
    pub(crate) agreement: Agreement,
    /// What it replaces; None where there is no FILE.
    pub(crate) before: Option<Hash>,
}

impl WriteJournal {
    /// The one in this folder. One that is damaged counts as empty, and is told.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub(super) fn open(folder: PathBuf, models: Vec<PathBuf>, screen: &Screen) -> Result<WriteJournal> {
        let path = folder.join("written.json");
        let entry = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| {
                screen.warn(format_args!("{} is damaged, and is not used", path.display()));
                Entry::default()
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Entry::default(),
            Err(error) => return Err(Failure::io("read", &path, &error)),
        };
        Ok(WriteJournal { folder, models, entry })
    }

    pub(super) fn settled(&self) -> Option<&Agreement> {
        self.entry.settled.as_ref()
    }

    pub(crate) fn pending(&self) -> Option<&Replacement> {
        self.entry.pending.as_ref()
    }

    /// FILE is about to be replaced.
    ///
    /// # Errors
    /// Where that cannot be written; likewise below.
    pub(crate) fn announce(&mut self, pending: Replacement) -> Result<()> {
        self.write(Entry { settled: self.entry.settled.clone(), pending: Some(pending) })
    }

    /// FILE was replaced as announced.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn confirm(&mut self) -> Result<()> {
        debug_assert!(self.entry.pending.is_some(), "what was not announced is confirmed");
        match self.entry.pending.clone() {
            Some(pending) => self.write(Entry { settled: Some(pending.agreement), pending: None }),
            None => Ok(()),
        }
    }

    /// FILE was not replaced, whether that was announced or not.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn withdraw(&mut self) -> Result<()> {
        self.write(Entry { settled: self.entry.settled.clone(), pending: None })
    }

    /// Forgets what was, for this agreement, or for none.
    ///
    /// # Errors
    /// As above.
    pub(super) fn reset(&mut self, settled: Option<Agreement>) -> Result<()> {
        self.write(Entry { settled, pending: None })
    }

    fn write(&mut self, entry: Entry) -> Result<()> {
        if self.entry == entry {
            return Ok(());
        }
        let path = self.folder.join("written.json");
        let text = serde_json::to_string(&entry)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
        fs::create_dir_all(&self.folder).map_err(|error| Failure::io("make", &self.folder, &error))?;
        replace(&path, &self.models, &text)?;
        self.entry = entry;
        Ok(())
    }
}
