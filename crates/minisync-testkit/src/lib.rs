//! Shows that MiniSync converges: runs of several clients are generated from seeds, carried out on real
//! documents, and judged by an oracle that shares no code with the core. Uses the core's public interface
//! only.
//!
//! A run is plain data ([`script`]), so a failing one is cut down and can be printed, read and repeated.
//! [`oracle`] says what is proved and what is not.
#![forbid(unsafe_code)]

pub mod fuzz;
pub mod generate;
pub mod oracle;
pub mod rng;
pub mod script;
pub mod simulate;
pub mod world;
