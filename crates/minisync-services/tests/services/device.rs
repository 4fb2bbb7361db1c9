//! A device for tests: a document on the disk, and its own connection to a server.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use minisync::{ClientId, Document, DocumentId, Stamp};
use minisync_services::{
    Connection, Environment,
    http::{HttpClient, Patience, UreqTransport},
    parse,
    testing::{FaultyTransport, PASSWORD, Server},
};
use minisync_store::{
    Opened, Report, Result, SharedClock, State, StatePlace, SyncOptions, Target, join, sync,
};
use pollster::block_on;
use tempfile::TempDir;

/// A clock that all devices share, which goes on by a microsecond whenever it is read.
fn clock() -> SharedClock {
    static TIME: AtomicU64 = AtomicU64::new(1_795_377_823_000_000);
    Arc::new(|| Stamp::saturating(TIME.fetch_add(1, Ordering::Relaxed)))
}

pub(crate) struct Device {
    pub(crate) name: String,
    pub(crate) target: Target,
    pub(crate) connection: Connection,
    /// What its requests pass through.
    pub(crate) transport: FaultyTransport,
    pub(crate) state: State,
    _home: TempDir,
}

impl Device {
    /// The device on which the document begins.
    pub(crate) fn first(name: &str, server: &Server, json: &str) -> Device {
        let id = DocumentId::new("todo").unwrap();
        let builder = Document::builder().clock(|| clock().now()).document_id(id);
        let document = builder.client_id(ClientId::new(name).unwrap()).create_json(json).unwrap();
        Device::with(name, server, |_| document)
    }

    /// A device that joins what the server has.
    pub(crate) fn joining(name: &str, server: &Server) -> Device {
        Device::with(name, server, |device| {
            let store = device.open();
            let id = DocumentId::new("todo").unwrap();
            let joined = block_on(join(&*store, &id, &SyncOptions::default())).unwrap();
            let builder = Document::builder().clock(|| clock().now());
            builder.client_id(ClientId::new(name).unwrap()).join(&joined.changes).unwrap()
        })
    }

    fn with(name: &str, server: &Server, document: impl FnOnce(&Reach) -> Document) -> Device {
        let reach = Reach::new(server, PASSWORD);
        let document = document(&reach);
        let home = tempfile::tempdir().unwrap();
        let place = StatePlace::beside(&home.path().join("todo.json")).unwrap();
        let (opened, _) = State::open(&place, clock(), Duration::ZERO).unwrap();
        let Opened::Untracked(new) = opened else { panic!("{name} has a document") };
        let state = new.create(document, name).unwrap();
        let Reach { target, connection, transport } = reach;
        Device { name: name.to_owned(), target, connection, transport, state, _home: home }
    }

    pub(crate) fn set(&mut self, path: &str, json: &str) {
        self.state.document_mut().set_json(path, json).unwrap();
    }

    pub(crate) fn push(&mut self, path: &str, json: &str) {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        self.state.document_mut().list(path).unwrap().push(value).unwrap();
    }

    pub(crate) fn sync(&mut self) -> Result<Report> {
        let store = self.connection.open(&self.target).unwrap();
        block_on(sync(&*store, &mut self.state, &self.target, &SyncOptions::default()))
    }

    /// A sync that works. What its requests were.
    pub(crate) fn syncs(&mut self) -> String {
        self.transport.take_passed();
        self.sync().unwrap_or_else(|error| panic!("{}: {error}", self.name));
        self.transport.take_summary()
    }

    pub(crate) fn text(&self) -> String {
        self.state.document().to_json()
    }
}

/// A target and the way to it.
pub(crate) struct Reach {
    pub(crate) target: Target,
    pub(crate) connection: Connection,
    pub(crate) transport: FaultyTransport,
}

impl Reach {
    pub(crate) fn new(server: &Server, password: &str) -> Reach {
        let target = parse(server.url(), Path::new("/")).unwrap();
        let transport = FaultyTransport::new(UreqTransport::new());
        let client = HttpClient::with(transport.clone(), transport.clone(), Patience::default());
        let environment = Environment::of([
            ("MINISYNC_WEBDAV_PASSWORD", password),
            ("AWS_ACCESS_KEY_ID", "minisync-test-key-of-twenty"),
            ("AWS_SECRET_ACCESS_KEY", password),
        ]);
        let connection = Connection::with(client, environment);
        Reach { target, connection, transport }
    }

    pub(crate) fn open(&self) -> Box<dyn minisync_store::Store> {
        self.connection.open(&self.target).unwrap()
    }
}

/// Syncs in turn until two rounds in a row have nothing to tell; then all are equal.
pub(crate) fn settle(devices: &mut [&mut Device]) {
    let mut quiet = 0;
    for _ in 0..30 {
        let mut changed = false;
        for device in devices.iter_mut() {
            let report = device.sync().unwrap_or_else(|error| panic!("{}: {error}", device.name));
            changed |= report.sent.is_some() || !report.received.is_empty() || !report.skipped.is_empty();
        }
        quiet = if changed { 0 } else { quiet + 1 };
        if quiet == 2 {
            let texts: Vec<_> = devices.iter().map(|device| device.text()).collect();
            assert!(texts.iter().all(|text| *text == texts[0]), "{texts:#?}");
            return;
        }
    }
    panic!("the devices do not come to rest");
}
