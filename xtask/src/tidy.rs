//! The rules of the house that no compiler checks. Each lives in a file of its own, with tests that
//! show it failing; this one only knows their names.

use std::{fmt, io::Write, path::Path};

use anyhow::{Result, ensure};

mod attributes;
mod calls;
mod comments;
mod dead_files;
mod dependencies;
mod header;
mod layers;
mod links;
mod names;
mod places;
mod repo;
mod rust;
mod size;

pub(crate) use repo::Repo;

type Check = fn(&Repo) -> Vec<Finding>;

const CHECKS: &[(&str, Check)] = &[
    ("header", header::check),
    ("size", size::check),
    ("names", names::check),
    ("calls", calls::check),
    ("comments", comments::check),
    ("attributes", attributes::check),
    ("dependencies", dependencies::check),
    ("layers", layers::check),
    ("links", links::check),
    ("dead files", dead_files::check),
    ("places", places::check),
];

/// Something that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    problem: String,
}

impl Finding {
    /// Lines count from 1.
    fn new(path: &str, line: usize, problem: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, problem: problem.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.problem)
    }
}

/// Checks the whole repository.
pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    let repo = Repo::load(Path::new("."))?;
    let mut total = 0;
    for (name, check) in CHECKS {
        let findings = check(&repo);
        for finding in &findings {
            writeln!(out, "{finding} [{name}]")?;
        }
        total += findings.len();
    }
    ensure!(total == 0, "{total} findings");
    writeln!(out, "{} files keep to {} rules", repo.files().len(), CHECKS.len())?;
    Ok(())
}

/// For the tests of the checks: what `check` finds in a repository of these files, as `path:line`.
#[cfg(test)]
fn places_found(check: Check, files: &[(&str, &str)]) -> Vec<String> {
    let findings = check(&Repo::from_texts(files));
    findings.iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
}
