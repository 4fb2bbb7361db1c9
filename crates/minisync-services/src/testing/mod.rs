//! For tests: transports that fail on purpose, and real servers on loopback, each in a folder of its own.

mod faulty_transport;
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test whose server does not start has failed")]
mod server;
#[cfg(feature = "webdav")]
#[expect(clippy::unwrap_used, reason = "a test whose server does not start has failed")]
mod webdav_servers;

pub use faulty_transport::{FaultyTransport, HttpFault};
pub use server::{PASSWORD, Server, USER};
