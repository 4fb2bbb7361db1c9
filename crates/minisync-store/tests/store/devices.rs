//! A device for tests: a home folder with a document in it, a clock that all devices share, and a fuse that
//! can cut it off after any effect.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use minisync::{ClientId, Document, DocumentId, Stamp};
use minisync_store::{
    Opened, Report, Result, SharedClock, State, StatePlace, Store, SyncOptions, Target, Warning, join, sync,
    testing::{FaultRates, FaultyDisk, FaultyStore, Fuse},
};
use minisync_testkit::rng::Rng;
use pollster::block_on;
use tempfile::TempDir;

/// A clock that goes on by a microsecond whenever it is read, and by as much as it is told.
#[derive(Clone)]
pub(crate) struct Time(Arc<AtomicU64>);

impl Time {
    pub(crate) fn new() -> Time {
        Time(Arc::new(AtomicU64::new(1_795_377_823_000_000)))
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_micros()).unwrap(), Ordering::Relaxed);
    }

    pub(crate) fn clock(&self) -> SharedClock {
        let time = self.0.clone();
        Arc::new(move || Stamp::saturating(time.fetch_add(1, Ordering::Relaxed)))
    }
}

pub(crate) struct Device {
    pub(crate) name: &'static str,
    pub(crate) time: Time,
    pub(crate) home: TempDir,
    pub(crate) target: Target,
    shared: Arc<dyn Store>,
    pub(crate) store: FaultyStore,
    pub(crate) fuse: Fuse,
    /// None while it is off.
    pub(crate) state: Option<State>,
    pub(crate) options: SyncOptions,
}

impl Device {
    /// A device without a document.
    pub(crate) fn new(name: &'static str, time: &Time, shared: &Arc<dyn Store>) -> Device {
        let fuse = Fuse::endless();
        Device {
            name,
            time: time.clone(),
            home: tempfile::tempdir().unwrap(),
            target: Target::parse("memory://shared", Path::new("/")).unwrap(),
            shared: shared.clone(),
            store: FaultyStore::new(shared.clone(), fuse.clone(), FaultRates::default(), Rng::new(0)),
            fuse,
            state: None,
            options: SyncOptions::default(),
        }
    }

    /// The device on which the document begins.
    pub(crate) fn first(name: &'static str, time: &Time, shared: &Arc<dyn Store>, json: &str) -> Device {
        let mut device = Device::new(name, time, shared);
        let clock = time.clock();
        let builder = Document::builder()
            .clock(move || clock.now())
            .document_id(DocumentId::new("todo").unwrap())
            .client_id(ClientId::new(name).unwrap());
        let document = builder.create_json(json).unwrap();
        device.create(document);
        device
    }

    /// A device that joins what is in the store, and syncs.
    pub(crate) fn joining(name: &'static str, time: &Time, shared: &Arc<dyn Store>) -> Device {
        Device::joining_with(name, time, shared, &SyncOptions::default())
    }

    /// The same with other options.
    pub(crate) fn joining_with(
        name: &'static str,
        time: &Time,
        shared: &Arc<dyn Store>,
        options: &SyncOptions,
    ) -> Device {
        let mut device = Device::new(name, time, shared);
        device.options = options.clone();
        let joined = block_on(join(&**shared, &DocumentId::new("todo").unwrap(), options)).unwrap();
        let clock = time.clock();
        let builder = Document::builder().clock(move || clock.now()).client_id(ClientId::new(name).unwrap());
        let document = builder.join(&joined.changes).unwrap();
        device.create(document);
        device.sync().unwrap();
        device
    }

    fn create(&mut self, document: Document) {
        let (opened, warnings) = self.open_place().unwrap();
        assert!(warnings.is_empty());
        let Opened::Untracked(new) = opened else { panic!("{} has a document", self.name) };
        self.state = Some(new.create(document, self.name).unwrap());
    }

    pub(crate) fn place(&self) -> StatePlace {
        StatePlace::beside(&self.home.path().join("todo.json")).unwrap()
    }

    fn open_place(&self) -> Result<(Opened, Vec<Warning>)> {
        let disk = Arc::new(FaultyDisk::new(self.fuse.clone()));
        State::open_on(disk, &self.place(), self.time.clock(), Duration::ZERO)
    }

    /// Turns it off, and on again with another fuse; whatever was not saved is gone.
    pub(crate) fn restart(&mut self, fuse: Fuse) -> Vec<Warning> {
        self.state = None;
        self.store = FaultyStore::new(self.shared.clone(), fuse.clone(), FaultRates::default(), Rng::new(0));
        self.fuse = fuse;
        let (opened, warnings) = self.open_place().unwrap();
        self.state = opened.tracked();
        warnings
    }

    pub(crate) fn state(&mut self) -> &mut State {
        self.state.as_mut().unwrap()
    }

    pub(crate) fn set(&mut self, path: &str, json: &str) {
        self.state().document_mut().set_json(path, json).unwrap();
    }

    pub(crate) fn push(&mut self, path: &str, json: &str) {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        self.state().document_mut().list(path).unwrap().push(value).unwrap();
    }

    pub(crate) fn save(&mut self) -> Result<()> {
        block_on(self.state().save())
    }

    pub(crate) fn sync(&mut self) -> Result<Report> {
        let state = self.state.as_mut().unwrap();
        block_on(sync(&self.store, state, &self.target, &self.options))
    }

    pub(crate) fn text(&self) -> String {
        self.state.as_ref().unwrap().document().to_json()
    }
}

/// Syncs in turn until two rounds in a row have nothing to tell.
pub(crate) fn settle(devices: &mut [&mut Device]) {
    let mut quiet = 0;
    for _ in 0..30 {
        let mut changed = false;
        for device in devices.iter_mut() {
            let report = device.sync().unwrap_or_else(|error| panic!("{}: {error}", device.name));
            changed |= report.sent.is_some() || !report.received.is_empty();
            changed |= !report.skipped.is_empty();
        }
        quiet = if changed { 0 } else { quiet + 1 };
        if quiet == 2 {
            return;
        }
    }
    panic!("the devices do not come to rest");
}
