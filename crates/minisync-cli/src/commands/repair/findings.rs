//! What was found, what became of it, and how it is told. Looks at nothing.

use std::{fmt::Display, path::Path};

use serde::Serialize;

use crate::terminal::{Failure, Result, Screen};

/// All that is wrong.
#[derive(Debug)]
pub(super) struct Findings {
    file: String,
    dry_run: bool,
    found: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize)]
struct Finding {
    /// The file or target.
    place: String,
    problem: String,
    outcome: Outcome,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Outcome {
    /// It was mended.
    Mended,
    /// It would be, without `--dry-run`.
    WouldMend,
    /// A person must do something.
    Decide,
    /// It does no harm.
    Harmless,
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    file: &'a str,
    findings: &'a [Finding],
    /// How many are left for a person.
    left: usize,
}

impl Findings {
    pub(super) fn new(file: &Path, dry_run: bool) -> Findings {
        Findings { file: file.display().to_string(), dry_run, found: Vec::new() }
    }

    /// Something is mended, or would be.
    pub(super) fn mended(&mut self, place: impl Display, problem: impl Display) {
        let outcome = if self.dry_run { Outcome::WouldMend } else { Outcome::Mended };
        self.add(place, problem, outcome);
    }

    /// Something is left for a person to do.
    pub(super) fn decide(&mut self, place: impl Display, problem: impl Display) {
        self.add(place, problem, Outcome::Decide);
    }

    /// Something lies around.
    pub(super) fn harmless(&mut self, place: impl Display, problem: impl Display) {
        self.add(place, problem, Outcome::Harmless);
    }

    fn add(&mut self, place: impl Display, problem: impl Display, outcome: Outcome) {
        let finding = Finding { place: place.to_string(), problem: problem.to_string(), outcome };
        self.found.push(finding);
    }

    /// Tells it all.
    ///
    /// # Errors
    /// Where something is left for a person.
    pub(super) fn finish(self, screen: &Screen) -> Result<()> {
        let left = self.found.iter().filter(|finding| finding.outcome == Outcome::Decide).count();
        if screen.is_json() {
            screen.json(&Answer { file: &self.file, findings: &self.found, left });
        } else {
            for Finding { place, problem, outcome } in &self.found {
                screen.line(format_args!("{}{place}: {problem}", outcome.word()));
            }
        }
        let file = &self.file;
        let mended = self.found.iter().filter(|finding| finding.outcome == Outcome::Mended).count();
        screen.say(match (mended, self.found.len()) {
            (_, 0) => format!("{file}: nothing is wrong"),
            (0, 1) => format!("{file}: 1 finding"),
            (0, found) => format!("{file}: {found} findings"),
            (1, 1) => format!("{file}: 1 finding, mended"),
            (mended, found) => format!("{file}: {found} findings, {mended} mended"),
        });
        match left {
            0 => Ok(()),
            1 => Err(Failure::incomplete(format!("{file}: 1 finding is left for you to decide"))),
            left => Err(Failure::incomplete(format!("{file}: {left} findings are left for you to decide"))),
        }
    }
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Outcome::Mended => "mended    ",
            Outcome::WouldMend => "to mend   ",
            Outcome::Decide => "decide    ",
            Outcome::Harmless => "harmless  ",
        }
    }
}
