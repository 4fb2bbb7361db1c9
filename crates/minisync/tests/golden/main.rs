//! The golden files in `fixtures/v2` fix the format for ever: each is read, has its data, and is written again
//! with the same bytes; and no byte in them is without effect.
//!
//! `NAME.changes.json` is a canonical change set without a final newline, `NAME.data.json` the document that it
//! makes, and for a delta `NAME.base.json` the full change set of a document into which it is merged. A new
//! construct gets a scene in `scenes.rs`; then `cargo test -p minisync --test golden -- --ignored write` writes
//! the files. Files that were released once are never written anew.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

mod scenes;

use std::{fs, path::PathBuf};

use minisync::{Changes, ClientId, Document, Result, Stamp};

struct Files {
    name: String,
    base: Option<Changes>,
    changes: String,
    data: String,
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/v2"))
}

fn golden_files() -> Vec<Files> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| {
            Some(entry.unwrap().file_name().to_str()?.strip_suffix(".changes.json")?.to_owned())
        })
        .collect();
    names.sort();
    let read = |name: &str, kind: &str| fs::read_to_string(folder().join(format!("{name}.{kind}.json")));
    let files = names.into_iter().map(|name| Files {
        base: read(&name, "base").ok().map(|text| text.parse().unwrap()),
        changes: read(&name, "changes").unwrap(),
        data: read(&name, "data").unwrap(),
        name,
    });
    files.collect()
}

/// Everything that a change set says, as it comes back out of a document.
#[derive(Debug, PartialEq)]
struct Outcome {
    data: String,
    sender: ClientId,
    /// What the sender has forgotten, and what it knows of others.
    known: String,
    /// The change set that the document writes, but for who writes it and what that one knows of others.
    text: String,
}

fn stripped(text: &str) -> String {
    let cut = |text: &str, from: &str, to: &str| {
        let Some(start) = text.find(from) else { return text.to_owned() };
        let end = start + text[start..].find(to).unwrap();
        format!("{}{}", &text[..start], &text[end..])
    };
    cut(&cut(text, ",\"sentBy\":", ",\"fromVersion\":"), ",\"clientStates\":", ",\"changes\":")
}

/// All but the content: who made it, and what that one knows.
fn known(text: &str) -> String {
    let start = text.find(",\"sentBy\":").unwrap();
    let end = text[start..].find(",\"changes\":").unwrap();
    text[start..start + end].to_owned()
}

fn outcome(base: Option<&Changes>, text: &str) -> Result<Outcome> {
    let changes: Changes = text.parse()?;
    let reader = Document::builder()
        .client_id(ClientId::new("golden reader").unwrap())
        .clock(|| Stamp::saturating(1_795_378_000_000_000));
    let document = match base {
        Some(base) => {
            let mut document = reader.join(base).unwrap();
            document.merge(&changes)?;
            document
        }
        None => reader.join(&changes)?,
    };
    document.check()?;
    let again = match changes.since() {
        Some(since) => Document::restore(&document.changes())?.changes_since(since),
        None => document.changes(),
    };
    Ok(Outcome {
        data: document.to_json(),
        sender: changes.sender().clone(),
        known: known(&changes.to_string()),
        text: stripped(&again.to_string()),
    })
}

#[test]
fn golden_files_are_read_and_written_again() {
    let files = golden_files();
    assert!(files.len() >= 20, "the golden files are missing");
    for Files { name, base, changes, data } in files {
        let outcome = outcome(base.as_ref(), &changes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(outcome.data, data, "{name}");
        assert_eq!(outcome.text, stripped(&changes), "{name}");
        let parsed: Changes = changes.parse().unwrap();
        assert_eq!(parsed.to_string(), changes, "{name}");
        if parsed.is_full() {
            assert_eq!(Document::restore(&parsed).unwrap().changes().to_string(), changes, "{name}");
        }
    }
}

/// Whether this byte repeats what the receiver has, which is not compared with what is there: the birth or the
/// write of a container that is known, or (in `delta-within`) part of a value that goes whole.
fn is_known_there(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    rest.starts_with(r#"1,{"k":2}"#)
        || rest.find(['{', '}']).is_some_and(|end| rest[..end].ends_with("\"#\":1"))
}

#[test]
fn no_byte_is_without_effect() {
    for Files { name, base, changes, .. } in golden_files() {
        let golden = outcome(base.as_ref(), &changes).unwrap();
        for at in (0..changes.len()).filter(|at| !is_known_there(&changes, *at)) {
            // A third of the other bytes at every place, others at the next one.
            for byte in b"05\"a,:[]{}-+ ne".iter().copied().skip(at % 3).step_by(3) {
                let mut broken = changes.clone().into_bytes();
                if std::mem::replace(&mut broken[at], byte) == byte {
                    continue;
                }
                let Ok(broken) = String::from_utf8(broken) else { continue };
                match outcome(base.as_ref(), &broken) {
                    Ok(other) => assert_ne!(other, golden, "{name}, byte {at}: {broken}"),
                    Err(error) => {
                        assert!(!error.to_string().contains("damaged"), "{name}: {broken}: {error}")
                    }
                }
            }
        }
    }
}

#[test]
fn the_scenes_still_make_the_files() {
    let files = golden_files();
    for golden in scenes::all() {
        let file = files.iter().find(|file| file.name == golden.name).expect(golden.name);
        assert_eq!(golden.changes.to_string(), file.changes, "{}", golden.name);
        assert_eq!(golden.data, file.data, "{}", golden.name);
    }
}

#[test]
#[ignore = "writes the golden files"]
fn write() {
    for golden in scenes::all() {
        let write = |kind: &str, text: String| {
            fs::write(folder().join(format!("{}.{kind}.json", golden.name)), text).unwrap();
        };
        write("changes", golden.changes.to_string());
        write("data", golden.data.clone());
        if let Some(base) = &golden.base {
            write("base", base.to_string());
        }
    }
}
