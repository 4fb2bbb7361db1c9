//! Opens the state of a place, or makes one where there is none. Knows no store.

use std::{io::Write, path::Path, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use minisync::Document;

use crate::{
    disk::{self, Disk, SystemDisk},
    errors::{Error, Result, Warning},
    local::{
        FileStorage, Lock, StatePlace,
        location_id::location_id,
        state_file::{self, Saved},
    },
    record::SyncRecord,
    state::{SharedClock, Snapshot, State, StateStorage},
};

/// What [`State::open`] found. Both hold the lock.
#[expect(clippy::large_enum_variant, reason = "one is made per run")]
pub enum Opened {
    /// There is a state.
    Tracked(State),
    /// There is none yet.
    Untracked(NewState),
}

impl Opened {
    /// The state, if there is one; otherwise the lock is given back.
    pub fn tracked(self) -> Option<State> {
        match self {
            Opened::Tracked(state) => Some(state),
            Opened::Untracked(_) => None,
        }
    }
}

/// A place without a state, which is locked, so that one can be made.
pub struct NewState {
    storage: FileStorage,
    clock: SharedClock,
}

impl NewState {
    /// Begins to track this document. It is saved when this returns.
    ///
    /// # Errors
    /// Where it cannot be saved.
    pub fn create(self, document: Document, label: &str) -> Result<State> {
        let mut record = SyncRecord::new(label);
        record.location_id = location_id(self.storage.place().folder());
        let storage = Arc::new(self.storage);
        let mut state = State::new(document, record, storage.clone(), self.clock);
        let snapshot = state.snapshot();
        storage.save_now(&snapshot)?;
        state.set_saved(&snapshot);
        Ok(state)
    }
}

impl State {
    /// Locks the place and reads its state. Makes the folder, with a `.gitignore`, where it is not there.
    ///
    /// A state that is damaged is set aside and the one saved before it serves; if that is damaged too, the
    /// place is vacant. Warnings say so.
    ///
    /// A state that was copied here, from another machine or path, goes on under a new client id:
    /// [`Document::renewal`] says so.
    ///
    /// # Errors
    /// `is_locked()` where another process has it for longer than `wait`; `is_unsupported()` where a newer
    /// version wrote it; and those of the file system.
    pub fn open(place: &StatePlace, clock: SharedClock, wait: Duration) -> Result<(Opened, Vec<Warning>)> {
        State::open_on(Arc::new(SystemDisk), place, clock, wait)
    }

    /// The same on another disk; the lock is the file system's in any case.
    ///
    /// # Errors
    /// As [`State::open`].
    pub fn open_on(
        disk: Arc<dyn Disk>,
        place: &StatePlace,
        clock: SharedClock,
        wait: Duration,
    ) -> Result<(Opened, Vec<Warning>)> {
        make_folder(place, &*disk)?;
        let (lock, warning) = Lock::take(&place.lock(), place.name(), wait)?;
        let mut warnings = Vec::from_iter(warning);
        disk::sweep(&*disk, place.folder());
        let saved = state_file::load(place, &*disk, clock.now().as_micros(), &mut warnings)?;
        let storage = FileStorage::new(place.clone(), disk, lock);
        let opened = match saved {
            None => Opened::Untracked(NewState { storage, clock }),
            Some(saved) => {
                let state = restore(saved, Arc::new(storage), clock)?;
                Opened::Tracked(state.located(location_id(place.folder()))?)
            }
        };
        Ok((opened, warnings))
    }

    /// The state as it was last saved, to look at: without the lock, so that it works while another process
    /// has the state open. It cannot be saved.
    ///
    /// # Errors
    /// As [`State::open`]; and where all that is there is damaged.
    pub fn peek(place: &StatePlace, clock: SharedClock) -> Result<Option<State>> {
        let storage = || Arc::new(ViewOnly { name: place.name().to_owned() });
        let saved = state_file::peek(place, &SystemDisk)?;
        saved.map(|saved| restore(saved, storage(), clock)).transpose()
    }
}

fn restore(saved: Saved, storage: Arc<dyn StateStorage>, clock: SharedClock) -> Result<State> {
    let own = clock.clone();
    let document = Document::builder().clock(move || own.now()).restore(&saved.changes)?;
    Ok(State::new(document, saved.record, storage, clock))
}

/// Saves nothing: for a state that is only looked at.
struct ViewOnly {
    name: String,
}

impl StateStorage for ViewOnly {
    fn save<'a>(&'a self, _: &'a Snapshot) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { Err(Error::not_open(&self.name)) })
    }
}

fn make_folder(place: &StatePlace, disk: &dyn Disk) -> Result<()> {
    let folder = place.folder();
    let failed = |error| Error::disk("make the folder", folder, error);
    if !folder.is_dir() {
        disk.create_folder(folder).map_err(failed)?;
    }
    make_private(folder);
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        disk::replace(disk, &ignore, &mut |to: &mut dyn Write| to.write_all(b"*\n")).map_err(failed)?;
    }
    Ok(())
}

/// Nobody else may look into it. Some file systems know no permissions, which is no reason to fail.
fn make_private(folder: &Path) {
    #[cfg(unix)]
    {
        use std::{fs, os::unix::fs::PermissionsExt as _};
        if let Ok(facts) = fs::metadata(folder) {
            let mode = facts.permissions().mode();
            if mode & 0o077 != 0 {
                // The owner's own permissions stay: who took them away had a reason.
                let _ = fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o700));
            }
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
}
