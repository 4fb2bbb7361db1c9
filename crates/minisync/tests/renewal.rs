//! Accidents with client ids, one by one: backups, copies, and clocks. Knows the public interface only.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use minisync::{Changes, ClientId, Document, RenewalReason, Stamp};
use serde_json::{Value, json};

const START: u64 = 1_795_000_000_000_000;
const DAY: u64 = Stamp::DAY;

/// A clock that goes on by a millisecond whenever it is read.
#[derive(Clone)]
struct Time(Arc<AtomicU64>);

impl Time {
    fn new() -> Time {
        Time(Arc::new(AtomicU64::new(START)))
    }

    fn builder(&self, id: &str) -> minisync::Builder {
        let time = self.0.clone();
        let clock = move || Stamp::saturating(time.fetch_add(1000, Ordering::Relaxed));
        Document::builder().client_id(ClientId::new(id).unwrap()).clock(clock)
    }

    fn restore(&self, backup: &Changes) -> Document {
        self.builder(backup.sender().as_str()).restore(backup).unwrap()
    }

    fn pair(&self, json: Value) -> (Document, Document) {
        let mut alice = self.builder("alice").create(json).unwrap();
        let bob = self.builder("bob").join(&alice.changes()).unwrap();
        alice.merge(&bob.changes()).unwrap();
        (alice, bob)
    }
}

fn meet(documents: &mut [&mut Document]) -> Value {
    for _ in 0..2 {
        for from in 0..documents.len() {
            let changes = documents[from].changes();
            for to in (0..documents.len()).filter(|to| *to != from) {
                documents[to].merge(&changes).unwrap();
                documents[to].check().unwrap();
            }
        }
    }
    let first = documents[0].to_value();
    assert!(documents.iter().all(|document| document.to_value() == first));
    first
}

/// Alice's backup of `{"a":1}` put back, and bob, who has also the `b` that she wrote after it.
fn restored(time: &Time) -> (Document, Document) {
    let (mut alice, mut bob) = time.pair(json!({ "a": 1 }));
    let backup = alice.changes();
    alice.set("b", 2).unwrap();
    bob.merge(&alice.changes()).unwrap();
    (time.restore(&backup), bob)
}

/// Alice loses her disk, puts back a backup, and goes on. What she had written since then is with bob; what she
/// wrote before she heard of him again has later stamps, and would have passed for all that she ever wrote.
#[test]
fn a_restored_backup_goes_on_under_a_new_id() {
    let time = Time::new();
    let (mut alice, mut bob) = time.pair(json!({ "list": ["old"] }));
    let backup = alice.changes();
    alice.list("list").unwrap().push("lost with the disk").unwrap();
    bob.merge(&alice.changes()).unwrap();
    let mut alice = time.restore(&backup);
    alice.list("list").unwrap().push("after the restore").unwrap();
    assert!(alice.version().get(alice.client_id()) > bob.version().get(alice.client_id()));
    meet(&mut [&mut bob, &mut alice]);
    let renewal = alice.renewal().unwrap();
    assert_eq!((renewal.former.as_str(), renewal.reason), ("alice", RenewalReason::Copied));
    assert_eq!(alice.to_value(), json!({ "list": ["old", "after the restore", "lost with the disk"] }));
    assert!(bob.renewal().is_none());
}

/// The same without anything written since: the own id is simply further elsewhere.
#[test]
fn a_restored_backup_that_wrote_nothing_is_noticed_too() {
    let time = Time::new();
    let (mut alice, mut bob) = restored(&time);
    alice.replica().acknowledge(&ClientId::new("bob").unwrap(), &bob.version());
    assert_ne!(alice.client_id().as_str(), "alice");
    assert_eq!(meet(&mut [&mut alice, &mut bob]), json!({ "a": 1, "b": 2 }));
}

/// A delta may build on what the other copy wrote: it is refused as any that comes too early, but the sign counts.
#[test]
fn a_delta_that_builds_on_the_other_copy_is_asked_for_again() {
    let time = Time::new();
    let (mut alice, mut bob) = time.pair(json!({ "a": 1 }));
    let backup = alice.changes();
    alice.set("b", 2).unwrap();
    bob.merge(&alice.changes()).unwrap();
    let since = bob.version();
    bob.set("c", 3).unwrap();
    let mut alice = time.restore(&backup);
    alice.set("d", 4).unwrap();
    assert!(alice.merge(&bob.changes_since(&since)).unwrap_err().is_missing_changes());
    assert!(alice.renewal().is_some());
    alice.check().unwrap();
    alice.merge(&bob.changes_since(&alice.version())).unwrap();
    assert_eq!(meet(&mut [&mut alice, &mut bob]), json!({ "a": 1, "b": 2, "c": 3, "d": 4 }));
}

/// What others are known to have keeps its name, so nothing appears twice; what they only may have does not.
#[test]
fn only_what_nobody_is_known_to_have_may_appear_twice() {
    let time = Time::new();
    let (mut alice, mut bob) = time.pair(json!({ "list": [] }));
    alice.list("list").unwrap().push("known").unwrap();
    bob.merge(&alice.changes()).unwrap();
    alice.merge(&bob.changes()).unwrap();
    let mut copy = time.restore(&alice.changes());
    copy.replica().renew_client_id().unwrap();
    assert_eq!(meet(&mut [&mut alice, &mut bob, &mut copy]), json!({ "list": ["known"] }));

    alice.list("list").unwrap().push("on its way").unwrap();
    let mut copy = time.restore(&alice.changes());
    copy.replica().renew_client_id().unwrap();
    let twice = json!({ "list": ["known", "on its way", "on its way"] });
    assert_eq!(meet(&mut [&mut alice, &mut bob, &mut copy]), twice);

    alice.list("list").unwrap().push("published").unwrap();
    let mut copy = time.restore(&alice.changes());
    copy.replica().renew_client_id_after(&alice.version()).unwrap();
    let once = json!({ "list": ["known", "on its way", "on its way", "published"] });
    assert_eq!(meet(&mut [&mut alice, &mut bob, &mut copy]), once);
}

/// Writes whose stamps follow each other are one text on the wire. Others know a beginning of it.
#[test]
fn a_text_of_which_others_have_a_part_is_taken_apart() {
    let builder =
        |id| Document::builder().client_id(ClientId::new(id).unwrap()).clock(|| Stamp::saturating(START));
    let mut alice = builder("alice").create(json!({})).unwrap();
    alice.set("days", json!({})).unwrap();
    alice.set("days.list", json!([1])).unwrap();
    let mut bob = builder("bob").join(&alice.changes()).unwrap();
    alice.merge(&bob.changes()).unwrap();
    alice.list("days.list").unwrap().push(2).unwrap();
    alice.set("days.more", json!({ "x": 1 })).unwrap();
    assert!(alice.changes().to_string().ends_with(r#""=":{"list":[1,2],"more":{"x":1}}}}]]}"#));
    let mut copy = builder("alice").restore(&alice.changes()).unwrap();
    copy.replica().renew_client_id().unwrap();
    copy.check().unwrap();
    assert_eq!(copy.to_json(), alice.to_json());
    let all = meet(&mut [&mut copy, &mut bob]);
    assert_eq!(all, json!({ "days": { "list": [1, 2], "more": { "x": 1 } } }));
}

#[test]
fn what_is_refused_is_no_sign() {
    let time = Time::new();
    let (mut alice, bob) = restored(&time);
    let before = alice.changes().to_string();
    let broken = bob.changes().to_string().replace(r#""changes":[[null,{"#, r#""changes":[[null,{"x":,"#);
    assert!(broken.parse::<Changes>().and_then(|broken| alice.merge(&broken)).is_err());
    let refused = alice.transact(|alice| alice.replica().notice_own(&bob.version()).map(drop));
    assert!(refused.is_err());
    assert_eq!(alice.changes().to_string(), before);
}

/// A clock that was years ahead when something was written: from then on every stamp would be.
#[test]
fn a_clock_that_was_ahead_does_not_stay_so_for_ever() {
    let time = Time::new();
    let (mut alice, mut bob) = time.pair(json!({ "a": 1 }));
    time.0.fetch_add(400 * DAY, Ordering::Relaxed);
    alice.set("a", 2).unwrap();
    bob.merge(&alice.changes()).unwrap();
    time.0.fetch_sub(400 * DAY, Ordering::Relaxed);

    let before = alice.changes().to_string();
    let failed = alice.transact(|alice| {
        alice.set("a", 3)?;
        alice.set("no.such.path", 4)
    });
    assert!(failed.is_err());
    assert_eq!(alice.changes().to_string(), before);
    assert!(alice.renewal().is_none());

    alice.set("b", 3).unwrap();
    let renewal = alice.renewal().unwrap();
    assert_eq!((renewal.former.as_str(), renewal.reason), ("alice", RenewalReason::Clock));
    let stamp = alice.version().get(alice.client_id()).as_micros();
    assert!(stamp < START + DAY, "{stamp}");
    let id = alice.client_id().clone();
    alice.transact(|alice| alice.set("c", 4)).unwrap();
    assert_eq!(*alice.client_id(), id);
    alice.check().unwrap();
    // What was written with the wrong clock wins its conflicts still, until someone who saw it writes there.
    alice.set("a", 5).unwrap();
    assert_eq!(meet(&mut [&mut alice, &mut bob]), json!({ "a": 5, "b": 3, "c": 4 }));
}

/// Others' clocks drag nobody along, nor do they make anybody take a new id.
#[test]
fn a_clock_that_is_set_back_forgets_what_it_absorbed() {
    let time = Time::new();
    let (mut alice, mut bob) = time.pair(json!({ "a": 1 }));
    time.0.fetch_add(400 * DAY, Ordering::Relaxed);
    bob.set("b", 2).unwrap();
    alice.merge(&bob.changes()).unwrap();
    time.0.fetch_sub(400 * DAY, Ordering::Relaxed);
    alice.set("c", 3).unwrap();
    assert_eq!(alice.client_id().as_str(), "alice");
    assert!(alice.version().get(alice.client_id()).as_micros() < START + DAY);
    assert_eq!(meet(&mut [&mut alice, &mut bob]), json!({ "a": 1, "b": 2, "c": 3 }));
}
