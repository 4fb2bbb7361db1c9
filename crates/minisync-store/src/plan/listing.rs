//! What a listing of `head/` shows. Pure.

use crate::{
    names::{HeadName, NameMap},
    record::Listed,
    requests::Entry,
};

/// What is in `head/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HeadListing {
    pub(crate) heads: NameMap<Listed>,
    /// File names of conflict copies, in order.
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
                HeadName::ConflictCopy => {
                    let copies = &mut listing.conflict_copies;
                    let at = copies.partition_point(|copy| *copy < entry.name);
                    copies.insert(at, entry.name);
                }
                HeadName::Foreign => {}
            }
        }
        listing
    }
}
