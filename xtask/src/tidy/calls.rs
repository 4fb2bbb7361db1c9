//! In the core, calls that reach outside of it. (Calls that stop the program are clippy's: see `Cargo.toml`.)

use super::{Finding, Repo, layers::paths, repo::File, rust::Code};

/// The crate that does no input, no output, and asks no clock.
const CORE: &str = "crates/minisync/src/";

/// The one file of the core that may name the system's clock.
const CLOCK: &str = "crates/minisync/src/names/clock.rs";

/// What the core may not name, by the start of the path.
const OUTSIDE: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "std::thread", "std::io::stdout", "std::io::stderr"];

/// What the core may not call, by the end of the path.
const CLOCKS: &[&str] = &["SystemTime::now", "Instant::now"];

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, code) in repo.rust().filter(|(file, _)| !file.is_test()) {
        if file.path().starts_with(CORE) {
            findings.extend(reaches_outside(file, code));
        }
    }
    findings
}

fn reaches_outside(file: &File, code: &Code) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, line) in paths(code.product()) {
        let path = path.join("::");
        let outside = OUTSIDE.iter().any(|start| path == *start || path.starts_with(&format!("{start}::")));
        let clock = file.path() != CLOCK && CLOCKS.iter().any(|end| path.ends_with(end));
        if outside || clock {
            let problem = format!("`{path}` in the core: time, randomness and I/O are handed in");
            findings.push(Finding::new(file.path(), line, problem));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn the_core_may_not_reach_outside() {
        let text = "use std::{fs, fmt};\nfn a() { std::net::lookup() }\nfn b() { SystemTime::now() }\n";
        let files = [("crates/minisync/src/a.rs", text), ("crates/minisync-store/src/a.rs", text)];
        let core = ["crates/minisync/src/a.rs:1", "crates/minisync/src/a.rs:2", "crates/minisync/src/a.rs:3"];
        assert_eq!(places_found(check, &files), core);
    }

    #[test]
    fn the_clock_of_the_core_may_ask_the_time() {
        let files = [("crates/minisync/src/names/clock.rs", "fn a() { std::time::SystemTime::now() }\n")];
        assert!(places_found(check, &files).is_empty());
    }
}
