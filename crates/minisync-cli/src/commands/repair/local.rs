//! Looks at what lies beside FILE. Changes nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use minisync_store::StatePlace;

use super::findings::Findings;
use crate::terminal::Result;

/// States that were set aside, drafts, and conflict copies that a file synchroniser made of what is ours.
///
/// # Errors
/// Where FILE's path names no file.
pub(super) fn look(file: &Path, findings: &mut Findings) -> Result<()> {
    let place = StatePlace::beside(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for path in entries(place.folder()) {
        let entry = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(rest) = entry.strip_prefix(&name) else { continue };
        if rest.starts_with(".state.damaged-") || rest.starts_with(".state.previous.damaged-") {
            findings.harmless(
                path.display(),
                "a state that was damaged and set aside; delete it once all is well",
            );
        } else if entry.contains("conflict") {
            findings.decide(
                path.display(),
                "a file synchroniser carries .minisync around, which belongs to one device alone: leave .minisync out \
                 there, and delete this file",
            );
        }
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let stem = Path::new(&name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for path in entries(folder) {
        let entry = path.file_name().unwrap_or_default().to_string_lossy();
        let is_of_file = entry.starts_with(&stem) && *entry != name;
        if is_of_file && (entry.contains(".sync-conflict-") || entry.contains("conflicted copy")) {
            findings.decide(
                path.display(),
                "a file synchroniser carries the file itself around, beside minisync: let one of the two do it; see what \
                 is in the copy, and delete it",
            );
        }
    }
    Ok(())
}

/// FILE has no document here.
pub(super) fn explain_untracked(file: &Path, findings: &mut Findings) {
    let shown = file.display();
    let problem = format!(
        "it has no document here; to go on with the one of the other devices: minisync sync {shown} --with FOLDER \
         --join DOCUMENT; to start a new one: minisync sync {shown} --new"
    );
    findings.decide(shown, problem);
}

/// What is in a folder, in order; nothing where it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> = entries.collect();
    paths.sort();
    paths
}
