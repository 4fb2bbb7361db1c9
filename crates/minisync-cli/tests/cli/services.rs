//! The command on real servers. `cargo xtask test --only services` installs them and runs these tests.

use std::{process::Command, thread, time::Duration};

use minisync_services::testing::{PASSWORD, Server};
use minisync_testkit::rng::Rng;
use snapbox::str;

use crate::device::{Device, Outcome, World};

fn with_password(mut command: Command) -> Command {
    command.env("MINISYNC_WEBDAV_PASSWORD", PASSWORD).env("HOME", "/nowhere");
    command
}

#[track_caller]
fn ok(device: &Device, arguments: &[&str]) -> String {
    let output = with_password(device.command(arguments)).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// Two devices meet on a server; then one is killed again and again in the middle of its syncs.
fn meet_and_be_killed(server: &Server) {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    laptop.write("todo.json", r#"{"items":[],"title":"milk"}"#);
    ok(&laptop, &["sync", "todo.json", "--with", server.url(), "--name", "laptop"]);
    ok(&phone, &["sync", "todo.json", "--with", server.url(), "--name", "phone"]);
    ok(&phone, &["set", "todo.json", "title", "\"oat milk\""]);
    ok(&phone, &["sync", "todo.json"]);
    ok(&laptop, &["sync", "todo.json"]);
    assert_eq!(laptop.json()["title"], "oat milk");
    let mut random = Rng::new(7);
    let mut killed = 0;
    for number in 0..40 {
        ok(&laptop, &["set", "todo.json", &format!("items[{number}]"), &number.to_string()]);
        let mut child = with_password(laptop.command(&["sync", "todo.json", "-q"])).spawn().unwrap();
        thread::sleep(Duration::from_micros(random.below(60_000)));
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        if number % 8 == 0 {
            ok(&phone, &["sync", "todo.json"]);
        }
    }
    assert!(killed > 5, "only {killed} were killed in time");
    for device in [&laptop, &phone, &laptop] {
        ok(device, &["sync", "todo.json"]);
    }
    assert_eq!(laptop.json(), phone.json());
    let items: Vec<_> =
        laptop.json()["items"].as_array().unwrap().iter().map(|item| item.as_u64().unwrap()).collect();
    assert_eq!(items, (0..40).collect::<Vec<_>>());
}

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn two_devices_meet_on_apache() {
    meet_and_be_killed(&Server::apache());
}

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn two_devices_meet_on_wsgidav() {
    meet_and_be_killed(&Server::wsgidav());
}

#[test]
fn nobody_answers() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{}");
    // Port 1 is nobody's.
    laptop.run(&["sync", "todo.json", "--with", "webdav://127.0.0.1:1/x"]).is(str![[r#"
minisync: cannot list minisync in the target: 127.0.0.1:1 cannot be reached: Connection refused; try again in a while
[exit 1]

"#]]);
    laptop.run(&["sync", "todo.json", "--with", "webdav://me:hunter2@127.0.0.1:1/x"]).is(str![[r#"
minisync: --with: the target "webdav://…@127.0.0.1:1/x" cannot be used: a password does not belong into a URL, where others can read it; put it into ~/.netrc or the environment (docs/guide/webdav.md), and leave the user only
[exit 2]

"#]]);
    let mut command = laptop.command(&["sync", "todo.json", "--with", "webdav://nobody@127.0.0.1:1/x"]);
    let output = command.env("NETRC", "/nowhere").env_remove("MINISYNC_WEBDAV_PASSWORD").output().unwrap();
    Outcome::of(output, &world.path("")).is(str![[r#"
minisync: the target webdav://nobody@127.0.0.1:1/x cannot be opened: there is no password for this user: put one into ~/.netrc (machine HOST login USER password PASSWORD) or into MINISYNC_WEBDAV_PASSWORD
[exit 1]

"#]]);
}
