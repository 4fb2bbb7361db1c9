//! What an operation is refused with: the core's errors and the boundary's own, and how JavaScript is told.

use minisync::Error;

use crate::output::{write_member, write_string};

/// What operations return.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why an operation was refused. Boxed, so that results are small.
#[derive(Debug)]
pub(crate) struct Failure(Box<Refusal>);

#[derive(Debug)]
struct Refusal {
    reason: Reason,
    /// Which of several things was refused.
    index: Option<usize>,
}

#[derive(Debug)]
enum Reason {
    Core(Error),
    /// The caller does not keep to the contract.
    Call(String),
    /// The container that was named by its id.
    Gone(String),
    NoDocument(&'static str),
    Refused(String),
    /// The sync engine's.
    #[cfg(feature = "sync")]
    Sync(minisync_store::Error),
}

/// The error of an instance that trapped before, which can make none.
#[cfg(target_arch = "wasm32")]
pub(crate) const BROKEN: &str = r#"{"code":"broken","message":"this document failed earlier and cannot go on; make it anew from its last save"}"#;

impl Failure {
    pub(crate) fn call(reason: impl Into<String>) -> Failure {
        Reason::Call(reason.into()).into()
    }

    pub(crate) fn gone(id: impl Into<String>) -> Failure {
        Reason::Gone(id.into()).into()
    }

    pub(crate) fn no_document(reason: &'static str) -> Failure {
        Reason::NoDocument(reason).into()
    }

    pub(crate) fn refused(reason: impl Into<String>) -> Failure {
        Reason::Refused(reason.into()).into()
    }

    /// It was the thing with this index that was refused.
    pub(crate) fn at(mut self, index: usize) -> Failure {
        self.0.index = Some(index);
        self
    }

    /// As the JSON that `docs/boundary.md` specifies.
    pub(crate) fn to_json(&self) -> String {
        let (code, message) = match &self.0.reason {
            Reason::Core(error) => (code_of(error), error.to_string()),
            Reason::Call(reason) => ("invalid-call", reason.clone()),
            Reason::Gone(id) => (
                "gone",
                format!("the map or list {id} is no longer in the document, so it cannot be written to"),
            ),
            Reason::NoDocument(reason) => ("no-document", (*reason).to_owned()),
            Reason::Refused(reason) => ("refused", reason.clone()),
            #[cfg(feature = "sync")]
            Reason::Sync(error) => (code_of_sync(error), error.to_string()),
        };
        let mut out = String::from("{\"code\":");
        write_string(code, &mut out);
        write_member("message", &mut out);
        write_string(&message, &mut out);
        if let Reason::Core(error) = &self.0.reason {
            if let Some(place) = error.place() {
                write_member("place", &mut out);
                write_string(place, &mut out);
            }
            if let Some(missing) = error.missing() {
                write_member("missing", &mut out);
                out.push_str(&missing.to_string());
            }
        }
        #[cfg(feature = "sync")]
        if let Reason::Sync(error) = &self.0.reason
            && let Some(time) = error.retry_after()
        {
            write_member("retryAfter", &mut out);
            out.push_str(&time.as_millis().to_string());
        }
        if let Some(index) = self.0.index {
            write_member("index", &mut out);
            out.push_str(&index.to_string());
        }
        out.push('}');
        out
    }
}

fn code_of(error: &Error) -> &'static str {
    let codes = [
        (error.is_path(), "invalid-path"),
        (error.is_invalid_value(), "invalid-value"),
        (error.is_limit(), "limit"),
        (error.is_malformed(), "malformed"),
        (error.is_wrong_document(), "wrong-document"),
        (error.is_missing_changes(), "missing-changes"),
        (error.is_version_1_delta(), "version-1-delta"),
    ];
    codes.into_iter().find(|(is, _)| *is).map_or("refused", |(_, code)| code)
}

#[cfg(feature = "sync")]
fn code_of_sync(error: &minisync_store::Error) -> &'static str {
    let codes = [
        (error.is_wrong_folder(), "wrong-folder"),
        (error.is_not_found(), "not-found"),
        (error.is_busy(), "busy"),
        (error.is_forbidden(), "forbidden"),
        (error.is_malformed(), "malformed"),
        (error.is_unsupported(), "newer-version"),
    ];
    codes.into_iter().find(|(is, _)| *is).map_or("storage", |(_, code)| code)
}

#[cfg(feature = "sync")]
impl From<minisync_store::Error> for Failure {
    fn from(error: minisync_store::Error) -> Self {
        Reason::Sync(error).into()
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Failure(Box::new(Refusal { reason, index: None }))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Reason::Core(error).into()
    }
}
