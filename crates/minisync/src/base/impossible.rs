//! What cannot happen.

/// Says that something happened that cannot, by the invariants: stops a debug build, and with it every test and the
/// simulator. A release build goes on, so that a fault of this library does not take down the program of a user who
/// could still save.
#[cold]
#[track_caller]
pub(crate) fn impossible(what: &str) {
    #[expect(clippy::panic, reason = "in debug builds, a broken invariant has to be loud")]
    if cfg!(debug_assertions) {
        panic!("{what}: this is a fault of MiniSync");
    }
}
