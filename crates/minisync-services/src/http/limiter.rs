//! How many requests a host gets at once, and from when on it wants any. One for each host in the whole process.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// So many requests at once: what browsers allow themselves, and what no server takes for an attack.
const AT_ONCE: usize = 6;

/// The limit of one host.
#[derive(Debug, Default)]
pub(crate) struct HostLimiter {
    under_way: Mutex<UnderWay>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct UnderWay {
    requests: usize,
    /// Before this the host wants no request at all: it said so to one of ours.
    not_before: Option<Instant>,
}

/// A place among those under way, until it is dropped.
pub(crate) struct Permit<'a>(&'a HostLimiter);

impl HostLimiter {
    /// The one that all in this process share.
    pub(crate) fn of(host: &str) -> Arc<HostLimiter> {
        static HOSTS: Mutex<BTreeMap<String, Arc<HostLimiter>>> = Mutex::new(BTreeMap::new());
        let mut hosts = HOSTS.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry(host.to_owned()).or_default())
    }

    /// Waits for a free place.
    pub(crate) fn enter(&self) -> Permit<'_> {
        let mut under_way = self.lock();
        while under_way.requests >= AT_ONCE {
            under_way = self.freed.wait(under_way).unwrap_or_else(PoisonError::into_inner);
        }
        under_way.requests += 1;
        Permit(self)
    }

    /// How much longer the host asked all to wait.
    pub(crate) fn closed_for(&self) -> Option<Duration> {
        let left = self.lock().not_before?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// The host asked for so long a time without requests.
    pub(crate) fn close_for(&self, time: Duration) {
        let until = Instant::now().checked_add(time);
        let mut under_way = self.lock();
        under_way.not_before = under_way.not_before.max(until);
    }

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.lock().requests -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_gets_no_more_than_its_share() {
        let limiter = HostLimiter::of("a.test");
        let permits: Vec<_> = (0..AT_ONCE).map(|_| limiter.enter()).collect();
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let limiter = HostLimiter::of("a.test");
                let _permit = limiter.enter();
                sender.send(()).unwrap();
            });
            // Another host has a limit of its own.
            let other = HostLimiter::of("b.test");
            drop(other.enter());
            assert!(receiver.try_recv().is_err());
            drop(permits);
            receiver.recv().unwrap();
        });
    }

    #[test]
    fn what_one_request_was_told_holds_for_all() {
        HostLimiter::of("c.test").close_for(Duration::from_secs(1000));
        HostLimiter::of("c.test").close_for(Duration::from_secs(10));
        assert!(HostLimiter::of("c.test").closed_for().unwrap() > Duration::from_secs(900));
        assert_eq!(HostLimiter::of("d.test").closed_for(), None);
    }
}
