//! Two files change names in one step, where the system can. Knows only paths.

use std::{fs, io, path::Path};

/// How a swap went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Swap {
    /// Where files can be exchanged, the old one is now under the draft's name; elsewhere it is gone.
    Done,
    /// Another program was there first.
    Overtaken,
}

/// Puts `draft` in the place of `file`, and `file` in the place of `draft`: what another program wrote in
/// the last moment can then be seen and brought back. Where the system cannot exchange, replaces.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(crate) fn exchange(draft: &Path, file: &Path) -> io::Result<Swap> {
    use rustix::{
        fs::{CWD, RenameFlags, renameat_with},
        io::Errno,
    };
    match renameat_with(CWD, draft, CWD, file, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(Swap::Done),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => fs::rename(draft, file).map(|()| Swap::Done),
        Err(Errno::NOENT) => Ok(Swap::Overtaken),
        Err(error) => Err(error.into()),
    }
}

/// Replaces `file` by `draft`: here two files cannot be exchanged.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(crate) fn exchange(draft: &Path, file: &Path) -> io::Result<Swap> {
    fs::rename(draft, file).map(|()| Swap::Done)
}

/// Names `draft` `file`, unless there is such a file.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(crate) fn put_where_nothing_is(draft: &Path, file: &Path) -> io::Result<Swap> {
    use rustix::{
        fs::{CWD, RenameFlags, renameat_with},
        io::Errno,
    };
    match renameat_with(CWD, draft, CWD, file, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(Swap::Done),
        Err(Errno::EXIST) => Ok(Swap::Overtaken),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => fs::rename(draft, file).map(|()| Swap::Done),
        Err(error) => Err(error.into()),
    }
}

/// Names `draft` `file`: here it cannot be asked at the same time whether there is such a file.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(crate) fn put_where_nothing_is(draft: &Path, file: &Path) -> io::Result<Swap> {
    fs::rename(draft, file).map(|()| Swap::Done)
}
