//! How the local save fails. Knows nothing of stores.

use std::{fmt, io, path::PathBuf};

#[derive(Debug)]
pub(super) enum LocalError {
    /// `action` as in "cannot {action} {path}".
    Disk {
        action: &'static str,
        path: PathBuf,
        error: io::Error,
    },
    Locked {
        name: String,
        holder: Option<String>,
    },
    NotOpen {
        name: String,
    },
}

impl LocalError {
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, LocalError::Disk { error, .. } if error.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for LocalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LocalError::Disk { action, path, error } => {
                write!(f, "cannot {action} {}: {error}", path.display())
            }
            LocalError::Locked { name, holder: Some(holder) } => write!(
                f,
                "{name} is in use by another minisync, process {holder}; wait for it to end, or end it"
            ),
            LocalError::Locked { name, holder: None } => {
                write!(f, "{name} is in use by another minisync; wait for it to end, or end it")
            }
            LocalError::NotOpen { name } => {
                write!(f, "the state of {name} was only looked at: open it to save it")
            }
        }
    }
}
