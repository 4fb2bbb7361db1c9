//! Whether to publish, and in which form, given what is there already. Pure.

use minisync::Version;

use crate::{files::Head, names::DataName};

/// How many deltas may follow a snapshot: each costs a new copy one request.
const MOST_DELTAS: usize = 32;

/// Where a copy stands towards a target.
#[derive(Debug, Clone)]
pub(crate) struct Standing<'a> {
    pub(crate) version: &'a Version,
    pub(crate) label: &'a str,
    /// Others' files that could not be had.
    pub(crate) missing: &'a [DataName],
    /// What the program says to those who join.
    pub(crate) hint: Option<&'a str>,
    /// The own head that is there.
    pub(crate) published: Option<&'a Head>,
    /// What the files of all clients there bring a reader, the own ones included.
    pub(crate) covered: &'a Version,
}

/// What is to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Publication {
    /// Nothing: not even the own version is news.
    Nothing,
    /// A head that says what we have; others' files there hold all of it.
    Head,
    /// A delta since this version, and a head.
    Delta(Version),
    /// A snapshot, and a head.
    Snapshot,
}

/// What the target lacks. What is there from others is not published again; and a head is rewritten only
/// when the own version, label, files, complaints or hint change, so that acknowledgements do not echo.
pub(crate) fn decide(standing: &Standing<'_>) -> Publication {
    // An empty document has an empty version, which anything covers; others must be able to join it all the same.
    let is_first = standing.covered.is_empty() && standing.published.is_none();
    if is_first || !standing.covered.covers(standing.version) {
        return match standing.published.and_then(Head::data_version) {
            Some(since) => Publication::Delta(since.clone()),
            None => Publication::Snapshot,
        };
    }
    let is_news = |head: &Head| {
        head.version != *standing.version
            || head.label != standing.label
            || head.missing != standing.missing
            || !head.files.is_empty() && head.hint.as_deref() != standing.hint
    };
    if standing.published.is_none_or(is_news) { Publication::Head } else { Publication::Nothing }
}

/// Whether a snapshot is better than this delta, because all deltas together outweigh the snapshot before
/// them, or are many.
pub(crate) fn is_snapshot_due(head: &Head, delta_length: u64) -> bool {
    let Some((snapshot, deltas)) = head.files.split_first() else {
        return true;
    };
    let lengths: u64 = deltas.iter().map(|delta| delta.length).sum();
    deltas.len() >= MOST_DELTAS || lengths.saturating_add(delta_length) > snapshot.length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::head_tests::{head, version};

    fn decided(own: &str, published: Option<&Head>, covered: &str) -> Publication {
        let (version, covered) = (version(own), version(covered));
        let standing = Standing {
            version: &version,
            label: "Phone",
            missing: &[],
            hint: None,
            published,
            covered: &covered,
        };
        decide(&standing)
    }

    #[test]
    fn the_first_publication_is_a_snapshot() {
        assert_eq!(decided("a=1", None, ""), Publication::Snapshot);
    }

    #[test]
    fn a_delta_builds_on_the_last_file() {
        let own = head("a", "a=1 b=2", &["a=1"]);
        assert_eq!(decided("a=3 b=2", Some(&own), "a=1 b=2"), Publication::Delta(version("a=1")));
    }

    #[test]
    fn who_only_reads_publishes_a_head_without_files() {
        assert_eq!(decided("a=1", None, "a=1"), Publication::Head);
    }

    #[test]
    fn what_is_there_from_others_is_only_acknowledged() {
        let own = head("b", "a=1", &["a=1"]);
        assert_eq!(decided("a=2", Some(&own), "a=2"), Publication::Head);
    }

    #[test]
    fn nothing_new_is_nothing_to_publish() {
        let own = head("a", "a=1 b=1", &["a=1"]);
        assert_eq!(decided("a=1 b=1", Some(&own), "a=1 b=1 c=5"), Publication::Nothing);
    }

    #[test]
    fn a_new_label_is_news() {
        let mut own = head("a", "a=1", &["a=1"]);
        own.label = "Old".into();
        assert_eq!(decided("a=1", Some(&own), "a=1"), Publication::Head);
    }

    #[test]
    fn a_hint_stands_beside_files_only() {
        let mut own = head("a", "a=1", &["a=1"]);
        own.hint = Some("old".into());
        assert_eq!(decided("a=1", Some(&own), "a=1"), Publication::Head);
        own.files.clear();
        assert_eq!(decided("a=1", Some(&own), "a=1"), Publication::Nothing);
    }

    #[test]
    fn what_came_from_elsewhere_is_handed_on() {
        let own = head("a", "a=1", &["a=1"]);
        assert_eq!(decided("a=1 z=9", Some(&own), "a=1"), Publication::Delta(version("a=1")));
    }

    #[test]
    fn deltas_that_outweigh_the_snapshot_are_followed_by_a_new_one() {
        assert!(is_snapshot_due(&head("a", "a=1", &[]), 1), "nothing to build on");
        assert!(!is_snapshot_due(&head("a", "a=1", &["a=1"]), 100));
        assert!(is_snapshot_due(&head("a", "a=1", &["a=1"]), 101));
        assert!(is_snapshot_due(&head("a", "a=2", &["a=1", "a=2"]), 1));
    }

    #[test]
    fn many_deltas_are_followed_by_a_snapshot_however_small_they_are() {
        let versions: Vec<String> = (1..=33).map(|stamp| format!("a={stamp}")).collect();
        let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
        let mut own = head("a", "a=33", &versions);
        own.files.iter_mut().skip(1).for_each(|file| file.length = 0);
        assert!(is_snapshot_due(&own, 0));
        own.files.pop();
        assert!(!is_snapshot_due(&own, 0));
    }
}
