//! Four devices that watch, for as long as one likes, with random edits and faults: equal at the end, and what it takes
//! of memory and processor does not grow.
//!
//! `SOAK_SECONDS=3600 cargo test -p minisync-cli --test cli soak -- --nocapture` runs it for an hour and prints figures.
//! `SOAK_SEED` repeats its choices; what the devices do in between is up to the system.

use std::{
    env, fs,
    io::Write as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use minisync_testkit::rng::Rng;
use serde_json::{Value, json};

use crate::{
    device::{Device, World},
    watching::{Watching, wait_until},
};

const NAMES: [&str; 4] = ["laptop", "phone", "desk", "tablet"];

/// Of a process, as Linux tells it: memory in KiB, and processor time in hundredths of a second.
#[derive(Debug, Clone, Copy)]
struct Usage {
    memory: u64,
    processor: u64,
}

struct Soak {
    world: World,
    devices: Vec<Device>,
    watching: Vec<Option<Watching>>,
    rng: Rng,
    edits: u64,
    faults: u64,
}

#[test]
fn soak() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seconds = number("SOAK_SECONDS").unwrap_or(15);
    let seed = number("SOAK_SEED").unwrap_or(1);
    let mut soak = Soak::new(seed);
    let begun = Instant::now();
    let mut early: Option<Vec<u64>> = None;
    while begun.elapsed() < Duration::from_secs(seconds) {
        soak.step();
        if early.is_none() && begun.elapsed() > Duration::from_secs(seconds / 10) {
            early = soak.memory();
        }
    }
    soak.settle();
    let late = soak.memory();
    println!(
        "seed {seed}, {seconds} s: {} edits, {} faults; memory in KiB after a tenth of the time {early:?}, at the end {late:?}",
        soak.edits, soak.faults
    );
    if let (Some(early), Some(late)) = (early, late) {
        for (early, late) in early.iter().zip(&late) {
            assert!(*late < early * 2 + 16 * 1024, "memory grows: from {early} to {late} KiB");
        }
    }
    soak.rest(if seconds > 60 { 120 } else { 5 });
}

impl Soak {
    fn new(seed: u64) -> Soak {
        let world = World::new();
        let devices: Vec<Device> = NAMES.iter().map(|name| world.device(name)).collect();
        devices[0].write("todo.json", "{\"edits\": {}, \"list\": []}");
        devices.iter().for_each(|device| drop(device.start()));
        let mut soak =
            Soak { world, devices, watching: Vec::new(), rng: Rng::new(seed), edits: 0, faults: 0 };
        for index in 0..NAMES.len() {
            let watching = soak.watch(index);
            soak.watching.push(Some(watching));
        }
        soak
    }

    fn watch(&self, index: usize) -> Watching {
        // Two hear of changes, and two only look.
        let options =
            if index.is_multiple_of(2) { &["--every", "30"][..] } else { &["--every", "3", "--poll"] };
        Watching::spawn(&self.devices[index], &[&["watch", "todo.json"], options].concat())
    }

    fn step(&mut self) {
        let index = usize::try_from(self.rng.below(4)).unwrap();
        match self.rng.below(40) {
            0 => self.kill(index),
            1 => self.interrupt(index),
            2 => self.unmount_target(),
            3 => self.unmount_device(index),
            4 => self.break_file(index),
            5 => self.damage_a_head(),
            6..=9 => thread::sleep(Duration::from_millis(self.rng.below(3000))),
            _ => self.edit(index),
        }
        thread::sleep(Duration::from_millis(self.rng.below(400)));
        for watching in self.watching.iter_mut().flatten() {
            assert!(watching.is_running(), "it ended by itself: {:#?}", watching.said());
        }
    }

    /// Reads FILE, changes it and saves it in one of the ways of editors.
    fn edit(&mut self, index: usize) {
        let device = &self.devices[index];
        let Some(mut value) = fs::read_to_string(device.path("todo.json"))
            .ok()
            .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        else {
            return;
        };
        self.edits += 1;
        let key = format!("{}{}", NAMES[index], self.rng.below(50));
        value["edits"][key] = json!(self.edits);
        if let Some(list) = value["list"].as_array_mut() {
            match self.rng.below(3) {
                0 if !list.is_empty() => {
                    drop(list.remove(usize::try_from(self.rng.below(list.len() as u64)).unwrap()))
                }
                _ if list.len() < 100 => list.push(json!({ "number": self.edits, "by": NAMES[index] })),
                _ => list.truncate(50),
            }
        }
        let text = format!("{value:#}");
        match self.rng.below(4) {
            0 => {
                device.write("todo.json.new", &text);
                fs::rename(device.path("todo.json.new"), device.path("todo.json")).unwrap();
            }
            1 => {
                let (one, two) = text.split_at(text.len() / 2);
                let mut file = fs::File::create(device.path("todo.json")).unwrap();
                file.write_all(one.as_bytes()).unwrap();
                thread::sleep(Duration::from_millis(self.rng.below(300)));
                file.write_all(two.as_bytes()).unwrap();
            }
            2 => drop(device.run(&["set", "todo.json", &format!("edits.set{}", self.edits % 20), "true"])),
            _ => device.write("todo.json", &text),
        }
    }

    fn kill(&mut self, index: usize) {
        self.faults += 1;
        if let Some(watching) = self.watching[index].take() {
            watching.stop("KILL");
        }
        thread::sleep(Duration::from_millis(self.rng.below(1000)));
        self.watching[index] = Some(self.watch(index));
    }

    fn interrupt(&mut self, index: usize) {
        if let Some(watching) = self.watching[index].take() {
            // Before it listens to signals, they end it as they end any program.
            let code = watching.stop("TERM");
            assert!(code.is_none_or(|code| code == 0), "{code:?}");
        }
        self.watching[index] = Some(self.watch(index));
    }

    fn unmount_target(&mut self) {
        self.faults += 1;
        let (cloud, away) = (self.world.path("cloud"), self.world.path("away"));
        fs::rename(&cloud, &away).unwrap();
        thread::sleep(Duration::from_millis(self.rng.below(5000)));
        // Whoever was in the middle of a sync may have written on, beneath where the disk was: that is lost.
        put_back(&away, &cloud);
    }

    /// The program's own folder goes with it, and its current one stays what it was; so only what is by name counts.
    fn unmount_device(&mut self, index: usize) {
        self.faults += 1;
        let device = &self.devices[index];
        let (state, away) = (device.path(".minisync"), device.path(".away"));
        fs::rename(&state, &away).unwrap();
        thread::sleep(Duration::from_millis(self.rng.below(2000)));
        // A sync that had it open goes on there, and may make a folder anew that holds nothing of worth.
        put_back(&away, &state);
    }

    fn break_file(&mut self, index: usize) {
        self.faults += 1;
        let device = &self.devices[index];
        let text = device.read("todo.json");
        let text = if text.is_empty() { "{}".to_owned() } else { text };
        device.write("todo.json", &text[..text.len() - 1]);
        thread::sleep(Duration::from_millis(self.rng.below(3000)));
        let broken = device.read("todo.json");
        // Nobody writes into a file that cannot be read.
        assert_eq!(broken, text[..text.len() - 1]);
        device.write("todo.json", &text);
    }

    fn damage_a_head(&mut self) {
        self.faults += 1;
        let folder = fs::read_dir(self.world.path("cloud/minisync")).unwrap().next().unwrap().unwrap();
        let heads: Vec<_> = fs::read_dir(folder.path().join("head"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        let head = &heads[usize::try_from(self.rng.below(heads.len() as u64)).unwrap()];
        let length = fs::metadata(head).map_or(0, |found| found.len());
        let file = fs::File::options().write(true).open(head).unwrap();
        file.set_len(length / 2).unwrap();
    }

    /// Nobody edits any more: all come to say the same.
    fn settle(&self) {
        let texts = || self.devices.iter().map(|device| device.json_or_null()).collect::<Vec<_>>();
        wait_until(
            || texts().windows(2).all(|pair| pair[0] == pair[1]) && !texts()[0].is_null(),
            || format!("they differ: {:#?}", texts()),
        );
        // And stay so.
        thread::sleep(Duration::from_secs(8));
        let texts = texts();
        assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{texts:#?}");
        assert!(texts[0]["edits"].as_object().is_some_and(|edits| !edits.is_empty()));
    }

    /// What each takes while nothing happens.
    fn rest(&self, seconds: u64) {
        let Some(before) = self.usage() else { return };
        thread::sleep(Duration::from_secs(seconds));
        let Some(after) = self.usage() else { return };
        let used: Vec<u64> =
            before.iter().zip(&after).map(|(before, after)| after.processor - before.processor).collect();
        println!("at rest for {seconds} s: hundredths of a second of the processor {used:?}");
        for used in used {
            // A busy loop takes all of the processor; a look every 3 seconds next to nothing.
            assert!(used < seconds * 10, "{used} hundredths of a second in {seconds} s");
        }
    }

    fn usage(&self) -> Option<Vec<Usage>> {
        self.watching.iter().flatten().map(|watching| usage(watching.pid())).collect()
    }

    fn memory(&self) -> Option<Vec<u64>> {
        Some(self.usage()?.into_iter().map(|usage| usage.memory).collect())
    }
}

/// Puts a folder back where a sync that is under way may make one of that name again and again.
fn put_back(away: &Path, place: &Path) {
    let is_back = (0..1000).any(|_| {
        let _ = fs::remove_dir_all(place);
        let renamed = fs::rename(away, place);
        if renamed.is_err() {
            thread::sleep(Duration::from_millis(5));
        }
        renamed.is_ok()
    });
    assert!(is_back, "{} is in use for ever", place.display());
}

impl Device {
    fn json_or_null(&self) -> Value {
        let text = fs::read_to_string(self.path("todo.json")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// None where there is no `/proc`.
fn usage(pid: u32) -> Option<Usage> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let memory = memory.split_whitespace().next()?.parse().ok()?;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let processor = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Usage { memory, processor })
}
