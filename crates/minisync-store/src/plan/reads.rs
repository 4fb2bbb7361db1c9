//! Which heads have to be read, given a listing. Pure.

use crate::{
    names::Name,
    plan::HeadListing,
    record::{Listed, TargetRecord},
};

/// After how many quiet rounds all heads are read all the same, since etags can fail.
const QUIET_ROUNDS: u32 = 20;

/// Whether all heads have to be read again, even if the listing is as before. Times in microseconds.
pub(crate) fn is_due(record: &TargetRecord, now: u64, reread_after: u64) -> bool {
    // None where they were never read, and where the clock was set back since.
    let age = record.read_at.and_then(|read_at| now.checked_sub(read_at));
    record.quiet >= QUIET_ROUNDS || age.is_none_or(|age| age >= reread_after)
}

/// Whether the listing shows what it showed when nothing was left to do.
pub(crate) fn is_unchanged(record: &TargetRecord, listing: &HeadListing) -> bool {
    let Some(before) = &record.listing else {
        return false;
    };
    before.len() == listing.heads.len()
        && before
            .iter()
            .zip(listing.heads.iter())
            .all(|((name, before), (found, after))| name == found && before.matches(after))
}

/// The heads to read, as they are listed: those of others that are new, changed, or to be read again; all if
/// `due`.
pub(crate) fn plan_reads(
    record: &TargetRecord,
    listing: &HeadListing,
    own: &Name,
    due: bool,
) -> Vec<(Name, Listed)> {
    let is_known = |name: &Name, found: &Listed| {
        let seen = record.seen.get(name).and_then(|seen| seen.listed.as_ref());
        seen.is_some_and(|before| before.matches(found))
    };
    let others = listing.heads.iter().filter(|(name, _)| *name != own);
    let reads = others.filter(|(name, found)| due || !is_known(name, found));
    reads.map(|(name, found)| (name.clone(), found.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        files::head_tests::head,
        names::Hash,
        record::{SeenHead, Target},
        requests::Entry,
    };

    fn listing(files: &[(&str, u64, &str)]) -> HeadListing {
        HeadListing::of(
            files
                .iter()
                .map(|(name, size, etag)| Entry {
                    name: (*name).to_owned(),
                    is_folder: false,
                    size: *size,
                    etag: Some((*etag).to_owned()),
                })
                .collect(),
        )
    }

    fn record(files: &[(&str, u64, &str)]) -> TargetRecord {
        let mut record = TargetRecord::new(&Target::at("memory://x"));
        let listing = listing(files);
        for (name, listed) in listing.heads.iter() {
            let head = head(name.as_str(), "", &[]);
            let listed = Some(listed.clone());
            let seen = SeenHead { listed, head, hash: Hash::of(b""), at: 0, whole: true };
            record.seen.insert(name.clone(), seen);
        }
        record.listing = Some(listing.heads);
        record
    }

    fn reads(record: &TargetRecord, files: &[(&str, u64, &str)], due: bool) -> Vec<String> {
        let names = plan_reads(record, &listing(files), &Name::parse("me").unwrap(), due);
        names.iter().map(|(name, _)| name.to_string()).collect()
    }

    #[test]
    fn only_what_is_new_or_changed_is_read() {
        let files = [("a.json", 1, "x"), ("b.json", 1, "x"), ("c.json", 1, "x"), ("me.json", 1, "x")];
        let record = record(&files);
        assert_eq!(reads(&record, &files, false), [""; 0]);
        assert_eq!(reads(&record, &files, true), ["a", "b", "c"], "never the own one");
        let files = [("a.json", 2, "x"), ("b.json", 1, "y"), ("c.json", 1, "x"), ("d.json", 1, "x")];
        assert_eq!(reads(&record, &files, false), ["a", "b", "d"]);
    }

    #[test]
    fn a_head_to_be_read_again_is_read_though_it_is_listed_as_before() {
        let files = [("a.json", 1, "x")];
        let mut record = record(&files);
        record.seen.iter_mut().for_each(|(_, seen)| seen.listed = None);
        assert_eq!(reads(&record, &files, false), ["a"]);
    }

    #[test]
    fn unchanged_means_the_same_files_sizes_and_etags() {
        let record = record(&[("a.json", 1, "x"), ("b.json", 2, "y")]);
        let is = |files| is_unchanged(&record, &listing(files));
        assert!(is(&[("b.json", 2, "y"), ("a.json", 1, "x"), ("~z.tmp", 3, "z")]));
        assert!(!is(&[("a.json", 1, "x")]));
        assert!(!is(&[("a.json", 1, "x"), ("c.json", 2, "y")]));
        assert!(!is(&[("a.json", 1, "x"), ("b.json", 2, "z")]));
        assert!(!is(&[("a.json", 1, "x"), ("b.json", 3, "y")]));
        assert!(!is(&[("a.json", 1, "x"), ("b.json", 2, "y"), ("c.json", 1, "x")]));
    }

    #[test]
    fn what_was_written_by_ourselves_is_known_by_its_size() {
        let mut record = record(&[("me.json", 1, "x")]);
        record.listing.as_mut().unwrap().iter_mut().for_each(|(_, listed)| listed.etag = None);
        assert!(is_unchanged(&record, &listing(&[("me.json", 1, "y")])));
        assert!(!is_unchanged(&record, &listing(&[("me.json", 2, "y")])));
    }

    #[test]
    fn heads_are_read_again_now_and_then() {
        let mut record = record(&[]);
        record.read_at = Some(1000);
        assert!(!is_due(&record, 1099, 100));
        assert!(is_due(&record, 1100, 100));
        assert!(is_due(&record, 999, 100), "the clock was set back");
        record.quiet = QUIET_ROUNDS;
        assert!(is_due(&record, 1001, 100));
    }

    #[test]
    fn conflict_copies_are_reported_and_not_read() {
        let listing = listing(&[("a.sync-conflict-1.json", 1, "x"), ("a.json", 1, "x")]);
        assert_eq!(listing.conflict_copies, ["a.sync-conflict-1.json"]);
        assert_eq!(listing.heads.len(), 1);
    }
}
