//! One test for each bug that got out of its file, each with its story. Knows the public interface only.

use minisync::Document;
use serde_json::json;

/// Two devices that took turns in appending to a list hung each bunch below the one before. A message carries
/// the ancestors of every bunch, so after 1000 turns one more element cost 112 kB. Nothing caught it, since
/// all copies agreed.
#[test]
fn taking_turns_does_not_make_deltas_grow() {
    let mut alice = Document::new(json!({ "list": ["first"] })).unwrap();
    let mut bob = Document::from_changes(&alice.changes()).unwrap();
    let mut sizes = Vec::new();
    for turn in 0..300 {
        let (writer, reader) = if turn % 2 == 0 { (&mut alice, &mut bob) } else { (&mut bob, &mut alice) };
        writer.list("list").unwrap().push(turn).unwrap();
        let delta = writer.changes_for(reader.client_id());
        sizes.push(delta.to_string().len());
        reader.merge(&delta).unwrap();
        assert_eq!(writer.to_json(), reader.to_json());
    }
    alice.check().unwrap();
    assert!(sizes.iter().all(|size| *size < 2500), "{sizes:?}");
}

/// crdt-benchmarks has 1,540 clients that write at once and then send each other everything. What each is known to have
/// seen was told in full, so a document of some kilobytes came with nine megabytes about its clients, and took seconds.
/// Nothing caught it, since no test of ours had more than a handful of clients that knew so little of each other.
#[test]
fn many_clients_that_know_little_of_each_other_cost_little() {
    let start = Document::new(json!({})).unwrap();
    let mut all = Document::from_changes(&start.changes()).unwrap();
    for number in 0..400 {
        let mut client = Document::from_changes(&start.changes()).unwrap();
        client.set("n", number).unwrap();
        all.merge(&client.changes()).unwrap();
    }
    all.check().unwrap();
    let full = all.changes().to_string();
    let values = full.split_once(r#""changes":"#).unwrap().1;
    assert!(full.len() < 2 * values.len() + 60_000, "{} bytes, {} of them values", full.len(), values.len());
    assert_eq!(Document::from_changes(&all.changes()).unwrap().to_json(), all.to_json());
}

/// Fuzzing found that an update may write the same value twice: elements are matched by their ids, and `-0.0` was
/// taken for another id than `0`, so the second update replaced the element. So was one whose neighbours
/// looked alike in another spelling.
#[test]
fn an_update_to_what_is_there_in_another_spelling_writes_nothing() {
    for (old, new) in [
        (r#"{"l":[{"id":-0.0,"x":1},{"id":1}]}"#, r#"{"l":[{"id":0,"x":1.0},{"id":10e-1}]}"#),
        (r#"{"l":[1.0,1,[2]]}"#, r#"{"l":[1,1.0,[2.0]]}"#),
    ] {
        let mut document = Document::builder().create_json(old).unwrap();
        let version = document.version();
        document.update_json("", new).unwrap();
        assert_eq!((document.to_json(), document.version()), (old.to_owned(), version));
    }
}

/// The same for a program that appends one element and ends, as the command line does: each of its sessions
/// makes a bunch of its own.
#[test]
fn restarts_do_not_make_deltas_grow() {
    let mut document = Document::new(json!({ "list": [] })).unwrap();
    for number in 0..300 {
        let before = document.version();
        document = Document::restore(&document.changes()).unwrap();
        document.list("list").unwrap().push(number).unwrap();
        assert!(document.changes_since(&before).to_string().len() < 2500);
    }
    document.check().unwrap();
    let expected: Vec<u32> = (0..300).collect();
    assert_eq!(document.read::<Vec<u32>>("list").unwrap(), expected);
}

/// Two people ticked the same item off, and were told that they had written different values. One value written on
/// both sides is no conflict, in whatever spelling.
#[test]
fn the_same_value_written_on_both_sides_is_no_conflict() {
    for (one, other, is_conflict) in [("true", "true", false), ("1", "1.0", false), ("1", "2", true)] {
        let mut alice = Document::new(json!({ "done": false, "list": [0] })).unwrap();
        let mut bob = Document::from_changes(&alice.changes()).unwrap();
        for (document, value) in [(&mut alice, one), (&mut bob, other)] {
            document.set_json("done", value).unwrap();
            document.set_json("list[0]", value).unwrap();
        }
        alice.merge(&bob.changes()).unwrap();
        assert_eq!(alice.conflicted_paths().len(), if is_conflict { 2 } else { 0 }, "{one} {other}");
        assert_eq!(alice.conflicts("done").unwrap().is_empty(), !is_conflict, "{one} {other}");
    }
}
