//! One sync of a FILE that was synced before, for who syncs again and again: says nothing where there is no news.

use std::path::{Path, PathBuf};

use minisync_store::{Name, State, Target, heads_folder};

use super::{Sync, file_sync::FileSync, summary::Summary};
use crate::{
    commands::{
        change::{damaged, untracked},
        overruled,
    },
    terminal::{Result, Screen},
    tracked::{Found, Tracked, open},
};

/// When a target was last reached is saved that much later at the latest, in microseconds.
const TIMES_KEPT_FOR: u64 = 10 * 60 * 1_000_000;

/// Syncs FILE with the targets that it has. `heads` becomes the folders in which the other devices announce what they
/// sent, of those targets that are folders.
///
/// # Errors
/// As `minisync sync`.
pub(crate) fn sync_once(file: &Path, screen: &Screen, heads: &mut Vec<PathBuf>) -> Result<()> {
    let mut tracked = match open(file, screen)? {
        Found::Tracked(tracked) => tracked,
        Found::Untracked(new) if new.damaged => return Err(damaged(file)),
        Found::Untracked(_) => return Err(untracked(file)),
    };
    *heads = heads_of(&tracked);
    let asked = Sync {
        files: Vec::new(),
        targets: Vec::new(),
        join: None,
        new: false,
        name: None,
        read_only: false,
        dry_run: false,
        save_times: are_times_old(tracked.state()),
    };
    let mut summary = Summary::of_news();
    summary.before(tracked.document());
    let written = FileSync { file, asked: &asked }.rounds(&mut tracked, &mut summary, screen)?;
    let finished = summary.finish(file, &tracked, written, screen);
    overruled::set_told(&mut tracked)?;
    finished
}

/// Whether it is worth a save when targets were reached. A save writes all of the document, and who looks every minute
/// would do that every minute.
fn are_times_old(state: &State) -> bool {
    let now = state.now().as_micros();
    let is_old = |target: &Target| {
        let last = state.target_status(target).and_then(|status| status.last_reached);
        last.is_none_or(|last| now.abs_diff(last.as_micros()) > TIMES_KEPT_FOR)
    };
    state.targets().iter().any(is_old)
}

fn heads_of(tracked: &Tracked<'_>) -> Vec<PathBuf> {
    let heads = heads_folder(&Name::of_document(tracked.document().id()));
    let folders = tracked.state().targets().into_iter().filter_map(|target| target.folder());
    folders.map(|folder| folder.join(&heads)).collect()
}
