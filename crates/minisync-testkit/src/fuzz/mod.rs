//! What the fuzz targets do with hostile input, and what has to hold whatever it is. Knows no fuzzer: `fuzz/`
//! hands its inputs to [`Target::run`], and a test replays here, on stable Rust, what was found there.

mod merge;
mod mutate;
mod paths;
mod pen;
mod update;
mod version1;
mod version2;

use std::fmt;

pub use mutate::mutate;

/// Something that must hold and does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding(String);

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

type Checked<T = ()> = Result<T, Finding>;

/// Fails unless `holds`.
fn ensure(holds: bool, message: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Finding(message())) }
}

/// The core refused what it must accept.
fn accepted<T>(result: minisync::Result<T>, what: &str) -> Checked<T> {
    result.map_err(|error| Finding(format!("{what}: {error}")))
}

/// One entry point that takes what a stranger made.
///
/// ```
/// use minisync_testkit::fuzz::Target;
/// assert_eq!(Target::ALL.map(Target::name), ["version2", "version1", "paths", "merge", "update"]);
/// assert_eq!(Target::Version2.run(br#"{"_minisync":"#), Ok(()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Reads the text of a change set.
    Version2,
    /// Reads the text of a change set of format version 1.
    Version1,
    /// Reads the text of paths, a line each, and reads and writes there.
    Paths,
    /// Merges change sets, a line each, into a copy of the first one.
    Merge,
    /// Makes a document equal to the JSON of one line after the other, also on two copies at once.
    Update,
}

impl Target {
    /// All there are.
    pub const ALL: [Target; 5] =
        [Target::Version2, Target::Version1, Target::Paths, Target::Merge, Target::Update];

    /// The name of the program in `fuzz/`, and of the folder in `fixtures/regressions`.
    pub fn name(self) -> &'static str {
        match self {
            Target::Version2 => "version2",
            Target::Version1 => "version1",
            Target::Paths => "paths",
            Target::Merge => "merge",
            Target::Update => "update",
        }
    }

    /// Does with `input` what the target is for.
    ///
    /// # Errors
    /// Where something does not hold that must. (What panics is a finding too.)
    pub fn run(self, input: &[u8]) -> Result<(), Finding> {
        let Ok(text) = std::str::from_utf8(input) else { return Ok(()) };
        match self {
            Target::Version2 => version2::run(text),
            Target::Version1 => version1::run(text),
            Target::Paths => paths::run(text),
            Target::Merge => merge::run(text),
            Target::Update => update::run(text),
        }
    }
}
