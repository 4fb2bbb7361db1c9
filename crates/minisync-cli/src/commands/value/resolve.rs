//! `minisync resolve`: settles a conflict.

use std::path::PathBuf;

use clap::Args;

use super::conflicts::contenders;
use crate::commands::change::{edit, open_tracked, place};
use crate::terminal::{Failure, Result, Screen};

/// Choose one of the values of a conflict
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync conflicts todo.json
  minisync resolve todo.json title 2")]
pub(crate) struct Resolve {
    /// The JSON file
    file: PathBuf,
    /// Where the conflict is, as `minisync conflicts` shows it
    path: String,
    /// The number of the value, as `minisync conflicts` shows it: 1 is the current one
    choice: usize,
}

impl Resolve {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let path = place(&self.path)?;
        let mut tracked = open_tracked(&self.file, screen)?;
        let file = self.file.display();
        let values = contenders(tracked.state(), &path)?;
        if values.len() < 2 {
            return Err(Failure::new(format!("{file}: there is no conflict at {}", self.path)));
        }
        let Some(chosen) = self.choice.checked_sub(1).and_then(|index| values.get(index)) else {
            let count = values.len();
            return Err(Failure::usage(format!(
                "{file}: there are {count} values at {}: choose 1 to {count}, as minisync conflicts {file} shows them",
                self.path
            )));
        };
        let chosen = chosen.value.get();
        edit(&mut tracked, &self.file, |document| Ok(document.set_json(&path, chosen)?))?;
        screen.say(format_args!("{file}: {} is {chosen}", self.path));
        Ok(())
    }
}
