//! Devices that meet on real servers on loopback. `cargo xtask test --only services` installs the servers and runs
//! these tests; elsewhere they are passed over.

#![cfg(test)]
#[path = "services/device.rs"]
mod device;
#[path = "services/scenario.rs"]
mod scenario;
#[path = "services/webdav.rs"]
mod webdav;
