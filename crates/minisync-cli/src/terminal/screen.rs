//! What the command tells: people in words, machines in JSON. Knows no documents.

use std::{
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
};

use serde::Serialize;

/// Results go to standard output; warnings, errors and progress to standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    json: bool,
    quiet: bool,
    verbose: bool,
}

impl Screen {
    pub(crate) fn new(json: bool, quiet: bool, verbose: bool) -> Screen {
        Screen { json, quiet, verbose }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// What happened. Not said with `--json` or `--quiet`.
    pub(crate) fn say(&self, line: impl Display) {
        if !self.json && !self.quiet {
            print(line);
        }
    }

    /// What only the curious want to know (`--verbose`).
    pub(crate) fn explain(&self, line: impl Display) {
        if self.verbose {
            complain(line);
        }
    }

    /// The answer to a question: said even with `--quiet`.
    pub(crate) fn answer(&self, text: impl Display) {
        print(text);
    }

    /// The answer for machines, on one line.
    pub(crate) fn json(&self, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(value) {
            print(text);
        }
    }

    /// What went on in spite of, but should be known.
    pub(crate) fn warn(&self, line: impl Display) {
        complain(format_args!("minisync: {line}"));
    }

    /// Whether a person watches, who wants to see progress.
    pub(crate) fn is_watched(&self) -> bool {
        !self.json && !self.quiet && io::stderr().is_terminal()
    }
}

/// A reader that has gone away (as `head` does) is no reason to fail.
fn print(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
