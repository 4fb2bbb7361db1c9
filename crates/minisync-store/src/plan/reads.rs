//! Which heads have to be read, given a listing. Pure.

use std::collections::BTreeMap;

use crate::{
    layout::HeadName,
    local::{Listed, TargetBooks},
    name::Name,
    store::Entry,
};

/// After how many quiet rounds all heads are read all the same, since marks can fail.
const QUIET_ROUNDS: u32 = 20;

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
                    listing.heads.insert(client, Listed { size: entry.size, mark: entry.mark });
                }
                HeadName::ConflictCopy => listing.conflict_copies.push(entry.name),
                HeadName::Foreign => {}
            }
        }
        listing.conflict_copies.sort();
        listing
    }
}

impl Listed {
    /// Whether the file is as it was, as far as the listing tells. What was recorded without a mark was
    /// written by ourselves, or is in a store without marks.
    pub(crate) fn matches(&self, found: &Listed) -> bool {
        self.size == found.size && (self.mark.is_none() || self.mark == found.mark)
    }
}

/// Whether all heads have to be read again, even if the listing is as before. Times in microseconds.
pub(crate) fn is_due(books: &TargetBooks, now: u64, reread_after: u64) -> bool {
    let age = now.checked_sub(books.read_at);
    books.quiet >= QUIET_ROUNDS || age.is_none_or(|age| age >= reread_after)
}

/// Whether the listing shows what it showed when nothing was left to do.
pub(crate) fn is_unchanged(books: &TargetBooks, listing: &HeadListing) -> bool {
    let Some(before) = &books.listing else {
        return false;
    };
    before.len() == listing.heads.len()
        && before
            .iter()
            .zip(&listing.heads)
            .all(|((name, before), (found, after))| name == found && before.matches(after))
}

/// The heads to read: those of others that are new, changed, or to be read again; all if `due`.
pub(crate) fn plan_reads(books: &TargetBooks, listing: &HeadListing, own: &Name, due: bool) -> Vec<Name> {
    let is_known = |name: &Name, found: &Listed| {
        let seen = books.seen.get(name).and_then(|seen| seen.listed.as_ref());
        seen.is_some_and(|before| before.matches(found))
    };
    let others = listing.heads.iter().filter(|(name, _)| *name != own);
    others.filter(|(name, found)| due || !is_known(name, found)).map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{Target, hash::Hash, head::tests::head, local::SeenHead};

    fn listing(files: &[(&str, u64, &str)]) -> HeadListing {
        HeadListing::of(
            files
                .iter()
                .map(|(name, size, mark)| Entry {
                    name: (*name).to_owned(),
                    is_folder: false,
                    size: *size,
                    mark: Some((*mark).to_owned()),
                })
                .collect(),
        )
    }

    fn books(files: &[(&str, u64, &str)]) -> TargetBooks {
        let mut books = TargetBooks::new(&Target::parse("memory://x", Path::new("/")).unwrap());
        let listing = listing(files);
        for (name, listed) in &listing.heads {
            let head = head(name.as_str(), "", &[]);
            let listed = Some(listed.clone());
            let seen = SeenHead { listed, head, hash: Hash::of(b""), at: 0, whole: true };
            books.seen.insert(name.clone(), seen);
        }
        books.listing = Some(listing.heads);
        books
    }

    fn reads(books: &TargetBooks, files: &[(&str, u64, &str)], due: bool) -> Vec<String> {
        let names = plan_reads(books, &listing(files), &Name::parse("me").unwrap(), due);
        names.iter().map(Name::to_string).collect()
    }

    #[test]
    fn only_what_is_new_or_changed_is_read() {
        let files = [("a.json", 1, "x"), ("b.json", 1, "x"), ("c.json", 1, "x"), ("me.json", 1, "x")];
        let books = books(&files);
        assert_eq!(reads(&books, &files, false), [""; 0]);
        assert_eq!(reads(&books, &files, true), ["a", "b", "c"], "never the own one");
        let files = [("a.json", 2, "x"), ("b.json", 1, "y"), ("c.json", 1, "x"), ("d.json", 1, "x")];
        assert_eq!(reads(&books, &files, false), ["a", "b", "d"]);
    }

    #[test]
    fn a_head_to_be_read_again_is_read_though_it_is_listed_as_before() {
        let files = [("a.json", 1, "x")];
        let mut books = books(&files);
        books.seen.values_mut().for_each(|seen| seen.listed = None);
        assert_eq!(reads(&books, &files, false), ["a"]);
    }

    #[test]
    fn unchanged_means_the_same_files_sizes_and_marks() {
        let books = books(&[("a.json", 1, "x"), ("b.json", 2, "y")]);
        let is = |files| is_unchanged(&books, &listing(files));
        assert!(is(&[("b.json", 2, "y"), ("a.json", 1, "x"), ("~z.tmp", 3, "z")]));
        assert!(!is(&[("a.json", 1, "x")]));
        assert!(!is(&[("a.json", 1, "x"), ("c.json", 2, "y")]));
        assert!(!is(&[("a.json", 1, "x"), ("b.json", 2, "z")]));
        assert!(!is(&[("a.json", 1, "x"), ("b.json", 3, "y")]));
        assert!(!is(&[("a.json", 1, "x"), ("b.json", 2, "y"), ("c.json", 1, "x")]));
    }

    #[test]
    fn what_was_written_by_ourselves_is_known_by_its_size() {
        let mut books = books(&[("me.json", 1, "x")]);
        books.listing.as_mut().unwrap().values_mut().for_each(|listed| listed.mark = None);
        assert!(is_unchanged(&books, &listing(&[("me.json", 1, "y")])));
        assert!(!is_unchanged(&books, &listing(&[("me.json", 2, "y")])));
    }

    #[test]
    fn heads_are_read_again_now_and_then() {
        let mut books = books(&[]);
        books.read_at = 1000;
        assert!(!is_due(&books, 1099, 100));
        assert!(is_due(&books, 1100, 100));
        assert!(is_due(&books, 999, 100), "the clock was set back");
        books.quiet = QUIET_ROUNDS;
        assert!(is_due(&books, 1001, 100));
    }

    #[test]
    fn conflict_copies_are_reported_and_not_read() {
        let listing = listing(&[("a.sync-conflict-1.json", 1, "x"), ("a.json", 1, "x")]);
        assert_eq!(listing.conflict_copies, ["a.sync-conflict-1.json"]);
        assert_eq!(listing.heads.len(), 1);
    }
}
