//! The crate as its users see it: the local save, sync rule by rule, the machine by hand, crashes and storms.

#![cfg(test)]

#[path = "store/crash.rs"]
mod crash;
#[path = "store/devices.rs"]
mod devices;
#[path = "store/growth.rs"]
mod growth;
#[path = "store/local.rs"]
mod local;
#[path = "store/machine.rs"]
mod machine;
#[path = "store/repair.rs"]
mod repair;
#[path = "store/retire.rs"]
mod retire;
#[path = "store/sealed.rs"]
mod sealed;
#[path = "store/shared.rs"]
mod shared;
#[path = "store/sync.rs"]
mod sync;
