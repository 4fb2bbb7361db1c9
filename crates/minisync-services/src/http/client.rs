//! Sends requests with patience. The one place through which everything of every service passes.

use std::{fmt, sync::Arc, thread, time::Duration};

use futures_channel::oneshot;
use futures_util::future::BoxFuture;

use super::{
    HttpFailure, HttpFailureKind, HttpRequest, HttpResponse, Pacing, Patience, SystemPacing, Traffic,
    Transport, UreqTransport, limiter::HostLimiter,
};

/// Why it takes longer, for people.
#[derive(Debug, Clone, Copy)]
pub struct Wait<'a> {
    /// Who is waited for.
    pub host: &'a str,
    /// How long.
    pub time: Duration,
    /// Whether the server asked for that time; else we chose it.
    pub is_asked: bool,
}

type OnWait = dyn Fn(&Wait<'_>) + Send + Sync;

/// A client for any number of hosts; clones share connections and counters. Its futures need no runtime: each request
/// has a thread of its own while it is under way.
///
/// ```no_run
/// use minisync_services::http::{HttpClient, HttpRequest};
/// let client = HttpClient::new();
/// let response = pollster::block_on(client.send(HttpRequest::new("GET", "https://example.org/")))?;
/// assert_eq!((response.status, client.traffic().count().requests), (200, 1));
/// # Ok::<(), minisync_services::http::HttpFailure>(())
/// ```
#[derive(Clone)]
pub struct HttpClient(Arc<Parts>);

struct Parts {
    transport: Box<dyn Transport>,
    pacing: Box<dyn Pacing>,
    patience: Patience,
    traffic: Traffic,
    on_wait: Option<Box<OnWait>>,
}

impl HttpClient {
    /// On the network, with the system's time.
    pub fn new() -> HttpClient {
        HttpClient(Arc::new(Parts::system()))
    }

    /// On anything else, for tests.
    pub fn with(
        transport: impl Transport + 'static,
        pacing: impl Pacing + 'static,
        patience: Patience,
    ) -> HttpClient {
        HttpClient(Arc::new(Parts::new(transport, pacing, patience)))
    }

    /// On the network; `on_wait` is told before each wait.
    pub fn telling(on_wait: impl Fn(&Wait<'_>) + Send + Sync + 'static) -> HttpClient {
        HttpClient(Arc::new(Parts { on_wait: Some(Box::new(on_wait)), ..Parts::system() }))
    }

    /// What went through it so far.
    pub fn traffic(&self) -> &Traffic {
        &self.0.traffic
    }

    /// The response, after as many tries as it takes and patience allows. All requests of the services may be repeated.
    /// A future that is dropped lets the try that is under way end, and no other begin.
    ///
    /// # Errors
    /// Where there is no response at all. One with a bad status is a response.
    pub fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpFailure>> {
        let (parts, (sender, receiver)) = (Arc::clone(&self.0), oneshot::channel());
        let started = thread::Builder::new().name("minisync-http".to_owned()).spawn(move || {
            let result = parts.send(&request, &|| sender.is_canceled());
            // Nobody waits for it any more, if the future was dropped.
            let _ = sender.send(result);
        });
        Box::pin(async move {
            if let Err(error) = started {
                let reason = format!("no thread could be started: {error}");
                return Err(HttpFailure::new(HttpFailureKind::Request, reason));
            }
            receiver.await.unwrap_or_else(|_| {
                Err(HttpFailure::new(HttpFailureKind::Broken, "the thread of the request stopped"))
            })
        })
    }
}

impl Default for HttpClient {
    fn default() -> HttpClient {
        HttpClient::new()
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").field("traffic", &self.0.traffic).finish_non_exhaustive()
    }
}

impl Parts {
    fn new(transport: impl Transport + 'static, pacing: impl Pacing + 'static, patience: Patience) -> Parts {
        Parts {
            transport: Box::new(transport),
            pacing: Box::new(pacing),
            patience,
            traffic: Traffic::default(),
            on_wait: None,
        }
    }

    fn system() -> Parts {
        Parts::new(UreqTransport::new(), SystemPacing, Patience::default())
    }

    fn send(
        &self,
        request: &HttpRequest,
        is_dropped: &dyn Fn() -> bool,
    ) -> Result<HttpResponse, HttpFailure> {
        let limiter = HostLimiter::of(request.host());
        let mut tried = 0;
        loop {
            // What the host told another request holds for this one too.
            if let Some(left) = limiter.closed_for() {
                if left > self.patience.longest_wait {
                    return Ok(still_closed(left));
                }
                self.sleep(request, left, true);
            }
            let result = {
                let _permit = limiter.enter();
                self.try_once(request)
            };
            tried += 1;
            let asked = match &result {
                Ok(response) if response.is_busy() => response.retry_after(),
                Err(failure) if failure.is_passing() => None,
                _ => return result,
            };
            if let Some(asked) = asked {
                limiter.close_for(asked);
            }
            match self.patience.wait(tried, asked, self.pacing.random()) {
                Some(time) if !is_dropped() => self.sleep(request, time, asked.is_some()),
                _ => return result,
            }
        }
    }

    fn try_once(&self, request: &HttpRequest) -> Result<HttpResponse, HttpFailure> {
        self.traffic.count_request(request);
        self.transport.perform(request).inspect(|response| self.traffic.count_response(response))
    }

    fn sleep(&self, request: &HttpRequest, time: Duration, is_asked: bool) {
        if let Some(on_wait) = &self.on_wait {
            on_wait(&Wait { host: request.host(), time, is_asked });
        }
        self.pacing.sleep(time);
    }
}

/// What the host would answer, without asking it before its time.
fn still_closed(left: Duration) -> HttpResponse {
    let seconds = left.as_secs() + 1;
    HttpResponse {
        status: 429,
        headers: vec![("retry-after".to_owned(), seconds.to_string())],
        body: Vec::new(),
    }
}
