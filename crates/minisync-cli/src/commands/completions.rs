//! `minisync completions`: what shells need to complete the command line.

use std::io::{self, Write as _};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::{cli::Cli, terminal::Result};

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync completions bash > ~/.local/share/bash-completion/completions/minisync
  minisync completions zsh > ~/.zfunc/_minisync
  minisync completions fish > ~/.config/fish/completions/minisync.fish")]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "minisync", &mut script);
        // A reader that has gone away is no reason to fail.
        let _ = io::stdout().lock().write_all(&script);
        Ok(())
    }
}
