//! For tests: transports that fail on purpose, and real servers on loopback, each in a folder of its own.

mod faulty_transport;
mod server;
#[cfg(feature = "webdav")]
mod webdav_servers;

pub use faulty_transport::{FaultyTransport, HttpFault};
pub use server::{PASSWORD, Server, USER};
