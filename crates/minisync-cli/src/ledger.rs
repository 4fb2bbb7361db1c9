//! What a crash must not make us forget about FILE: which text is being put in its place, and what the
//! document was when FILE last agreed with it. Knows paths in `.minisync`, and no state.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use minisync::{Changes, Document};
use serde::{Deserialize, Serialize};

use crate::{
    agreement::Agreement,
    failure::{Failure, Result},
    file::{Fingerprint, write_durably},
};

/// A folder for each FILE, beside its state.
#[derive(Debug)]
pub(crate) struct Ledger {
    folder: PathBuf,
    entry: Entry,
}

/// What is written before FILE is replaced, and again after.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// FILE was written, and agreed with the document.
    settled: Option<Agreement>,
    /// FILE is being written, and will agree.
    pending: Option<Pending>,
}

/// A text that is about to take the place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) agreement: Agreement,
    /// What it replaces.
    pub(crate) before: Option<Fingerprint>,
}

impl Ledger {
    /// The ledger of the FILE with this name. One that cannot be read counts as empty.
    pub(crate) fn open(state_folder: &Path, name: &str) -> Ledger {
        let folder = state_folder.join("text").join(name);
        let entry = fs::read_to_string(folder.join("written.json"))
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        Ledger { folder, entry }
    }

    pub(crate) fn settled(&self) -> Option<&Agreement> {
        self.entry.settled.as_ref()
    }

    pub(crate) fn pending(&self) -> Option<&Pending> {
        self.entry.pending.as_ref()
    }

    /// FILE is about to be replaced.
    pub(crate) fn announce(&mut self, pending: Pending) -> Result<()> {
        self.write(Entry { settled: self.entry.settled.clone(), pending: Some(pending) })
    }

    /// FILE was replaced as announced.
    pub(crate) fn confirm(&mut self) -> Result<()> {
        match self.entry.pending.clone() {
            Some(pending) => self.write(Entry { settled: Some(pending.agreement), pending: None }),
            None => Ok(()),
        }
    }

    /// FILE was not replaced.
    pub(crate) fn withdraw(&mut self) -> Result<()> {
        if self.entry.pending.is_none() {
            return Ok(());
        }
        self.write(Entry { settled: self.entry.settled.clone(), pending: None })
    }

    /// Starts over: with this agreement, or with none.
    pub(crate) fn reset(&mut self, settled: Option<Agreement>) -> Result<()> {
        self.forget_bases(None)?;
        self.write(Entry { settled, pending: None })
    }

    /// What the document was at this agreement.
    pub(crate) fn base(&self, agreement: &Agreement) -> Option<Changes> {
        let text = fs::read_to_string(self.base_path(agreement)).ok()?;
        let base: Changes = text.parse().ok()?;
        (base.version() == &agreement.version).then_some(base)
    }

    /// Keeps what the document is now, at this agreement, unless it is kept already.
    pub(crate) fn keep_base(&self, agreement: &Agreement, document: &Document) -> Result<()> {
        let path = self.base_path(agreement);
        if path.exists() {
            return Ok(());
        }
        self.make_folder()?;
        write_durably(&path, &document.changes().to_string())
    }

    /// Removes the bases of all agreements but this one.
    pub(crate) fn forget_bases(&self, keep: Option<&Agreement>) -> Result<()> {
        let keep = keep.map(|agreement| self.base_path(agreement));
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Failure::io("read", &self.folder, &error)),
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let is_base = path.file_name().is_some_and(|name| name.to_string_lossy().contains("base-"));
            if is_base && Some(&path) != keep.as_ref() {
                fs::remove_file(&path).map_err(|error| Failure::io("remove", &path, &error))?;
            }
        }
        Ok(())
    }

    /// The version is part of the name: a run that was broken off may have used the number for another.
    fn base_path(&self, agreement: &Agreement) -> PathBuf {
        let version = Fingerprint::of(&agreement.version.to_string());
        self.folder.join(format!("base-{}-{version}.json", agreement.number))
    }

    fn write(&mut self, entry: Entry) -> Result<()> {
        if self.entry == entry {
            return Ok(());
        }
        let path = self.folder.join("written.json");
        let text = serde_json::to_string(&entry)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
        self.make_folder()?;
        write_durably(&path, &text)?;
        self.entry = entry;
        Ok(())
    }

    fn make_folder(&self) -> Result<()> {
        fs::create_dir_all(&self.folder).map_err(|error| Failure::io("make", &self.folder, &error))
    }
}
