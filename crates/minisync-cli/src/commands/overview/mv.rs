//! `minisync mv`: FILE gets another name, and stays the same document.

use std::{fs, path::PathBuf};

use clap::Args;
use minisync_store::StatePlace;

use crate::{
    commands::change::open_tracked,
    terminal::{Failure, Result, Screen},
};

/// Give a tracked file another name in its folder
///
/// It stays the same document, with the same targets. Other devices keep their names for it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync mv todo.json list.json")]
pub(crate) struct Mv {
    /// The JSON file
    file: PathBuf,
    /// Its new name
    new: PathBuf,
}

impl Mv {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let (file, new) = (self.file.display(), self.new.display());
        let (from, to) = (StatePlace::beside(&self.file)?, StatePlace::beside(&self.new)?);
        if from.folder() != to.folder() {
            return Err(Failure::usage(format!(
                "{new} is in another folder; move it there with all of .minisync, or sync there anew"
            )));
        }
        // The state is locked from here on, by its old name.
        let mut tracked = open_tracked(&self.file, screen)?;
        // A run that was broken off may have moved FILE already.
        let is_half_done = !self.file.exists() && self.new.exists();
        if to.exists() || self.new.exists() && !is_half_done {
            return Err(Failure::new(format!("{new} is there already; nothing was changed")));
        }
        let failed = |error| Failure::io("move", &self.file, &error);
        if self.file.exists() {
            fs::rename(&self.file, &self.new).map_err(failed)?;
        }
        let (old_text, new_text) = (text_folder(&from, &self.file), text_folder(&to, &self.new));
        if old_text.exists() {
            fs::rename(old_text, new_text).map_err(failed)?;
        }
        if let Some(name) = self.new.file_name() {
            tracked.set_file_name(&name.to_string_lossy());
            tracked.save()?;
        }
        // Last: as long as the state has its old name, the same command goes on where it was broken off.
        from.rename_to(&to).map_err(failed)?;
        drop(tracked);
        screen.say(format_args!("{file}: is {new} now"));
        Ok(())
    }
}

/// What is kept of FILE's agreement.
fn text_folder(place: &StatePlace, file: &std::path::Path) -> PathBuf {
    place.folder().join("text").join(file.file_name().unwrap_or_default())
}
