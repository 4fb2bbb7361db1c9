//! The command line: what can be asked, and who answers. Knows no documents.

use std::{env, process::ExitCode};

use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::{
    commands,
    terminal::{Failure, Result, Screen},
};

/// Keeps ordinary JSON files in sync between devices, without a server.
///
/// A folder that all devices see is enough: a network drive, a USB stick, or one that Syncthing, Dropbox
/// or the like carries around. Edit the files with any program, on any device, online or offline; edits
/// are merged, and none is lost.
#[derive(Debug, Parser)]
#[command(name = "minisync", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Debug, Args)]
struct Global {
    /// Answer in JSON, on one line
    #[arg(long, global = true)]
    json: bool,
    /// Say nothing but errors and what was asked for
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more about what is being done
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Sync(commands::sync::Sync),
    Watch(commands::watch::Watch),
    Status(commands::overview::status::Status),
    List(commands::overview::list::List),
    Clients(commands::overview::clients::Clients),
    Remote(commands::overview::remote::Remote),
    Mv(commands::overview::mv::Mv),
    Get(commands::value::get::Get),
    Set(commands::value::set::Set),
    Rm(commands::value::rm::Rm),
    Changes(commands::handover::changes::Changes),
    Merge(commands::handover::merge::Merge),
    Export(commands::handover::export::Export),
    Conflicts(commands::value::conflicts::Conflicts),
    Resolve(commands::value::resolve::Resolve),
    Repair(commands::repair::Repair),
    Completions(commands::shell::completions::Completions),
    Man(commands::shell::man::Man),
}

impl Cli {
    /// What the user asked for.
    ///
    /// # Errors
    /// Where that is help, or was asked wrongly: it was said, and this is the exit code.
    pub(crate) fn from_arguments() -> Result<Cli, ExitCode> {
        Cli::try_parse().map_err(|error| {
            // Nothing says yet whether answers are for machines, but for the word itself.
            let is_json = env::args_os().any(|argument| argument == "--json");
            if !is_json || !error.use_stderr() {
                let _ = error.print();
                return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
            }
            let text = error.render().to_string();
            let reason = text.split("\n\n").next().unwrap_or_default();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            let failure = Failure::usage(reason.split_whitespace().collect::<Vec<_>>().join(" "));
            failure.tell(true);
            failure.exit_code()
        })
    }

    /// Whether answers and errors are for machines.
    pub(crate) fn is_json(&self) -> bool {
        self.global.json
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// Where that failed; what was done until then is kept.
    pub(crate) fn run(&self) -> Result<()> {
        let screen = Screen::new(self.global.json, self.global.quiet, self.global.verbose);
        self.dispatch(&screen)?;
        screen.finish()
    }

    fn dispatch(&self, screen: &Screen) -> Result<()> {
        match &self.command {
            Command::Sync(sync) => sync.run(screen),
            Command::Watch(watch) => watch.run(screen),
            Command::Status(status) => status.run(screen),
            Command::List(list) => list.run(screen),
            Command::Clients(clients) => clients.run(screen),
            Command::Remote(remote) => remote.run(screen),
            Command::Mv(mv) => mv.run(screen),
            Command::Get(get) => get.run(screen),
            Command::Set(set) => set.run(screen),
            Command::Rm(rm) => rm.run(screen),
            Command::Changes(changes) => changes.run(screen),
            Command::Merge(merge) => merge.run(screen),
            Command::Export(export) => export.run(screen),
            Command::Conflicts(conflicts) => conflicts.run(screen),
            Command::Resolve(resolve) => resolve.run(screen),
            Command::Repair(repair) => repair.run(screen),
            Command::Completions(completions) => completions.run(Cli::command(), screen),
            Command::Man(man) => man.run(Cli::command(), screen),
        }
    }
}
