//! The stories behind the golden files: small documents that together need every construct of the format.
//! Knows no files.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use minisync::{Changes, ClientId, Document, DocumentId, ForgetPolicy, Random, Stamp};

/// What one golden file holds.
pub(crate) struct Golden {
    pub(crate) name: &'static str,
    /// Of a delta: the full change set of a document into which it is merged.
    pub(crate) base: Option<Changes>,
    pub(crate) changes: Changes,
    /// What the document then is.
    pub(crate) data: String,
}

/// Documents that share one clock, which stands still unless it is told to go on.
struct Stage(Arc<AtomicU64>);

/// Sessions begin at the first microsecond that they may, unless a stage has another number.
struct Always(u8);

impl Random for Always {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
        bytes[0] = self.0;
    }
}

const START: u64 = 1_795_377_823_000_000;

impl Stage {
    fn new() -> Stage {
        Stage(Arc::new(AtomicU64::new(START)))
    }

    fn wait(&self, micros: u64) {
        self.0.fetch_add(micros, Ordering::Relaxed);
    }

    fn builder(&self, client: &str) -> minisync::Builder {
        let clock = Arc::clone(&self.0);
        Document::builder()
            .client_id(ClientId::new(client).unwrap())
            .document_id(DocumentId::new("golden").unwrap())
            .clock(move || Stamp::saturating(clock.load(Ordering::Relaxed)))
            .random(Always(0))
    }

    fn create(&self, client: &str, text: &str) -> Document {
        self.builder(client).create_json(text).unwrap()
    }

    /// A copy of a document; the clock goes on by a second.
    fn join(&self, client: &str, of: &Document) -> Document {
        self.wait(1_000_000);
        self.builder(client).join(&of.changes()).unwrap()
    }
}

fn full(name: &'static str, document: &Document) -> Golden {
    Golden { name, base: None, changes: document.changes(), data: document.to_json() }
}

/// What `base` lacks, as a document writes it that was just read: memory of how it came about may lead to
/// another delta, which says the same.
fn delta(name: &'static str, base: &Document, document: &Document) -> Golden {
    let changes = Document::restore(&document.changes()).unwrap().changes_since(&base.version());
    assert!(!changes.is_full(), "{name} is no delta");
    Golden { name, base: Some(base.changes()), changes, data: document.to_json() }
}

fn merge(into: &mut Document, from: &Document) {
    into.merge(&from.changes()).unwrap();
}

/// All golden files.
pub(crate) fn all() -> Vec<Golden> {
    [whole(), edited(), conflicts(), lists(), envelopes(), deltas(), sessions()]
        .into_iter()
        .flatten()
        .collect()
}

/// Documents that were set in one go.
fn whole() -> Vec<Golden> {
    let stage = Stage::new();
    let document = |name, text| full(name, &stage.create("alice", text));
    vec![
        document("empty", "{}"),
        document("new", r#"{"title":"Trip","done":false,"days":[{"city":"Bern","km":12.5},{}],"note":null}"#),
        document(
            "numbers",
            r#"{"n":[0,-0,1.0,1e400,-1E-5,123456789012345678901234567890,0.10000000000000000000000001]}"#,
        ),
        document(
            "unicode",
            r#"{"":"é","𝄞":"\u0000\u001f\b\f\n\r\t\"\\/","a/b~c":"\ud834\udd1e\u2028","ключ":["日本","👩‍👩‍👧"]}"#,
        ),
        document(
            "escaped",
            r##"{"a":{"=":1},"b":{"?":{"-":{}}},"c":{"x":1,"=":2},"d":[{"|":[]},{"^":">"},{"==":1}],"=":{"#":1}}"##,
        ),
        // Those that mean nothing yet.
        document(
            "reserved",
            r##"{"~":1,"a":{"~":1},"b":{"$":{"_":{}}},"c":{"x":1,"*":2},"d":[{"\"":[]},{"\\":"/"},{"$$":1},{"é":{"&":0}}]}"##,
        ),
    ]
}

/// Maps that were edited.
fn edited() -> Vec<Golden> {
    let stage = Stage::new();
    let mut field = stage.create("alice", r#"{"a":1,"b":{"x":1,"y":2},"c":3}"#);
    stage.wait(60_000_000);
    field.set("b.x", 5).unwrap();
    field.set("a", [1, 2]).unwrap();

    let mut other = stage.join("bob", &field);
    other.set("b.x", 6).unwrap();
    other.set("b.z", 7).unwrap();
    other.set("d", "new").unwrap();

    let mut deleted = stage.create("alice", r#"{"a":1,"b":{"x":1,"y":2},"c":3}"#);
    stage.wait(5);
    deleted.remove("b.x").unwrap();
    deleted.remove("a").unwrap();
    deleted.set("a", 2).unwrap();
    deleted.remove("c").unwrap();

    let mut forgotten = stage.join("bob", &deleted);
    forgotten.forget(&ForgetPolicy::everything());
    forgotten.set("b.x", "again").unwrap();
    forgotten.remove("b.y").unwrap();
    vec![
        full("edited", &field),
        full("edited-by-another", &other),
        full("deleted", &deleted),
        full("horizon", &forgotten),
    ]
}

fn conflicts() -> Vec<Golden> {
    let stage = Stage::new();
    let mut alice = stage.create("alice", r#"{"a":1,"b":2,"c":3,"d":{},"l":[1,2]}"#);
    let mut bob = stage.join("bob", &alice);
    let mut carol = stage.join("carol", &alice);
    alice.set("a", "alice").unwrap();
    bob.set("a", "bob").unwrap();
    carol.set("a", serde_json::json!({ "k": {} })).unwrap();
    alice.remove("b").unwrap();
    bob.set("b", "kept").unwrap();
    alice.remove("c").unwrap();
    bob.remove("c").unwrap();
    alice.set("d.same", serde_json::json!({ "x": 1, "y": [1] })).unwrap();
    bob.set("d.same", serde_json::json!({ "x": 2, "z": [2] })).unwrap();
    alice.set("e", [1]).unwrap();
    bob.set("e", [2]).unwrap();
    carol.set("e", serde_json::json!({ "=": 3 })).unwrap();
    alice.set("l[0]", "first").unwrap();
    bob.set("l[0]", "first too").unwrap();
    merge(&mut alice, &bob);
    merge(&mut alice, &carol);
    let open = full("conflicts", &alice);
    alice.set("d.same.x", 5).unwrap();
    alice.set("a", 0).unwrap();
    vec![open, full("conflicts-settled", &alice)]
}

fn lists() -> Vec<Golden> {
    let stage = Stage::new();
    let mut appended = stage.create("alice", r#"{"l":["a","b"],"m":1}"#);
    appended.list("l").unwrap().push("c").unwrap();
    stage.wait(2_000_000);
    appended.list("l").unwrap().push(serde_json::json!({ "k": ["d"] })).unwrap();
    let mut bob = stage.join("bob", &appended);
    bob.list("l").unwrap().push("e").unwrap();
    bob.list("l").unwrap().push("f").unwrap();
    merge(&mut appended, &bob);
    appended.list("l").unwrap().push("g").unwrap();

    let mut inserted = stage.create("alice", r#"{"l":[1,2,3,4],"n":[]}"#);
    let mut bob = stage.join("bob", &inserted);
    inserted.list("l").unwrap().insert(2, "x").unwrap();
    inserted.list("l").unwrap().insert(3, "y").unwrap();
    inserted.list("l").unwrap().unshift("start").unwrap();
    bob.list("l").unwrap().insert(2, "bob").unwrap();
    bob.list("l").unwrap().insert(2, ["before"]).unwrap();
    bob.list("n").unwrap().push("in an empty one").unwrap();
    merge(&mut inserted, &bob);

    let mut moved = stage.create("alice", r#"{"l":[1,2,{"v":3},4,5]}"#);
    let mut bob = stage.join("bob", &moved);
    moved.list("l").unwrap().move_to(0, 4).unwrap();
    moved.list("l").unwrap().move_to(1, 0).unwrap();
    let alone = full("moved", &moved);
    bob.list("l").unwrap().move_to(2, 4).unwrap();
    bob.list("l").unwrap().move_to(0, 1).unwrap();
    bob.set("l[1]", "one").unwrap();
    bob.set("l[4].v", 33).unwrap();
    merge(&mut moved, &bob);

    let mut dead = stage.create("alice", r#"{"l":["a","b","c","d"],"n":[[1,2]]}"#);
    let mut bob = stage.join("bob", &dead);
    dead.list("l").unwrap().remove(1).unwrap();
    dead.list("l").unwrap().push("e").unwrap();
    dead.list("n[0]").unwrap().remove(0).unwrap();
    bob.list("l").unwrap().remove(1).unwrap();
    bob.list("l").unwrap().remove(0).unwrap();
    bob.set("l[0]", "edited").unwrap();
    merge(&mut dead, &bob);
    vec![
        full("list-appended", &appended),
        full("list-inserted", &inserted),
        alone,
        full("moved-by-two", &moved),
        full("list-dead", &dead),
    ]
}

/// Names, stamps, and what is known of others.
fn envelopes() -> Vec<Golden> {
    let stage = Stage::new();
    let mut first = stage.create("q3k5mznc2tqwe7yxauvb", r#"{"a":1}"#);
    let mut second = stage.join("q3k5mzaaaaaaaaaaaaaa", &first);
    let mut third = stage.join("bob", &first);
    let mut fourth = stage.join("ünï cødé ünï", &first);
    second.set("b", 2).unwrap();
    third.set("a", 3).unwrap();
    fourth.set("d", 4).unwrap();
    for other in [&second, &third, &fourth] {
        merge(&mut first, other);
    }
    first.set("b", "seen").unwrap();
    let reader = stage.join("carol, who only reads", &first);
    merge(&mut second, &reader);
    second.set("e", 5).unwrap();
    merge(&mut first, &second);

    let late = Stage(Arc::new(AtomicU64::new((1 << 53) - 20)));
    let mut large = late.create("alice", r#"{"a":[1,2]}"#);
    large.set("a[0]", 3).unwrap();
    vec![full("clients", &first), full("large-stamps", &large)]
}

fn deltas() -> Vec<Golden> {
    let stage = Stage::new();
    let base = stage.create("alice", r#"{"a":1,"m":{"x":{"y":1}},"l":[1,2,{"v":3},4],"k":{"deep":1}}"#);
    let mut alice = stage.builder("alice").restore(&base.changes()).unwrap();
    let nothing = delta("delta-empty", &base, &alice);
    stage.wait(1_000_000);
    alice.set("m.x.y", 2).unwrap();
    let field = delta("delta-field", &base, &alice);
    alice.set("new", serde_json::json!({ "whole": [1, { "=": 2 }] })).unwrap();
    alice.remove("a").unwrap();
    let entries = delta("delta-entries", &base, &alice);

    let mut list = stage.builder("alice").restore(&base.changes()).unwrap();
    let mut edit = list.list("l").unwrap();
    edit.push(5).unwrap();
    edit.insert(1, "inserted").unwrap();
    edit.move_to(3, 0).unwrap();
    edit.remove(-1).unwrap();
    edit.set(-1, "edited").unwrap();
    let list = delta("delta-list", &base, &list);

    // A container that the receiver has, against the writes of someone who did not see it.
    let mut bob = stage.join("bob", &base);
    bob.set("k", "bob").unwrap();
    bob.set("l[2]", "bob").unwrap();
    let mut carol = stage.join("carol", &base);
    carol.set("k", serde_json::json!({ "carol": 1 })).unwrap();
    carol.set("l[2]", serde_json::json!({ "carol": 1 })).unwrap();
    let mut dave = stage.join("dave", &carol);
    merge(&mut carol, &bob);
    let known = delta("delta-known", &dave, &carol);
    dave.set("k.dave", 1).unwrap();
    dave.list("l").unwrap().move_to(2, 0).unwrap();
    merge(&mut dave, &carol);
    dave.remove("m").unwrap();
    dave.forget(&ForgetPolicy::everything());
    let seen = carol.version();
    merge(&mut carol, &dave);
    let before = stage.builder("erin").join(&carol.changes()).unwrap();
    assert!(before.contains(&seen));
    carol.remove("k").unwrap();
    let horizon = delta("delta-horizon", &before, &carol);

    // Written one by one, but it reads as if it had been written in one go, of which the base has a part.
    let stage = Stage::new();
    let mut alice = stage.create("alice", r#"{"l":[1]}"#);
    let base = stage.builder("alice").restore(&alice.changes()).unwrap();
    alice.list("l").unwrap().push(serde_json::json!({ "k": 2 })).unwrap();
    let alice = stage.builder("alice").restore(&alice.changes()).unwrap();
    let within = delta("delta-within", &base, &alice);
    vec![nothing, field, entries, list, known, horizon, within]
}

/// One client's sessions, one behind the other and side by side.
fn sessions() -> Vec<Golden> {
    let stage = Stage::new();
    let mut alice = stage.create("alice", r#"{"title":"Alps","l":[1]}"#);
    let backup = alice.changes();
    let restore = |saved: &Changes| {
        stage.wait(1_000_000);
        stage.builder("alice").restore(saved).unwrap()
    };
    // Three times closed and opened again.
    let mut again = restore(&backup);
    again.set("title", "Lakes").unwrap();
    let mut again = restore(&again.changes());
    again.list("l").unwrap().push("third").unwrap();
    let line = full("sessions", &again);
    let known = stage.builder("carol").join(&again.changes()).unwrap();
    let mut again = restore(&again.changes());
    again.set("m", serde_json::json!({ "fourth": 4 })).unwrap();
    let delta_of_line = delta("sessions-delta", &known, &again);

    // The backup is put back, and opened twice; the first process went on all the time.
    let mut fork = restore(&backup);
    fork.set("title", "Islands").unwrap();
    let mut fork = restore(&fork.changes());
    fork.list("l").unwrap().push("fork").unwrap();
    alice.set("title", "Towns").unwrap();
    let mut all = stage.join("bob", &alice);
    merge(&mut all, &again);
    merge(&mut all, &fork);
    all.set("done", true).unwrap();
    let forked = full("forked", &all);
    let both = stage.builder("carol").join(&all.changes()).unwrap();
    fork.list("l").unwrap().insert(0, "branch").unwrap();
    merge(&mut fork, &all);
    fork.remove("m").unwrap();
    let branch = delta("forked-delta", &both, &fork);
    vec![line, delta_of_line, forked, branch]
}
