//! A mark of a place on a machine, kept with the state: where it differs, the state was copied there. Knows no state.

use std::{fs, path::Path};

use crate::hash::Hash;

/// The mark of a folder on this machine; moving it, too, makes another one. None where the folder cannot be found.
pub(crate) fn mark(folder: &Path) -> Option<Hash> {
    let path = fs::canonicalize(folder).ok()?;
    Some(Hash::of(format!("{}\n{}", machine(), path.display()).as_bytes()))
}

/// The machine's id; empty where it has none, and then the path has to do.
fn machine() -> String {
    #[cfg(any(target_os = "linux", target_os = "macos", target_os = "windows"))]
    let id = machine_uid::get().unwrap_or_default();
    #[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
    let id = String::new();
    id.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_told_from_its_copy_however_it_is_named() {
        let home = tempfile::tempdir().unwrap();
        let (one, other) = (home.path().join("one"), home.path().join("other"));
        fs::create_dir(&one).unwrap();
        fs::create_dir(&other).unwrap();
        assert_eq!(mark(&one), mark(&other.join("../one")));
        assert_ne!(mark(&one), mark(&other));
        assert_eq!(mark(&home.path().join("gone")), None);
    }
}
