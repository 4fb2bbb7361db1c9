//! `minisync watch`, as it runs beside editors, other devices and faults. Nothing here depends on how fast a machine is:
//! what is waited for comes, or never does.

use std::{fs, io::Write as _, thread, time::Duration};

use minisync_testkit::rng::Rng;
use serde_json::json;

use crate::{
    device::World,
    watching::{Watching, wait_for_text, wait_until},
};

/// Nothing is looked at unless the system tells of a change.
const EVENTS_ONLY: [&str; 2] = ["--every", "86400"];

/// Nobody tells of changes.
const POLL: [&str; 3] = ["--poll", "--every", "1"];

#[test]
fn two_devices_follow_each_other() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"n\": 0}");
    for options in [&EVENTS_ONLY[..], &POLL] {
        let watching = [Watching::start(&laptop, options), Watching::start(&phone, options)];
        for n in 1..4 {
            laptop.write("todo.json", &json!({ "n": n, "at": options }).to_string());
            wait_for_text(&phone.path("todo.json"), &json!({ "n": n, "at": options }));
            phone.ok(&["set", "todo.json", "n", &format!("{}", n + 10)]);
            wait_for_text(&laptop.path("todo.json"), &json!({ "n": n + 10, "at": options }));
        }
        for watching in watching {
            assert_eq!(watching.stop("INT"), Some(0));
        }
    }
}

/// A line for each event, and none for what is no event.
#[test]
fn a_line_for_each_event() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"n\": 0}");
    let watching = Watching::start(&laptop, &EVENTS_ONLY);
    laptop.write("todo.json", "{\"n\": 1}");
    watching.wait_for("sent");
    // The same once more, as editors do.
    laptop.write("todo.json", "{\"n\": 1}");
    phone.sync();
    phone.write("todo.json", "{\"n\": 2}");
    phone.sync();
    watching.wait_for("received");
    wait_for_text(&laptop.path("todo.json"), &json!({ "n": 2 }));
    assert_eq!(
        watching.said(),
        ["todo.json: watching", "todo.json: sent 1 change", "todo.json: received 1 change from phone"]
    );
    assert_eq!(watching.stop("TERM"), Some(0));
}

#[test]
fn answers_for_machines_are_one_object_an_event() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"n\": 0}");
    let watching = Watching::spawn(&laptop, &["watch", "todo.json", "--json", "--every", "86400"]);
    for n in 1..3 {
        laptop.write("todo.json", &json!({ "n": n }).to_string());
        let text = || fs::read_to_string(world.path("laptop.said")).unwrap();
        wait_until(|| text().lines().count() == n, text);
        let line: serde_json::Value = serde_json::from_str(text().lines().last().unwrap()).unwrap();
        assert_eq!((&line["file"], &line["sent"]), (&json!("todo.json"), &json!(1)));
    }
    drop(watching);
    phone.sync();
    assert_eq!(phone.json(), json!({ "n": 2 }));
}

/// Editors save by putting a new file in the old one's place, by emptying it and writing it anew, or by adding to it.
#[test]
fn editors_that_replace_truncate_and_append() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"n\": 0}");
    let watching = [Watching::start(&laptop, &EVENTS_ONLY), Watching::start(&phone, &EVENTS_ONLY)];
    for round in 0..3_u64 {
        laptop.write("new.json", &json!({ "replaced": round }).to_string());
        fs::rename(laptop.path("new.json"), laptop.path("todo.json")).unwrap();
        wait_for_text(&phone.path("todo.json"), &json!({ "replaced": round }));

        // Away first, and then written anew, as some editors do that keep a copy.
        fs::rename(laptop.path("todo.json"), laptop.path("todo.json~")).unwrap();
        laptop.write("todo.json", &json!({ "moved": round }).to_string());
        wait_for_text(&phone.path("todo.json"), &json!({ "moved": round }));

        let mut file = fs::File::create(laptop.path("todo.json")).unwrap();
        file.write_all(b"{\"truncated\": ").unwrap();
        file.sync_all().unwrap();
        thread::sleep(Duration::from_millis(round * 300));
        write!(file, "{round}").unwrap();
        drop(file);
        let mut file = fs::File::options().append(true).open(laptop.path("todo.json")).unwrap();
        file.write_all(b", \"appended\": true}").unwrap();
        drop(file);
        wait_for_text(&phone.path("todo.json"), &json!({ "truncated": round, "appended": true }));
    }
    drop(watching);
}

/// To sync reads FILE and lists heads, and writes both: were that an event for itself, watching would never rest.
#[test]
fn what_it_does_itself_is_no_event() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"n\": 0}");
    let options = ["--every", "86400", "--verbose"];
    let watching = [Watching::start(&laptop, &options), Watching::start(&phone, &options)];
    laptop.write("todo.json", "{\"n\": 1}");
    wait_for_text(&phone.path("todo.json"), &json!({ "n": 1 }));
    phone.write("todo.json", "{\"n\": 2}");
    wait_for_text(&laptop.path("todo.json"), &json!({ "n": 2 }));
    thread::sleep(Duration::from_secs(5));
    for watching in &watching {
        let syncs = watching.said().iter().filter(|line| line.contains("syncing with")).count();
        // One at the beginning, one or two for each edit, and one that finds that what was written is known.
        assert!(syncs <= 12, "{syncs} syncs for two edits: {:#?}", watching.said());
    }
}

/// A file that is half written is no reason to complain, and one that stays so is a reason to do it once.
#[test]
fn a_broken_file_is_told_once_and_so_is_its_end() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"n\": 0}");
    let watching = Watching::start(&laptop, &["--every", "1"]);
    laptop.write("todo.json", "{\"n\": 1");
    watching.wait_for("breaks off");
    thread::sleep(Duration::from_secs(3));
    laptop.write("todo.json", "{\"n\": 2}");
    watching.wait_for("all is well again");
    wait_for_text(&laptop.path("todo.json"), &json!({ "n": 2 }));
    let said = watching.said();
    assert_eq!(said.iter().filter(|line| line.contains("breaks off")).count(), 1, "{said:#?}");
    drop(watching);
    phone.sync();
    assert_eq!(phone.json(), json!({ "n": 2 }));
}

#[test]
fn a_target_that_is_away_for_a_while() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"n\": 0}");
    let watching = [Watching::start(&laptop, &["--every", "2"]), Watching::start(&phone, &["--every", "2"])];
    fs::rename(world.path("cloud"), world.path("elsewhere")).unwrap();
    laptop.write("todo.json", "{\"n\": 1}");
    watching[0].wait_for("format.json");
    assert!(!world.path("cloud").exists(), "nothing is written into an empty mount");
    fs::rename(world.path("elsewhere"), world.path("cloud")).unwrap();
    wait_for_text(&phone.path("todo.json"), &json!({ "n": 1 }));
    watching[0].wait_for("all is well again");
    // And what the system tells of the folder that is there now is heard.
    phone.write("todo.json", "{\"n\": 2}");
    wait_for_text(&laptop.path("todo.json"), &json!({ "n": 2 }));
    drop(watching);
}

/// A disk with FILE and all that is known of it is unmounted: nothing is made in its place.
#[test]
fn a_file_whose_disk_is_away_for_a_while() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"n\": 0}");
    let root = world.device(".");
    let watching = Watching::spawn(&root, &["watch", "laptop/todo.json", "--every", "1"]);
    watching.wait_for("watching");
    fs::rename(&laptop.folder, world.path("unmounted")).unwrap();
    watching.wait_for("is its disk mounted?");
    phone.write("todo.json", "{\"n\": 1}");
    phone.sync();
    fs::create_dir(&laptop.folder).unwrap();
    thread::sleep(Duration::from_secs(2));
    assert_eq!(fs::read_dir(&laptop.folder).unwrap().count(), 0);
    fs::remove_dir(&laptop.folder).unwrap();
    fs::rename(world.path("unmounted"), &laptop.folder).unwrap();
    wait_for_text(&laptop.path("todo.json"), &json!({ "n": 1 }));
    watching.wait_for("all is well again");
    laptop.write("todo.json", "{\"n\": 2}");
    wait_until(
        || {
            phone.sync();
            phone.json() == json!({ "n": 2 })
        },
        || phone.read("todo.json"),
    );
    drop(watching);
}

/// Ctrl-C in the middle of anything: what was edited is there afterwards, and nothing lies around.
#[test]
fn stopped_in_the_middle_of_anything() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"edits\": []}");
    let mut rng = Rng::new(7);
    let mut edits = Vec::new();
    for number in 0..20 {
        let watching = Watching::start(&laptop, &EVENTS_ONLY);
        edits.push(number);
        laptop.write("todo.json", &json!({ "edits": edits }).to_string());
        phone.ok(&["set", "todo.json", "phone", &number.to_string()]);
        phone.sync();
        thread::sleep(Duration::from_micros(rng.below(400_000)));
        assert_eq!(watching.stop(if rng.below(2) == 0 { "INT" } else { "TERM" }), Some(0));
        assert!(!laptop.path(".todo.json.minisync.tmp").exists());
        laptop.sync();
        phone.sync();
        laptop.sync();
        assert_eq!(laptop.json(), json!({ "edits": edits, "phone": number }));
        assert_eq!(phone.json(), laptop.json());
    }
}

/// Another command finds the state free between two syncs.
#[test]
fn other_commands_work_beside_it() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"n\": 0}");
    let watching = [Watching::start(&laptop, &EVENTS_ONLY), Watching::start(&phone, &EVENTS_ONLY)];
    for n in 1..10 {
        laptop.ok(&["set", "todo.json", "n", &n.to_string()]);
        laptop.ok(&["sync", "todo.json"]);
        laptop.ok(&["status", "todo.json"]);
    }
    wait_for_text(&phone.path("todo.json"), &json!({ "n": 9 }));
    drop(watching);
}

#[test]
fn a_file_that_was_never_synced_is_refused() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{}");
    laptop.run(&["watch", "todo.json"]).is(snapbox::str![[r#"
minisync: todo.json is not tracked yet; start with: minisync sync todo.json --with FOLDER
[exit 1]

"#]]);
}
