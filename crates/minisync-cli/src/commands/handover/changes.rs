//! `minisync changes`: what another copy lacks, as a file to hand over.

use std::path::{Path, PathBuf};

use clap::Args;
use minisync::{Changes as ChangeSet, Version};

use crate::{
    commands::change::{open_or_start, write},
    file::deliver,
    terminal::{Failure, Result, Screen},
    tracked::Tracked,
};

/// Write changes to a file, to hand over by mail, USB stick or any other way
///
/// Without --for and --since: everything, from which a new copy can be made. The receiver runs `minisync
/// merge`. A FILE that was not tracked yet is tracked from now on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync changes todo.json -o all.changes
  minisync changes todo.json --for phone | ssh phone minisync merge todo.json -")]
pub(crate) struct Changes {
    /// The JSON file
    file: PathBuf,
    /// Only what this client lacks, as far as we know: its label or id, as `minisync status` shows it
    #[arg(long = "for", value_name = "CLIENT", conflicts_with = "since")]
    client: Option<String>,
    /// Only what came after this version, as `minisync status --json` shows it
    #[arg(long, value_name = "VERSION")]
    since: Option<Version>,
    /// Where to write them, instead of to standard output (which - is too)
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

impl Changes {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let quiet = Screen::only_warnings();
        let output = self.output.as_deref().filter(|path| *path != Path::new("-"));
        let mut tracked = open_or_start(&self.file, if output.is_some() { screen } else { &quiet })?;
        write(&mut tracked, &self.file)?;
        let changes = self.select(&tracked)?;
        match output {
            Some(output) => {
                deliver(output, &format!("{changes}\n"))?;
                let what = if changes.is_full() { "everything" } else { "what was missing" };
                screen.say(format_args!("{}: wrote {what} to {}", self.file.display(), output.display()));
            }
            None => screen.answer(changes),
        }
        Ok(())
    }

    fn select(&self, tracked: &Tracked<'_>) -> Result<ChangeSet> {
        let document = tracked.document();
        if let Some(version) = &self.since {
            return Ok(document.changes_since(version));
        }
        let Some(name) = &self.client else {
            return Ok(document.changes());
        };
        let clients = tracked.state().clients();
        let known = clients.iter().find(|client| client.client.as_str() == name);
        let mut named = clients.iter().filter(|client| client.label.as_deref() == Some(name));
        let client = match (known, named.next(), named.next()) {
            (Some(client), ..) | (None, Some(client), None) => client,
            (None, Some(_), Some(_)) => {
                let reason =
                    format!("several clients are called {name}: give the id that minisync status shows");
                return Err(Failure::new(reason).about(self.file.display()));
            }
            (None, None, _) => {
                let reason =
                    format!("no client is called {name}; minisync status shows those that are known");
                return Err(Failure::new(reason).about(self.file.display()));
            }
        };
        Ok(document.changes_for(&client.client))
    }
}
