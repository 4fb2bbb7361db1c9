//! Replays what fuzzing has found and what it has kept, and makes up a little more, on stable Rust.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use minisync_testkit::fuzz::{Target, mutate};

/// Mutations of each file of a target.
const MUTATIONS: u64 = 5;

/// The files of a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

#[track_caller]
fn holds(target: Target, input: &[u8], what: &str) {
    match catch_unwind(AssertUnwindSafe(|| target.run(input))) {
        Ok(Ok(())) => {}
        Ok(Err(finding)) => panic!("{} on {what}: {finding}", target.name()),
        Err(_) => panic!("{} panics on {what}: {}", target.name(), String::from_utf8_lossy(input)),
    }
}

/// Each input, and a few that are near to it.
fn replay(target: Target) {
    let files = files(&fixtures().join("regressions").join(target.name()));
    assert!(!files.is_empty());
    for file in files {
        let input = fs::read(&file).unwrap();
        holds(target, &input, &file.display().to_string());
        let Ok(text) = std::str::from_utf8(&input) else { continue };
        for seed in 0..MUTATIONS {
            if let Some(mutated) = mutate(text, seed) {
                holds(target, mutated.as_bytes(), &format!("mutation {seed} of {}", file.display()));
            }
        }
    }
}

#[test]
fn version2() {
    replay(Target::Version2);
}

#[test]
fn version1() {
    replay(Target::Version1);
}

#[test]
fn paths() {
    replay(Target::Paths);
}

#[test]
fn merge() {
    replay(Target::Merge);
}

#[test]
fn update() {
    replay(Target::Update);
}

/// Golden files, with the base of each where it is a delta, and many changes to each.
#[test]
fn damaged_golden_files_do_no_harm() {
    let golden = files(&fixtures().join("v2"));
    let is_changes = |path: &&PathBuf| path.to_string_lossy().ends_with(".changes.json");
    for (number, file) in (0..).zip(golden.iter().filter(is_changes)) {
        let text = fs::read_to_string(file).unwrap();
        let base = file.to_string_lossy().replace(".changes.json", ".base.json");
        let base = fs::read_to_string(base).unwrap_or_else(|_| text.clone());
        let input = format!("{}\n{}", base.trim_end(), text.trim_end());
        for seed in number * 1000..number * 1000 + 60 {
            let Some(mutated) = mutate(&input, seed) else { continue };
            holds(Target::Merge, mutated.as_bytes(), &format!("mutation {seed} of {}", file.display()));
        }
    }
}
