//! Runs the console examples of the Markdown files: what they show must be what happens.
//!
//! A block marked `console` holds commands, each on a line that starts with `$ ` (`> ` goes on with the
//! command before it), and under each its exact output, standard error included. `…` stands for anything
//! within a line, and for any number of lines where it stands alone. A command must succeed, except the
//! last one of a block marked `console fails`. All blocks of a file share one shell, which starts in an
//! empty folder with a copy of `examples/`, and with the built `minisync` first on its path.

use std::{fs, io::Write, path::Path, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{markdown, tidy::Repo};

mod block;
mod expect;
mod session;

use block::Example;
use session::Session;

/// Builds the command `minisync` and runs the examples of every Markdown file.
pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    let repo = Repo::load(Path::new("."))?;
    let mut failures = 0;
    for file in repo.files_ending(".md") {
        let examples = examples_in(file.text());
        if examples.is_empty() {
            continue;
        }
        let wrong = run_file(&examples)?;
        writeln!(out, "{}: {} commands, {} wrong", file.path(), examples.len(), wrong.len())?;
        for problem in &wrong {
            writeln!(out, "{}:{problem}", file.path())?;
        }
        failures += wrong.len();
    }
    ensure!(failures == 0, "{failures} console examples do not do what they show");
    Ok(())
}

fn examples_in(text: &str) -> Vec<Example> {
    let fences = markdown::fences(text);
    fences
        .iter()
        .filter(|fence| fence.info.split_whitespace().next() == Some("console"))
        .flat_map(block::parse)
        .collect()
}

fn run_file(examples: &[Example]) -> Result<Vec<String>> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let work = folder.path().join("work");
    fs::create_dir(&work)?;
    copy_examples(&work.join("examples"))?;
    let outputs = Session { folder: folder.path(), programs: &built_programs()? }.run(examples)?;
    Ok(examples
        .iter()
        .zip(&outputs)
        .filter_map(|(example, output)| expect::problem(example, output.as_ref()))
        .collect())
}

/// The folder of the built `minisync`, absolute.
fn built_programs() -> Result<std::path::PathBuf> {
    let status = Command::new("cargo").args(["build", "--quiet", "--package", "minisync-cli"]).status()?;
    ensure!(status.success(), "cannot build the command minisync");
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or("target".into());
    Path::new(&target).join("debug").canonicalize().context("the command minisync was built elsewhere")
}

fn copy_examples(to: &Path) -> Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir("examples").context("cannot read examples/")? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
