//! Which own files may go. Pure.

use minisync::Version;

use crate::{files::DataFile, names::DataName, record::Retired};

/// The retired files that all known clients are past (`is_past`), and those that were retired long ago; but never the
/// snapshot before the one that serves, and nothing as long as none serves. Times in microseconds.
pub(crate) fn plan_deletions(
    serving: &[DataFile],
    retired: &[Retired],
    is_past: &dyn Fn(&Version) -> bool,
    now: u64,
    keep: u64,
) -> Vec<DataName> {
    if serving.is_empty() {
        return Vec::new();
    }
    let snapshots = retired.iter().filter(|file| file.is_snapshot);
    let before = snapshots.map(|file| file.name.sequence()).max();
    let may_go = |file: &&Retired| {
        let is_serving = serving.iter().any(|serving| serving.name == file.name);
        let is_before = file.is_snapshot && before == Some(file.name.sequence());
        let is_passed = is_past(&file.version);
        let is_old = now.saturating_sub(file.at) >= keep;
        !is_serving && !is_before && (is_passed || is_old)
    };
    retired.iter().filter(may_go).map(|file| file.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::head_tests::{head, version};

    const KEEP: u64 = 1000;

    fn retired(file: &DataFile, at: u64) -> Retired {
        let is_snapshot = file.is_snapshot();
        Retired { name: file.name.clone(), version: file.version.clone(), is_snapshot, at }
    }

    /// Two snapshots with a delta each are retired, and a third serves; sequence numbers 1 to 5.
    fn deleted(known: &[&str], now: u64) -> Vec<u64> {
        let mut files = head("a", "a=5", &["a=1", "a=2", "a=3", "a=4", "a=5"]).files;
        files[2].since = None;
        files[4].since = None;
        let serving = files.split_off(4);
        let retired: Vec<_> = files.iter().map(|file| retired(file, 100)).collect();
        let known: Vec<_> = known.iter().map(|known| version(known)).collect();
        let names = plan_deletions(
            &serving,
            &retired,
            &|file| known.iter().all(|known| known.covers(file)),
            now,
            KEEP,
        );
        names.iter().map(DataName::sequence).collect()
    }

    #[test]
    fn what_all_are_past_goes_but_not_the_snapshot_before() {
        assert_eq!(deleted(&["a=5", "a=4"], 100), [1, 2, 4]);
        assert_eq!(deleted(&["a=5", "a=2"], 100), [1, 2]);
        assert_eq!(deleted(&["a=5", "b=9"], 100), [0; 0]);
    }

    #[test]
    fn what_is_old_goes_whoever_lacks_it_but_not_the_snapshot_before() {
        assert_eq!(deleted(&["b=9"], 100 + KEEP - 1), [0; 0]);
        assert_eq!(deleted(&["b=9"], 100 + KEEP), [1, 2, 4]);
    }

    #[test]
    fn nothing_goes_while_nothing_serves() {
        let files = head("a", "a=5", &["a=1", "a=2"]).files;
        let retired: Vec<_> = files.iter().map(|file| retired(file, 0)).collect();
        assert_eq!(plan_deletions(&[], &retired, &|_| true, 10 * KEEP, KEEP), []);
    }

    #[test]
    fn what_serves_never_goes() {
        let serving = head("a", "a=5", &["a=1", "a=2"]).files;
        let retired: Vec<_> = serving.iter().map(|file| retired(file, 0)).collect();
        assert_eq!(plan_deletions(&serving, &retired, &|_| true, 10 * KEEP, KEEP), []);
    }
}
