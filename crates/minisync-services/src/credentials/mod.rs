//! Where user names, passwords and keys come from: the environment and files that other programs read too. Never from a
//! command line, and never shown.

mod environment;
mod netrc;
mod secret;

pub use environment::Environment;
pub(crate) use netrc::Netrc;
pub use secret::Secret;
