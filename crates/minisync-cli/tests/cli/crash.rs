//! The program is killed at any moment, again and again, and nothing is lost.

use std::{
    env, fs,
    thread::sleep,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use minisync_testkit::rng::Rng;
use serde_json::{Value, json};

use crate::device::{Device, World};

/// Adds a key and a list element, as an editor that saves by replacing the file.
fn edit(device: &Device, number: usize, rng: &mut Rng) {
    let text = device.read("todo.json");
    let mut value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    value["keys"][format!("k{number}")] = json!(number);
    let list = value["list"].as_array_mut().unwrap();
    list.insert(rng.index(list.len() + 1), json!(number));
    device.write("editor.tmp", &serde_json::to_string_pretty(&value).unwrap());
    fs::rename(device.path("editor.tmp"), device.path("todo.json")).unwrap();
}

/// `MINISYNC_SEED` repeats a run.
fn seeded() -> Rng {
    let given = env::var("MINISYNC_SEED").ok().and_then(|text| text.parse().ok());
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = given.unwrap_or(since.as_micros() as u64);
    println!("MINISYNC_SEED={seed}");
    Rng::new(seed)
}

/// `MINISYNC_KILLS` says how often.
#[test]
fn kills_at_random_moments_lose_nothing() {
    let kills: usize = env::var("MINISYNC_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let mut rng = seeded();
    let world = World::new();
    let (laptop, phone) = world.pair("{\n  \"keys\": {},\n  \"list\": []\n}\n");
    let started = Instant::now();
    laptop.sync();
    phone.sync();
    // Runs that have something to do take a few times as long as those that have nothing.
    let longest = u64::try_from(started.elapsed().as_micros() * 3).unwrap();
    let mut killed = 0;
    for number in 0..kills {
        let device = *rng.pick(&[&laptop, &phone]);
        let edited = if rng.chance(75) { device } else { *rng.pick(&[&laptop, &phone]) };
        edit(edited, number, &mut rng);
        let mut child = device.spawn(&["sync", "todo.json"]);
        sleep(Duration::from_micros(rng.below(longest)));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        killed += usize::from(!status.success());
        let text = device.read("todo.json");
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "after {number}: {text}");
    }
    println!("{killed} of {kills} runs were killed before their end");
    for _ in 0..2 {
        laptop.sync();
        phone.sync();
    }
    for device in [&laptop, &phone] {
        let value = device.json();
        let mut list: Vec<u64> =
            value["list"].as_array().unwrap().iter().map(|item| item.as_u64().unwrap()).collect();
        list.sort_unstable();
        let all: Vec<u64> = (0..kills as u64).collect();
        assert_eq!(list, all, "{}", device.name);
        assert_eq!(value["keys"].as_object().unwrap().len(), kills, "{}", device.name);
    }
    assert_eq!(laptop.json(), phone.json());
    assert!(killed > 0, "no run was slow enough to be killed");
    let leftover: Vec<_> =
        fs::read_dir(&laptop.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(leftover.len(), 2, "{leftover:?}");
}

/// A run that merged, and died before it wrote FILE: the edit that came next must not undo the merge.
#[test]
fn an_edit_after_a_merge_that_never_reached_the_file() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"keys\": {}, \"list\": [\"a\"]}");
    laptop.sync();
    phone.ok(&["set", "todo.json", "list[1]", "\"from the phone\""]);
    phone.sync();
    let old = laptop.read("todo.json");
    // Where the draft cannot be made, the run merges, saves, and fails to write FILE.
    let draft = laptop.path(".todo.json.minisync.tmp");
    fs::create_dir_all(draft.join("x")).unwrap();
    let outcome = laptop.run(&["sync", "todo.json"]);
    assert_eq!(outcome.code, Some(1), "{}{}", outcome.stdout, outcome.stderr);
    fs::remove_dir_all(&draft).unwrap();
    assert_eq!(laptop.read("todo.json"), old);

    laptop.write("todo.json", "{\"keys\": {}, \"list\": [\"a\", \"edited\"]}");
    laptop.sync();
    laptop.sync();
    phone.sync();
    let list = laptop.json()["list"].clone();
    assert_eq!(list.as_array().unwrap().len(), 3, "{list}");
    for item in ["a", "from the phone", "edited"] {
        assert!(list.as_array().unwrap().contains(&json!(item)), "{list}");
    }
    assert_eq!(laptop.json(), phone.json());
}

/// An editor saved in the very moment in which FILE was replaced, and the run died right after: what the
/// editor wrote is in the draft, and must come back.
#[test]
fn an_edit_that_slipped_in_at_the_last_moment() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"list\": [\"a\"]}");
    laptop.sync();
    let ledger = laptop.path(".minisync/text/todo.json/written.json");
    let settled =
        || serde_json::from_str::<Value>(&fs::read_to_string(&ledger).unwrap()).unwrap()["settled"].take();
    let first = settled();
    phone.ok(&["set", "todo.json", "list[1]", "\"from the phone\""]);
    phone.sync();
    laptop.sync();
    let pending = json!({ "agreement": settled(), "before": "0".repeat(32) });
    let entry = json!({ "settled": first, "pending": pending });
    fs::write(&ledger, entry.to_string()).unwrap();
    laptop.write(".todo.json.minisync.tmp", "{\"list\": [\"a\", \"slipped in\"]}");
    laptop.sync();
    phone.sync();
    for device in [&laptop, &phone] {
        let list = device.json()["list"].clone();
        assert_eq!(list.as_array().unwrap().len(), 3, "{list}");
        for item in ["a", "from the phone", "slipped in"] {
            assert!(list.as_array().unwrap().contains(&json!(item)), "{list}");
        }
    }
    assert!(!laptop.path(".todo.json.minisync.tmp").exists());
}

/// Runs the command a few times, each killed at some moment, and then to its end.
fn run_through_kills(device: &Device, arguments: &[&str], rng: &mut Rng) {
    for _ in 0..rng.between(1, 3) {
        let mut child = device.spawn(arguments);
        sleep(Duration::from_micros(rng.below(25_000)));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    device.ok(arguments);
}

#[test]
fn kills_in_the_first_sync_lose_nothing() {
    let mut rng = seeded();
    for _ in 0..20 {
        let world = World::new();
        let (laptop, phone, tablet) = (world.device("laptop"), world.device("phone"), world.device("tablet"));
        laptop.write("todo.json", "{\"a\": 1}");
        let first = ["sync", "todo.json", "--with", "../cloud"];
        run_through_kills(&laptop, &first, &mut rng);
        let documents: Vec<_> = fs::read_dir(world.path("cloud/minisync")).unwrap().collect();
        assert_eq!(documents.len(), 1, "{documents:?}");
        run_through_kills(&phone, &first, &mut rng);
        assert_eq!(phone.json(), json!({ "a": 1 }));

        tablet.write("todo.json", "{\"a\": 2, \"b\": 3}");
        let document = documents[0].as_ref().unwrap().file_name();
        run_through_kills(&tablet, &[&first[..], &["--join", document.to_str().unwrap()]].concat(), &mut rng);
        assert_eq!(tablet.json(), json!({ "a": 1, "b": 3 }));
        assert_eq!(tablet.read("todo.json.bak"), "{\"a\": 2, \"b\": 3}");
        laptop.sync();
        assert_eq!(laptop.json(), tablet.json());
    }
}
