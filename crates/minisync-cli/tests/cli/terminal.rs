//! What a person sees who sits before a terminal: colours, and that something goes on.

use std::{
    fs::File,
    io::Read as _,
    os::fd::OwnedFd,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use rustix::{
    fs::{Mode, OFlags},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};

use crate::device::{Device, World};

/// All that the command writes to a terminal.
fn on_a_terminal(mut command: Command) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let open = || -> OwnedFd {
        rustix::fs::open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap()
    };
    command.env("TERM", "xterm").env_remove("NO_COLOR").env_remove("CI");
    let mut child = command.stdout(Stdio::from(open())).stderr(Stdio::from(open())).spawn().unwrap();
    // What the command holds of the terminal is its own from here on: reading ends when it ends.
    drop(command);
    let (mut said, mut terminal, mut part) = (Vec::new(), File::from(master), [0; 4096]);
    // Where the other side is closed, Linux says "input/output error".
    while let Ok(length @ 1..) = terminal.read(&mut part) {
        said.extend_from_slice(&part[..length]);
    }
    child.wait().unwrap();
    String::from_utf8_lossy(&said).into_owned()
}

fn failing(device: &Device) -> Command {
    device.command(&["sync", "none.json"])
}

#[test]
fn errors_are_red_unless_nobody_wants_colours() {
    let world = World::new();
    let laptop = world.device("laptop");
    let said = on_a_terminal(failing(&laptop));
    assert!(said.contains("\u{1b}[31mminisync:\u{1b}[0m there is no file none.json"), "{said:?}");
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let mut command = Command::new("env");
        command
            .arg(format!("{name}={value}"))
            .arg(env!("CARGO_BIN_EXE_minisync"))
            .args(["sync", "none.json"]);
        command.current_dir(&laptop.folder).stdin(Stdio::null());
        let said = on_a_terminal(command);
        assert_eq!(said, "minisync: there is no file none.json\r\n", "{name}");
    }
}

#[test]
fn a_conflict_begins_with_its_place_in_bold() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"title\": 0}");
    laptop.write("todo.json", "{\"title\": 1}");
    laptop.sync();
    phone.write("todo.json", "{\"title\": 2}");
    phone.sync();
    let said = on_a_terminal(phone.command(&["conflicts", "todo.json"]));
    assert!(said.starts_with("\u{1b}[1mtitle\u{1b}[0m\r\n  1  2  ("), "{said:?}");
}

/// A first sync of a large file was silent until its end. What is shown is gone when the command has ended.
#[test]
fn who_waits_sees_that_something_goes_on() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    laptop.write("todo.json", "{}");
    laptop.start();
    phone.start();
    // Nobody else can have the state: the command waits for longer than a second.
    let lock = File::options().write(true).open(laptop.path(".minisync/todo.json.lock")).unwrap();
    lock.lock().unwrap();
    let release = thread::spawn(move || {
        thread::sleep(Duration::from_secs(3));
        drop(lock);
    });
    let said = on_a_terminal(laptop.command(&["sync", "todo.json"]));
    release.join().unwrap();
    assert!(said.contains("reading what is known of todo.json"), "{said:?}");
    assert!(said.contains("todo.json: up to date"), "{said:?}");
    let (_, last) = said.rsplit_once("\u{1b}[2K").unwrap();
    assert!(!last.contains("reading"), "{said:?}");
    // A short one shows nothing but its answer.
    let said = on_a_terminal(phone.command(&["sync", "todo.json", "--quiet"]));
    assert_eq!(said, "");
}
