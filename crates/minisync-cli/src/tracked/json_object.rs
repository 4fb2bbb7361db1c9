//! What a text must be to become a document: a JSON object. Knows only text.

use std::path::Path;

use minisync::syntax::{NodeKind, Place, Tree};

use crate::{
    file::Reading,
    terminal::{Failure, Result},
};

/// The text of FILE, if it is a JSON object.
///
/// # Errors
/// Where it is none; the message names the place.
pub(super) fn checked<'r>(named: &Path, reading: Option<&'r Reading>) -> Result<&'r str> {
    let named = named.display();
    let Some(reading) = reading else {
        return Err(Failure::new(format!("there is no file {named}")));
    };
    if reading.is_blank() {
        return Err(Failure::new(format!("{named} is empty; it must hold a JSON object, for instance {{}}")));
    }
    let text = reading.text();
    let tree = Tree::parse(text).map_err(|error| {
        let place = error.place(text);
        let rest = text.get(error.offset()..).unwrap_or_default();
        if ["//", "/*", "#"].iter().any(|comment| rest.starts_with(comment)) {
            return Failure::new(format!(
                "{named}:{place}: this is a comment, and JSON has none: files in JSON with comments or JSON5 are not \
                 synced; nothing was changed, remove the comments and try again"
            ));
        }
        Failure::new(format!("{named}:{place}: {error}; nothing was changed, correct it and try again"))
    })?;
    let root = tree.root();
    if root.kind() == NodeKind::Object {
        return Ok(text);
    }
    let place = Place::of(text, root.start());
    Err(Failure::new(format!(
        "{named}:{place}: only an object {{…}} can be synced, and this is {}; put it under a key: {{\"items\": …}}",
        match root.kind() {
            NodeKind::Array => "a list",
            _ => "a single value",
        }
    )))
}

/// Whether two texts mean the same value. Both were checked before.
pub(super) fn says_the_same(a: &str, b: &str) -> bool {
    let (a, b) = (Tree::parse(a), Tree::parse(b));
    debug_assert!(a.is_ok() && b.is_ok(), "a text that is not JSON is compared");
    a.is_ok_and(|a| b.is_ok_and(|b| a.root().means_same(b.root())))
}
