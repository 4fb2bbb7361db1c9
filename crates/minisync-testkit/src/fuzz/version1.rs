//! The reader of format version 1: whatever the text is, an error or a document in order.

use super::{Checked, version2};

pub(super) fn run(text: &str) -> Checked {
    version2::run(text)
}
