//! A real server that a test starts on loopback, stops and starts again. Knows not which one it is.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use tempfile::TempDir;

/// Who may read and write on the servers.
pub const USER: &str = "alice";

/// Its password.
pub const PASSWORD: &str = "open sesame";

/// A server with a folder of its own; it ends with this value.
pub struct Server {
    name: &'static str,
    port: u16,
    home: TempDir,
    /// The target's URL.
    url: String,
    command: Vec<String>,
    environment: Vec<(&'static str, String)>,
    process: Option<Child>,
}

/// What one kind of server needs to be started.
pub(super) struct Recipe {
    pub(super) name: &'static str,
    /// The URL of the target, by the port.
    pub(super) url: fn(u16) -> String,
    /// The program and its arguments, by the folder and the port. Writes what configuration it needs.
    pub(super) command: fn(&Path, u16) -> Vec<String>,
    pub(super) environment: fn(&Path) -> Vec<(&'static str, String)>,
}

/// So often it is asked whether the server is up, with a tenth of a second in between.
const ASKED: usize = 300;

impl Server {
    pub(super) fn start(recipe: &Recipe) -> Server {
        let home = TempDir::with_prefix("minisync-server-").unwrap();
        open_to_all(home.path());
        let files = home.path().join("files");
        fs::create_dir(&files).unwrap();
        open_to_all(&files);
        // Some other program may take the port before the server does; then it does not start, and the test says so.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Server {
            name: recipe.name,
            port,
            url: (recipe.url)(port),
            command: (recipe.command)(home.path(), port),
            environment: (recipe.environment)(home.path()),
            home,
            process: None,
        };
        server.restart();
        server
    }

    /// What it is.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The target that it serves.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it keeps what is written.
    pub fn files(&self) -> PathBuf {
        self.home.path().join("files")
    }

    /// Kills it at once, as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts it, where it was killed, and waits until it answers.
    pub fn restart(&mut self) {
        self.kill();
        let log = || fs::File::options().create(true).append(true).open(self.log_path()).unwrap();
        let (program, arguments) = self.command.split_first().unwrap();
        let mut command = Command::new(program);
        command.args(arguments).envs(self.environment.iter().cloned()).current_dir(self.home.path());
        command.stdin(Stdio::null()).stdout(log()).stderr(log());
        let process = command.spawn();
        let process = process.unwrap_or_else(|error| {
            panic!("cannot start {program}: {error}; `cargo xtask test --only services` installs it")
        });
        self.process = Some(process);
        for _ in 0..ASKED {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("{} does not answer; it said: {}", self.name, self.log());
    }

    /// What it said since it was first started.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.home.path().join("log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Servers drop the rights that they were started with.
pub(super) fn open_to_all(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = folder;
}

/// A program that `cargo xtask test --only services` installs beside the build, as pip's are.
pub(super) fn from_pip(program: &str) -> String {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/services/bin");
    target.join(program).to_string_lossy().into_owned()
}

pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
