//! Calls that stop the program, and in the core, calls that reach outside of it.

use super::{
    Finding, Repo,
    layers::paths,
    repo::File,
    rust::{Code, starts_with},
};

/// What stops the program, and the lint of clippy under which a place may be excused, with a reason.
const STOPS: &[(&[&str], &str)] = &[
    (&[".", "unwrap", "(", ")"], "unwrap_used"),
    (&["panic", "!"], "panic"),
    (&["todo", "!"], "todo"),
    (&["unimplemented", "!"], "unimplemented"),
    (&["dbg", "!"], "dbg_macro"),
];

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
        findings.extend(stops(file, code));
        if file.path().starts_with(CORE) {
            findings.extend(reaches_outside(file, code));
        }
    }
    findings
}

fn stops(file: &File, code: &Code) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (texts, lint) in STOPS {
        let tokens = code.product_without_expected(lint);
        for index in (0..tokens.len()).filter(|index| starts_with(&tokens[*index..], texts)) {
            let problem = format!(
                "`{}` outside of tests: return an error, or say why under #[expect(clippy::{lint}, reason = …)]",
                texts.concat()
            );
            findings.push(Finding::new(file.path(), tokens[index].line, problem));
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
    fn every_stop_is_found_outside_of_tests_only() {
        let text = "fn a() { b.unwrap(); }\nfn c() { panic!() }\nfn d() { todo!() }\nfn e() { unimplemented!() }\n\
                    fn f() { dbg!(1); }\n#[test]\nfn g() { b.unwrap() }\nfn h() { b.unwrap_or(1); }\n";
        let lines = ["a.rs:1", "a.rs:2", "a.rs:3", "a.rs:4", "a.rs:5"];
        assert_eq!(places_found(check, &[("a.rs", text), ("tests/b.rs", text)]), lines);
    }

    #[test]
    fn an_excused_stop_is_not_found() {
        let text = "#[expect(clippy::panic, reason = \"r\")]\nfn a() { panic!() }\nfn b() { panic!() }\n";
        assert_eq!(places_found(check, &[("a.rs", text)]), ["a.rs:3"]);
    }

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
