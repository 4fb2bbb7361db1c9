//! Small worlds, visited whole: the algorithm holds in each state, and without any one of its rules it does
//! not. Larger worlds are left to the command, which `cargo xtask test` runs too.

use minisync_model::{Bounds, Report, Rule, Search, check};

#[expect(clippy::unwrap_used, reason = "a test that panics has failed")]
fn visit(bounds: Bounds) -> Report {
    check(bounds, Search::default()).unwrap()
}

/// Fails with what does not hold, or with what never happened.
fn assert_all_holds(report: &Report, states: usize) {
    assert!(report.broken.is_empty() && report.unreached.is_empty(), "{report}");
    assert_eq!(report.states, states, "the number in docs/algorithm.md");
}

#[test]
fn keys_and_a_list() {
    assert_all_holds(&visit(Bounds::default()), 1_262);
}

#[test]
fn maps_below_the_keys() {
    assert_all_holds(&visit(Bounds { nested: true, ..Bounds::default() }), 1_751);
}

#[test]
fn messages_that_come_late() {
    assert_all_holds(&visit(Bounds { post: true, ..Bounds::default() }), 6_771);
}

#[test]
fn two_clients_with_more_writes() {
    assert_all_holds(&visit(Bounds { clients: 2, operations: 3, keys: 1, ..Bounds::default() }), 7_890);
}

/// What is visited does not depend on the order in which it is.
#[test]
fn depth_first_visits_the_same() {
    let report = check(Bounds::default(), Search { is_depth_first: true, ..Search::default() }).unwrap();
    assert_all_holds(&report, visit(Bounds::default()).states);
}

/// Two clients, one of which may be copied, and all be closed and opened again: first stamps as they come.
const FORKS: Bounds = Bounds {
    clients: 2,
    operations: 3,
    keys: 1,
    list: false,
    elements: 0,
    nested: false,
    forks: 1,
    restarts: true,
    firsts: 2,
    boundaries: None,
    post: false,
    without: None,
};

/// Two tabs restored one saved state, or a backup was put back: both went on under one client id. They wrote
/// alternately, before they had heard of each other and after, and handed out in any order. With renewal, edits
/// were lost, items stood twice, or a copy could never merge anything again.
#[test]
fn forks_of_a_client_are_harmless() {
    let world = Bounds { operations: 2, list: true, elements: 1, restarts: false, ..FORKS };
    assert_all_holds(&visit(world), 12_047);
    assert_all_holds(&visit(Bounds { restarts: false, ..FORKS }), 21_082);
}

/// A check that cannot fail proves nothing. Each rule is there for a reason: without it, some few steps lead to
/// where something does not hold.
#[test]
fn each_rule_is_needed() {
    for rule in Rule::ALL {
        let report = visit(Bounds { without: Some(*rule), ..world_of(*rule) });
        assert!(!report.broken.is_empty(), "nothing breaks without {}: {report}", rule.name());
    }
}

/// A world in which a rule is of use.
fn world_of(rule: Rule) -> Bounds {
    match rule {
        Rule::SessionsAreWriters
        | Rule::FirstStampsDiffer
        | Rule::WhoWentOnKeepsTheName
        | Rule::BranchesHaveNames
        | Rule::FullMessagesTellBoundaries
        | Rule::DeltasTellBoundaries
        | Rule::BaseTellsItsSession
        | Rule::BoundariesOutliveAcknowledgement => FORKS,
        Rule::BranchesWithinAreBranches | Rule::OldBoundariesAreWithin | Rule::MergeJoinsWhatIsOne => {
            Bounds { boundaries: Some(1), ..FORKS }
        }
        _ => Bounds { nested: true, elements: 2, ..Bounds::default() },
    }
}

/// Boundaries between sessions cannot go as soon as all other clients are known to have seen them: what goes on
/// from there, under the same client id, need not have been heard of yet.
#[test]
fn an_acknowledged_boundary_is_still_needed() {
    let report = visit(Bounds { without: Some(Rule::BoundariesOutliveAcknowledgement), ..FORKS });
    let steps = [
        "alice is copied",
        "alice: Write(None, A, Leaf)",
        "alice (copy 1): Write(None, A, Leaf), in a new session from 2 on, behind alice.0",
        "alice (copy 1) hands bob a message",
        "alice (copy 1) takes alice~2 as one with the one before",
    ];
    assert!(report.broken.iter().any(|(_, found)| *found == steps), "{report}");
}

/// A delta tells nobody of a deletion that was forgotten. One who has not seen it would keep the element.
#[test]
fn what_breaks_is_told_with_the_steps() {
    let report = visit(Bounds { without: Some(Rule::DeltaOnlyAboveHorizon), ..Bounds::default() });
    let (law, steps) = &report.broken[0];
    assert_eq!(*law, "a delta says what a full message says");
    assert_eq!(*steps, ["alice: Remove(genesis.1)", "alice forgets the deletion alice.1"]);
}

#[test]
fn rules_are_found_by_their_names() {
    for rule in Rule::ALL {
        assert_eq!(Rule::named(&rule.name()), Some(*rule));
    }
    assert_eq!(Rule::named("delta-only-above-horizon"), Some(Rule::DeltaOnlyAboveHorizon));
    assert_eq!(Rule::named("no-such-rule"), None);
}
