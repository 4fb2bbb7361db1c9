//! Reads the answers that JavaScript gives to the engine's requests.

use std::time::Duration;

use minisync_store::{Answer, Entry, Error, Request, StoreError, StoreErrorKind};

use crate::{
    arguments::Json,
    failure::{Failure, Result},
};

/// The answer to a request.
pub(super) fn read(request: &Request, answer: Json<'_>, bytes: &[u8]) -> Result<Answer> {
    let (action, path) = match request {
        Request::Read { path, .. } => ("read", path),
        Request::Write { path, .. } => ("write", path),
        Request::List { folder } => ("list", folder),
        Request::Delete { path } => ("delete", path),
        Request::Save => {
            let problem = answer.member("error")?.map(Json::string).transpose()?;
            return Ok(Answer::Saved(problem.map_or(Ok(()), |reason| Err(Error::not_saved(reason)))));
        }
    };
    let error = error(answer, action, path)?;
    Ok(match request {
        Request::Read { limit, .. } => Answer::Read(match error {
            Some(error) => Err(error),
            None if bytes.len() as u64 > *limit => {
                let reason = format!("it is longer than the {limit} bytes that it may have");
                Err(StoreError::new(StoreErrorKind::Other, action, path, reason))
            }
            None => Ok(bytes.to_vec()),
        }),
        Request::Write { .. } => Answer::Written(error.map_or(Ok(()), Err)),
        Request::Delete { .. } => Answer::Deleted(error.map_or(Ok(()), Err)),
        Request::List { .. } | Request::Save => match error {
            Some(error) => Answer::Listed(Err(error)),
            None => Answer::Listed(Ok(entries(answer)?)),
        },
    })
}

/// The error that an answer is, if it is one.
fn error(answer: Json<'_>, action: &'static str, path: &str) -> Result<Option<StoreError>> {
    if answer.member("missing")?.is_some() {
        return Ok(Some(StoreError::new(StoreErrorKind::NotFound, action, path, "there is no such file")));
    }
    let Some(reason) = answer.member("error")? else { return Ok(None) };
    let kind = answer.member("kind")?.map(Json::string).transpose()?;
    let retry_after = answer.member("retryAfter")?.map(Json::integer).transpose()?;
    let retry_after = retry_after.and_then(|time| u64::try_from(time).ok()).map(Duration::from_millis);
    let kind = match kind.as_deref() {
        Some("forbidden") => StoreErrorKind::Forbidden,
        Some("busy") => StoreErrorKind::Busy { retry_after },
        _ => StoreErrorKind::Other,
    };
    Ok(Some(StoreError::new(kind, action, path, reason.string()?)))
}

fn entries(answer: Json<'_>) -> Result<Vec<Entry>> {
    let files = answer.member("files")?.ok_or_else(|| Failure::call("the answer to a list has no files"))?;
    let mut elements = files.elements()?;
    let mut entries = Vec::new();
    while let Some(file) = elements.next()? {
        let name = file.member("name")?.ok_or_else(|| Failure::call("a listed file has no name"))?;
        let size = file.member("size")?.map(Json::integer).transpose()?;
        entries.push(Entry {
            name: name.string()?,
            is_folder: file.member("isFolder")?.map_or(Ok(false), Json::boolean)?,
            size: size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            etag: file.member("etag")?.map(Json::string).transpose()?,
        });
    }
    Ok(entries)
}
