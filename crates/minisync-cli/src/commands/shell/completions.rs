//! `minisync completions`: what shells need to complete the command line.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::terminal::{Result, Screen};

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
    pub(crate) fn run(&self, mut command: Command, screen: &Screen) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "minisync", &mut script);
        screen.output(&script);
        Ok(())
    }
}
