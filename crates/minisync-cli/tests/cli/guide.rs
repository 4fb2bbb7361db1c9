//! The user's guide, run from its first line to its last: every command in it works, and says what the
//! guide says that it does.
//!
//! A `sh` block is run; a `text` block after it is what it prints; a `json` block is compared as a value.
//! `cd laptop` changes to that device for what follows, and an HTML comment `<!-- sh: … -->` is run too,
//! but not shown.

use std::{fs, path::Path, process::Command};

use crate::device::{Outcome, World};

#[derive(Debug)]
enum Step {
    Run(String),
    Prints { kind: String, text: String },
}

#[test]
fn every_example_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/command-line.md");
    let guide = fs::read_to_string(path).unwrap();
    let world = World::new();
    let mut device = world.device("laptop");
    world.device("phone");
    let mut printed = String::new();
    let mut compared = 0;
    for step in steps(&guide) {
        match step {
            Step::Run(script) => {
                printed.clear();
                for line in script.lines().filter(|line| !line.is_empty()) {
                    match line.strip_prefix("cd ") {
                        Some(name) => device = world.device(name),
                        None => printed.push_str(&run(&world, &device.folder, line)),
                    }
                }
            }
            Step::Prints { kind, text } => {
                if kind == "json" {
                    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
                    assert_eq!(value(&stable(&printed)), value(&stable(&text)));
                } else {
                    assert_eq!(stable(&printed), stable(&text));
                }
                compared += 1;
            }
        }
    }
    assert!(compared >= 8, "the guide has lost its examples");
}

fn run(world: &World, folder: &Path, line: &str) -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_minisync")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).current_dir(folder).env("PATH", path).env("HOME", world.path("home"));
    let outcome = Outcome::of(shell.env("TZ", "UTC").output().unwrap(), &world.path(""));
    assert_eq!(outcome.code, Some(0), "{line}\n{}{}", outcome.stdout, outcome.stderr);
    outcome.stdout
}

/// Ids, times and the place of the shared folder are another each time.
fn stable(text: &str) -> String {
    let mut text = text.trim().to_owned();
    for (pattern, name) in [
        (r"\b[a-z2-7]{20}\b", "ID"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME"),
        (r"file://[^\x22 ]*cloud", "file:///cloud"),
    ] {
        text = regex::Regex::new(pattern).unwrap().replace_all(&text, name).into_owned();
    }
    text
}

fn steps(guide: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        if let Some(hidden) = line.strip_prefix("<!-- sh: ") {
            steps.push(Step::Run(hidden.trim_end_matches(" -->").to_owned()));
        }
        let Some(kind) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        let text = block.join("\n");
        match kind {
            "sh" => steps.push(Step::Run(text)),
            _ => steps.push(Step::Prints { kind: kind.to_owned(), text }),
        }
    }
    steps
}
