//! What the commands that change one value have in common: FILE's own edits first, then theirs, then FILE
//! is written. Knows no stores.

use std::path::Path;

use minisync::{Document, Path as Place};

use crate::{
    terminal::{Failure, Result, Screen, label::machine_label},
    tracked::{Found, Tracked, Written, open},
};

/// So many times another program may write FILE while we work.
const ROUNDS: usize = 20;

/// Opens FILE with its edits taken in. An untracked one is tracked from now on.
pub(super) fn open_or_start<'s>(file: &Path, screen: &'s Screen) -> Result<Tracked<'s>> {
    let mut tracked = match open(file, screen)? {
        Found::Tracked(tracked) => tracked,
        Found::Untracked(untracked) if untracked.damaged => return Err(damaged(file)),
        Found::Untracked(untracked) => {
            let tracked = untracked.start(&machine_label())?;
            screen.say(format_args!("{}: tracked from now on", file.display()));
            tracked
        }
    };
    screen.phase(format_args!("reading {}", file.display()));
    tracked.take_in()?;
    Ok(tracked)
}

/// Opens FILE with its edits taken in; an untracked one is an error.
pub(super) fn open_tracked<'s>(file: &Path, screen: &'s Screen) -> Result<Tracked<'s>> {
    if !minisync_store::StatePlace::beside(file)?.exists() {
        return Err(untracked(file));
    }
    let Found::Tracked(mut tracked) = open(file, screen)? else {
        return Err(untracked(file));
    };
    screen.phase(format_args!("reading {}", file.display()));
    tracked.take_in()?;
    Ok(tracked)
}

/// A path that the user wrote.
pub(super) fn place(text: &str) -> Result<Place> {
    Place::parse(text).map_err(|error| Failure::usage(error.to_string()))
}

/// Changes the document and writes it into FILE.
pub(super) fn edit<T>(
    tracked: &mut Tracked<'_>,
    file: &Path,
    change: impl FnOnce(&mut Document) -> Result<T>,
) -> Result<T> {
    let before = tracked.document().changes();
    let result = change(tracked.document_mut()?).map_err(|failure| failure.about(file.display()))?;
    tracked.save()?;
    match tracked.write_back() {
        Ok(Written::Overtaken) => {
            tracked.take_in()?;
            write(tracked, file)?;
        }
        Ok(_) => tracked.save()?,
        Err(failure) => {
            // What failed must not take effect later, when nobody expects it any more. Nobody has heard of it yet:
            // the state has been locked all the time.
            tracked.put_back(&before)?;
            return Err(failure);
        }
    }
    Ok(result)
}

/// Writes the document into FILE, and takes in what others write there meanwhile.
pub(super) fn write(tracked: &mut Tracked<'_>, file: &Path) -> Result<Written> {
    for _ in 0..ROUNDS {
        let written = tracked.write_back()?;
        tracked.save()?;
        if written != Written::Overtaken {
            return Ok(written);
        }
        tracked.take_in()?;
    }
    Err(too_many_writers(file))
}

/// FILE changes faster than it can be written.
pub(super) fn too_many_writers(file: &Path) -> Failure {
    let file = file.display();
    Failure::new(format!(
        "{file}: another program keeps writing it; nothing is lost, try again when it has done"
    ))
}

pub(super) fn untracked(file: &Path) -> Failure {
    let file = file.display();
    Failure::new(format!("{file} is not tracked yet; start with: minisync sync {file} --with FOLDER"))
}

pub(super) fn damaged(file: &Path) -> Failure {
    let file = file.display();
    Failure::new(format!(
        "{file}: what was known about it is damaged; to go on with the document of the other devices: \
         minisync sync {file} --with FOLDER --join DOCUMENT; to start a new one: minisync sync {file} --new"
    ))
}
