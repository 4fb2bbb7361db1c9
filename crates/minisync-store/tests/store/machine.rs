//! The round as a machine, driven by hand: answers in any order, edits between any two calls, saves that see what was
//! edited since, a crash after each request. Whatever happens, what was published was saved before.

use minisync::{ClientId, Document, DocumentId, Stamp, Version};
use minisync_store::{
    Answer, Join, Machine, Report, Request, RequestId, Result, Step, StoreError, SyncOptions, SyncRecord,
    SyncRound, Target, stores::MemoryStore,
};

use minisync_testkit::rng::Rng;

use crate::devices::Time;

/// A copy without files: its disk is a variable.
struct Copy {
    time: Time,
    store: MemoryStore,
    document: Document,
    record: SyncRecord,
    /// What is on its disk, as text.
    saved: (String, String),
    /// What that document has.
    edits: usize,
}

/// How a round is driven.
struct Driving<'a> {
    dice: &'a mut Rng,
    /// Of eight calls, between how many an edit comes.
    edits: usize,
    /// After how many requests the process dies.
    life: usize,
}

impl Copy {
    fn new(name: &str, time: &Time, store: &MemoryStore) -> Copy {
        let clock = time.clock();
        let builder = Document::builder().clock(move || clock.now()).client_id(ClientId::new(name).unwrap());
        let document = builder.document_id(todo()).create_json(r#"{"list":[]}"#).unwrap();
        Copy::of(document, name, time, store)
    }

    fn joining(name: &str, time: &Time, store: &MemoryStore) -> Copy {
        let mut join = Join::new(&todo(), &SyncOptions::default());
        let joined = loop {
            match join.next() {
                Step::Perform(id, request) => join.answer(id, perform(store, request)),
                Step::Wait => panic!("everything is answered"),
                Step::Done(joined) => break joined.unwrap(),
            }
        };
        let clock = time.clock();
        let builder = Document::builder().clock(move || clock.now()).client_id(ClientId::new(name).unwrap());
        Copy::of(builder.join(&joined.changes).unwrap(), name, time, store)
    }

    fn of(document: Document, name: &str, time: &Time, store: &MemoryStore) -> Copy {
        let (time, store, record) = (time.clone(), store.clone(), SyncRecord::new(name));
        let saved = (String::new(), String::new());
        let mut copy = Copy { time, store, document, record, saved, edits: 0 };
        copy.save();
        copy
    }

    fn save(&mut self) {
        self.saved = (self.document.changes().to_string(), self.record.to_json());
    }

    /// Off and on again: what was not saved is gone.
    fn restart(&mut self) {
        let clock = self.time.clock();
        let builder = Document::builder().clock(move || clock.now());
        self.document = builder.restore(&self.saved.0.parse().unwrap()).unwrap();
        self.record = SyncRecord::parse(self.saved.1.as_bytes(), "the record").unwrap();
    }

    fn edit(&mut self) {
        let item = format!("{} {}", self.document.client_id(), self.edits);
        self.edits += 1;
        self.document.list("list").unwrap().push(item).unwrap();
    }

    /// Removes some item, if there is one; which.
    fn remove(&mut self, dice: &mut Rng) -> Option<String> {
        let items = self.items();
        let item = items.get(dice.index(items.len()))?.clone();
        let at = items.iter().position(|other| *other == item)?;
        self.document.list("list").unwrap().remove(at as isize).unwrap();
        Some(item)
    }

    fn items(&self) -> Vec<String> {
        self.document.read("list").unwrap()
    }

    fn round(&self) -> SyncRound {
        let now = Stamp::saturating(self.time.clock().now().as_micros());
        SyncRound::new(&self.document, &target(), SyncOptions::default(), now)
    }

    /// One round, quietly.
    fn sync(&mut self) -> Report {
        let driving = Driving { dice: &mut Rng::new(0), edits: 0, life: usize::MAX };
        self.drive(driving).expect("it lives").unwrap()
    }

    /// One round; None where the process died in it.
    fn drive(&mut self, driving: Driving<'_>) -> Option<Result<Report>> {
        let Driving { dice, edits, mut life } = driving;
        let mut round = self.round();
        let mut under_way: Vec<(RequestId, Request)> = Vec::new();
        loop {
            if dice.index(8) < edits {
                self.edit();
            }
            match round.next(&mut self.document, &mut self.record) {
                Step::Perform(id, request) => under_way.push((id, request)),
                Step::Wait => {
                    if life == 0 {
                        return None;
                    }
                    life -= 1;
                    let chosen = dice.index(under_way.len());
                    let (id, request) = under_way.swap_remove(chosen);
                    round.answer(id, self.perform(request));
                }
                Step::Done(report) => return Some(report),
            }
        }
    }

    fn perform(&mut self, request: Request) -> Answer {
        if request == Request::Save {
            // What was edited since it was asked for is saved along.
            self.save();
            return Answer::Saved(Ok(()));
        }
        if let Request::Write { path, bytes } = &request
            && let Some(version) = published_version(path, bytes)
        {
            let saved = Document::restore(&self.saved.0.parse().unwrap()).unwrap();
            assert!(saved.contains(&version), "{path} is ahead of what is saved");
        }
        perform(&self.store, request)
    }
}

/// What one has who reads this head or data file.
fn published_version(path: &str, bytes: &[u8]) -> Option<Version> {
    if path.contains("/data/") {
        let changes: minisync::Changes = std::str::from_utf8(bytes).unwrap().parse().unwrap();
        return Some(changes.version().clone());
    }
    let file: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    path.contains("/head/").then(|| serde_json::from_value(file["version"].clone()).unwrap())
}

fn perform(store: &MemoryStore, request: Request) -> Answer {
    match request {
        Request::Read { path, .. } => Answer::Read(store.read_file(&path)),
        Request::Write { path, bytes } => {
            store.write_file(&path, &bytes);
            Answer::Written(Ok(()))
        }
        Request::List { folder } => Answer::Listed(Ok(store.list_folder(&folder))),
        Request::Delete { path } => {
            store.delete_file(&path);
            Answer::Deleted(Ok(()))
        }
        Request::Save => panic!("stores save nothing"),
    }
}

fn todo() -> DocumentId {
    DocumentId::new("todo").unwrap()
}

fn target() -> Target {
    Target::at("memory://shared")
}

fn settle(copies: &mut [Copy]) {
    let mut quiet = 0;
    for _ in 0..40 {
        let reports: Vec<Report> = copies.iter_mut().map(Copy::sync).collect();
        let is_quiet = reports.iter().all(|report| report.sent.is_none() && report.received.is_empty());
        quiet = if is_quiet { quiet + 1 } else { 0 };
        if quiet == 2 {
            return;
        }
    }
    panic!("the copies do not come to rest");
}

fn assert_equal(copies: &[Copy], story: &str) {
    let first = &copies[0];
    for copy in copies {
        copy.document.check().unwrap();
        assert_eq!(copy.document.to_json(), first.document.to_json(), "{story}");
        assert_eq!(copy.document.version(), first.document.version(), "{story}");
    }
}

#[test]
fn answers_in_any_order_and_edits_between_any_two_calls() {
    for seed in 0..40 {
        let (time, store, mut dice) = (Time::new(), MemoryStore::new(), Rng::new(seed));
        let mut copies = vec![Copy::new("alice", &time, &store)];
        copies[0].sync();
        for name in ["bob", "carol", "dave"] {
            copies.push(Copy::joining(name, &time, &store));
        }
        for _ in 0..8 {
            let index = dice.index(copies.len());
            let driving = Driving { dice: &mut dice, edits: 3, life: usize::MAX };
            copies[index].drive(driving).unwrap().unwrap();
        }
        settle(&mut copies);
        assert_equal(&copies, &format!("seed {seed}"));
        let edits: usize = copies.iter().map(|copy| copy.edits).sum();
        assert_eq!(copies[0].items().len(), edits, "seed {seed}");
    }
}

#[test]
fn a_crash_after_any_request_with_edits_between() {
    for seed in 0..4 {
        for life in 0..40 {
            let story = format!("seed {seed}, dead after {life} requests");
            let (time, store, mut dice) = (Time::new(), MemoryStore::new(), Rng::new(seed));
            let mut copies = vec![Copy::new("alice", &time, &store)];
            copies[0].sync();
            copies.push(Copy::joining("bob", &time, &store));
            copies[1].edit();
            copies[1].sync();
            copies[0].edit();
            let mut life = life;
            // Rounds follow each other until it dies.
            for _ in 0..4 {
                let driving = Driving { dice: &mut dice, edits: 3, life };
                if copies[0].drive(driving).is_none() {
                    break;
                }
                life = life.saturating_sub(6);
            }
            let saved = copies[0].saved.clone();
            copies[0].restart();
            let kept = copies[0].items();
            assert_eq!(copies[0].document.changes().to_string(), saved.0, "{story}");
            copies[0].edit();
            settle(&mut copies);
            assert_equal(&copies, &story);
            assert!(copies[0].document.renewal().is_none(), "{story}: it knows its own heads");
            let items = copies[0].items();
            for item in kept {
                assert_eq!(items.iter().filter(|other| **other == item).count(), 1, "{item}: {story}");
            }
        }
    }
}

/// Snapshots forget deletions. Whoever lacks one must neither bring back what was deleted, nor lose anything else.
#[test]
fn what_was_deleted_and_forgotten_stays_deleted() {
    let mut forgotten = 0;
    for seed in 0..60 {
        let (time, store, mut dice) = (Time::new(), MemoryStore::new(), Rng::new(seed));
        let mut copies = vec![Copy::new("alice", &time, &store)];
        copies[0].sync();
        for name in ["bob", "carol"] {
            copies.push(Copy::joining(name, &time, &store));
        }
        let mut removed = Vec::new();
        for _ in 0..30 {
            let index = dice.index(copies.len());
            copies[index].edit();
            if dice.chance(70) {
                removed.extend(copies[index].remove(&mut dice));
            }
            if dice.chance(50) {
                let driving = Driving { dice: &mut dice, edits: 1, life: usize::MAX };
                copies[index].drive(driving).unwrap().unwrap();
            }
        }
        settle(&mut copies);
        assert_equal(&copies, &format!("seed {seed}"));
        let (items, edits) = (copies[0].items(), copies.iter().map(|copy| copy.edits).sum::<usize>());
        removed.sort();
        removed.dedup();
        assert_eq!(items.len(), edits - removed.len(), "seed {seed}");
        assert!(removed.iter().all(|item| !items.contains(item)), "seed {seed}");
        let tombstones = copies.iter().map(|copy| copy.document.tombstones()).min().unwrap();
        forgotten += usize::from(tombstones < removed.len());
    }
    assert!(forgotten > 10, "something was forgotten in {forgotten} runs only");
}

#[test]
fn an_edit_while_the_head_is_written_is_published_by_the_next_round() {
    let (time, store) = (Time::new(), MemoryStore::new());
    let mut alice = Copy::new("alice", &time, &store);
    let mut round = alice.round();
    let mut edited = false;
    loop {
        match round.next(&mut alice.document, &mut alice.record) {
            Step::Perform(id, request) => {
                if request.to_string().starts_with("write minisync/todo/head") {
                    alice.edit();
                    edited = true;
                }
                round.answer(id, alice.perform(request));
            }
            Step::Wait => panic!("everything is answered"),
            Step::Done(report) => break assert!(report.unwrap().sent.is_some()),
        }
    }
    assert!(edited);
    let bob = Copy::joining("bob", &time, &store);
    assert_eq!(bob.items(), [""; 0], "what was published is what was saved before");
    assert!(alice.sync().sent.is_some());
    assert_eq!(Copy::joining("carol", &time, &store).items(), alice.items());
}

/// Another channel than the store shows, in the middle of publishing, that a copy goes on under the same client id. It is
/// a writer like any other, and does not publish here: so nothing has to change.
#[test]
fn a_clone_that_shows_up_while_publishing_disturbs_nothing() {
    let (time, store) = (Time::new(), MemoryStore::new());
    let mut alice = Copy::new("alice", &time, &store);
    alice.sync();
    let mut bob = Copy::joining("bob", &time, &store);
    bob.sync();
    let mut clone = Copy::of(
        Document::builder().restore(&alice.document.changes()).unwrap(),
        "clone",
        &time,
        &MemoryStore::new(),
    );
    clone.edit();
    bob.document.merge(&clone.document.changes()).unwrap();
    alice.edit();
    let before = store.read_file("minisync/todo/head/alice.json").unwrap();
    let mut round = alice.round();
    loop {
        match round.next(&mut alice.document, &mut alice.record) {
            Step::Perform(id, request) => {
                if request == Request::Save {
                    alice.document.merge(&bob.document.changes()).unwrap();
                }
                round.answer(id, alice.perform(request));
            }
            Step::Wait => panic!("everything is answered"),
            Step::Done(report) => break drop(report.unwrap()),
        }
    }
    assert!(alice.document.renewal().is_none());
    assert_ne!(store.read_file("minisync/todo/head/alice.json").unwrap(), before);
    let mut copies = [alice, bob];
    settle(&mut copies);
    assert_equal(&copies, "after the clone was heard of");
}

#[test]
fn a_target_that_is_removed_meanwhile_stays_removed() {
    let (time, store) = (Time::new(), MemoryStore::new());
    let mut alice = Copy::new("alice", &time, &store);
    let mut round = alice.round();
    let error = loop {
        match round.next(&mut alice.document, &mut alice.record) {
            Step::Perform(id, request) => {
                alice.record = SyncRecord::new("alice");
                round.answer(id, alice.perform(request));
            }
            Step::Wait => panic!("everything is answered"),
            Step::Done(report) => break report.unwrap_err(),
        }
    };
    assert!(error.to_string().contains("was removed"), "{error}");
    assert_eq!(store.paths(), [""; 0], "nothing was written");
}

#[test]
fn a_failed_save_publishes_nothing() {
    let (time, store) = (Time::new(), MemoryStore::new());
    let mut alice = Copy::new("alice", &time, &store);
    let mut round = alice.round();
    let error = loop {
        match round.next(&mut alice.document, &mut alice.record) {
            Step::Perform(id, Request::Save) => {
                let error = minisync_store::Error::not_saved("the disk is full");
                round.answer(id, Answer::Saved(Err(error)));
            }
            Step::Perform(id, request) => round.answer(id, alice.perform(request)),
            Step::Wait => panic!("everything is answered"),
            Step::Done(report) => break report.unwrap_err(),
        }
    };
    assert!(error.to_string().contains("the disk is full"), "{error}");
    assert_eq!(store.paths(), [""; 0]);
}

#[test]
fn a_driver_that_breaks_the_rules_is_told() {
    let (time, store) = (Time::new(), MemoryStore::new());
    let mut alice = Copy::new("alice", &time, &store);
    let mut round = alice.round();
    let Step::Perform(id, _) = round.next(&mut alice.document, &mut alice.record) else { panic!("it lists") };
    let unknown: Result<Vec<u8>, StoreError> = Ok(Vec::new());
    round.answer(RequestId::from_number(id.get() + 1), Answer::Read(unknown));
    let Step::Done(Err(error)) = round.next(&mut alice.document, &mut alice.record) else {
        panic!("it ends")
    };
    assert!(error.to_string().contains("not under way"), "{error}");
}

#[test]
fn no_more_requests_than_allowed_are_under_way() {
    let (time, store) = (Time::new(), MemoryStore::new());
    let mut alice = Copy::new("alice", &time, &store);
    alice.sync();
    for index in 0..20 {
        let mut other = Copy::joining(&format!("other{index}"), &time, &store);
        other.edit();
        other.sync();
    }
    let options = SyncOptions { concurrency: 3, ..SyncOptions::default() };
    let mut round = SyncRound::new(&alice.document, &target(), options, Stamp::saturating(1));
    let (mut under_way, mut most) = (Vec::new(), 0);
    loop {
        match round.next(&mut alice.document, &mut alice.record) {
            Step::Perform(id, request) => under_way.push((id, request)),
            Step::Wait => {
                most = most.max(under_way.len());
                let (id, request) = under_way.remove(0);
                round.answer(id, alice.perform(request));
            }
            Step::Done(report) => break drop(report.unwrap()),
        }
    }
    assert_eq!((most, alice.items().len()), (3, 20));
}
