//! What a listing of `head/` shows. Pure.

use std::collections::BTreeMap;

use crate::{
    names::{HeadName, Name},
    record::Listed,
    requests::Entry,
};

/// What is in `head/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HeadListing {
    pub(crate) heads: BTreeMap<Name, Listed>,
    /// File names of conflict copies.
    pub(crate) conflict_copies: Vec<String>,
}

impl HeadListing {
    pub(crate) fn of(entries: Vec<Entry>) -> HeadListing {
        let mut listing = HeadListing::default();
        for entry in entries.into_iter().filter(|entry| !entry.is_folder) {
            match HeadName::of(&entry.name) {
                HeadName::Head(client) => {
                    listing.heads.insert(client, Listed { size: entry.size, etag: entry.etag });
                }
                HeadName::ConflictCopy => listing.conflict_copies.push(entry.name),
                HeadName::Foreign => {}
            }
        }
        listing.conflict_copies.sort();
        listing
    }
}
