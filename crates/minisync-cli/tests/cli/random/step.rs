//! What happens in a world, one thing after another. Knows devices and files, and no expectations' insides.

use std::{fs, path::Path, thread::sleep, time::Duration};

use minisync_testkit::rng::Rng;
use serde_json::{Value, json};

use super::{Kind, Place, Run, expect::Unshared};
use crate::device::{Device, files_below};

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Insert(usize),
    SetKey(usize),
    Remove(usize),
    Move(usize),
    Sync(usize),
    /// A run that is killed after so many microseconds.
    Kill(usize, u64),
    Backup(usize),
    Restore(usize),
    /// Only the state comes out of the backup; FILE stays.
    RestoreState(usize),
    /// The folder is copied, and the copy is a new device.
    Clone(usize),
    /// The state file is cut short.
    Damage(usize),
    /// The file is deleted, which means nothing.
    Delete(usize),
    /// A file of the store goes away for a while.
    TakeAway,
    BringBack,
}

impl Step {
    pub(super) fn random(rng: &mut Rng, kind: Kind, devices: usize) -> Step {
        let device = rng.index(devices);
        match rng.below(100) {
            0..=19 => Step::Insert(device),
            20..=27 => Step::SetKey(device),
            28..=37 => Step::Remove(device),
            38..=41 => Step::Move(device),
            42..=69 => Step::Sync(device),
            70..=79 => Step::Backup(device),
            80..=89 => Step::Restore(device),
            90..=91 => Step::RestoreState(device),
            92..=93 if devices < 6 => Step::Clone(device),
            94 => Step::Delete(device),
            95 => Step::Damage(device),
            _ if kind == Kind::Kills => Step::Kill(device, rng.below(30_000)),
            _ if kind == Kind::Late => rng.pick(&[Step::TakeAway, Step::TakeAway, Step::BringBack]).clone(),
            _ => Step::Sync(device),
        }
    }
}

/// An edit by a program that reads FILE, changes it and writes it anew.
fn edit(device: &Device, rng: &mut Rng, change: impl FnOnce(&mut Value, &mut Rng)) {
    if !device.path("todo.json").exists() {
        return;
    }
    let mut value = device.json();
    change(&mut value, rng);
    let text = if rng.chance(50) { value.to_string() } else { serde_json::to_string_pretty(&value).unwrap() };
    device.write("editor.tmp", &text);
    fs::rename(device.path("editor.tmp"), device.path("todo.json")).unwrap();
}

impl Run {
    pub(super) fn perform(&mut self, step: &Step) -> Result<(), String> {
        match *step {
            Step::Insert(index) => self.insert(index),
            Step::SetKey(index) => self.set_key(index),
            Step::Remove(index) => self.remove(index),
            Step::Move(index) => edit(&self.devices[index].device, &mut self.rng, |value, rng| {
                let list = value["list"].as_array_mut().unwrap();
                if !list.is_empty() {
                    let item = list.remove(rng.index(list.len()));
                    list.insert(rng.index(list.len() + 1), item);
                }
            }),
            Step::Sync(index) => self.sync(index)?,
            Step::Kill(index, after) => {
                let mut child = self.devices[index].device.spawn(&["sync", "todo.json"]);
                sleep(Duration::from_micros(after));
                child.kill().unwrap();
                let output = child.wait_with_output().unwrap();
                self.hear(&String::from_utf8_lossy(&output.stdout));
            }
            Step::Backup(index) => self.backup(index),
            Step::Restore(index) => self.restore(index),
            Step::RestoreState(index) => self.restore_state(index),
            Step::Clone(index) => self.clone_device(index),
            Step::Damage(index) => self.damage(index),
            Step::Delete(index) => {
                drop(fs::remove_file(self.devices[index].device.path("todo.json")));
                // It comes back as the document is, without what was edited and never taken in.
                self.expected.replaced(index, &Unshared::default());
            }
            Step::TakeAway => self.take_away(),
            Step::BringBack => self.bring_back(),
        }
        Ok(())
    }

    fn token(&mut self) -> String {
        self.next += 1;
        format!("t{}", self.next)
    }

    fn insert(&mut self, index: usize) {
        if !self.has_file(index) {
            return;
        }
        let token = self.token();
        edit(&self.devices[index].device, &mut self.rng, |value, rng| {
            let list = value["list"].as_array_mut().unwrap();
            list.insert(rng.index(list.len() + 1), json!({ "id": token }));
        });
        self.expected.add(index, &token);
    }

    fn set_key(&mut self, index: usize) {
        if !self.has_file(index) {
            return;
        }
        let token = self.token();
        edit(&self.devices[index].device, &mut self.rng, |value, rng| {
            value["keys"][&token] = json!(rng.below(10));
        });
        self.expected.add(index, &token);
    }

    fn remove(&mut self, index: usize) {
        let mut removed = None;
        edit(&self.devices[index].device, &mut self.rng, |value, rng| {
            let list = value["list"].as_array_mut().unwrap();
            if list.is_empty() {
                return;
            }
            let gone = list.remove(rng.index(list.len()));
            // All of them: what appears twice is one thing to a person.
            list.retain(|item| item["id"] != gone["id"]);
            removed = gone["id"].as_str().map(str::to_owned);
        });
        if let Some(token) = removed {
            self.expected.remove(index, &token);
        }
    }

    fn has_file(&self, index: usize) -> bool {
        self.devices[index].device.path("todo.json").exists()
    }

    pub(super) fn sync(&mut self, index: usize) -> Result<(), String> {
        let outcome = self.devices[index].device.run(&["sync", "todo.json"]);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        self.log.push(format!("  {}", said.trim_end().replace('\n', "\n  ")));
        self.hear(&said);
        match outcome.code {
            Some(0) => self.expected.shared(index),
            // What others sent is late, or older than it was; what is its own, it has sent.
            Some(3) if outcome.stderr.contains("could be received") => {
                self.expected.shared(index);
                self.is_complete = false;
            }
            // An error must say why, and only a store that lacks files may be one.
            Some(1 | 3) if !self.away.is_empty() && outcome.stderr.contains("minisync: ") => {}
            code => return Err(format!("sync d{index} ended with {code:?}: {said}")),
        }
        Ok(())
    }

    fn hear(&mut self, said: &str) {
        self.expected.twice_was_said |= said.contains("an item may appear twice");
    }

    fn backup(&mut self, index: usize) {
        let backup = self.world.path(&format!("backup{index}"));
        drop(fs::remove_dir_all(&backup));
        copy(&self.devices[index].device.folder, &backup);
        self.backups.insert(index, self.expected.unshared(index));
        self.devices[index].backup = Some(backup);
    }

    fn restore(&mut self, index: usize) {
        let Place { device, backup } = &self.devices[index];
        let Some(backup) = backup else { return };
        fs::remove_dir_all(&device.folder).unwrap();
        copy(backup, &device.folder);
        let unshared = self.backups.get(&index).cloned().unwrap_or_default();
        self.expected.replaced(index, &unshared);
    }

    fn restore_state(&mut self, index: usize) {
        let Place { device, backup } = &self.devices[index];
        let Some(backup) = backup else { return };
        fs::remove_dir_all(device.path(".minisync")).unwrap();
        copy(&backup.join(".minisync"), &device.path(".minisync"));
        self.expected.state_replaced();
    }

    /// What was saved before serves, so this is as if that had been put back.
    fn damage(&mut self, index: usize) {
        let state = self.devices[index].device.path(".minisync/todo.json.state");
        let previous = self.devices[index].device.path(".minisync/todo.json.state.previous");
        if previous.exists() && state.exists() {
            let bytes = fs::read(&state).unwrap();
            fs::write(&state, &bytes[..bytes.len() / 2]).unwrap();
            self.expected.state_replaced();
        }
    }

    fn clone_device(&mut self, index: usize) {
        let number = self.devices.len();
        let clone = self.world.device(&format!("d{number}"));
        fs::remove_dir_all(&clone.folder).unwrap();
        copy(&self.devices[index].device.folder, &clone.folder);
        let unshared: Unshared = self.expected.unshared(index);
        self.expected.also(number, &unshared);
        self.devices.push(Place { device: clone, backup: None });
    }

    fn take_away(&mut self) {
        let files = files_below(&self.world.path("cloud"));
        let files: Vec<_> = files.iter().filter(|path| is_data(path)).collect();
        if files.is_empty() {
            return;
        }
        let file = (*self.rng.pick(&files)).clone();
        self.next += 1;
        let shelf = self.world.path(&format!("away{}", self.next));
        fs::rename(&file, &shelf).unwrap();
        self.away.push((shelf, file));
    }

    pub(super) fn bring_back(&mut self) {
        for (shelf, home) in self.away.drain(..) {
            // Written anew meanwhile: what comes late is what was there before, and the newer one stays.
            if !home.exists() {
                fs::rename(shelf, home).unwrap();
            }
        }
    }
}

fn is_data(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.ends_with("data") || folder.ends_with("head"))
}

/// `cp -r`, with the times as they were.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), &target).map(drop).unwrap()
        }
    }
}
