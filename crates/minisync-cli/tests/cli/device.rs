//! A world of devices: folders in a temporary one, with a shared folder between them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use snapbox::{Assert, IntoData, Redactions};
use tempfile::TempDir;

/// A temporary folder with everything in it.
pub(crate) struct World {
    root: TempDir,
}

/// A folder that stands for a device. Its FILE is `todo.json`, its target is the world's shared folder.
pub(crate) struct Device {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    root: PathBuf,
}

/// What a run came to.
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) fn new() -> World {
        World { root: TempDir::with_prefix("minisync-").unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn device(&self, name: &str) -> Device {
        let folder = self.path(name);
        fs::create_dir_all(&folder).unwrap();
        Device { name: name.to_owned(), folder, root: self.root.path().to_owned() }
    }

    /// Two devices that share one document, which `text` was made into.
    pub(crate) fn pair(&self, text: &str) -> (Device, Device) {
        let (laptop, phone) = (self.device("laptop"), self.device("phone"));
        laptop.write("todo.json", text);
        laptop.start();
        phone.start();
        (laptop, phone)
    }
}

impl Device {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// FILE as a value.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.read("todo.json")).unwrap()
    }

    /// FILE's value, as another program would write it.
    pub(crate) fn json_pretty(&self) -> String {
        let text = self.read("todo.json");
        let value: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_minisync"));
        command.args(arguments).current_dir(&self.folder).env("TZ", "UTC").env("COLUMNS", "100");
        command.stdin(Stdio::null());
        command
    }

    /// Runs the program here.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments).output().unwrap(), &self.root)
    }

    /// Runs it, and insists that it works. What it said on standard output.
    #[track_caller]
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let outcome = self.run(arguments);
        assert_eq!(outcome.code, Some(0), "{arguments:?}\n{}{}", outcome.stdout, outcome.stderr);
        outcome.stdout
    }

    /// The first sync with the shared folder.
    #[track_caller]
    pub(crate) fn start(&self) -> String {
        self.ok(&["sync", "todo.json", "--with", "../cloud", "--name", &self.name])
    }

    #[track_caller]
    pub(crate) fn sync(&self) -> String {
        self.ok(&["sync", "todo.json"])
    }

    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// All of the program's own files here.
    pub(crate) fn state_files(&self) -> Vec<PathBuf> {
        files_below(&self.path(".minisync"))
    }
}

impl Outcome {
    pub(crate) fn of(output: Output, root: &Path) -> Outcome {
        let plain = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(&*root.to_string_lossy(), "[ROOT]")
        };
        Outcome { code: output.status.code(), stdout: plain(output.stdout), stderr: plain(output.stderr) }
    }

    /// Compares all that was said, and the exit code, with a snapshot.
    #[track_caller]
    pub(crate) fn is(&self, expected: impl IntoData) {
        let Outcome { code, stdout, stderr } = self;
        let code = code.map_or("killed".to_owned(), |code| code.to_string());
        assert_says(&format!("{stdout}{stderr}[exit {code}]\n"), expected);
    }
}

/// Compares with a snapshot in which ids, times and the temporary folder have stable names.
#[track_caller]
pub(crate) fn assert_says(actual: &str, expected: impl IntoData) {
    let mut redactions = Redactions::new();
    for (name, pattern) in [
        ("[TIME]", r"(?<redacted>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\.\d{3}Z)?)"),
        ("[STAMP]", r":(?<redacted>\d{15,16})\b"),
        ("[PID]", r"process (?<redacted>\d+)"),
        ("[ID]", r"\b(?<redacted>[a-z2-7]{20})\b"),
    ] {
        redactions.insert(name, regex::Regex::new(pattern).unwrap()).unwrap();
    }
    Assert::new().redact_with(redactions).action_env("SNAPSHOTS").eq(actual, expected);
}

pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect();
    files.sort();
    files
}
