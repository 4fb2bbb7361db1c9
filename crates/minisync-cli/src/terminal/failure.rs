//! Why a command did not do what it was asked: one line that says what, where and what to do. Knows how to
//! word the errors of the layers below.

use std::{fmt, io, path::Path, process::ExitCode};

use super::screen::{ERROR, complain, complain_as};

/// What the functions of the command return.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// One line for a person. Its `Display` has no "minisync:" before it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    code: u8,
}

/// It failed.
const FAILED: u8 = 1;

/// It was asked wrongly.
const USAGE: u8 = 2;

/// It was done, but something that others sent is missing.
const INCOMPLETE: u8 = 3;

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), code: FAILED }
    }

    /// The command was called wrongly.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), code: USAGE }
    }

    /// All was done that could be, but something that others sent could not be had.
    pub(crate) fn incomplete(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), code: INCOMPLETE }
    }

    /// What the operating system did not do with a file; `action` is a verb.
    pub(crate) fn io(action: &str, path: &Path, error: &io::Error) -> Failure {
        let advice = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "; check the permissions of the file and of its folder"
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; make room and try again",
            _ => "",
        };
        let reason = plain_reason(error);
        Failure::new(format!("cannot {action} {}: {reason}{advice}", path.display()))
    }

    /// What several runs came to: all failures but the last are told here. Its code is the gravest.
    ///
    /// # Errors
    /// The last one, if there is one.
    pub(crate) fn all(mut failures: Vec<Failure>, json: bool) -> Result<()> {
        let Some(last) = failures.pop() else { return Ok(()) };
        failures.iter().for_each(|failure| failure.tell(json));
        // What failed is graver than what is incomplete, and has the lower number.
        let code = failures.iter().map(|failure| failure.code).fold(last.code, u8::min);
        Err(Failure { code, ..last })
    }

    /// Says which file or argument it is about.
    #[must_use]
    pub(crate) fn about(mut self, subject: impl fmt::Display) -> Failure {
        self.message = format!("{subject}: {}", self.message);
        self
    }

    /// Says it on standard error: one line, with `--json` an object.
    pub(crate) fn tell(&self, json: bool) {
        if json {
            // A program can tell this from a warning, which is no object.
            complain(serde_json::json!({ "error": self.message, "code": self.code }));
        } else {
            complain_as(ERROR, self);
        }
    }

    /// 1 for what failed, 2 for what was asked wrongly, 3 for what was done but for something of others.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

/// The reason without the number of the error.
fn plain_reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<minisync::Error> for Failure {
    fn from(error: minisync::Error) -> Failure {
        Failure::new(error.to_string())
    }
}

impl From<minisync_store::Error> for Failure {
    fn from(error: minisync_store::Error) -> Failure {
        Failure::new(error.to_string())
    }
}
