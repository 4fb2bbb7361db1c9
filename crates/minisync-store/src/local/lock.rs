//! One process at a time: an advisory lock on a file of its own. Knows nothing of the state.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Seek, Write},
    path::Path,
    thread,
    time::Duration,
};

use crate::errors::{Error, Result, Warning};

/// How often a waiting process looks again.
const PAUSE: Duration = Duration::from_millis(50);

/// Held as long as it lives; the operating system frees it if the process dies. The file stays, with the
/// number of the process that held it last.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits at least `wait` for the lock. `name` says what is locked, for people.
    ///
    /// # Errors
    /// `is_locked()` where another process has it. A file system without locks gives a warning only.
    pub(crate) fn take(path: &Path, name: &str, wait: Duration) -> Result<(Lock, Option<Warning>)> {
        let mut options = File::options();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| Error::disk("open the lock file", path, error))?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if waited < wait => {
                    thread::sleep(PAUSE);
                    waited += PAUSE;
                }
                Err(TryLockError::WouldBlock) => return Err(Error::locked(name, holder(path))),
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    let warning = Warning::new(format!(
                        "{name}: this file system has no locks; do not run two minisync at once on it"
                    ));
                    return Ok((Lock { _file: file }, Some(warning)));
                }
                Err(TryLockError::Error(error)) => {
                    return Err(Error::disk("lock", path, error));
                }
            }
        }
        sign(&mut file).map_err(|error| Error::disk("write the lock file", path, error))?;
        Ok((Lock { _file: file }, None))
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn holder(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let process = text.trim();
    let is_number = !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| process.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_waits_and_then_says_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("todo.json.lock");
        let (lock, _) = Lock::take(&path, "todo.json", Duration::ZERO).unwrap();
        let error = Lock::take(&path, "todo.json", Duration::from_millis(60)).unwrap_err();
        assert!(error.is_locked());
        if cfg!(unix) {
            let process = format!("process {}", std::process::id());
            assert!(error.to_string().contains(&process), "{error}");
        }
        let waiting = thread::spawn(move || {
            Lock::take(&path, "todo.json", Duration::from_secs(30)).map(|_| ()).unwrap();
        });
        thread::sleep(Duration::from_millis(60));
        drop(lock);
        waiting.join().unwrap();
    }
}
