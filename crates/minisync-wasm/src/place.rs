//! Places: where in the document an operation reads or writes, as JavaScript says it.

use minisync::{ContainerId, Document, Path};

use crate::{
    arguments::Json,
    failure::{Failure, Result},
};

/// A path from the root: from a string, from parts, or from a container on. None where the container is gone.
pub(crate) fn find(document: &mut Document, place: Json<'_>) -> Result<Option<Path>> {
    if !place.is_object() {
        return path(place).map(Some);
    }
    let id = place.member("id")?.ok_or_else(|| Failure::call("a place has no id"))?.string()?;
    let Some(top) = document.container_path(&id.parse::<ContainerId>()?) else { return Ok(None) };
    match place.member("path")? {
        Some(rest) => Ok(Some(top.join(&path(rest)?))),
        None => Ok(Some(top)),
    }
}

/// Like [`find`], to write there.
pub(crate) fn existing(document: &mut Document, place: Json<'_>) -> Result<Path> {
    match find(document, place)? {
        Some(path) => Ok(path),
        None => Err(Failure::gone(place.member("id")?.map(Json::string).transpose()?.unwrap_or_default())),
    }
}

pub(crate) fn path(place: Json<'_>) -> Result<Path> {
    if !place.is_array() {
        return Ok(Path::parse(&place.string()?)?);
    }
    let mut parts = place.elements()?;
    let mut path = Path::root();
    while let Some(part) = parts.next()? {
        path = if part.is_string() { path.key(part.string()?) } else { path.index(part.integer()?) };
    }
    Ok(path)
}
