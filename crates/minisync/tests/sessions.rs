//! Copies of one saved state that go on side by side: each session is a writer of its own, so nothing has to be noticed,
//! nothing is lost, and nothing is there twice. Knows the public interface only.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use minisync::{Builder, Changes, ClientId, Document, DocumentId, Random, Stamp, Version};
use serde_json::{Value, json};

const START: u64 = 1_795_377_823_000_000;

/// Always the same number, so that it is known where sessions begin.
struct Always(u8);

impl Random for Always {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
        bytes[0] = self.0;
    }
}

/// Documents with one clock, which goes on by a second whenever somebody looks.
#[derive(Clone)]
struct Stage(Arc<AtomicU64>);

impl Stage {
    fn new() -> Stage {
        Stage(Arc::new(AtomicU64::new(START)))
    }

    fn builder(&self) -> Builder {
        let clock = Arc::clone(&self.0);
        Document::builder()
            .document_id(DocumentId::new("d").unwrap())
            .clock(move || Stamp::saturating(clock.fetch_add(1_000_000, Ordering::Relaxed)))
    }

    fn alice(&self, value: Value) -> Document {
        self.builder().client_id(ClientId::new("alice").unwrap()).create(value).unwrap()
    }

    fn restore(&self, saved: &Changes) -> Document {
        self.builder().restore(&as_text(saved)).unwrap()
    }
}

fn as_text(changes: &Changes) -> Changes {
    changes.to_string().parse().unwrap()
}

/// Gives one all of another, and checks it.
fn hand(from: &Document, to: &mut Document) {
    to.merge(&as_text(&from.changes())).unwrap();
    to.check().unwrap();
}

fn settle(all: &mut [Document]) {
    for _ in 0..2 {
        for from in 0..all.len() {
            let changes = as_text(&all[from].changes());
            for (to, document) in all.iter_mut().enumerate() {
                if to != from {
                    document.merge(&changes).unwrap();
                    document.check().unwrap();
                }
            }
        }
    }
    for other in &all[1..] {
        assert_eq!(other.to_json(), all[0].to_json());
        assert_eq!(other.version(), all[0].version());
        let content = |document: &Document| {
            let text = document.changes().to_string();
            text[text.find("\"changes\":").unwrap()..].to_owned()
        };
        assert_eq!(content(other), content(&all[0]));
    }
}

/// How often each of these stands in the list.
fn counts(document: &Document, items: &[&str]) -> Vec<usize> {
    let list: Vec<String> = document.read("list").unwrap();
    items.iter().map(|item| list.iter().filter(|other| other == item).count()).collect()
}

/// All orders of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for shorter in orders(count - 1) {
        for at in 0..count {
            let mut longer = shorter.clone();
            longer.insert(at, count - 1);
            all.push(longer);
        }
    }
    all
}

/// Two tabs restored one localStorage entry, and wrote alternately. The second one merged before it handed anything out,
/// and its first edit was lost in all copies; in other orders a third was locked out for ever.
#[test]
fn two_tabs_write_alternately_and_hand_over_in_any_order() {
    let hand_overs = [(0, 1), (1, 0), (0, 2), (1, 2), (2, 1)];
    for order in orders(hand_overs.len()) {
        let stage = Stage::new();
        let saved = stage.alice(json!({ "list": [] })).changes();
        let third = stage.builder().join(&saved).unwrap();
        let mut all = vec![stage.restore(&saved), stage.restore(&saved), third];
        for (turn, item) in ["a1", "b1", "a2", "b2"].into_iter().enumerate() {
            all[turn % 2].list("list").unwrap().push(item).unwrap();
        }
        for which in order {
            let (from, to) = hand_overs[which];
            let changes = as_text(&all[from].changes());
            all[to].merge(&changes).unwrap();
            all[to].check().unwrap();
            let late = format!("late {from} {to}");
            all[to].list("list").unwrap().push(late).unwrap();
        }
        settle(&mut all);
        assert_eq!(counts(&all[0], &["a1", "b1", "a2", "b2"]), [1, 1, 1, 1]);
        assert_eq!(all[0].get("list").unwrap().len(), 4 + hand_overs.len());
        assert!(all[..2].iter().all(|copy| copy.client_id().as_str() == "alice" && copy.renewal().is_none()));
    }
}

/// An element's value stayed different for ever, with equal versions.
#[test]
fn one_element_is_written_by_both() {
    let stage = Stage::new();
    let alice = stage.alice(json!({ "list": ["x", "y"] }));
    let (mut one, mut other) = (stage.restore(&alice.changes()), stage.restore(&alice.changes()));
    one.set("list[0]", "one").unwrap();
    other.set("list[0]", "other").unwrap();
    hand(&one, &mut other);
    hand(&other, &mut one);
    assert_eq!(one.to_json(), other.to_json());
    assert_eq!(one.version(), other.version());
    assert_eq!(one.conflicts("list[0]").unwrap().len(), 1);
}

/// A backup of last year was put back: two hundred sessions later it is one branch, and nothing is there twice.
#[test]
fn a_backup_of_last_year() {
    let stage = Stage::new();
    let mut alice = stage.alice(json!({ "list": [] }));
    let backup = alice.changes();
    for number in 0..200 {
        alice.list("list").unwrap().push(number.to_string()).unwrap();
        alice = stage.restore(&alice.changes());
    }
    assert_eq!(alice.version().iter().count(), 1);
    let mut old = stage.restore(&backup);
    old.list("list").unwrap().push("old").unwrap();
    let mut both = [alice, old];
    settle(&mut both);
    assert_eq!(both[0].get("list").unwrap().len(), 201);
    assert_eq!(both[0].version().iter().count(), 2);
    // However often both are closed and opened again, each goes on in its line.
    for round in 0..5 {
        for copy in &mut both {
            *copy = stage.restore(&copy.changes());
            copy.list("list").unwrap().push(format!("round {round}")).unwrap();
        }
        settle(&mut both);
    }
    assert_eq!(both[0].version().iter().count(), 2);
}

/// What can avoid a branch does: who hears of the others before the first write goes on in their line.
#[test]
fn a_backup_that_hears_of_the_others_first_costs_nothing() {
    let stage = Stage::new();
    let mut alice = stage.alice(json!({ "list": [] }));
    let backup = alice.changes();
    alice.set("a", 1).unwrap();
    let mut old = stage.restore(&backup);
    hand(&alice, &mut old);
    old.set("b", 2).unwrap();
    assert_eq!(old.version().iter().count(), 1);
    // And from then on the first one is the one that goes on from there.
    hand(&old, &mut alice);
    alice.set("c", 3).unwrap();
    hand(&alice, &mut old);
    assert_eq!(alice.version().iter().count(), 1);
    assert_eq!(old.to_value(), json!({ "list": [], "a": 1, "b": 2, "c": 3 }));
}

/// Which one keeps the plain name follows from the state alone: the session that simply went on, else the lower
/// first stamp.
#[test]
fn names_follow_from_the_state() {
    let stage = Stage::new();
    let restore = |saved: &Changes, number| stage.builder().random(Always(number)).restore(saved).unwrap();
    let mut alice = stage.alice(json!({ "list": [] }));
    let saved = alice.changes();
    let (mut early, mut late) = (restore(&saved, 7), restore(&saved, 9));
    early.set("early", 1).unwrap();
    late.set("late", 1).unwrap();
    let first = |document: &Document, key| document.author(key).unwrap().1.as_micros();
    let (e, l) = (first(&early, "early"), first(&late, "late"));
    hand(&late, &mut early);
    assert_eq!(early.version().to_string(), format!(r#"{{"alice":[{e},{e}],"alice~{l}":{l}}}"#));
    alice.set("on", 1).unwrap();
    hand(&alice, &mut early);
    let a = first(&alice, "on");
    assert_eq!(early.version().to_string(), format!(r#"{{"alice":{a},"alice~{e}":{e},"alice~{l}":{l}}}"#));
    let text = early.changes().to_string();
    let branch = format!(r#""branches":{{"alice~{e}":["alice",{START}],"alice~{l}":["alice",{START}]}}"#);
    assert!(text.contains(&branch), "{text}");
    assert!(text.contains(&format!(r#""sentBy":"alice~{e}""#)), "{text}");
}

/// A delta since a base of one branch is not taken for one since a base of another.
#[test]
fn a_base_of_another_branch_is_missing() {
    let stage = Stage::new();
    let saved = stage.alice(json!({ "list": [] })).changes();
    let (mut one, mut other) = (stage.restore(&saved), stage.restore(&saved));
    one.set("one", 1).unwrap();
    other.set("other", 1).unwrap();
    other.set("other", 2).unwrap();
    let base = other.version();
    other.set("other", 3).unwrap();
    let before = one.changes().to_string();
    let error = one.merge(&as_text(&other.changes_since(&base))).unwrap_err();
    assert!(error.is_missing_changes(), "{error}");
    assert_eq!(one.changes().to_string(), before);
    one.check().unwrap();
    hand(&other, &mut one);
    assert_eq!(one.to_value(), json!({ "list": [], "one": 1, "other": 3 }));
}

/// A peer is ahead in a session that was not heard of here: mostly it is simply further, and a delta will do. If it is a fork
/// instead, it is refused as missing, and a full change set heals.
#[test]
fn somebody_is_ahead_in_a_session_that_is_not_known_here() {
    let stage = Stage::new();
    let mut alice = stage.alice(json!({ "list": [] }));
    let mut bob = stage.builder().join(&alice.changes()).unwrap();
    bob.set("b", 1).unwrap();
    let backup = alice.changes();
    alice = stage.restore(&alice.changes());
    alice.set("a", 1).unwrap();
    let delta = bob.changes_since(&alice.version());
    assert!(!delta.is_full());
    alice.merge(&as_text(&delta)).unwrap();
    let mut fork = stage.restore(&backup);
    fork.set("f", 1).unwrap();
    hand(&fork, &mut bob);
    bob.set("b", 2).unwrap();
    match alice.merge(&as_text(&bob.changes_since(&alice.version()))) {
        Ok(_) => {}
        Err(error) => {
            assert!(error.is_missing_changes(), "{error}");
            hand(&bob, &mut alice);
        }
    }
    assert_eq!(alice.to_value()["b"], 2);
    assert_eq!(alice.to_value()["f"], 1);
}

/// A boundary that all others have acknowledged is still needed: by another copy of the same client.
#[test]
fn boundaries_outlive_acknowledgement() {
    let stage = Stage::new();
    let mut alice = stage.alice(json!({ "list": [] }));
    let mut copy = stage.restore(&alice.changes());
    let bob = stage.builder().join(&alice.changes()).unwrap();
    alice.set("unheard", 1).unwrap();
    copy.set("copy", 2).unwrap();
    let mut all = [alice, copy, bob];
    let changes = all[1].changes();
    all[2].merge(&changes).unwrap();
    let back = all[2].changes();
    all[1].merge(&back).unwrap();
    all[1] = stage.restore(&all[1].changes());
    settle(&mut all);
    assert_eq!(all[2].to_value(), json!({ "list": [], "unheard": 1, "copy": 2 }));
}

/// A program that is started 4,200 times, for each edit once: the oldest sessions are told as one, an old backup is a branch
/// all the same, and one that knows all boundaries merges with one that does not.
#[test]
fn thousands_of_sessions() {
    let stage = Stage::new();
    let mut alice = stage.alice(json!({ "n": 0 }));
    let backup = alice.changes();
    let mut early = None;
    for number in 1..=4200 {
        alice = Document::builder()
            .clock({
                let clock = stage.0.clone();
                move || Stamp::saturating(clock.fetch_add(1000, Ordering::Relaxed))
            })
            .restore(&alice.changes())
            .unwrap();
        alice.set("n", number).unwrap();
        if number == 2000 {
            early = Some(alice.changes());
        }
    }
    let text = alice.changes().to_string();
    assert!(text.contains("\"lineageHorizon\":{\"alice\":"), "{:.300}", text);
    assert!(text.len() < 100_000, "{}", text.len());
    assert_eq!(alice.version().iter().count(), 1);
    let again = stage.restore(&alice.changes());
    assert_eq!(again.changes().to_string(), text);
    let mut old = stage.restore(&backup);
    old.set("old", 1).unwrap();
    // One who has all that the early one knows, boundary by boundary.
    let early = early.unwrap();
    let mut third = stage.builder().join(&early).unwrap();
    third.set("third", 1).unwrap();
    let mut all = [alice, old, third];
    settle(&mut all);
    assert_eq!(all[0].to_value(), json!({ "n": 4200, "old": 1, "third": 1 }));
    assert_eq!(all[0].version().iter().count(), 3);
}

/// Two processes that begin at the very same microsecond, from the same state, are the limit: what they wrote may be taken for
/// one and the same. But nothing is broken, and nobody is locked out.
#[test]
fn equal_microseconds_break_nothing() {
    let at = || Document::builder().random(Always(3)).clock(|| Stamp::saturating(START));
    let saved = at().create(json!({ "list": ["x"] })).unwrap().changes();
    let (mut one, mut other) = (at().restore(&saved).unwrap(), at().restore(&saved).unwrap());
    one.set("one", 1).unwrap();
    other.set("other", 1).unwrap();
    other.set("more", 1).unwrap();
    hand(&other, &mut one);
    hand(&one, &mut other);
    one.set("later", 1).unwrap();
    other.set("later too", 1).unwrap();
    hand(&one, &mut other);
    hand(&other, &mut one);
    assert_eq!(one.to_value()["later too"], 1);
    assert_eq!(other.to_value()["later"], 1);
}

/// The first write of a session was in a transaction that failed: then there is no session.
#[test]
fn a_transaction_that_fails_begins_no_session() {
    let stage = Stage::new();
    let saved = stage.alice(json!({ "list": [] })).changes();
    let mut alice = stage.restore(&saved);
    let before = alice.changes().to_string();
    let failed = alice.transact(|document| {
        document.set("a", 1)?;
        let inner: minisync::Result<()> = document.transact(|document| {
            document.set("b", 1)?;
            document.set("no.such.path", 1)
        });
        assert!(inner.is_err());
        document.set("no.such.path", 1)
    });
    assert!(failed.is_err());
    assert_eq!(alice.changes().to_string(), before);
    alice.check().unwrap();
    alice.set("a", 2).unwrap();
    alice.check().unwrap();
    assert_eq!(stage.restore(&alice.changes()).to_value(), json!({ "list": [], "a": 2 }));
}

/// Somebody claims that alice wrote more than she did. What she writes next reaches everybody.
#[test]
fn a_claim_ends_the_session() {
    let stage = Stage::new();
    let mut alice = stage.alice(json!({ "a": 1 }));
    let claimed = START + 500;
    let text = format!(
        r#"{{"_minisync":{{"dataType":"CHANGES","version":2}},"documentID":"d","sentBy":"mallory",
        "fromVersion":{{"alice":{claimed}}},"changesSince":{{"alice":{START}}},"changes":null}}"#
    );
    alice.merge(&text.parse().unwrap()).unwrap();
    alice.set("b", 2).unwrap();
    let mut bob = stage.builder().join(&alice.changes()).unwrap();
    assert_eq!(bob.to_value(), json!({ "a": 1, "b": 2 }));
    bob.merge(&text.parse().unwrap()).unwrap();
    alice.set("c", 3).unwrap();
    hand(&alice, &mut bob);
    assert_eq!(bob.to_value(), json!({ "a": 1, "b": 2, "c": 3 }));
}

/// Undo takes back own edits only, also after a copy under the same client id was merged.
#[test]
fn undo_in_a_fork() {
    let stage = Stage::new();
    let saved = stage.alice(json!({ "list": [] })).changes();
    let (mut one, mut other) = (stage.restore(&saved), stage.restore(&saved));
    one.record_undo(minisync::UndoPolicy { within: std::time::Duration::ZERO, ..Default::default() });
    one.list("list").unwrap().push("mine").unwrap();
    one.set("title", "mine").unwrap();
    other.list("list").unwrap().push("other").unwrap();
    hand(&other, &mut one);
    assert!(one.undo().unwrap());
    assert!(one.undo().unwrap());
    assert_eq!(one.to_value(), json!({ "list": ["other"] }));
    assert!(!one.undo().unwrap());
    assert!(one.redo().unwrap());
    hand(&one, &mut other);
    assert_eq!(other.to_json(), one.to_json());
}

/// A session never extends the bunch of another one: it cannot know which of its positions were used.
#[test]
fn two_forks_type_at_one_place() {
    let stage = Stage::new();
    let mut alice = stage.alice(json!({ "list": [] }));
    alice.list("list").unwrap().extend(["a", "b"]).unwrap();
    let saved = alice.changes();
    let mut all = vec![alice, stage.restore(&saved), stage.restore(&saved)];
    for (number, copy) in all.iter_mut().enumerate() {
        for item in 0..3 {
            copy.list("list").unwrap().push(format!("{number}{item}")).unwrap();
        }
    }
    settle(&mut all);
    let list: Vec<String> = all[0].read("list").unwrap();
    for number in 0..3 {
        let run: Vec<&str> =
            list.iter().map(String::as_str).filter(|item| item.starts_with(&number.to_string())).collect();
        let at = list.iter().position(|item| item == run[0]).unwrap();
        assert_eq!(run, list[at..at + 3], "{list:?}");
    }
}

/// A document of processes that each made up their ids shows nothing of all this.
#[test]
fn no_fork_no_trace() {
    let alice = Document::new(json!({ "a": 1 })).unwrap();
    let mut bob = Document::from_changes(&alice.changes()).unwrap();
    bob.set("b", 2).unwrap();
    let text = bob.changes().to_string();
    for member in ["sessions", "branches", "lineageHorizon", "~"] {
        assert!(!text.contains(member), "{text}");
    }
}

/// What was heard under her id is more than each of alice's copies has: the one that lacks something refuses, and is given all.
#[test]
fn changes_for_a_client_that_is_two() {
    let stage = Stage::new();
    let alice = stage.alice(json!({ "list": [] }));
    let mut bob = stage.builder().join(&alice.changes()).unwrap();
    let mut all = vec![stage.restore(&alice.changes()), stage.restore(&alice.changes())];
    for round in 0..3 {
        for copy in &mut all {
            copy.list("list").unwrap().push(format!("{round}")).unwrap();
            hand(copy, &mut bob);
        }
        bob.set("bob", round).unwrap();
        for copy in &mut all {
            if let Err(error) = copy.merge(&as_text(&bob.changes_for("alice"))) {
                assert!(error.is_missing_changes(), "{error}");
                hand(&bob, copy);
            }
        }
    }
    all.push(bob);
    settle(&mut all);
    assert_eq!(all[0].get("list").unwrap().len(), 6);
}

/// A member was dismissed, a backup put back, then somebody came with the dismissed one's changes: nothing of others was
/// taken any more.
#[test]
fn a_dismissed_member_comes_back_beside_a_backup() {
    let stage = Stage::new();
    let mut alice = stage.alice(json!({ "list": [] }));
    let mut carol =
        stage.builder().client_id(ClientId::new("carol").unwrap()).join(&alice.changes()).unwrap();
    hand(&carol, &mut alice);
    let backup = alice.changes();
    alice.replica().dismiss(&ClientId::new("carol").unwrap());
    carol.set("carol", 1).unwrap();
    let mut dave = stage.builder().join(&carol.changes()).unwrap();
    dave.set("dave", 1).unwrap();
    let mut alice = stage.restore(&backup);
    alice.set("alice", 1).unwrap();
    hand(&dave, &mut alice);
    hand(&alice, &mut dave);
    assert_eq!(alice.to_json(), dave.to_json());
    assert_eq!(alice.to_value(), json!({ "list": [], "carol": 1, "dave": 1, "alice": 1 }));
}

/// A clock a year ahead: what comes is written under a new client id, and nothing is renamed.
#[test]
fn a_clock_a_year_ahead() {
    let year = 365 * Stamp::DAY;
    let ahead = || Document::builder().clock(move || Stamp::saturating(START + year));
    let saved = ahead()
        .client_id(ClientId::new("alice").unwrap())
        .create(json!({ "list": ["x"] }))
        .unwrap()
        .changes();
    let mut alice = Document::builder().clock(|| Stamp::saturating(START)).restore(&saved).unwrap();
    let version: Version = alice.version();
    alice.list("list").unwrap().push("y").unwrap();
    assert_ne!(alice.client_id().as_str(), "alice");
    assert!(alice.contains(&version));
    assert_eq!(alice.to_value(), json!({ "list": ["x", "y"] }));
    assert!(alice.author("list[1]").unwrap().1 < Stamp::saturating(START + Stamp::DAY));
}
