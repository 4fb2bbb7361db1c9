//! HTTP as the services need it: whole requests and whole responses, tried again with patience, counted, and limited
//! per host. Knows no service.

mod client;
mod failure;
mod limiter;
mod message;
mod patience;
mod traffic;
mod transport;

pub use client::{HttpClient, Wait};
pub use failure::{HttpFailure, HttpFailureKind};
pub use message::{HttpRequest, HttpResponse};
pub use patience::{Pacing, Patience, SystemPacing};
pub use traffic::{Traffic, TrafficCount};
pub use transport::{Transport, UreqTransport};
