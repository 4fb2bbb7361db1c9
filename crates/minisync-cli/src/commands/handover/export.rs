//! `minisync export`: the whole document, in one of the formats that there are.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::{
    commands::change::{open_or_start, write},
    file::deliver,
    terminal::{Failure, Result, Screen},
};

/// Write the whole document in a format for other programs
///
/// Format 2 is what `minisync changes` writes. Format 1 is for the original library, @jsebrech/minisync 0.4;
/// `minisync merge` and `minisync sync` read it too. A FILE that was not tracked yet is tracked from now on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync export todo.json --format 1 -o old.json
  minisync merge todo.json old.json")]
pub(crate) struct Export {
    /// The JSON file
    file: PathBuf,
    /// The version of the format
    #[arg(long, value_name = "VERSION", default_value = "2")]
    format: Format,
    /// Where to write it, instead of to standard output (which - is too)
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    #[value(name = "1")]
    One,
    #[value(name = "2")]
    Two,
}

impl Export {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let quiet = Screen::only_warnings();
        let output = self.output.as_deref().filter(|path| *path != Path::new("-"));
        let mut tracked = open_or_start(&self.file, if output.is_some() { screen } else { &quiet })?;
        write(&mut tracked, &self.file)?;
        let file = self.file.display();
        let text = match self.format {
            Format::Two => tracked.document().changes().to_string(),
            Format::One => {
                let old = tracked.document().changes_v1();
                let old = old.map_err(|error| Failure::from(error).about(&file))?;
                for path in old.left_out() {
                    screen.warn(format_args!("{file}: {path} is null, which version 1 cannot say: left out"));
                }
                old.to_string()
            }
        };
        match output {
            Some(output) => {
                deliver(output, &format!("{text}\n"))?;
                screen.say(format_args!("{file}: wrote everything to {}", output.display()));
            }
            None => screen.answer(text),
        }
        Ok(())
    }
}
