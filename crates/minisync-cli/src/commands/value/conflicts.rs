//! `minisync conflicts`: where two devices wrote at the same time, and what each of them wrote.

use std::path::PathBuf;

use clap::Args;
use minisync::{ClientId, Document, Path, Stamp};
use minisync_store::State;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::commands::change::{open_tracked, place};
use crate::terminal::{Failure, Result, Screen, time};

/// Show where devices wrote different values at the same time
///
/// The latest value is in FILE; the others are kept until one of them is chosen with `minisync resolve`,
/// or a new value is written there.
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
    stamp: Option<Stamp>,
}

#[derive(Debug, Serialize)]
struct Conflict {
    path: String,
    values: Vec<Contender>,
}

impl Conflicts {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let below = place(self.path.as_deref().unwrap_or_default())?;
        let mut tracked = open_tracked(&self.file, screen)?;
        tracked.write_back()?;
        tracked.save()?;
        let paths = tracked.document().conflicted_paths();
        let paths = paths.into_iter().filter(|path| is_below(path, &below));
        let conflicts = paths
            .map(|path| {
                let values = contenders(tracked.state(), &path)?;
                Ok(Conflict { path: path.to_string(), values })
            })
            .collect::<Result<Vec<_>>>()?;
        if screen.is_json() {
            screen.json(&conflicts);
            return Ok(());
        }
        for conflict in &conflicts {
            screen.line(&conflict.path);
            for (index, contender) in conflict.values.iter().enumerate() {
                screen.line(format_args!("  {}  {}", index + 1, contender.line(index == 0)));
            }
        }
        if conflicts.is_empty() {
            screen.say(format_args!("{}: no conflicts", self.file.display()));
        }
        Ok(())
    }
}

/// Whether `path` is `above`, or below it.
fn is_below(path: &Path, above: &Path) -> bool {
    let (path, above) = (path.to_pointer(), above.to_pointer());
    path.strip_prefix(&above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Contender {
    fn line(&self, current: bool) -> String {
        let who = self.label.as_deref().or(self.client.as_deref()).unwrap_or("someone");
        let when = self.stamp.map_or_else(|| "an unknown time".to_owned(), time::local);
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
            stamp: author.map(|(_, stamp)| stamp),
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

/// What the copy with this client id is called.
fn label(state: &State, client: &ClientId) -> Option<String> {
    if client == state.document().client_id() {
        return Some(state.label().to_owned());
    }
    state.clients().into_iter().find(|other| other.client == *client)?.label
}
