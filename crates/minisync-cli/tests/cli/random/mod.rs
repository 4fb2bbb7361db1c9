//! The command as its users meet it, at random: several devices, files edited by plain programs, syncs, backups
//! put back, folders copied, state folders put back, files of the store that come late, runs that are killed.
//! Judges only by what FILE holds in the end, and by what was said. Knows nothing of documents.
//!
//! `MINISYNC_RUNS=2000` says how many worlds, `MINISYNC_SEED=7` replays one, `MINISYNC_KIND=kills` (or `late`,
//! `plain`) takes only worlds of one kind.

mod expect;
mod step;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::Instant,
};

use minisync_testkit::rng::Rng;

use self::{
    expect::{Expectations, Unshared},
    step::Step,
};
use crate::device::{Device, World};

/// What may go wrong in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Backups and copies.
    Plain,
    /// And files of the store are away for a while.
    Late,
    /// And runs are killed at any moment.
    Kills,
}

const KINDS: [(&str, Kind); 3] = [("plain", Kind::Plain), ("late", Kind::Late), ("kills", Kind::Kills)];

/// A world under way.
pub(crate) struct Run {
    world: World,
    kind: Kind,
    rng: Rng,
    devices: Vec<Place>,
    expected: Expectations,
    /// Files that are away: where they are now, and where they belong.
    away: Vec<(PathBuf, PathBuf)>,
    /// What was done, for whoever has to read it.
    log: Vec<String>,
    next: usize,
    /// Whether the last sync could receive all.
    is_complete: bool,
    /// What each device had not shared yet when its backup was made.
    backups: BTreeMap<usize, Unshared>,
}

/// A device, and its backup if there is one.
pub(crate) struct Place {
    device: Device,
    backup: Option<PathBuf>,
}

impl Run {
    fn new(seed: u64, kind: Kind) -> Run {
        let mut rng = Rng::new(seed);
        let world = World::new();
        let count = rng.between(2, 4);
        let devices = (0..count)
            .map(|number| Place { device: world.device(&format!("d{number}")), backup: None })
            .collect::<Vec<_>>();
        devices[0].device.write("todo.json", "{\n  \"keys\": {},\n  \"list\": []\n}\n");
        for place in &devices {
            place.device.start();
        }
        let (expected, away) = (Expectations::default(), Vec::new());
        Run {
            world,
            kind,
            rng,
            devices,
            expected,
            away,
            log: Vec::new(),
            next: 0,
            backups: BTreeMap::new(),
            is_complete: true,
        }
    }

    /// Does everything, and returns what is wrong in the end.
    fn play(&mut self) -> Result<(), String> {
        for _ in 0..self.rng.between(8, 40) {
            let step = Step::random(&mut self.rng, self.kind, self.devices.len());
            self.log.push(format!("{step:?}"));
            self.perform(&step)?;
        }
        self.bring_back();
        // Whatever anybody has reaches everybody in two rounds; the third has nothing to do.
        for _ in 0..3 {
            for index in 0..self.devices.len() {
                self.log.push(format!("finally sync d{index}"));
                self.is_complete = true;
                self.sync(index)?;
            }
        }
        if !self.is_complete {
            return Err("something is still missing, and nobody mends it".to_owned());
        }
        self.judge()
    }

    fn judge(&self) -> Result<(), String> {
        let first = self.devices[0].device.json();
        for place in &self.devices[1..] {
            let other = place.device.json();
            if other != first {
                return Err(format!("{} and d0 differ:\n{other}\n{first}", place.device.name));
            }
        }
        let kept: Vec<String> = self.devices.iter().flat_map(|place| copies(&place.device.folder)).collect();
        self.expected.judge(&first, &kept)
    }
}

/// What is in the copies of FILE that were kept: it is not lost, and that was said.
fn copies(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let copies = entries.filter(|path| path.to_string_lossy().contains(".json.bak"));
    copies.map(|path| fs::read_to_string(path).unwrap()).collect()
}

fn wanted(name: &str) -> Option<u64> {
    env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Bob's backup was put back, he synced, and what Ann wrote from then on was deleted at both: exit 0, "no
/// conflicts". No test had ever put a backup back and gone on.
#[test]
fn whatever_happens_nothing_is_lost() {
    let only = env::var("MINISYNC_KIND").ok();
    let kinds: Vec<_> =
        KINDS.iter().filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name)).collect();
    let seeds = match wanted("MINISYNC_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..wanted("MINISYNC_RUNS").unwrap_or(12),
    };
    let started = Instant::now();
    let (mut runs, mut failures) = (0, Vec::new());
    for seed in seeds {
        for (name, kind) in &kinds {
            let mut run = Run::new(seed, *kind);
            runs += 1;
            if let Err(problem) = run.play() {
                println!("MINISYNC_KIND={name} MINISYNC_SEED={seed}: {problem}\n{}\n", run.log.join("\n"));
                failures.push(format!("{name} {seed}"));
            }
        }
    }
    println!("{runs} worlds in {:.1} s", started.elapsed().as_secs_f64());
    assert!(failures.is_empty(), "{} of {runs} failed: {}", failures.len(), failures.join(", "));
}
