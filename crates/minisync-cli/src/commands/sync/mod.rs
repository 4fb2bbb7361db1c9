//! `minisync sync`: FILE and its targets get what they lack of each other.

mod file_sync;
mod first;
mod offers;
mod once;
mod summary;

use std::path::{Path, PathBuf};

use clap::Args;
use minisync_store::Target;

pub(crate) use self::once::sync_once;
use self::{file_sync::FileSync, first::First};
use crate::{
    commands::{overview::clients::check_label, target::parse},
    terminal::{Failure, Result, Screen},
};

/// Bring FILE and its targets up to date with each other
///
/// Takes in what was edited in FILE, fetches what the other devices sent, merges, writes FILE back with
/// its own layout, and sends what is new. A FILE that is not there is made from the target's document, laid out
/// as the first device's file; one of the original library (@jsebrech/minisync 0.4) becomes its data, and is kept as
/// FILE.bak. Targets given once are remembered.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync sync todo.json --with ~/Sync/lists    the first time, on each device
  minisync sync todo.json                        from then on
  minisync sync *.json                           several files
  minisync sync --with ~/Sync/lists --join       which documents are there?")]
pub(crate) struct Sync {
    /// The JSON file; may be several
    #[arg(value_name = "FILE", required_unless_present = "join")]
    files: Vec<PathBuf>,
    /// A folder that the other devices see too, or the URL of a service: ./folder, webdavs://host/folder, s3://bucket/prefix; may be repeated
    #[arg(long = "with", value_name = "TARGET")]
    targets: Vec<String>,
    /// Make FILE a copy of this document of the target, by its id or the beginning of it; FILE as it was is kept as
    /// FILE.bak. Without DOCUMENT: list the target's documents
    #[arg(long, value_name = "DOCUMENT", num_args = 0..=1, default_missing_value = "", conflicts_with = "new")]
    join: Option<String>,
    /// Make FILE a new document, although the target holds others
    #[arg(long)]
    new: bool,
    /// What this copy is called on the other devices; the machine's name, if not given
    #[arg(long, value_name = "LABEL")]
    name: Option<String>,
    /// Only read the targets given with --with, and never write there
    #[arg(long, requires = "targets")]
    read_only: bool,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Whether it is saved when targets were reached, even if that is all there is to save.
    #[arg(skip = true)]
    save_times: bool,
}

impl Sync {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let targets = self.targets()?;
        if let Some(name) = &self.name {
            check_label("--name", name)?;
        }
        if self.join.as_deref() == Some("") {
            return self.list_documents(&targets, screen);
        }
        if self.join.is_some() && self.files.len() != 1 {
            return Err(Failure::usage("--join: name the one FILE that is to be a copy of the document"));
        }
        let mut failures = Vec::new();
        for file in &self.files {
            // What is wrong with one file is no reason not to sync the others.
            failures.extend(FileSync { file, asked: self }.run(&targets, screen).err());
        }
        Failure::all(failures, screen.is_json())
    }

    fn targets(&self) -> Result<Vec<Target>> {
        let target = |text: &String| {
            let target = parse("--with", text)?;
            if Path::new(text).is_file() {
                return Err(Failure::usage(format!(
                    "--with {text}: this is a file, and a target is a folder"
                )));
            }
            Ok(if self.read_only { target.read_only() } else { target })
        };
        self.targets.iter().map(target).collect()
    }

    /// The document that was asked for.
    fn join(&self) -> Option<&str> {
        self.join.as_deref()
    }

    fn list_documents(&self, targets: &[Target], screen: &Screen) -> Result<()> {
        if targets.is_empty() {
            return Err(Failure::usage(
                "--join: name the target whose documents are meant, with --with TARGET",
            ));
        }
        offers::list(&offers::offers(targets, screen)?, screen);
        Ok(())
    }
}
