//! `minisync merge`: takes in changes that came in files.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use clap::Args;
use minisync::{Changes, Document};
use serde::Serialize;

use crate::{
    commands::{
        change::{damaged, write},
        overruled::{self, OverruledAnswer},
    },
    terminal::{Failure, Result, Screen, label::machine_label},
    tracked::{FileHint, Found, Tracked, Untracked, Written, open},
};

/// Take in changes that `minisync changes` wrote
///
/// If there is no FILE yet, it is made from the first ones, which have to hold everything then. Files of the
/// original library (@jsebrech/minisync 0.4) are read too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync merge todo.json all.changes
  ssh phone minisync changes todo.json --for laptop | minisync merge todo.json -")]
pub(crate) struct Merge {
    /// The JSON file
    file: PathBuf,
    /// Files with changes; - is standard input
    #[arg(required = true)]
    changes: Vec<PathBuf>,
}

/// What `--json` prints: what was done.
#[derive(Debug, Serialize)]
struct Merged {
    file: String,
    received: usize,
    written: bool,
    conflicts: usize,
    /// What was overruled by a deletion or replacement.
    overruled: Vec<OverruledAnswer>,
}

impl Merge {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let sets = self.changes.iter().map(|path| Ok((path.as_path(), read(path)?)));
        let sets = sets.collect::<Result<Vec<_>>>()?;
        let mut begun = false;
        let mut tracked = match open(&self.file, screen)? {
            Found::Tracked(mut tracked) => {
                tracked.take_in()?;
                tracked
            }
            Found::Untracked(untracked) => {
                begun = true;
                self.begin(untracked, &sets)?
            }
        };
        let mut merged = 0;
        for (path, changes) in &sets {
            merged += tracked.merge(changes).map_err(|failure| failure.about(path.display()))?;
        }
        tracked.save()?;
        let changed = write(&mut tracked, &self.file)? == Written::Changed;
        let file = self.file.display();
        tracked.tell_renewal();
        screen.say(match (merged, changed) {
            _ if begun => format!("{file}: is a copy of the document {}", tracked.document().id()),
            (0, false) => format!("{file}: nothing new"),
            (0, true) => format!("{file}: written"),
            (1, _) => format!("{file}: received 1 change"),
            (count, _) => format!("{file}: received {count} changes"),
        });
        overruled::tell(tracked.state(), &self.file, screen);
        if screen.is_json() {
            let conflicts = tracked.document().conflicted_paths().len();
            let (file, overruled) = (file.to_string(), overruled::untold(tracked.state())?);
            screen.json(&Merged { file, received: merged, written: changed, conflicts, overruled });
        }
        overruled::set_told(&mut tracked)
    }

    /// Makes a new copy from the first change set.
    fn begin<'s>(&self, untracked: Untracked<'s>, sets: &[(&Path, Changes)]) -> Result<Tracked<'s>> {
        let file = self.file.display();
        if untracked.damaged {
            return Err(damaged(&self.file));
        }
        if untracked.source.read()?.is_some() {
            return Err(Failure::new(format!(
                "{file} is there but not tracked: name a file that is not there yet, \
                 or move it away first"
            )));
        }
        let Some((path, first)) = sets.iter().find(|(_, changes)| changes.is_full()) else {
            return Err(Failure::new(format!(
                "{file} cannot be made from these changes, which build on others; \
                 ask the sender for all of them (minisync changes FILE)"
            )));
        };
        let document = Document::from_changes(first);
        let document = document.map_err(|error| Failure::from(error).about(path.display()))?;
        untracked.join(document, &machine_label(), &FileHint::default())
    }
}

fn read(path: &Path) -> Result<Changes> {
    let text = if path == Path::new("-") {
        io::read_to_string(io::stdin().lock()).map_err(|error| Failure::io("read", path, &error))?
    } else {
        let mut text = String::new();
        let read = fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text));
        read.map_err(|error| Failure::io("read", path, &error))?;
        text
    };
    let changes: minisync::Result<Changes> = text.trim().parse();
    changes.map_err(|error| Failure::from(error).about(path.display()))
}
