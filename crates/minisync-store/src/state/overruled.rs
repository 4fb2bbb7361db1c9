//! The edits that merges overruled, kept with the document for a while, for people to look at and to bring back.
//! Knows no store, and does not bring back itself.
//!
//! They are a note of the record, so that they are saved with the merge that overruled them: who was told that
//! something is kept finds it after a crash, and what the document has lost by a merge is never lost here.

use minisync::{ClientId, ContainerId, Overruled, Path, Stamp, syntax::Tree};

use crate::{
    files::{Json, Read, json_fields},
    state::State,
};

/// The name of the note.
const NOTE: &str = "overruled";

/// How long they are kept: 30 days, in microseconds.
const KEPT_FOR: u64 = 30 * 24 * 60 * 60 * 1_000_000;

/// An edit that a merge overruled, and that can still be brought back with
/// [`Document::restore_overruled`](minisync::Document::restore_overruled).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverruledEdit {
    /// By which it is known among those that are kept: it never changes.
    pub number: u64,
    /// What was overruled.
    pub edit: Overruled,
    /// When it was found, by the own clock.
    pub found: Stamp,
    /// Until when it is kept, by the own clock.
    pub until: Stamp,
    /// Whether somebody was told, as [`State::set_overruled_told`] noted.
    pub is_told: bool,
}

/// Edits that were found together and are below one container; they share the element that is gone.
#[derive(Debug, Clone)]
struct Group {
    found: u64,
    told: bool,
    home: String,
    item: Option<String>,
    is_item_gone: bool,
    edits: Vec<Edit>,
}

#[derive(Debug, Clone)]
struct Edit {
    number: u64,
    within: String,
    path: Option<String>,
    value: String,
    client: ClientId,
    stamp: u64,
}

json_fields!(Group {
    found: "found",
    told: "told",
    home: "home",
    item: "item",
    is_item_gone: "isItemGone",
    edits: "edits",
});
json_fields!(Edit {
    number: "number",
    within: "within",
    path: "path",
    value: "value",
    client: "client",
    stamp: "stamp",
});

impl State {
    /// The edits that merges overruled in the last 30 days, the oldest first: those of syncs, and those that
    /// [`State::note_overruled`] was told of.
    ///
    /// ```
    /// # use std::{sync::Arc, time::Duration};
    /// # use minisync_store::{Opened, State, StatePlace};
    /// # let folder = tempfile::tempdir()?;
    /// # let place = StatePlace::new(folder.path().join(".minisync"), "todo.json")?;
    /// # let Opened::Untracked(new) = State::open(&place, Arc::new(minisync::SystemClock), Duration::ZERO)?.0 else {
    /// #     unreachable!()
    /// # };
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({ "todo": ["milk", "eggs"] }))?;
    /// let mut state = new.create(Document::from_changes(&alice.changes())?, "phone")?;
    /// alice.remove("todo[1]")?;
    /// state.document_mut().set("todo[1]", "six eggs")?;
    ///
    /// let patches = state.document_mut().merge(&alice.changes())?;
    /// state.note_overruled(patches.overruled());
    /// let [lost] = &state.overruled()[..] else { panic!() };
    /// assert_eq!((lost.number, lost.edit.value.as_str()), (1, "\"six eggs\""));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn overruled(&self) -> Vec<OverruledEdit> {
        self.overruled_groups().into_iter().flat_map(Group::into_edits).collect()
    }

    /// Keeps what a merge overruled: to be saved together with the merge. What a sync merges is kept by itself.
    pub fn note_overruled(&mut self, overruled: &[Overruled]) {
        if overruled.is_empty() {
            return;
        }
        let found = self.now().as_micros();
        let mut groups = self.overruled_groups();
        let last = groups.iter().flat_map(|group| &group.edits).map(|edit| edit.number).max().unwrap_or(0);
        for (number, overruled) in (last + 1..).zip(overruled) {
            let home = overruled.home.to_string();
            let item = overruled.item.as_ref().map(ToString::to_string);
            let is_of = |group: &&mut Group| {
                (group.found, &group.home, &group.item, group.is_item_gone)
                    == (found, &home, &item, overruled.is_item_gone)
            };
            let edit = Edit {
                number,
                within: overruled.within.to_string(),
                path: overruled.path.as_ref().map(ToString::to_string),
                value: overruled.value.clone(),
                client: overruled.client.clone(),
                stamp: overruled.stamp.as_micros(),
            };
            match groups.last_mut().filter(is_of) {
                Some(group) => group.edits.push(edit),
                None => groups.push(Group {
                    found,
                    told: false,
                    home,
                    item,
                    is_item_gone: overruled.is_item_gone,
                    edits: vec![edit],
                }),
            }
        }
        self.set_overruled_groups(&groups);
    }

    /// Notes that somebody was told of all that is kept now.
    pub fn set_overruled_told(&mut self) {
        let mut groups = self.overruled_groups();
        if groups.iter().any(|group| !group.told) {
            groups.iter_mut().for_each(|group| group.told = true);
            self.set_overruled_groups(&groups);
        }
    }

    /// Keeps an edit no longer: it was brought back, or nobody wants it. Where it was in an element that is gone and is
    /// kept whole, so were others perhaps, and they go with it.
    pub fn drop_overruled(&mut self, number: u64) {
        let mut groups = self.overruled_groups();
        for group in &mut groups {
            if group.edits.iter().any(|edit| edit.number == number) {
                let is_whole = group.item.is_some() && group.is_item_gone;
                group.edits.retain(|edit| !is_whole && edit.number != number);
            }
        }
        groups.retain(|group| !group.edits.is_empty());
        self.set_overruled_groups(&groups);
    }

    /// Those that are still kept. A note that cannot be read was not written by this version, and counts as none.
    fn overruled_groups(&self) -> Vec<Group> {
        let read = |text: &str| -> Read<Vec<Group>> {
            Vec::read(Tree::parse(text).map_err(|error| error.to_string())?.root())
        };
        let mut groups = self.note(NOTE).and_then(|note| read(note).ok()).unwrap_or_default();
        let now = self.now().as_micros();
        groups.retain(|group| now < group.found.saturating_add(KEPT_FOR));
        groups
    }

    fn set_overruled_groups(&mut self, groups: &Vec<Group>) {
        let mut text = String::new();
        groups.write(&mut text);
        self.set_note(NOTE, (!groups.is_empty()).then_some(text));
    }
}

impl Group {
    fn into_edits(self) -> Vec<OverruledEdit> {
        let Group { found, told, home, item, is_item_gone, edits } = self;
        let Ok(home) = home.parse::<ContainerId>() else { return Vec::new() };
        let edit = |edit: Edit| {
            Some(OverruledEdit {
                number: edit.number,
                edit: Overruled {
                    path: edit.path.and_then(|path| Path::parse(&path).ok()),
                    home: home.clone(),
                    within: Path::parse(&edit.within).ok()?,
                    value: edit.value,
                    item: item.clone().map(Into::into),
                    is_item_gone,
                    client: edit.client,
                    stamp: Stamp::saturating(edit.stamp),
                },
                found: Stamp::saturating(found),
                until: Stamp::saturating(found.saturating_add(KEPT_FOR)),
                is_told: told,
            })
        };
        edits.into_iter().filter_map(edit).collect()
    }
}
