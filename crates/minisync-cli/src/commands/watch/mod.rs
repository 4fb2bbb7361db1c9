//! `minisync watch`: keeps FILEs in sync for as long as it runs.

mod clock;
mod events;
mod follow;
mod schedule;
mod stop;

use std::{path::PathBuf, thread, time::Duration};

use clap::Args;
use minisync_store::StatePlace;

use self::{follow::Follower, stop::Stop};
use crate::{
    commands::change::untracked,
    terminal::{Failure, Result, Screen},
};

/// Keep files in sync for as long as it runs
///
/// Syncs as soon as a FILE was edited, or another device wrote to a folder that is a target. Other targets, and
/// network drives, which tell of no changes, are looked at every so often. Says a line for each event. Ctrl-C ends it;
/// nothing is lost, whatever is going on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync watch todo.json
  minisync watch todo.json ~/notes/list.json --every 300")]
pub(crate) struct Watch {
    /// The JSON files; each has been synced before
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Look at the targets this often, in seconds, if nothing tells of changes there
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    every: u32,
    /// Do not ask the system to tell of changes: look at files and targets every so often only
    #[arg(long)]
    poll: bool,
}

impl Watch {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let mut files: Vec<&PathBuf> = Vec::new();
        for file in &self.files {
            if !StatePlace::beside(file)?.exists() {
                return Err(untracked(file));
            }
            if !files.contains(&file) {
                files.push(file);
            }
        }
        let stop = Stop::at_signals()?;
        // A thread for each, so that a target that hangs holds up no other FILE.
        let mut threads = Vec::new();
        for file in files {
            let (messages, inbox) = events::inbox();
            stop.tell(messages.clone());
            let follower = Follower::new(
                file.clone(),
                Duration::from_secs(u64::from(self.every)),
                self.poll,
                screen.for_events(),
            );
            let named = file.display().to_string();
            let thread = thread::Builder::new()
                .name(format!("watch {named}"))
                .spawn(move || follower.run(messages, &inbox))
                .map_err(|error| Failure::new(format!("cannot watch {named}: {error}")))?;
            threads.push((named, thread));
        }
        stop.wait();
        for (named, thread) in threads {
            if !stop.has_ended(&thread) {
                screen.warn(format_args!(
                    "{named}: stopped in the middle of a sync; nothing is lost, the next one goes on from there"
                ));
            } else if thread.join().is_err() {
                return Err(Failure::new(format!(
                    "{named}: watching ended unexpectedly; please report this"
                )));
            }
        }
        Ok(())
    }
}
