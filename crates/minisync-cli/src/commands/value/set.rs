//! `minisync set`: one value of FILE gets another.

use std::path::PathBuf;

use clap::Args;
use minisync::syntax::Tree;

use crate::commands::{
    change::{edit, open_or_start, place},
    overruled::shortened,
};
use crate::terminal::{Failure, Result, Screen};

/// Set the value at a path
///
/// Everything else in FILE stays as it is. What is set goes to the other devices with the next sync. A
/// FILE that was not tracked yet is tracked from now on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync set todo.json title '\"Groceries\"'
  minisync set todo.json 'items[0].done' true
  minisync set todo.json 'items[2]' '{\"name\": \"milk\"}'   (adds one, if there are two)")]
pub(crate) struct Set {
    /// The JSON file
    file: PathBuf,
    /// Where: foo.bar[1], ["a key with a . in it"], or a JSON Pointer: /foo/bar/1
    path: String,
    /// The new value; a text stands in double quotes
    #[arg(value_name = "JSON", allow_hyphen_values = true)]
    value: String,
}

impl Set {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        if let Err(error) = Tree::parse(&self.value) {
            let hint = if self.value.contains('"') { "" } else { "; a text needs quotes: '\"text\"'" };
            return Err(Failure::usage(format!("{} is not JSON: {error}{hint}", self.value)));
        }
        let place = place(&self.path)?;
        let mut tracked = open_or_start(&self.file, screen)?;
        edit(&mut tracked, &self.file, |document| Ok(document.set_json(&place, &self.value)?))?;
        let (file, value) = (self.file.display(), self.value.trim());
        screen.say(format_args!("{file}: {} is {}", self.path, shortened(value)));
        if screen.is_json() {
            screen.json(&serde_json::json!({ "file": file.to_string(), "path": self.path, "set": true }));
        }
        Ok(())
    }
}
