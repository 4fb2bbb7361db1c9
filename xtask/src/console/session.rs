//! One shell that runs the commands of a file one after another and keeps what each printed.

use std::{fmt::Write, fs, path::Path, process::Command};

use anyhow::{Context, Result};

use super::block::Example;

/// How long all the commands of a file may take together, in seconds.
const TIMEOUT: &str = "120";

/// Where the shell runs: in `folder/work`, with its notes beside it.
pub(super) struct Session<'a> {
    pub(super) folder: &'a Path,
    /// The folder that comes first on the path.
    pub(super) programs: &'a Path,
}

/// What a command did.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) status: i32,
    /// Standard output and standard error, as they came.
    pub(super) text: String,
}

impl Session<'_> {
    /// None for a command that was not reached or did not end.
    pub(super) fn run(&self, examples: &[Example]) -> Result<Vec<Option<Output>>> {
        let script = self.folder.join("script");
        fs::write(&script, self.script(examples)?)?;
        let mut path = self.programs.as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        Command::new("timeout")
            .args([TIMEOUT, "bash"])
            .arg(&script)
            .current_dir(self.folder.join("work"))
            .env("PATH", path)
            .env("HOME", self.folder)
            .status()
            .context("cannot run bash")?;
        Ok((0..examples.len()).map(|number| self.output(number)).collect())
    }

    fn script(&self, examples: &[Example]) -> Result<String> {
        let mut script = String::new();
        for (number, example) in examples.iter().enumerate() {
            let note = self.folder.join(number.to_string());
            let note = note.display();
            writeln!(script, "{{\n{}\n}} >'{note}.out' 2>&1 </dev/null", example.command)?;
            writeln!(script, "echo $? >'{note}.status'")?;
        }
        Ok(script)
    }

    fn output(&self, number: usize) -> Option<Output> {
        let status = fs::read_to_string(self.folder.join(format!("{number}.status"))).ok()?;
        let text = fs::read(self.folder.join(format!("{number}.out"))).ok()?;
        Some(Output { status: status.trim().parse().ok()?, text: String::from_utf8_lossy(&text).into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(commands: &[&str]) -> Vec<Option<(i32, String)>> {
        let example =
            |command: &&str| Example { line: 1, command: (*command).into(), output: vec![], fails: false };
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        let session = Session { folder: folder.path(), programs: Path::new("/nowhere") };
        let outputs = session.run(&commands.iter().map(example).collect::<Vec<_>>()).unwrap();
        outputs.into_iter().map(|output| output.map(|output| (output.status, output.text))).collect()
    }

    #[test]
    fn commands_share_a_shell_and_a_failure_stops_none() {
        let outputs = run(&["mkdir d; cd d; X=7", "ls nothing 2>/dev/null", "basename $PWD; echo $X >&2"]);
        assert_eq!(outputs[0], Some((0, String::new())));
        assert_eq!(outputs[1], Some((2, String::new())));
        assert_eq!(outputs[2], Some((0, "d\n7\n".into())));
    }

    #[test]
    fn what_an_exit_cuts_off_has_no_output() {
        assert_eq!(run(&["exit 3", "echo x"]), [None, None]);
    }
}
