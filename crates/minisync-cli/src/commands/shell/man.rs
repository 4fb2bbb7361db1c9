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
        let mut all = Vec::new();
        with_subcommands(&command, &mut all);
        for command in all {
            let failed = |error| Failure::new(format!("cannot write the manual page: {error}"));
            Page::new(command).render(&mut pages).map_err(failed)?;
        }
        screen.output(name_no_pages(&String::from_utf8_lossy(&pages)).as_bytes());
        Ok(())
    }
}

/// A command and all below it, each before those below it.
fn with_subcommands(command: &Command, all: &mut Vec<Command>) {
    all.push(command.clone());
    for below in command.get_subcommands().filter(|one| one.get_name() != "help") {
        with_subcommands(below, all);
    }
}

/// The generator names a page of its own for each subcommand, `minisync-sync(1)`. There are none: they are all in one.
fn name_no_pages(pages: &str) -> String {
    let plain = |line: &str| {
        let spaced = |name: &str| name.replace("\\-", " ").replace('-', " ");
        if let Some(name) = line.strip_prefix("minisync\\-").and_then(|rest| rest.strip_suffix("(1)")) {
            return format!("minisync {}", spaced(name));
        }
        if let Some((name, rest)) = line.strip_prefix(".TH minisync-").and_then(|rest| rest.split_once(' ')) {
            return format!(".TH \"minisync {}\" {rest}", spaced(name));
        }
        match line.strip_prefix("minisync\\-").and_then(|rest| rest.split_once(" \\- ")) {
            Some((name, about)) => format!("minisync {} \\- {about}", spaced(name)),
            None => line.to_owned(),
        }
    };
    pages.lines().map(|line| plain(line) + "\n").collect()
}
