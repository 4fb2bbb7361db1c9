//! The command as people and scripts meet it: every test runs the program itself, on real folders.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

mod changes;
mod conflicts;
mod crash;
mod damage;
mod device;
mod documents;
mod edit;
#[cfg(unix)]
mod editors;
mod first;
#[cfg(unix)]
mod guide;
mod help;
#[cfg(unix)]
mod hostile;
mod layout;
mod old;
mod overruled;
mod overview;
#[cfg(unix)]
mod private;
mod random;
mod repair;
#[cfg(unix)]
mod room;
mod services;
mod size;
#[cfg(unix)]
mod soak;
mod sync;
mod targets;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod watch;
#[cfg(unix)]
mod watching;
