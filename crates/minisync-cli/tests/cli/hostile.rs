//! What others put into the shared folder, and places that cannot be read or written: nothing hangs, nothing is
//! swallowed, nothing lies.

use std::{
    fs::{self, File},
    os::unix::fs::symlink,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::device::{Device, Outcome, World, files_below};

/// Runs it with a deadline: what hangs, fails.
fn run(device: &Device, arguments: &[&str]) -> Outcome {
    let mut words = vec!["60", env!("CARGO_BIN_EXE_minisync")];
    words.extend(arguments);
    let output =
        Command::new("timeout").args(words).current_dir(&device.folder).stdin(Stdio::null()).output();
    Outcome::of(output.unwrap(), &device.folder)
}

/// The head of the other device.
fn head_of(world: &World, device: &Device) -> PathBuf {
    let status: serde_json::Value =
        serde_json::from_str(&device.ok(&["status", "todo.json", "--json"])).unwrap();
    let client = status["client"].as_str().unwrap().to_owned();
    let files = files_below(&world.path("cloud"));
    files.into_iter().find(|path| path.ends_with(format!("head/{client}.json"))).unwrap()
}

/// A named pipe in the place of FILE or of a head made the command wait for ever; a head that was a link to
/// `/dev/zero` was read until the memory was full.
#[test]
fn only_regular_files_are_read() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    let head = head_of(&world, &phone);
    fs::remove_file(&head).unwrap();
    symlink("/dev/zero", &head).unwrap();
    let outcome = run(&laptop, &["sync", "todo.json"]);
    assert_eq!(outcome.code, Some(3), "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains("no regular file"), "{}", outcome.stderr);
    fs::remove_file(&head).unwrap();
    assert!(Command::new("mkfifo").arg(&head).status().unwrap().success());
    let outcome = run(&laptop, &["sync", "todo.json"]);
    assert_eq!(outcome.code, Some(3), "{}{}", outcome.stdout, outcome.stderr);

    let pipe = laptop.path("pipe.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for arguments in [&["get", "pipe.json"][..], &["sync", "pipe.json"], &["set", "pipe.json", "a", "1"]] {
        let outcome = run(&laptop, arguments);
        assert_eq!(outcome.code, Some(1), "{arguments:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("no regular file"), "{}", outcome.stderr);
    }
}

/// A head of 2 GB cost 2.1 GB of memory.
#[test]
fn a_head_that_is_too_long_is_not_read() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    let head = head_of(&world, &phone);
    File::options().write(true).open(&head).unwrap().set_len(3 << 30).unwrap();
    // Less memory than the file takes.
    let command = format!("ulimit -v 2000000; exec '{}' sync todo.json", env!("CARGO_BIN_EXE_minisync"));
    let output = Command::new("sh").args(["-c", &command]).current_dir(&laptop.folder).output().unwrap();
    let outcome = Outcome::of(output, &laptop.folder);
    assert_eq!(outcome.code, Some(3), "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains("more than the 1048576 bytes"), "{}", outcome.stderr);
}

/// "up to date", and exit 0, though nothing of what the phone had written could be read.
#[test]
fn what_was_left_out_is_not_up_to_date() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    phone.ok(&["set", "todo.json", "a", "2"]);
    phone.sync();
    let data = head_of(&world, &phone).parent().unwrap().with_file_name("data");
    let status: serde_json::Value =
        serde_json::from_str(&phone.ok(&["status", "todo.json", "--json"])).unwrap();
    let client = status["client"].as_str().unwrap();
    let late: Vec<_> =
        files_below(&data).into_iter().filter(|path| path.to_string_lossy().contains(client)).collect();
    for file in &late {
        fs::rename(file, file.with_extension("away")).unwrap();
    }
    let outcome = laptop.run(&["sync", "todo.json"]);
    assert_eq!(outcome.code, Some(3), "{}{}", outcome.stdout, outcome.stderr);
    assert!(!outcome.stdout.contains("up to date"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("not all that phone sent"), "{}", outcome.stderr);
    let outcome = laptop.run(&["sync", "todo.json", "--json"]);
    assert_eq!(outcome.code, Some(3), "{}{}", outcome.stdout, outcome.stderr);
    let answer: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(answer["targets"][0]["leftOut"][0]["client"], "phone", "{answer}");
    for file in &late {
        fs::rename(file.with_extension("away"), file).unwrap();
    }
    laptop.sync();
    assert_eq!(laptop.json()["a"], 2);
}

/// Somebody called his copy "\r\x1b[2Ktodo.json: up to date", and everybody's terminal said so.
#[test]
fn labels_of_others_do_nothing_to_the_terminal() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    phone.ok(&["set", "todo.json", "a", "2"]);
    phone.sync();
    let head = head_of(&world, &phone);
    let text = fs::read_to_string(&head).unwrap();
    assert!(text.contains("\"phone\""), "{text}");
    // Of the same length, since a head names its own.
    fs::write(&head, text.replace("\"phone\"", "\"\\u001b[2K\u{202e}\"")).unwrap();
    for arguments in [&["sync", "todo.json"][..], &["status", "todo.json"], &["sync", "todo.json"]] {
        let outcome = laptop.run(arguments);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{arguments:?}: {said:?}");
    }
}

/// `minisync changes F > /full/disk` ended with 0, and the backup was empty.
#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.start();
    for arguments in [&["changes", "todo.json"][..], &["get", "todo.json"], &["man"], &["sync", "todo.json"]]
    {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = laptop.command(arguments);
        let output = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"), "{arguments:?}");
    }
}

/// FILE was bind-mounted, so that it could not be replaced: `set` failed, and took effect with the next sync.
#[test]
fn a_change_that_failed_takes_no_effect_later() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    // Where the draft cannot be made, FILE cannot be replaced.
    let draft = laptop.path(".todo.json.minisync.tmp");
    fs::create_dir_all(draft.join("x")).unwrap();
    for arguments in [&["set", "todo.json", "a", "2"][..], &["rm", "todo.json", "a"]] {
        let outcome = laptop.run(arguments);
        assert_eq!(outcome.code, Some(1), "{}{}", outcome.stdout, outcome.stderr);
    }
    fs::remove_dir_all(&draft).unwrap();
    laptop.sync();
    phone.sync();
    for device in [&laptop, &phone] {
        assert_eq!(device.json(), serde_json::json!({ "a": 1 }), "{}", device.name);
    }
    laptop.ok(&["set", "todo.json", "a", "3"]);
    laptop.sync();
    phone.sync();
    assert_eq!(phone.json(), serde_json::json!({ "a": 3 }));
}

/// What is no JSON object is told from a slip in one: editors' settings are full of comments.
#[test]
fn comments_and_lists_are_named_as_what_they_are() {
    let world = World::new();
    let laptop = world.device("laptop");
    for text in ["{\n  // a comment\n  \"a\": 1\n}", "/* settings */ {}", "{\"a\": 1} # yes"] {
        laptop.write("todo.json", text);
        let outcome = laptop.run(&["sync", "todo.json", "--with", "../cloud"]);
        assert_eq!(outcome.code, Some(1));
        assert!(outcome.stderr.contains("this is a comment, and JSON has none"), "{}", outcome.stderr);
    }
    for (text, what) in [("[1]", "a list"), ("1", "a single value")] {
        laptop.write("todo.json", text);
        let outcome = laptop.run(&["sync", "todo.json", "--with", "../cloud"]);
        assert!(outcome.stderr.contains(&format!("this is {what}")), "{}", outcome.stderr);
    }
    assert!(!world.path("cloud").exists());
}

/// A program that asked for JSON got a usage text for people.
#[test]
fn errors_of_usage_are_json_too() {
    let world = World::new();
    let laptop = world.device("laptop");
    for arguments in
        [&["sync", "--json"][..], &["--json", "nonsense"], &["resolve", "a.json", "--json"], &["--json"]]
    {
        let outcome = laptop.run(arguments);
        let error: serde_json::Value = serde_json::from_str(&outcome.stderr).unwrap();
        assert_eq!((outcome.code, &error["code"]), (Some(2), &serde_json::json!(2)), "{arguments:?}");
        assert!(error["error"].as_str().unwrap().len() > 10, "{error}");
    }
    assert_eq!(laptop.run(&["sync", "--help", "--json"]).code, Some(0));
}
