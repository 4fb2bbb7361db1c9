//! `minisync rm`: one value of FILE goes.

use std::path::PathBuf;

use clap::Args;

use crate::commands::change::{edit, open_or_start, place};
use crate::terminal::{Failure, Result, Screen};

/// Remove the value at a path
///
/// Everything else in FILE stays as it is. A FILE that was not tracked yet is tracked from now on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync rm todo.json 'items[0]'
  minisync rm todo.json 'items[-1]'    (the last one)")]
pub(crate) struct Rm {
    /// The JSON file
    file: PathBuf,
    /// Where: foo.bar[1], ["a key with a . in it"], or a JSON Pointer: /foo/bar/1
    path: String,
}

impl Rm {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let place = place(&self.path)?;
        let mut tracked = open_or_start(&self.file, screen)?;
        let removed = edit(&mut tracked, &self.file, |document| Ok(document.remove(&place)?))?;
        if removed {
            let file = self.file.display();
            screen.say(format_args!("{file}: {} is removed", self.path));
            if screen.is_json() {
                screen.json(
                    &serde_json::json!({ "file": file.to_string(), "path": self.path, "removed": true }),
                );
            }
            return Ok(());
        }
        Err(Failure::new(format!("{}: there is nothing at {}", self.file.display(), self.path)))
    }
}
