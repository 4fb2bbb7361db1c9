//! `minisync remote`: which targets FILE is synced with.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use minisync_store::Target;

use crate::{
    commands::{change::open_tracked, target::parse},
    terminal::{Failure, Result, Screen},
};

/// List, add or remove the targets that a file is synced with
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync remote list todo.json
  minisync remote add todo.json ~/Sync/lists
  minisync remote remove todo.json ~/Snyc/lists")]
pub(crate) struct Remote {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them
    List {
        /// The JSON file
        file: PathBuf,
    },
    /// Sync with one more from now on
    Add {
        /// The JSON file
        file: PathBuf,
        /// A folder that the other devices see too, or the URL of a service: ./folder, webdavs://host/folder
        target: String,
    },
    /// Sync with one no more; nothing in it is deleted
    Remove {
        /// The JSON file
        file: PathBuf,
        /// The target, as it was given or as `minisync remote list` shows it
        target: String,
    },
}

impl Remote {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        match &self.action {
            Action::List { file } => {
                let tracked = open_tracked(file, screen)?;
                let targets = tracked.state().targets();
                if screen.is_json() {
                    screen.json(&targets.iter().map(Target::url).collect::<Vec<_>>());
                    return Ok(());
                }
                targets.iter().for_each(|target| screen.line(target.url()));
            }
            Action::Add { file, target } => {
                let target = parse("TARGET", target)?;
                let mut tracked = open_tracked(file, screen)?;
                let is_new = tracked.state_mut().add_target(&target);
                tracked.save()?;
                let file = file.display();
                screen.say(match is_new {
                    true => format!("{file}: syncs with {target} from now on"),
                    false => format!("{file}: syncs with {target} already"),
                });
            }
            Action::Remove { file, target } => {
                let target = parse("TARGET", target)?;
                let mut tracked = open_tracked(file, screen)?;
                if !tracked.state_mut().remove_target(target.url()) {
                    let file = file.display();
                    return Err(Failure::new(format!(
                        "{file} is not synced with {target}; minisync remote list {file} shows what it is synced with"
                    )));
                }
                tracked.save()?;
                screen.say(format_args!("{}: syncs with {target} no more", file.display()));
            }
        }
        Ok(())
    }
}
