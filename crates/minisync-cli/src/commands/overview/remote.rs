//! `minisync remote`: which targets FILE is synced with.

use std::{env, path::PathBuf};

use clap::{Args, Subcommand};
use minisync_store::Target;

use crate::{
    commands::change::open_tracked,
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
        /// A folder that the other devices see too: ./folder, /folder or file:///folder
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

/// A target that the user wrote; `argument` says where.
///
/// # Errors
/// Where it is none that can be remembered.
pub(crate) fn parse(argument: &str, text: &str) -> Result<Target> {
    let base =
        env::current_dir().map_err(|error| Failure::io("find", "the current folder".as_ref(), &error))?;
    if text.is_empty() {
        return Err(Failure::usage(format!(
            "{argument}: a target is the path of a folder, and this is empty"
        )));
    }
    // A store in memory ends with the process: whoever synced with it would sync with nobody.
    if text.starts_with("memory://") {
        return Err(Failure::usage(format!("{argument} {text}: nothing is kept there; give a folder")));
    }
    Target::parse(text, &base).map_err(|error| {
        let message = format!("{argument} {text}: {error}");
        if error.is_unsupported() { Failure::new(message) } else { Failure::usage(message) }
    })
}
