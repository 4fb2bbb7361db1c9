//! What merges overruled, as people and programs are told of it. Knows no stores, and merges nothing.

use std::path::Path as FilePath;

use minisync::{ClientId, Overruled, Path, Segment};
use minisync_store::{OverruledEdit, State};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    terminal::{Failure, Result, Screen, time},
    tracked::Tracked,
};

/// So many are named in one line.
const NAMED: usize = 3;

/// An edit that was overruled, for machines.
#[derive(Debug, Serialize)]
pub(super) struct OverruledAnswer {
    number: u64,
    /// Where it stood, as far as that is known.
    path: Option<String>,
    value: Box<RawValue>,
    /// The whole list element that is gone.
    item: Option<Box<RawValue>>,
    client: String,
    label: Option<String>,
    time: String,
    /// Until when it can be brought back.
    until: String,
}

impl OverruledAnswer {
    pub(super) fn of(state: &State, overruled: &OverruledEdit) -> Result<OverruledAnswer> {
        let raw = |text: &str| {
            RawValue::from_string(text.to_owned()).map_err(|error| Failure::new(error.to_string()))
        };
        let OverruledEdit { number, edit, until, .. } = overruled;
        Ok(OverruledAnswer {
            number: *number,
            path: edit.path.as_ref().map(ToString::to_string),
            value: raw(&edit.value)?,
            item: edit.item.as_deref().map(raw).transpose()?,
            client: edit.client.to_string(),
            label: label(state, &edit.client),
            time: time::utc(edit.stamp),
            until: time::utc(*until),
        })
    }
}

/// Those that nobody was told of yet, for machines.
pub(super) fn untold(state: &State) -> Result<Vec<OverruledAnswer>> {
    let untold = state.overruled().into_iter().filter(|overruled| !overruled.is_told);
    untold.map(|overruled| OverruledAnswer::of(state, &overruled)).collect()
}

/// Says in one line what was overruled that nobody was told of yet.
pub(super) fn tell(state: &State, file: &FilePath, screen: &Screen) {
    let all = state.overruled();
    let untold: Vec<&OverruledEdit> = all.iter().filter(|overruled| !overruled.is_told).collect();
    if untold.is_empty() {
        return;
    }
    let mut named: Vec<String> = untold.iter().take(NAMED).map(|one| described(state, &one.edit)).collect();
    match untold.len().saturating_sub(NAMED) {
        0 => {}
        more => named.push(format!("and {more} more")),
    }
    let edits = if untold.len() == 1 { "an edit was" } else { "edits were" };
    let file = file.display();
    screen.say(format_args!(
        "{file}: {edits} overruled by a deletion or replacement: {}; kept for 30 days, see: minisync conflicts {file}",
        named.join(", ")
    ));
}

/// Notes that all were told of, and saves that.
///
/// # Errors
/// Where it cannot be saved; then they are told of once more.
pub(super) fn set_told(tracked: &mut Tracked<'_>) -> Result<()> {
    tracked.state_mut().set_overruled_told();
    tracked.save_changes()
}

/// `items[1] (laptop, 2026-11-22 21:47)`.
fn described(state: &State, edit: &Overruled) -> String {
    format!("{} ({})", place_of(edit), author_of(state, edit))
}

/// `laptop, 2026-11-22 21:47`.
pub(super) fn author_of(state: &State, edit: &Overruled) -> String {
    let who = label(state, &edit.client).unwrap_or_else(|| edit.client.to_string());
    format!("{who}, {}", time::local(edit.stamp))
}

/// Where it stood, for people. Of an element that was gone before the edit came, nobody knows the index.
pub(super) fn place_of(edit: &Overruled) -> String {
    let Some(path) = &edit.path else { return "a place that is gone".to_owned() };
    let (mut text, mut known) = (String::new(), Path::root());
    for segment in path.segments() {
        if matches!(segment, Segment::Token(token) if token == "-") {
            text = format!("{text}{known}[?]");
            known = Path::root();
        } else {
            known = known.join(&[segment.clone()].into_iter().collect());
        }
    }
    let known = known.to_string();
    let dot = if text.is_empty() || known.is_empty() || known.starts_with('[') { "" } else { "." };
    format!("{text}{dot}{known}")
}

/// What the copy with this client id is called.
pub(super) fn label(state: &State, client: &ClientId) -> Option<String> {
    if client == state.document().client_id() {
        return Some(state.label().to_owned());
    }
    state.clients().into_iter().find(|other| other.client == *client)?.label
}

/// Enough of a value to know it again.
pub(super) fn shortened(value: &str) -> String {
    const MOST: usize = 60;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
