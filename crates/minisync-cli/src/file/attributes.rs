//! What a file has beside its bytes and its mode: owner, access control lists, extended attributes. Knows only files.

use std::{
    fs::{File, Metadata},
    path::Path,
};

/// Gives the new file what the old one at `path` has, as far as the system lets us: to keep what one can is better
/// than to refuse to write.
pub(super) fn keep_all(new: &File, path: &Path, old: &Metadata) {
    keep_owner(new, old);
    keep_extended(new, path);
}

#[cfg(unix)]
fn keep_owner(new: &File, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let owned = new.metadata().is_ok_and(|new| new.uid() == old.uid() && new.gid() == old.gid());
    if !owned {
        let _ = fchown(new, Some(old.uid()), Some(old.gid()));
    }
}

/// Here files have no owner that could be set.
#[cfg(not(unix))]
fn keep_owner(_new: &File, _old: &Metadata) {}

/// Access control lists are extended attributes too.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn keep_extended(new: &File, path: &Path) {
    use rustix::fs::{XattrFlags, fsetxattr, getxattr, listxattr};
    // The system allows no longer ones on Linux.
    let (mut names, mut value) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let Ok(length) = listxattr(path, &mut names[..]) else { return };
    for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        if let Ok(length) = getxattr(path, name, &mut value[..]) {
            let _ = fsetxattr(new, name, &value[..length], XattrFlags::empty());
        }
    }
}

/// Here files have no attributes that could be set.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn keep_extended(_new: &File, _path: &Path) {}
