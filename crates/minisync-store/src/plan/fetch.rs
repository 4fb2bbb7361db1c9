//! Which files to fetch from whom, given what the heads say. Pure.

use minisync::Version;

use crate::{
    files::{DataFile, Head},
    names::Name,
};

/// What to fetch from one client, to be merged in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source<'a> {
    pub(crate) name: &'a Name,
    pub(crate) head: &'a Head,
    pub(crate) files: &'a [DataFile],
}

/// The fewest sources that bring a copy all that the heads offer: only what it does not contain, and
/// where one client's files cover another's, only that one's. Sources come in the order of the heads.
pub(crate) fn plan_fetch<'a>(
    contains: &dyn Fn(&Version) -> bool,
    heads: impl Iterator<Item = (&'a Name, &'a Head)>,
) -> Vec<Source<'a>> {
    let offers: Vec<(&'a Name, &'a Head, &'a Version)> = heads
        .filter_map(|(name, head)| head.data_version().map(|version| (name, head, version)))
        .filter(|(_, _, version)| !contains(version))
        .collect();
    // Where two of them do not tell, both are fetched.
    let is_needed = |index: usize| {
        let (_, _, version) = offers[index];
        // Of equals the first serves; so exactly one of them is needed.
        !offers.iter().enumerate().any(|(other, (_, _, covering))| {
            other != index && covering.covers(version) && (other < index || !version.covers(covering))
        })
    };
    let needed = (0..offers.len()).filter(|index| is_needed(*index)).map(|index| offers[index]);
    needed.map(|(name, head, _)| Source { name, head, files: usable(contains, &head.files) }).collect()
}

/// The end of the chain that begins as late as it can: at the last delta that this copy can use, or else at the snapshot.
fn usable<'a>(contains: &dyn Fn(&Version) -> bool, files: &'a [DataFile]) -> &'a [DataFile] {
    let can_start = |file: &DataFile| file.since.as_ref().is_none_or(contains);
    let start = files.iter().rposition(can_start).unwrap_or(0);
    debug_assert!(files.get(start).is_none_or(can_start), "a head's files begin with a snapshot");
    &files[start..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::head_tests::{head, version};

    /// What is fetched, as `client: versions after each file`.
    fn plan(own: &str, heads: &[&Head]) -> Vec<String> {
        let names: Vec<Name> = heads.iter().map(|head| Name::of_client(&head.client)).collect();
        plan_fetch(&|other| version(own).covers(other), names.iter().zip(heads.iter().copied()))
            .iter()
            .map(|source| {
                let files: Vec<_> =
                    source.files.iter().map(|file| file.name.sequence().to_string()).collect();
                format!("{} {}", source.head.client, files.join(","))
            })
            .collect()
    }

    #[test]
    fn a_new_copy_takes_the_snapshot_and_the_deltas() {
        let alice = head("alice", "a=3", &["a=1", "a=2", "a=3"]);
        assert_eq!(plan("", &[&alice]), ["alice 1,2,3"]);
    }

    #[test]
    fn only_what_the_own_version_lacks() {
        let alice = head("alice", "a=3", &["a=1", "a=2", "a=3"]);
        assert_eq!(plan("a=1 b=9", &[&alice]), ["alice 2,3"]);
        assert_eq!(plan("a=2", &[&alice]), ["alice 3"]);
        assert_eq!(plan("a=3", &[&alice]), [""; 0]);
        assert_eq!(plan("a=7", &[&alice]), [""; 0]);
    }

    #[test]
    fn a_delta_is_usable_from_within() {
        let alice = head("alice", "a=9", &["a=1", "a=5", "a=9"]);
        assert_eq!(plan("a=6", &[&alice]), ["alice 3"]);
        assert_eq!(plan("a=3", &[&alice]), ["alice 2,3"]);
    }

    #[test]
    fn a_copy_that_lacks_the_base_takes_the_snapshot() {
        let alice = head("alice", "a=3 b=2", &["a=1 b=2", "a=3 b=2"]);
        assert_eq!(plan("a=2 b=1", &[&alice]), ["alice 1,2"]);
    }

    #[test]
    fn where_one_covers_another_only_that_one() {
        let alice = head("alice", "a=3", &["a=3"]);
        let bob = head("bob", "a=3 b=1", &["a=3 b=1"]);
        let carol = head("carol", "c=1", &["c=1"]);
        assert_eq!(plan("", &[&alice, &bob, &carol]), ["bob 1", "carol 1"]);
    }

    #[test]
    fn of_equals_the_first() {
        let (alice, bob) = (head("alice", "a=3", &["a=3"]), head("bob", "a=3", &["a=3"]));
        assert_eq!(plan("", &[&alice, &bob]), ["alice 1"]);
        assert_eq!(plan("", &[&bob, &alice]), ["bob 1"]);
    }

    #[test]
    fn who_only_reads_offers_nothing() {
        assert_eq!(plan("", &[&head("reader", "a=9", &[])]), [""; 0]);
    }

    #[test]
    fn what_the_head_has_seen_beyond_its_files_is_no_offer() {
        let alice = head("alice", "a=3 b=7", &["a=3"]);
        assert_eq!(plan("a=3", &[&alice]), [""; 0]);
    }
}
