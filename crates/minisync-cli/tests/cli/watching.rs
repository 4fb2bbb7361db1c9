//! A `minisync watch` that runs beside a test, and what it said so far.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::device::Device;

/// Whatever is waited for takes milliseconds. Where it takes this long, it never comes.
const NEVER: Duration = Duration::from_secs(120);

/// A running `minisync watch`.
pub(crate) struct Watching {
    child: Child,
    said: PathBuf,
}

impl Watching {
    /// Watches this device's FILE with these options.
    pub(crate) fn start(device: &Device, options: &[&str]) -> Watching {
        let watching = Watching::spawn(device, &[&["watch", "todo.json"], options].concat());
        watching.wait_for("watching");
        watching
    }

    pub(crate) fn spawn(device: &Device, arguments: &[&str]) -> Watching {
        // Not beside FILE: that folder is watched.
        let said = device.folder.with_extension("said");
        let file = File::options().create(true).append(true).open(&said).unwrap();
        let mut command = device.command(arguments);
        command.stdout(file.try_clone().unwrap()).stderr(file).stdin(Stdio::null());
        Watching { child: command.spawn().unwrap(), said }
    }

    /// Its lines, without the time of day that each begins with.
    pub(crate) fn said(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.said).unwrap();
        text.lines().map(|line| line.split_once(' ').unwrap_or(("", line)).1.to_owned()).collect()
    }

    #[track_caller]
    pub(crate) fn wait_for(&self, words: &str) {
        wait_until(
            || self.said().iter().any(|line| line.contains(words)),
            || format!("nothing of {words:?} in {:#?}", self.said()),
        );
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Its exit code after this signal.
    pub(crate) fn stop(mut self, signal: &str) -> Option<i32> {
        self.signal(signal);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It has ended by itself, or the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool, complaint: impl Fn() -> String) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < NEVER, "{}", complaint());
        thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until FILE says this, but for its layout.
#[track_caller]
pub(crate) fn wait_for_text(file: &Path, expected: &serde_json::Value) {
    let read = || fs::read_to_string(file).unwrap_or_default();
    wait_until(
        || serde_json::from_str::<serde_json::Value>(&read()).is_ok_and(|found| found == *expected),
        || format!("{} is {:?} and not {expected}", file.display(), read()),
    );
}
