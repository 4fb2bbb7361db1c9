//! A store that does to its files whatever the worst of real stores do. Knows nothing of documents.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::BoxFuture;
use minisync::Random;

use crate::{
    errors::{StoreError, StoreErrorKind},
    requests::Entry,
    stores::Store,
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
    inner: Arc<dyn Store>,
    fuse: Fuse,
    fate: Mutex<Fate>,
}

/// What goes wrong next, and what has not happened yet.
struct Fate {
    rates: FaultRates,
    random: Box<dyn Random>,
    requests: u64,
    /// Writes that are still to happen: when, where, what.
    pending: Vec<(u64, String, Vec<u8>)>,
    listings: BTreeMap<String, Vec<Entry>>,
}

impl FaultyStore {
    /// Faults follow from `random`; writes and deletions are effects of the fuse.
    pub fn new(
        inner: Arc<dyn Store>,
        fuse: Fuse,
        rates: FaultRates,
        random: impl Random + 'static,
    ) -> FaultyStore {
        let random = Box::new(random);
        let fate = Fate { rates, random, requests: 0, pending: Vec::new(), listings: BTreeMap::new() };
        FaultyStore { inner, fuse, fate: Mutex::new(fate) }
    }

    /// How many requests were made.
    pub fn requests(&self) -> u64 {
        self.fate().requests
    }

    /// From here on nothing goes wrong, and what was late arrives.
    pub async fn calm(&self) {
        self.fate().rates = FaultRates::default();
        self.arrive(u64::MAX).await;
    }

    fn fate(&self) -> MutexGuard<'_, Fate> {
        self.fate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request, and lets late writes arrive that are due.
    async fn request(&self, action: &'static str, path: &str) -> Result<(), StoreError> {
        if self.fuse.is_dead() {
            return Err(dead(action, path));
        }
        let now = {
            let mut fate = self.fate();
            fate.requests += 1;
            fate.requests
        };
        self.arrive(now).await;
        Ok(())
    }

    async fn arrive(&self, until: u64) {
        let due: Vec<_> = self.fate().pending.extract_if(.., |(when, _, _)| *when <= until).collect();
        for (_, path, bytes) in due {
            // The device that wrote has had its answer: nobody is left to hear of an error.
            let _ = self.inner.write(&path, &bytes).await;
        }
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
        let (refused, fault) = self.fate().fault_of_write(path);
        match fault {
            WriteFault::Lost => {}
            WriteFault::Late => self.fate().later(path, bytes),
            WriteFault::Truncated => {
                self.inner.write(path, half).await?;
                self.fate().later(path, bytes);
            }
            WriteFault::None => {
                self.inner.write(path, bytes).await?;
                let mut fate = self.fate();
                let duplicated = fate.rates.duplicated;
                if fate.happens(duplicated) {
                    fate.later(path, bytes);
                }
            }
        }
        refused
    }

    async fn read_file(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        self.request("read", path).await?;
        self.fate().refuse("read", path)?;
        let mut bytes = self.inner.read(path).await?;
        let mut fate = self.fate();
        let short_read = fate.rates.short_read;
        if fate.happens(short_read) {
            bytes.truncate(bytes.len() / 2);
        }
        Ok(bytes)
    }

    async fn list_folder(&self, folder: &str) -> Result<Vec<Entry>, StoreError> {
        self.request("list", folder).await?;
        {
            let mut fate = self.fate();
            fate.refuse("list", folder)?;
            let stale_listing = fate.rates.stale_listing;
            if fate.happens(stale_listing)
                && let Some(stale) = fate.listings.get(folder)
            {
                return Ok(stale.clone());
            }
        }
        let mut entries = self.inner.list(folder).await?;
        let mut fate = self.fate();
        let swap = fate.draw() as usize % entries.len().max(1);
        entries.rotate_left(swap);
        fate.listings.insert(folder.to_owned(), entries.clone());
        Ok(entries)
    }

    async fn delete_file(&self, path: &str) -> Result<(), StoreError> {
        self.request("delete", path).await?;
        match self.fuse.burn(format!("store: delete {path}")) {
            Cut::Whole => {}
            Cut::Half | Cut::Dead => return Err(dead("delete", path)),
        }
        self.fate().refuse("delete", path)?;
        self.inner.delete(path).await
    }
}

/// What becomes of a write.
enum WriteFault {
    None,
    Lost,
    Late,
    Truncated,
}

impl Fate {
    /// What the writer hears, and what happens.
    fn fault_of_write(&mut self, path: &str) -> (Result<(), StoreError>, WriteFault) {
        let refused = self.refuse("write", path);
        let FaultRates { lost, late, truncated, .. } = self.rates;
        // A refused write may have happened all the same.
        let is_lost = (refused.is_err() && self.draw() & 1 == 0) || self.happens(lost);
        let fault = if is_lost {
            WriteFault::Lost
        } else if self.happens(late) {
            WriteFault::Late
        } else if self.happens(truncated) {
            WriteFault::Truncated
        } else {
            WriteFault::None
        };
        (refused, fault)
    }

    fn later(&mut self, path: &str, bytes: &[u8]) {
        let when = self.requests + 1 + self.draw() % 20;
        self.pending.push((when, path.to_owned(), bytes.to_owned()));
    }

    fn refuse(&mut self, action: &'static str, path: &str) -> Result<(), StoreError> {
        if !self.happens(self.rates.refused) {
            return Ok(());
        }
        let statuses = [423, 429, 503];
        let status = statuses[(self.draw() % 3) as usize];
        let after = (status == 429).then_some(Duration::from_secs(1));
        Err(StoreError::from_status(status, after, action, path))
    }

    fn happens(&mut self, rate: u32) -> bool {
        self.draw() % 1000 < u64::from(rate)
    }

    fn draw(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

impl Store for FaultyStore {
    fn read<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Vec<u8>, StoreError>> {
        Box::pin(self.read_file(path))
    }

    fn write<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.write_file(path, bytes))
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        Box::pin(self.list_folder(folder))
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.delete_file(path))
    }
}

fn dead(action: &'static str, path: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Other, action, path, "the process is dead")
}
