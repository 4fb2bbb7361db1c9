//! FILE on the disk: read whole, and replaced in one step without losing what others wrote meanwhile.
//! Knows no documents.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use minisync_store::{Hash, StatePlace};

use super::{
    attributes,
    exchange::{self, Swap},
    reading::{Reading, read},
};
use crate::terminal::{Failure, Result};

/// So many symbolic links are followed, as the operating system does.
const MAX_LINKS: usize = 40;

/// A file that others write too. A symbolic link is followed: it stays, and its target is written.
#[derive(Debug)]
pub(crate) struct Source {
    /// As the user named it.
    named: PathBuf,
    /// Where it really is.
    path: PathBuf,
}

/// How replacing a file went.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Replaced {
    Yes,
    /// Another program wrote the file meanwhile: it is as that one left it.
    Overtaken,
}

impl Source {
    /// # Errors
    /// Where the path names no file, or its symbolic links run in a circle.
    pub(crate) fn new(named: &Path) -> Result<Source> {
        if named.file_name().is_none() {
            return Err(Failure::usage(format!("{} is not the name of a file", named.display())));
        }
        Ok(Source { named: named.to_path_buf(), path: follow(named)? })
    }

    pub(crate) fn named(&self) -> &Path {
        &self.named
    }

    /// None where there is no such file.
    ///
    /// # Errors
    /// Where it cannot be read, or is not UTF-8.
    pub(crate) fn read(&self) -> Result<Option<Reading>> {
        read(&self.path)
    }

    /// Puts `text` in the place of what was read (None: of nothing), in one step and durably. `prepared`
    /// is called when the draft is written and nothing is replaced yet. Where the answer is not
    /// [`Replaced::Yes`], the draft stays until [`Source::discard_draft`].
    ///
    /// # Errors
    /// Where the folder cannot be written. Then the file is as it was.
    pub(crate) fn replace(
        &self,
        was: Option<&Reading>,
        text: &str,
        prepared: impl FnOnce() -> Result<()>,
    ) -> Result<Replaced> {
        let draft = self.draft();
        let written = self
            .open_draft(&draft)
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        written.map_err(|error| self.cannot_write(&error))?;
        prepared()?;
        let swap = self.swap(&draft, was)?;
        if swap == Swap::Overtaken {
            return Ok(Replaced::Overtaken);
        }
        self.sync_folder();
        self.discard_draft()?;
        Ok(Replaced::Yes)
    }

    /// Removes what a run left behind that did not come to its end.
    ///
    /// # Errors
    /// Where it is there and cannot be removed.
    pub(crate) fn discard_draft(&self) -> Result<()> {
        match fs::remove_file(self.draft()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.cannot_write(&error)),
            _ => Ok(()),
        }
    }

    /// Puts the draft back where it was taken from: it holds what another program wrote.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub(crate) fn restore_draft(&self) -> Result<()> {
        fs::rename(self.draft(), &self.path).map_err(|error| self.cannot_write(&error))
    }

    /// Whose permissions all that is made of FILE takes.
    fn models(&self) -> io::Result<Vec<PathBuf>> {
        let place = StatePlace::beside(&self.named).map_err(io::Error::other)?;
        Ok(place.models())
    }

    fn cannot_write(&self, error: &io::Error) -> Failure {
        Failure::io("write", &self.named, error)
    }

    /// Where the new text is written before it takes the place of the old one.
    pub(crate) fn draft(&self) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(".minisync.tmp");
        if name.len() > 250 {
            let hash = Hash::of(name.to_string_lossy().as_bytes());
            name = format!(".{hash}.minisync.tmp").into();
        }
        self.path.with_file_name(name)
    }

    fn open_draft(&self, draft: &Path) -> io::Result<File> {
        match fs::remove_file(draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).open(draft)?;
        if let Ok(old) = fs::metadata(&self.path) {
            attributes::keep_all(&file, &self.path, &old);
            file.set_permissions(old.permissions())?;
        } else if let Some(model) = self.models()?.iter().find_map(|path| fs::metadata(path).ok()) {
            file.set_permissions(model.permissions())?;
        }
        Ok(file)
    }

    fn swap(&self, draft: &Path, was: Option<&Reading>) -> Result<Swap> {
        let now = self.read()?;
        if now.as_ref().map(Reading::hash) != was.map(Reading::hash) {
            return Ok(Swap::Overtaken);
        }
        let Some(was) = was else {
            return exchange::put_where_nothing_is(draft, &self.path).map_err(|e| self.cannot_write(&e));
        };
        let swap = exchange::exchange(draft, &self.path).map_err(|error| self.cannot_write(&error))?;
        if swap == Swap::Overtaken {
            return Ok(swap);
        }
        // The draft now holds what was replaced, or is gone. If it is not what was read, it goes back.
        match read(draft) {
            Ok(None) => Ok(Swap::Done),
            Ok(Some(old)) if old.hash() == was.hash() => Ok(Swap::Done),
            _ => {
                exchange::exchange(draft, &self.path).map_err(|error| self.cannot_write(&error))?;
                Ok(Swap::Overtaken)
            }
        }
    }

    /// Makes the new name durable, where folders can be synced.
    fn sync_folder(&self) {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
            let _ = folder.sync_all();
        }
    }

    /// Puts aside a copy of what was read: beside FILE, under a name that is free. Returns its path.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub(crate) fn keep_copy(&self, reading: &Reading) -> Result<PathBuf> {
        let name = self.named.file_name().unwrap_or_default().to_string_lossy();
        let draft = self.named.with_file_name(format!(".{name}.bak.tmp"));
        for number in 1..10_000 {
            let suffix = if number == 1 { "bak".to_owned() } else { format!("bak{number}") };
            let path = self.named.with_file_name(format!("{name}.{suffix}"));
            if fs::read(&path).is_ok_and(|bytes| bytes == reading.bytes().as_bytes()) {
                return Ok(path);
            }
            if path.exists() {
                continue;
            }
            let models = self.models().unwrap_or_default();
            let written = write(&draft, &models, reading.bytes())
                .and_then(|()| exchange::put_where_nothing_is(&draft, &path))
                .map_err(|error| Failure::io("write", &path, &error))?;
            if written == Swap::Done {
                self.sync_folder();
                return Ok(path);
            }
        }
        Err(Failure::new(format!("there are too many copies of {name}; remove some and try again")))
    }
}

/// Where a path leads in the end. A symbolic link stays, and its target is written.
///
/// # Errors
/// Where its symbolic links run in a circle.
pub(super) fn follow(named: &Path) -> Result<PathBuf> {
    let mut path = named.to_path_buf();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            // It is no link, or there is nothing.
            Err(_) => return Ok(path),
        }
    }
    Err(Failure::new(format!("{}: its symbolic links run in a circle", named.display())))
}

/// Writes a file in place, and makes its bytes durable.
fn write(draft: &Path, models: &[PathBuf], text: &str) -> io::Result<()> {
    let mut file = File::create(draft)?;
    if let Some(model) = models.iter().find_map(|path| fs::metadata(path).ok()) {
        file.set_permissions(model.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(folder: &tempfile::TempDir) -> Source {
        Source::new(&folder.path().join("a.json")).unwrap()
    }

    #[test]
    fn a_text_takes_the_place_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let source = source(&folder);
        assert!(source.read().unwrap().is_none());
        assert_eq!(source.replace(None, "1", || Ok(())).unwrap(), Replaced::Yes);
        let reading = source.read().unwrap();
        assert_eq!(source.replace(reading.as_ref(), "2", || Ok(())).unwrap(), Replaced::Yes);
        assert_eq!(source.read().unwrap().unwrap().text(), "2");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_another_program_wrote_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let source = source(&folder);
        let edit = |text: &str| fs::write(folder.path().join("a.json"), text).unwrap();
        let replaced = source.replace(None, "ours", || {
            edit("theirs");
            Ok(())
        });
        assert_eq!(replaced.unwrap(), Replaced::Overtaken);
        let reading = source.read().unwrap();
        let replaced = source.replace(reading.as_ref(), "ours", || {
            edit("theirs again");
            Ok(())
        });
        assert_eq!(replaced.unwrap(), Replaced::Overtaken);
        assert_eq!(source.read().unwrap().unwrap().text(), "theirs again");
        source.discard_draft().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn copies_take_free_names_and_are_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let source = source(&folder);
        let reading = Reading::new("one".to_owned());
        fs::write(folder.path().join("a.json.bak"), "another").unwrap();
        let copy = source.keep_copy(&reading).unwrap();
        assert_eq!(copy.file_name().unwrap(), "a.json.bak2");
        assert_eq!(source.keep_copy(&reading).unwrap(), copy);
        assert_eq!(fs::read_to_string(copy).unwrap(), "one");
    }
}
