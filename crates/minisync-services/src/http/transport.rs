//! Brings one request to a server and its response back, once. Knows no patience and no service.

use std::{io, sync::Arc, time::Duration};

use ureq::{
    Agent, Body, Error, Timeout,
    http::{Request, Response},
    tls::{RootCerts, TlsConfig},
};

use super::{HttpFailure, HttpFailureKind, HttpRequest, HttpResponse};

/// Performs requests; blocks until it is done.
pub trait Transport: Send + Sync {
    /// The response, whatever its status.
    ///
    /// # Errors
    /// Where there is none.
    fn perform(&self, request: &HttpRequest) -> Result<HttpResponse, HttpFailure>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn perform(&self, request: &HttpRequest) -> Result<HttpResponse, HttpFailure> {
        (**self).perform(request)
    }
}

/// The network. Connections are kept for the next request. Certificates are checked by what the system trusts.
pub struct UreqTransport {
    agent: Agent,
}

/// How long it may take to reach a server.
const CONNECT: Duration = Duration::from_secs(15);

/// How long a server may be silent in the middle of something. There is no limit to the whole: a slow line is no error.
const SILENCE: Duration = Duration::from_secs(60);

impl UreqTransport {
    /// Opens no connection yet.
    ///
    /// # Errors
    /// Where the system has no certificates, which does no harm until one is needed, none are reported.
    pub fn new() -> UreqTransport {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .user_agent(concat!("minisync/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // Credentials are for the host that they were given for. Who must follow a redirect does it knowingly.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .timeout_per_write(Some(SILENCE))
            .max_idle_connections_per_host(8)
            .build();
        UreqTransport { agent: config.into() }
    }
}

impl Default for UreqTransport {
    fn default() -> UreqTransport {
        UreqTransport::new()
    }
}

impl Transport for UreqTransport {
    fn perform(&self, request: &HttpRequest) -> Result<HttpResponse, HttpFailure> {
        let host = request.host();
        let mut builder = Request::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let malformed =
            |error: ureq::http::Error| HttpFailure::new(HttpFailureKind::Request, error.to_string());
        let response = match &request.body {
            // With a length, so that a method that the library does not know may have a body too.
            Some(body) => {
                let builder = builder.header("content-length", body.len().to_string());
                self.agent.run(builder.body(&body[..]).map_err(malformed)?)
            }
            None => self.agent.run(builder.body(()).map_err(malformed)?),
        };
        let response = response.map_err(|error| failure(host, error))?;
        whole(response, request.limit).map_err(|error| failure(host, error))
    }
}

fn whole(mut response: Response<Body>, limit: u64) -> Result<HttpResponse, Error> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect();
    let status = response.status().as_u16();
    // A limit is what is too much there, so one more.
    let body = response.body_mut().with_config().limit(limit.saturating_add(1)).read_to_vec()?;
    if body.len() as u64 > limit {
        return Err(Error::BodyExceedsLimit(limit));
    }
    Ok(HttpResponse { status, headers, body })
}

fn failure(host: &str, error: Error) -> HttpFailure {
    use HttpFailureKind as Kind;
    let (kind, reason) = match error {
        Error::HostNotFound => {
            (Kind::Name, format!("there is no host {host}, or no network; check the name and the connection"))
        }
        Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            (Kind::Unreachable, format!("{host} cannot be reached: it does not answer"))
        }
        Error::Timeout(_) => (Kind::Timeout, format!("{host} took too long to answer")),
        Error::BodyExceedsLimit(limit) => (Kind::TooLong, format!("the answer has more than {limit} bytes")),
        Error::Rustls(rustls::Error::InvalidCertificate(reason)) => (
            Kind::Certificate,
            format!(
                "the certificate of {host} is not trusted ({reason:?}); if it is your own, add it to this system's"
            ),
        ),
        Error::Rustls(error) => (Kind::Certificate, format!("no safe connection to {host}: {error}")),
        Error::Tls(reason) => (Kind::Certificate, format!("no safe connection to {host}: {reason}")),
        Error::Io(error) => io_failure(host, &error),
        other => (Kind::Broken, format!("the connection to {host} failed: {other}")),
    };
    HttpFailure::new(kind, reason)
}

/// TLS hands its errors on inside of those of the system.
fn io_failure(host: &str, error: &io::Error) -> (HttpFailureKind, String) {
    use io::ErrorKind as Io;
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        let failure = failure(host, Error::Rustls(inner.clone()));
        return (failure.kind(), failure.to_string());
    }
    match error.kind() {
        Io::ConnectionRefused
        | Io::HostUnreachable
        | Io::NetworkUnreachable
        | Io::NetworkDown
        | Io::AddrNotAvailable => {
            (HttpFailureKind::Unreachable, format!("{host} cannot be reached: {error}"))
        }
        _ => (HttpFailureKind::Broken, format!("the connection to {host} broke: {error}")),
    }
}
