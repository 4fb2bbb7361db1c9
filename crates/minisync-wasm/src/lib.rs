//! The boundary between JavaScript and the core, as `docs/boundary.md` specifies it: JSON text in and out, one
//! call an operation, one instance per document. It decides nothing: what documents do is the core's business, and
//! what JavaScript makes of it is the package's (`packages/minisync`).
//!
//! All is plain, safe Rust that native tests call through [`Instance`]; the only unsafe code declares the exports.
#![deny(unsafe_code, reason = "exports of a WebAssembly module are unsafe to declare")]

mod arguments;
#[cfg(target_arch = "wasm32")]
mod exports;
mod failure;
mod instance;
mod operations;
mod output;
mod overruled;
mod place;
mod seed;
#[cfg(feature = "sync")]
mod sync;

pub use instance::Instance;
