//! What the program says about itself. The reference in `docs/` is made of it, and kept by this test.

use std::fmt::Write as _;

use snapbox::{Assert, Data, str};

use crate::device::World;

const COMMANDS: [&str; 18] = [
    "sync",
    "watch",
    "status",
    "list",
    "clients",
    "remote",
    "mv",
    "get",
    "set",
    "rm",
    "changes",
    "merge",
    "export",
    "conflicts",
    "resolve",
    "repair",
    "completions",
    "man",
];

/// `SNAPSHOTS=overwrite cargo test -p minisync-cli help` writes the reference anew.
#[test]
fn the_reference_is_the_help() {
    let world = World::new();
    let laptop = world.device("laptop");
    let mut reference =
        "# Command line reference\n\nWhat `minisync --help` and `minisync COMMAND --help` say.\n".to_owned();
    let mut section = |title: &str, arguments: &[&str]| {
        write!(reference, "\n## {title}\n\n```text\n{}```\n", laptop.ok(arguments)).unwrap();
    };
    section("minisync", &["--help"]);
    for command in COMMANDS {
        section(&format!("minisync {command}"), &[command, "--help"]);
        for action in if command == "remote" { &["list", "add", "remove"][..] } else { &[] } {
            section(&format!("minisync {command} {action}"), &[command, action, "--help"]);
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/command-line-reference.md");
    Assert::new().action_env("SNAPSHOTS").eq(reference, Data::read_from(path.as_ref(), None).raw());
}

#[test]
fn no_command_is_left_out() {
    let world = World::new();
    let help = world.device("laptop").ok(&["-h"]);
    let listed = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1);
    let listed: Vec<_> = listed
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed, [&COMMANDS[..], &["help"]].concat());
}

#[test]
fn wrong_usage_is_told_apart_from_failure() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.run(&[]).is(str![[r#"
Keeps ordinary JSON files in sync between devices, without a server

Usage: minisync [OPTIONS] <COMMAND>

Commands:
  sync         Bring FILE and its targets up to date with each other
  watch        Keep files in sync for as long as it runs
  status       Show what is known about a file: its copies, its targets, and what is unsent
  list         List the tracked files in a folder and below it
  clients      List the copies of a document, name this one, or give one up for good
  remote       List, add or remove the targets that a file is synced with
  mv           Give a tracked file another name in its folder
  get          Show a value, or the whole file
  set          Set the value at a path
  rm           Remove the value at a path
  changes      Write changes to a file, to hand over by mail, USB stick or any other way
  merge        Take in changes that `minisync changes` wrote
  export       Write the whole document in a format for other programs
  conflicts    Show where devices wrote different values at the same time
  resolve      Settle conflicts, and bring back what was overruled
  repair       Look for damage, mend it, and say what must be decided
  completions  Print a completion script for a shell
  man          Print the manual page
  help         Print this message or the help of the given subcommand(s)

Options:
      --json     Answer in JSON, on one line
  -q, --quiet    Say nothing but errors and what was asked for
  -v, --verbose  Say more about what is being done
  -h, --help     Print help (see more with '--help')
  -V, --version  Print version
[exit 2]

"#]]);
    laptop.run(&["snyc", "todo.json"]).is(str![[r#"
error: unrecognized subcommand 'snyc'

  tip: a similar subcommand exists: 'sync'

Usage: minisync [OPTIONS] <COMMAND>

For more information, try '--help'.
[exit 2]

"#]]);
    laptop.run(&["sync"]).is(str![[r#"
error: the following required arguments were not provided:
  <FILE>...

Usage: minisync sync <FILE>...

For more information, try '--help'.
[exit 2]

"#]]);
    laptop.run(&["sync", "todo.json", "--join", "x", "--new"]).is(str![[r#"
error: the argument '--join [<DOCUMENT>]' cannot be used with '--new'

Usage: minisync sync --join [<DOCUMENT>] <FILE>...

For more information, try '--help'.
[exit 2]

"#]]);
    laptop.run(&["status", "todo.json", "-q", "-v"]).is(str![[r#"
error: the argument '--quiet' cannot be used with '--verbose'

Usage: minisync status --quiet <FILE>

For more information, try '--help'.
[exit 2]

"#]]);
    laptop.run(&["resolve", "todo.json", "a", "first"]).is(str![[r#"
error: invalid value 'first' for '[CHOICE]': invalid digit found in string

For more information, try '--help'.
[exit 2]

"#]]);
    laptop.run(&["completions", "sh"]).is(str![[r#"
error: invalid value 'sh' for '<SHELL>'
  [possible values: bash, elvish, fish, powershell, zsh]

For more information, try '--help'.
[exit 2]

"#]]);
}

#[test]
fn the_version_is_that_of_the_package() {
    let world = World::new();
    let version = world.device("laptop").ok(&["--version"]);
    assert_eq!(version, format!("minisync {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn shells_can_complete_it_and_man_can_show_it() {
    let world = World::new();
    let laptop = world.device("laptop");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = laptop.ok(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell} {command}");
        }
    }
    let man = laptop.ok(&["man"]);
    assert!(man.contains(".TH minisync 1"));
    for command in COMMANDS {
        assert!(man.contains(&format!(".TH \"minisync {command}\" 1")), "{command}");
    }
}

/// The manual named pages as `minisync-sync(1)` that are nowhere, and left out those of `minisync remote`.
#[test]
fn the_manual_names_no_page_that_is_not_there() {
    let world = World::new();
    let manual = world.device("laptop").ok(&["man"]);
    let named: Vec<&str> = manual
        .lines()
        .filter(|line| {
            line.contains("minisync\\-") && !line.contains("\\fB") || line.contains(".TH minisync-")
        })
        .collect();
    assert!(named.is_empty(), "{named:?}");
    for page in ["minisync sync", "minisync remote", "minisync remote add", "minisync repair"] {
        assert!(manual.contains(&format!(".TH \"{page}\" 1 ")), "{page}");
    }
}
