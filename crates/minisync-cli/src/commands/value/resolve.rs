//! `minisync resolve`: settles conflicts, and brings back what was overruled.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use minisync::{Overruled, Path};
use minisync_store::State;
use serde::Serialize;

use super::conflicts::{Contender, conflicts_below, contenders};
use crate::{
    commands::{
        change::{edit, open_tracked, place},
        overruled::{place_of, shortened},
    },
    terminal::{Failure, Result, Screen},
};

/// Settle conflicts, and bring back what was overruled
///
/// A conflict is settled by one of its values, which is written anew; writing any other value there settles it too.
#[derive(Debug, Args)]
#[command(
    override_usage = "minisync resolve [OPTIONS] <FILE> <PATH> <CHOICE>
       minisync resolve [OPTIONS] <FILE> [PATH] --all <WHICH>
       minisync resolve [OPTIONS] <FILE> --restore <NUMBER>",
    after_help = "\
Examples:
  minisync conflicts todo.json
  minisync resolve todo.json title 2
  minisync resolve todo.json --all latest
  minisync resolve todo.json --restore 1"
)]
pub(crate) struct Resolve {
    /// The JSON file
    file: PathBuf,
    /// Where the conflict is, as `minisync conflicts` shows it; with --all, only those there and below
    #[arg(required_unless_present_any = ["all", "restore"])]
    path: Option<String>,
    /// The number of the value, as `minisync conflicts` shows it: 1 is the current one
    #[arg(required_unless_present_any = ["all", "restore"])]
    choice: Option<usize>,
    /// Settle all conflicts: with the latest value, the one of this copy, or the latest one of another copy
    #[arg(long, value_name = "WHICH", conflicts_with_all = ["choice", "restore"])]
    all: Option<Which>,
    /// Bring back what was overruled, by the number that `minisync conflicts` shows
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["path", "choice"])]
    restore: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Latest,
    Mine,
    Theirs,
}

/// What was done, for machines.
#[derive(Debug, Serialize)]
struct Resolved {
    file: String,
    /// How many conflicts were settled.
    resolved: usize,
    /// How many edits were brought back.
    restored: usize,
    /// How many conflicts are left in FILE.
    conflicts: usize,
}

impl Resolve {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        match (self.restore, self.all, self.path.as_deref(), self.choice) {
            (Some(number), ..) => self.restore(number, screen),
            (_, Some(which), path, _) => self.resolve_all(which, &place(path.unwrap_or_default())?, screen),
            (_, _, Some(path), Some(choice)) => self.resolve(path, choice, screen),
            // The arguments' definition does not let this happen.
            _ => Err(Failure::usage("name a path and a choice, or --all, or --restore")),
        }
    }

    fn resolve(&self, path: &str, choice: usize, screen: &Screen) -> Result<()> {
        let place = place(path)?;
        let mut tracked = open_tracked(&self.file, screen)?;
        let file = self.file.display();
        let values = contenders(tracked.state(), &place)?;
        if values.len() < 2 {
            return Err(Failure::new(format!("{file}: there is no conflict at {path}")));
        }
        let Some(chosen) = choice.checked_sub(1).and_then(|index| values.get(index)) else {
            let count = values.len();
            return Err(Failure::usage(format!(
                "{file}: there are {count} values at {path}: choose 1 to {count}, as minisync conflicts {file} shows \
                 them",
            )));
        };
        let chosen = chosen.value.get();
        edit(&mut tracked, &self.file, |document| Ok(document.set_json(&place, chosen)?))?;
        screen.say(format_args!("{file}: {path} is {}", shortened(chosen)));
        self.answer(tracked.state(), 1, 0, screen);
        Ok(())
    }

    fn resolve_all(&self, which: Which, below: &Path, screen: &Screen) -> Result<()> {
        let mut tracked = open_tracked(&self.file, screen)?;
        let conflicts = conflicts_below(tracked.state(), below)?;
        let choices: Vec<(&Path, &str)> = conflicts
            .iter()
            .filter_map(|(path, values)| Some((path, which.choose(tracked.state(), values)?.value.get())))
            .collect();
        let (settled, left) = (choices.len(), conflicts.len() - choices.len());
        if settled > 0 {
            edit(&mut tracked, &self.file, |document| {
                choices.iter().try_for_each(|(path, value)| Ok(document.set_json(*path, value)?))
            })?;
        }
        let file = self.file.display();
        screen.say(match settled {
            0 if left == 0 => format!("{file}: no conflicts"),
            0 => format!("{file}: no conflict is settled"),
            1 => format!("{file}: 1 conflict is settled"),
            count => format!("{file}: {count} conflicts are settled"),
        });
        if left > 0 {
            let (are, whose) = (if left == 1 { "is" } else { "are" }, which.whose());
            screen.say(format_args!("{file}: {left} {are} left: no value there is of {whose}"));
        }
        self.answer(tracked.state(), settled, 0, screen);
        Ok(())
    }

    fn restore(&self, number: u64, screen: &Screen) -> Result<()> {
        let mut tracked = open_tracked(&self.file, screen)?;
        let file = self.file.display();
        let all = tracked.state().overruled();
        let Some(overruled) = all.into_iter().find(|overruled| overruled.number == number) else {
            return Err(Failure::new(format!(
                "{file}: nothing that was overruled has the number {number}; see: minisync conflicts {file}"
            )));
        };
        let edited = overruled.edit;
        edit(&mut tracked, &self.file, |document| {
            document.restore_overruled(&edited).map_err(|error| {
                Failure::new(format!("{} cannot come back to where it was: {error}", edited.value))
            })
        })?;
        // Only now: rather is it listed once more than nowhere.
        tracked.state_mut().drop_overruled(number);
        tracked.save()?;
        let item = edited.item.as_deref().filter(|_| edited.is_item_gone);
        let to = list_of(&edited).unwrap_or_else(|| place_of(&edited));
        screen.say(format_args!("{file}: brought back {} to {to}", shortened(item.unwrap_or(&edited.value))));
        self.answer(tracked.state(), 0, 1, screen);
        Ok(())
    }

    fn answer(&self, state: &State, resolved: usize, restored: usize, screen: &Screen) {
        if screen.is_json() {
            let conflicts = state.document().conflicted_paths().len();
            screen.json(&Resolved { file: self.file.display().to_string(), resolved, restored, conflicts });
        }
    }
}

/// The list that an element went back to.
fn list_of(edit: &Overruled) -> Option<String> {
    let path = edit.path.as_ref().filter(|_| edit.is_item_gone)?;
    let above = path.segments().len().checked_sub(edit.within.segments().len())?;
    let list: Path = path.segments().iter().take(above).cloned().collect();
    Some(list.to_string())
}

impl Which {
    fn whose(self) -> &'static str {
        if self == Which::Mine { "this copy" } else { "another copy" }
    }

    /// The value that settles a conflict; the first one is the current one, which is the latest.
    fn choose<'v>(self, state: &State, values: &'v [Contender]) -> Option<&'v Contender> {
        let is_own = |value: &&Contender| {
            value.author.as_ref().is_some_and(|(client, _)| client == state.document().client_id())
        };
        match self {
            Which::Latest => values.first(),
            Which::Mine => values.iter().find(is_own),
            Which::Theirs => {
                let theirs = values.iter().filter(|value| !is_own(value));
                theirs.max_by_key(|value| value.author.as_ref().map(|(_, stamp)| *stamp))
            }
        }
    }
}
