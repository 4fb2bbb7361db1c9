//! A transport that does to requests whatever the worst of networks and servers do. Knows no service.

use std::{
    collections::VecDeque,
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::http::{HttpFailure, HttpFailureKind, HttpRequest, HttpResponse, Pacing, Transport};

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpFault {
    /// Nothing.
    None,
    /// The server answers with this status and did nothing.
    Status(u16),
    /// The same, and asks for so many seconds.
    RetryAfter(u16, u64),
    /// The connection breaks before the server had the request.
    LostRequest,
    /// The server did it, and the connection breaks before the answer is here.
    LostResponse,
    /// Half of the answer's body is here, and it looks whole.
    HalfBody,
}

/// Another transport with faults, and with an account of what passed. Clones are one.
#[derive(Clone)]
pub struct FaultyTransport(Arc<Parts>);

struct Parts {
    inner: Box<dyn Transport>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: VecDeque<HttpFault>,
    passed: Vec<HttpRequest>,
    slept: Vec<Duration>,
}

impl FaultyTransport {
    /// Without faults so far.
    pub fn new(inner: impl Transport + 'static) -> FaultyTransport {
        FaultyTransport(Arc::new(Parts { inner: Box::new(inner), state: Mutex::default() }))
    }

    /// The next requests meet these, one each.
    pub fn fail(&self, faults: impl IntoIterator<Item = HttpFault>) {
        self.state().faults.extend(faults);
    }

    /// From here on nothing goes wrong.
    pub fn calm(&self) {
        self.state().faults.clear();
    }

    /// How long was waited since the last call.
    pub fn take_slept(&self) -> Vec<Duration> {
        std::mem::take(&mut self.state().slept)
    }

    /// The requests since the last call.
    pub fn take_passed(&self) -> Vec<HttpRequest> {
        std::mem::take(&mut self.state().passed)
    }

    /// How many of each method since the last call, and how many bytes they sent: `2 PUT, 1 GET; 410 bytes sent`.
    pub fn take_summary(&self) -> String {
        let passed = self.take_passed();
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for request in &passed {
            match counts.iter_mut().find(|(method, _)| *method == request.method()) {
                Some((_, count)) => *count += 1,
                None => counts.push((request.method(), 1)),
            }
        }
        let mut summary = format!("{} requests:", passed.len());
        for (method, count) in counts {
            let _ = write!(summary, " {count} {method}");
        }
        let sent: u64 =
            passed.iter().filter(|request| request.method() == "PUT").map(HttpRequest::body_len).sum();
        let _ = write!(summary, "; {sent} bytes written");
        summary
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for FaultyTransport {
    fn perform(&self, request: &HttpRequest) -> Result<HttpResponse, HttpFailure> {
        let fault = {
            let mut state = self.state();
            state.passed.push(request.clone());
            state.faults.pop_front().unwrap_or(HttpFault::None)
        };
        let broken = |reason: &str| Err(HttpFailure::new(HttpFailureKind::Broken, reason));
        let status = |status, headers| Ok(HttpResponse { status, headers, body: Vec::new() });
        match fault {
            HttpFault::None => self.0.inner.perform(request),
            HttpFault::Status(code) => status(code, Vec::new()),
            HttpFault::RetryAfter(code, seconds) => {
                status(code, vec![("retry-after".to_owned(), seconds.to_string())])
            }
            HttpFault::LostRequest => broken("the request was lost"),
            HttpFault::LostResponse => {
                let _ = self.0.inner.perform(request);
                broken("the response was lost")
            }
            HttpFault::HalfBody => {
                let mut response = self.0.inner.perform(request)?;
                response.body.truncate(response.body.len() / 2);
                Ok(response)
            }
        }
    }
}

/// Time that passes at once, and is noted.
impl Pacing for FaultyTransport {
    fn sleep(&self, time: Duration) {
        self.state().slept.push(time);
    }

    fn random(&self) -> u64 {
        0
    }
}
