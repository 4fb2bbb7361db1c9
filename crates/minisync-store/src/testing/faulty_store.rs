//! A store that does to its files whatever the worst of real stores do. Knows nothing of documents.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

use futures_util::future::LocalBoxFuture;
use minisync_testkit::rng::Rng;

use crate::{
    store::{Entry, Store, StoreError, StoreErrorKind},
    testing::{Cut, Fuse},
};

/// How often each fault happens, out of 1000 requests that it can happen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FaultRates {
    /// A write says that it happened, and did not.
    pub lost: u32,
    /// A write happens some requests later, perhaps after others that came after it.
    pub late: u32,
    /// A write happens, and again some requests later.
    pub duplicated: u32,
    /// A write leaves half a file, and the whole one some requests later.
    pub truncated: u32,
    /// A read gives half a file.
    pub short_read: u32,
    /// A listing shows what the one before showed.
    pub stale_listing: u32,
    /// A request is refused with 423, 429 or 503; a write may have happened all the same.
    pub refused: u32,
}

impl FaultRates {
    /// Everything goes wrong now and then.
    pub const STORM: FaultRates = FaultRates {
        lost: 30,
        late: 100,
        duplicated: 60,
        truncated: 60,
        short_read: 40,
        stale_listing: 100,
        refused: 60,
    };
}

/// One device's view of a store. Several may share the store behind.
pub struct FaultyStore {
    inner: Rc<dyn Store>,
    fuse: Fuse,
    rates: Cell<FaultRates>,
    random: RefCell<Rng>,
    requests: Cell<u64>,
    /// Writes that are still to happen: when, where, what.
    pending: RefCell<Vec<(u64, String, Vec<u8>)>>,
    listings: RefCell<BTreeMap<String, Vec<Entry>>>,
}

impl FaultyStore {
    /// Faults follow from `seed`; writes and deletions are effects of the fuse.
    pub fn new(inner: Rc<dyn Store>, fuse: Fuse, rates: FaultRates, seed: u64) -> FaultyStore {
        FaultyStore {
            inner,
            fuse,
            rates: Cell::new(rates),
            random: RefCell::new(Rng::new(seed)),
            requests: Cell::new(0),
            pending: RefCell::default(),
            listings: RefCell::default(),
        }
    }

    /// How many requests were made.
    pub fn requests(&self) -> u64 {
        self.requests.get()
    }

    /// From here on nothing goes wrong, and what was late arrives.
    pub async fn calm(&self) {
        self.rates.set(FaultRates::default());
        self.arrive(u64::MAX).await;
    }

    /// Counts a request, and lets late writes arrive that are due.
    async fn request(&self, action: &'static str, path: &str) -> Result<(), StoreError> {
        if self.fuse.is_dead() {
            return Err(dead(action, path));
        }
        self.requests.set(self.requests.get() + 1);
        self.arrive(self.requests.get()).await;
        Ok(())
    }

    async fn arrive(&self, until: u64) {
        let due: Vec<_> = self.pending.borrow_mut().extract_if(.., |(when, _, _)| *when <= until).collect();
        for (_, path, bytes) in due {
            // The device that wrote has had its answer: nobody is left to hear of an error.
            let _ = self.inner.write(&path, &bytes).await;
        }
    }

    fn later(&self, path: &str, bytes: &[u8]) {
        let when = self.requests.get() + 1 + self.draw() % 20;
        self.pending.borrow_mut().push((when, path.to_owned(), bytes.to_owned()));
    }

    fn refuse(&self, action: &'static str, path: &str) -> Result<(), StoreError> {
        if !self.happens(self.rates.get().refused) {
            return Ok(());
        }
        let statuses = [423, 429, 503];
        let status = statuses[(self.draw() % 3) as usize];
        let after = (status == 429).then_some(Duration::from_secs(1));
        Err(StoreError::from_status(status, after, action, path))
    }

    fn happens(&self, rate: u32) -> bool {
        self.draw() % 1000 < u64::from(rate)
    }

    fn draw(&self) -> u64 {
        self.random.borrow_mut().any()
    }

    async fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.request("write", path).await?;
        let half = &bytes[..bytes.len() / 2];
        match self.fuse.burn(format!("store: write {path}")) {
            Cut::Dead => return Err(dead("write", path)),
            Cut::Half => {
                self.inner.write(path, half).await?;
                return Err(dead("write", path));
            }
            Cut::Whole => {}
        }
        let rates = self.rates.get();
        let refused = self.refuse("write", path);
        if refused.is_err() && self.draw() & 1 == 0 {
            return refused;
        }
        if self.happens(rates.lost) {
            return refused;
        }
        if self.happens(rates.late) {
            self.later(path, bytes);
        } else if self.happens(rates.truncated) {
            self.inner.write(path, half).await?;
            self.later(path, bytes);
        } else {
            self.inner.write(path, bytes).await?;
            if self.happens(rates.duplicated) {
                self.later(path, bytes);
            }
        }
        refused
    }

    async fn read_file(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        self.request("read", path).await?;
        self.refuse("read", path)?;
        let mut bytes = self.inner.read(path).await?;
        if self.happens(self.rates.get().short_read) {
            bytes.truncate(bytes.len() / 2);
        }
        Ok(bytes)
    }

    async fn list_folder(&self, folder: &str) -> Result<Vec<Entry>, StoreError> {
        self.request("list", folder).await?;
        self.refuse("list", folder)?;
        if self.happens(self.rates.get().stale_listing)
            && let Some(stale) = self.listings.borrow().get(folder)
        {
            return Ok(stale.clone());
        }
        let mut entries = self.inner.list(folder).await?;
        let swap = self.draw() as usize % entries.len().max(1);
        entries.rotate_left(swap);
        self.listings.borrow_mut().insert(folder.to_owned(), entries.clone());
        Ok(entries)
    }

    async fn delete_file(&self, path: &str) -> Result<(), StoreError> {
        self.request("delete", path).await?;
        match self.fuse.burn(format!("store: delete {path}")) {
            Cut::Whole => {}
            Cut::Half | Cut::Dead => return Err(dead("delete", path)),
        }
        self.refuse("delete", path)?;
        self.inner.delete(path).await
    }
}

impl Store for FaultyStore {
    fn read<'a>(&'a self, path: &'a str) -> LocalBoxFuture<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(self.read_file(path))
    }

    fn write<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> LocalBoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.write_file(path, bytes))
    }

    fn list<'a>(&'a self, folder: &'a str) -> LocalBoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        Box::pin(self.list_folder(folder))
    }

    fn delete<'a>(&'a self, path: &'a str) -> LocalBoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.delete_file(path))
    }
}

fn dead(action: &'static str, path: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Other, action, path, "the process is dead")
}
