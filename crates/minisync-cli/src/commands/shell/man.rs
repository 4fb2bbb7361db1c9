//! `minisync man`: the manual pages, of the command and of its subcommands.

use clap::{Args, Command};
use clap_mangen::Man as Page;

use crate::terminal::{Failure, Result, Screen};

/// Print the manual page
///
/// The pages of the subcommands follow that of the command.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync man | man -l -
  minisync man > ~/.local/share/man/man1/minisync.1")]
pub(crate) struct Man;

impl Man {
    pub(crate) fn run(&self, mut command: Command, screen: &Screen) -> Result<()> {
        command.build();
        let mut pages = Vec::new();
        let subcommands = command.get_subcommands().filter(|one| one.get_name() != "help").cloned();
        let all: Vec<_> = std::iter::once(command.clone()).chain(subcommands).collect();
        for command in all {
            let failed = |error| Failure::new(format!("cannot write the manual page: {error}"));
            Page::new(command).render(&mut pages).map_err(failed)?;
        }
        screen.output(name_no_pages(&String::from_utf8_lossy(&pages)).as_bytes());
        Ok(())
    }
}

/// The generator names a page of its own for each subcommand, `minisync-sync(1)`. There are none: they are all in one.
fn name_no_pages(pages: &str) -> String {
    let plain = |line: &str| match line.strip_prefix("minisync\\-").and_then(|rest| rest.strip_suffix("(1)"))
    {
        Some(name) => format!("minisync {}", name.replace("\\-", " ")),
        None => line.to_owned(),
    };
    pages.lines().map(|line| plain(line) + "\n").collect()
}
