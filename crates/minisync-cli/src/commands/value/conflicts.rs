//! `minisync conflicts`: where two devices wrote at the same time, and what each of them wrote; and what went with
//! what another one deleted.

use std::path::PathBuf;

use clap::Args;
use minisync::{ClientId, Document, Path, Stamp};
use minisync_store::{OverruledEdit, State};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    commands::{
        change::{open_tracked, place},
        overruled::{OverruledAnswer, author_of, label, place_of},
    },
    terminal::{Failure, Result, Screen, time},
};

/// Show where devices wrote different values at the same time
///
/// The latest value is in FILE; the others are kept until one of them is chosen with `minisync resolve`,
/// or a new value is written there. An edit of what another device deleted or replaced meanwhile was overruled:
/// it is kept for 30 days, and `minisync resolve --restore` brings it back.
#[derive(Debug, Args)]
pub(crate) struct Conflicts {
    /// The JSON file
    file: PathBuf,
    /// Only at this path and below it
    path: Option<String>,
}

/// One of the values in a conflict. The first one listed is the current one.
#[derive(Debug, Serialize)]
pub(super) struct Contender {
    pub(super) value: Box<RawValue>,
    client: Option<String>,
    label: Option<String>,
    time: Option<String>,
    #[serde(skip)]
    pub(super) author: Option<(ClientId, Stamp)>,
}

/// What a program is told of: a conflict has `values`, what was overruled has a `number`.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer {
    Conflict { path: String, values: Vec<Contender> },
    Overruled(OverruledAnswer),
}

impl Conflicts {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let below = place(self.path.as_deref().unwrap_or_default())?;
        let mut tracked = open_tracked(&self.file, screen)?;
        tracked.write_back()?;
        tracked.save()?;
        let state = tracked.state();
        let conflicts = conflicts_below(state, &below)?;
        let mut overruled = state.overruled();
        overruled.retain(|one| match &one.edit.path {
            Some(path) => is_below(path, &below),
            None => below == Path::root(),
        });
        if screen.is_json() {
            return answer(state, conflicts, &overruled, screen);
        }
        for (path, values) in &conflicts {
            screen.heading(path);
            for (index, contender) in values.iter().enumerate() {
                screen.line(format_args!("  {}  {}", index + 1, contender.line(index == 0)));
            }
        }
        for OverruledEdit { number, edit, until, .. } in &overruled {
            let (value, author, until) = (&edit.value, author_of(state, edit), time::local(*until));
            screen.heading(format_args!("{}, deleted or replaced meanwhile", place_of(edit)));
            screen.line(format_args!("  overruled {number}  {value}  ({author}, kept until {until})"));
        }
        if conflicts.is_empty() && overruled.is_empty() {
            screen.say(format_args!("{}: no conflicts", self.file.display()));
        }
        Ok(())
    }
}

fn answer(
    state: &State,
    conflicts: Vec<(Path, Vec<Contender>)>,
    overruled: &[OverruledEdit],
    screen: &Screen,
) -> Result<()> {
    let conflicts = conflicts.into_iter();
    let mut answers: Vec<Answer> =
        conflicts.map(|(path, values)| Answer::Conflict { path: path.to_string(), values }).collect();
    for one in overruled {
        answers.push(Answer::Overruled(OverruledAnswer::of(state, one)?));
    }
    screen.json(&answers);
    Ok(())
}

/// All conflicts at a path and below it, with their values.
pub(super) fn conflicts_below(state: &State, below: &Path) -> Result<Vec<(Path, Vec<Contender>)>> {
    let paths = state.document().conflicted_paths().into_iter().filter(|path| is_below(path, below));
    paths
        .map(|path| {
            let values = contenders(state, &path)?;
            Ok((path, values))
        })
        .collect()
}

/// Whether `path` is `above`, or below it.
fn is_below(path: &Path, above: &Path) -> bool {
    let (path, above) = (path.to_pointer(), above.to_pointer());
    path.strip_prefix(&above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Contender {
    fn line(&self, current: bool) -> String {
        let who = self.label.as_deref().or(self.client.as_deref()).unwrap_or("someone");
        let when =
            self.author.as_ref().map_or("an unknown time".to_owned(), |(_, stamp)| time::local(*stamp));
        let current = if current { ", current" } else { "" };
        format!("{}  ({who}, {when}{current})", self.value.get())
    }
}

/// All the values at a path: the current one, then the others as the document lists them.
pub(super) fn contenders(state: &State, path: &Path) -> Result<Vec<Contender>> {
    let document: &Document = state.document();
    let contender = |value: String, author: Option<(&ClientId, Stamp)>| -> Result<Contender> {
        let raw = RawValue::from_string(value);
        Ok(Contender {
            value: raw.map_err(|error| Failure::new(error.to_string()))?,
            client: author.map(|(client, _)| client.to_string()),
            label: author.and_then(|(client, _)| label(state, client)),
            time: author.map(|(_, stamp)| time::utc(stamp)),
            author: author.map(|(client, stamp)| (client.clone(), stamp)),
        })
    };
    let mut all = Vec::new();
    if let Some(view) = document.get(path) {
        all.push(contender(view.to_string(), document.author(path))?);
    }
    for conflict in document.conflicts(path)? {
        all.push(contender(conflict.value.to_string(), Some((conflict.client, conflict.stamp)))?);
    }
    Ok(all)
}
