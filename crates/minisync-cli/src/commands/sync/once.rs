//! One sync of a FILE that was synced before, for who syncs again and again: says nothing where there is no news.

use std::path::{Path, PathBuf};

use minisync_store::{Name, heads_folder};

use super::{Sync, summary::Summary};
use crate::{
    commands::change::{damaged, untracked},
    terminal::{Result, Screen},
    tracked::{Found, Tracked, open},
};

/// Syncs FILE with the targets that it has. `heads` becomes the folders in which the other devices announce what they
/// sent, of those targets that are folders.
///
/// # Errors
/// As `minisync sync`.
pub(crate) fn sync_once(file: &Path, screen: &Screen, heads: &mut Vec<PathBuf>) -> Result<()> {
    let sync = Sync {
        file: file.to_path_buf(),
        targets: Vec::new(),
        join: None,
        new: false,
        name: None,
        dry_run: false,
    };
    let mut tracked = match open(file, screen)? {
        Found::Tracked(tracked) => tracked,
        Found::Untracked(new) if new.damaged => return Err(damaged(file)),
        Found::Untracked(_) => return Err(untracked(file)),
    };
    *heads = heads_of(&tracked);
    let mut summary = Summary::of_news();
    summary.before(tracked.document());
    let written = sync.rounds(&mut tracked, &mut summary, screen)?;
    summary.finish(file, &tracked, written, screen)
}

fn heads_of(tracked: &Tracked<'_>) -> Vec<PathBuf> {
    let heads = heads_folder(&Name::of_document(tracked.document().id()));
    let folders = tracked.state().targets().into_iter().filter_map(|target| target.folder());
    folders.map(|folder| folder.join(&heads)).collect()
}
