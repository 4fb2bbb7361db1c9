//! The id of a location on a machine, kept with the state: where it differs, the state was copied there. Knows no
//! state.

use std::{fs, path::Path};

use crate::names::Hash;

/// The id of a folder on this machine; moving it, too, makes another one. None where the folder cannot be found.
pub(crate) fn location_id(folder: &Path) -> Option<Hash> {
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
        assert_eq!(location_id(&one), location_id(&other.join("../one")));
        assert_ne!(location_id(&one), location_id(&other));
        assert_eq!(location_id(&home.path().join("gone")), None);
    }
}
