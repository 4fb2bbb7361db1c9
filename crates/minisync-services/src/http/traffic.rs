//! Counts requests and bytes. Knows not what they are for.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{HttpRequest, HttpResponse};

/// Counts, from any number of threads.
#[derive(Debug, Default)]
pub struct Traffic {
    requests: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

/// What was counted up to a moment. Bytes are those of bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrafficCount {
    /// How many requests went out, those that were tried again too.
    pub requests: u64,
    /// Bytes in the bodies of requests.
    pub sent: u64,
    /// Bytes in the bodies of responses.
    pub received: u64,
}

impl Traffic {
    pub(crate) fn count_request(&self, request: &HttpRequest) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.sent.fetch_add(request.body_len(), Ordering::Relaxed);
    }

    pub(crate) fn count_response(&self, response: &HttpResponse) {
        self.received.fetch_add(response.body.len() as u64, Ordering::Relaxed);
    }

    /// What was counted so far.
    pub fn count(&self) -> TrafficCount {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        TrafficCount {
            requests: read(&self.requests),
            sent: read(&self.sent),
            received: read(&self.received),
        }
    }
}
