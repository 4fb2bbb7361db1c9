//! `minisync list`: which files below a folder are tracked. Changes nothing, and waits for nobody.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use minisync::SystemClock;
use minisync_store::{State, StatePlace, Target};
use serde::Serialize;

use crate::terminal::{Failure, Result, Screen};

/// List the tracked files in a folder and below it
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The folder
    #[arg(default_value = ".", hide_default_value = true)]
    folder: PathBuf,
}

#[derive(Debug, Serialize)]
struct Tracked {
    file: String,
    /// Whether it is there, or only its document.
    present: bool,
    document: String,
    label: String,
    targets: Vec<String>,
}

impl List {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let mut files = Vec::new();
        find(&self.folder, &mut files)?;
        files.sort();
        let mut tracked = Vec::new();
        for file in files {
            match State::peek(&StatePlace::beside(&file)?, Arc::new(SystemClock)) {
                Ok(Some(state)) => tracked.push(Tracked {
                    present: file.exists(),
                    file: file.display().to_string(),
                    document: state.document().id().to_string(),
                    label: state.label().to_owned(),
                    targets: state.targets().iter().map(|target: &Target| target.url().to_owned()).collect(),
                }),
                Ok(None) => {}
                Err(error) => screen.warn(format_args!("{}: {error}", file.display())),
            }
        }
        if screen.is_json() {
            screen.json(&tracked);
            return Ok(());
        }
        for Tracked { file, present, document, targets, .. } in &tracked {
            let gone = if *present { "" } else { " (gone)" };
            let targets = if targets.is_empty() { "no target".to_owned() } else { targets.join(", ") };
            screen.line(format_args!("{file}{gone}  {document}  {targets}"));
        }
        if tracked.is_empty() {
            screen.say(format_args!("{}: no tracked files", self.folder.display()));
        }
        Ok(())
    }
}

/// The files whose states are in folders `.minisync` below this one. Symbolic links are not followed: they may lead
/// in circles.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |error: io::Error| Failure::io("read", folder, &error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !entry.file_type().map_err(failed)?.is_dir() {
            continue;
        }
        if entry.file_name() != ".minisync" {
            // A folder that may not be read is no reason not to show the others.
            match find(&entry.path(), files) {
                Err(_) if fs::read_dir(entry.path()).is_err() => {}
                found => found?,
            }
            continue;
        }
        for state in fs::read_dir(entry.path()).map_err(failed)? {
            let name = state.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if let Some(name) = name.strip_suffix(".state") {
                files.push(if folder == Path::new(".") { PathBuf::from(name) } else { folder.join(name) });
            }
        }
    }
    Ok(())
}
