//! The file that holds a document and its record, and how it is replaced. Knows nothing of targets.
//!
//! Three lines: the record, the full change set, and the BLAKE3 hash of the two lines before it. A save
//! writes a new file, gives the current one the name of the previous one, and gives the new one the name of
//! the current one. A crash after any of these leaves a current or a previous file that is whole.

use std::{
    io::{self, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::BoxFuture;
use minisync::{Changes, syntax::Tree};

use crate::{
    disk::Disk,
    errors::{Error, Result, Warning},
    files::{Json as _, json_fields},
    local::{Lock, StatePlace},
    record::SyncRecord,
    state::{Snapshot, StateStorage},
};

/// What a state file holds.
pub(crate) struct Saved {
    pub(crate) changes: Changes,
    pub(crate) record: SyncRecord,
}

/// Keeps the state in a file, under a lock.
pub(crate) struct FileStorage {
    place: StatePlace,
    disk: Arc<dyn Disk>,
    /// The generation that was saved last; held while one is being saved, so that saves come one after the other.
    saved: Mutex<Option<u64>>,
    _lock: Lock,
}

impl FileStorage {
    pub(crate) fn new(place: StatePlace, disk: Arc<dyn Disk>, lock: Lock) -> FileStorage {
        FileStorage { place, disk, saved: Mutex::new(None), _lock: lock }
    }

    pub(crate) fn place(&self) -> &StatePlace {
        &self.place
    }

    pub(crate) fn save_now(&self, snapshot: &Snapshot) -> Result<()> {
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        // A save that was overtaken by a later one must not undo it.
        if saved.is_some_and(|saved| saved >= snapshot.generation()) {
            return Ok(());
        }
        let (current, previous) = (self.place.current(), self.place.previous());
        let failed = |error| Error::disk("save the state in", &current, error);
        let record = snapshot.record().to_json();
        let fill = &mut |to: &mut dyn Write| write_file(snapshot.changes(), &record, to);
        let new = self.disk.write_new(self.place.folder(), &self.place.models(), fill).map_err(failed)?;
        match self.disk.rename(&current, &previous) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        self.disk.rename(&new, &current).map_err(failed)?;
        self.disk.sync_folder(self.place.folder()).map_err(failed)?;
        *saved = Some(snapshot.generation());
        Ok(())
    }
}

impl StateStorage for FileStorage {
    fn save<'a>(&'a self, snapshot: &'a Snapshot) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.save_now(snapshot) })
    }
}

/// Reads the current file, or else the previous one. A damaged file is set aside, never overwritten.
/// `now`: microseconds since the Unix epoch.
///
/// # Errors
/// Where a file is there and cannot be read, or was written by a newer version.
pub(crate) fn load(
    place: &StatePlace,
    disk: &dyn Disk,
    now: u64,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Saved>> {
    for path in [place.current(), place.previous()] {
        match read(disk, &path) {
            Ok(Some(saved)) => return Ok(Some(saved)),
            Ok(None) => {}
            Err(error) if error.is_malformed() => {
                warnings.push(set_aside(place, disk, &path, now, &error)?);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The same without the lock, and leaving everything as it is.
///
/// # Errors
/// As [`load`]; and where all that is there is damaged.
pub(crate) fn peek(place: &StatePlace, disk: &dyn Disk) -> Result<Option<Saved>> {
    match read(disk, &place.current()) {
        Ok(Some(saved)) => Ok(Some(saved)),
        Err(error) if !error.is_malformed() => Err(error),
        current => match read(disk, &place.previous()) {
            Ok(None) => current,
            previous => previous,
        },
    }
}

fn read(disk: &dyn Disk, path: &Path) -> Result<Option<Saved>> {
    match disk.read(path, u64::MAX) {
        Ok(bytes) => parse(&bytes, path).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::disk("read the state", path, error)),
    }
}

fn set_aside(place: &StatePlace, disk: &dyn Disk, path: &Path, now: u64, error: &Error) -> Result<Warning> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = path.with_file_name(format!("{name}.damaged-{now}"));
    let failed = |error| Error::disk("set aside the damaged state", path, error);
    disk.rename(path, &aside).map_err(failed)?;
    disk.sync_folder(place.folder()).map_err(failed)?;
    Ok(Warning::new(format!(
        "{error}; it was set aside as {}, and the one saved before it serves, if there is one; \
         what was not synced since then is only in the file itself",
        aside.display()
    )))
}

fn write_file(changes: &Changes, record: &str, to: &mut dyn Write) -> io::Result<()> {
    let mut hashing = Hashing { to, hasher: blake3::Hasher::new() };
    write!(hashing, "{record}\n{changes}\n")?;
    let blake3 = hashing.hasher.finalize().to_hex().to_string();
    let mut trailer = String::new();
    Trailer { blake3 }.write(&mut trailer);
    writeln!(to, "{trailer}")
}

fn parse(bytes: &[u8], path: &Path) -> Result<Saved> {
    let place = path.display().to_string();
    let damaged = |reason: &str| Error::malformed(&place, reason);
    let (body, trailer) = split_last_line(bytes).ok_or_else(|| damaged("it ends too early"))?;
    let trailer = read_trailer(trailer).ok_or_else(|| damaged("it ends too early"))?;
    if blake3::hash(body).to_hex().as_str() != trailer.blake3 {
        return Err(damaged("its checksum is wrong: something else wrote to it, or the disk is bad"));
    }
    let (record, changes) = split_last_line(body).ok_or_else(|| damaged("a line is missing"))?;
    let record = SyncRecord::parse(record, &place)?;
    let changes = std::str::from_utf8(changes).map_err(|error| damaged(&error.to_string()))?;
    // What a newer version saved is not damaged, and is never set aside.
    let refusal = |error: minisync::Error| match error.is_newer_version() {
        true => Error::unsupported(format!("{place}: {error}")),
        false => damaged(&error.to_string()),
    };
    let changes: Changes = changes.parse().map_err(refusal)?;
    Ok(Saved { changes, record })
}

/// What comes before the last line, with its line end, and the last line without.
fn split_last_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let lines = bytes.strip_suffix(b"\n")?;
    let end = lines.iter().rposition(|byte| *byte == b'\n')?;
    Some((&bytes[..=end], &lines[end + 1..]))
}

struct Trailer {
    blake3: String,
}

json_fields!(Trailer { blake3: "blake3" });

fn read_trailer(line: &[u8]) -> Option<Trailer> {
    let tree = Tree::parse(std::str::from_utf8(line).ok()?).ok()?;
    Trailer::read(tree.root()).ok()
}

struct Hashing<'a> {
    to: &'a mut dyn Write,
    hasher: blake3::Hasher,
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::disk::SystemDisk;

    #[test]
    fn lines_are_split_from_the_end() {
        assert_eq!(split_last_line(b"a\nb\n"), Some((&b"a\n"[..], &b"b"[..])));
        assert_eq!(split_last_line(b"a\n"), None);
        assert_eq!(split_last_line(b"a\nb"), None);
        assert_eq!(split_last_line(b""), None);
    }

    #[test]
    fn damaged_files_are_set_aside_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let place = StatePlace::new(folder.path(), "todo.json").unwrap();
        fs::write(place.current(), "one").unwrap();
        fs::write(place.previous(), "").unwrap();
        let mut warnings = Vec::new();
        assert!(load(&place, &SystemDisk, 7, &mut warnings).unwrap().is_none());
        assert_eq!(warnings.len(), 2);
        assert!(warnings[0].to_string().contains("todo.json.state.damaged-7"), "{}", warnings[0]);
        assert_eq!(fs::read(folder.path().join("todo.json.state.damaged-7")).unwrap(), b"one");
        assert!(!place.exists());
    }

    #[test]
    fn a_wrong_checksum_is_noticed_before_anything_is_read() {
        let error = parse(b"{}\n{}\n{\"blake3\":\"00\"}\n", Path::new("x")).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("checksum"), "{error}");
    }
}
