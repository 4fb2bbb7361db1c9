//! What this copy says to those who join: what its file is called, and how it is laid out. Also how FILE is laid out
//! where it is not there.

use minisync::syntax::SyntaxError;
use minisync_store::State;
use serde::{Deserialize, Serialize};

use crate::{
    file::Reading,
    layout::{lay_out, rewrite, skeleton},
};

/// A file's name and layout, as they stand beside the snapshots in a target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FileHint {
    /// Without its folder. It comes from elsewhere: it is shown, and nothing is opened by it.
    pub(crate) name: String,
    /// A text that is laid out as the file, with next to nothing in it; empty where none is known.
    pub(crate) layout: String,
}

impl FileHint {
    /// What somebody says. What cannot be read says nothing: it is another program's, or a later version's.
    pub(crate) fn read(hint: Option<&str>) -> FileHint {
        hint.and_then(|hint| serde_json::from_str(hint).ok()).unwrap_or_default()
    }

    /// Says it from now on.
    pub(super) fn say(&self, state: &mut State) {
        // A struct of two texts is always JSON.
        if let Ok(text) = serde_json::to_string(self) {
            state.set_hint(Some(text));
        }
    }

    /// The layout of a file as it was read, under this name.
    pub(super) fn of(name: &str, reading: &Reading) -> FileHint {
        FileHint { name: name.to_owned(), layout: skeleton(reading.bytes()).unwrap_or_default() }
    }

    /// The text of a new file.
    ///
    /// # Errors
    /// Where `text` is not JSON.
    pub(super) fn lay_out(&self, text: &str) -> Result<String, SyntaxError> {
        let model = Reading::new(self.layout.clone());
        match rewrite(model.text(), text) {
            Ok(new) => Ok(model.with_bom(new)),
            // There is none.
            Err(_) => lay_out(text),
        }
    }
}
