//! The crate as its users see it: the local save, sync rule by rule, crashes and storms.

#![cfg(test)]

#[path = "store/crash.rs"]
mod crash;
#[path = "store/devices.rs"]
mod devices;
#[path = "store/local.rs"]
mod local;
#[path = "store/sync.rs"]
mod sync;
