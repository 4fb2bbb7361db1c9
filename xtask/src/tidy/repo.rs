//! The files of the repository, read once. Knows no rule.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use super::rust::Code;

/// Folders that no walk enters.
const SKIPPED: &[&str] = &[".git", "target", "node_modules", ".minisync"];

/// All files that are, or could be, committed.
pub(crate) struct Repo {
    files: Vec<File>,
}

/// A file, with its path from the top of the repository; folders are separated by `/`.
pub(crate) struct File {
    path: String,
    text: String,
    code: Option<Code>,
}

impl Repo {
    /// The files that git knows or would add, or where there is no git, all below `root`.
    pub(crate) fn load(root: &Path) -> Result<Repo> {
        let mut paths = git_files(root).unwrap_or_else(|| walk(root));
        paths.sort();
        paths.dedup();
        let mut files = Vec::new();
        for path in paths.into_iter().filter(|path| root.join(path).is_file()) {
            let bytes = fs::read(root.join(&path)).with_context(|| format!("cannot read {path}"))?;
            files.push(File::new(path, String::from_utf8(bytes).unwrap_or_default()));
        }
        Ok(Repo { files })
    }

    #[cfg(test)]
    pub(super) fn from_texts(files: &[(&str, &str)]) -> Repo {
        let file = |(path, text): &(&str, &str)| File::new((*path).to_owned(), (*text).to_owned());
        Repo { files: files.iter().map(file).collect() }
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    pub(crate) fn files_ending(&self, end: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.ends_with(end))
    }

    /// Every Rust file that can be read as such.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&File, &Code)> {
        self.files.iter().filter_map(|file| Some((file, file.code.as_ref()?)))
    }

    pub(super) fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether there is a file or a folder of this path; "" is the top.
    pub(super) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty() || self.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
    }
}

impl File {
    fn new(path: String, text: String) -> File {
        let code = path.ends_with(".rs").then(|| Code::parse(&text)).flatten();
        File { path, text, code }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Empty for a file that is no text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The lines with their numbers, from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Whether all of it is a test: it lies in a folder `tests` or `benches`, or is called `tests.rs`.
    pub(super) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "tests.rs"))
    }

    /// Whether it is where a crate starts: a library or a program.
    pub(super) fn is_crate_root(&self) -> bool {
        let in_package = ["src/lib.rs", "src/main.rs"].iter().any(|root| self.path.ends_with(root));
        in_package || self.folder().ends_with("src/bin") || self.folder().ends_with("fuzz_targets")
    }

    /// The folder that it lies in; "" for the top.
    pub(super) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The name without folder and extension.
    pub(super) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

/// None where there is no git, or `root` is no work tree.
fn git_files(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let paths = String::from_utf8(output.stdout).ok()?;
    Some(paths.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn walk(root: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(root.join(&folder)) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !SKIPPED.contains(&name.as_str()) => folders.push(path),
                Ok(kind) if kind.is_file() => paths.push(path),
                _ => {}
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_git_is_walked() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/target")).unwrap();
        fs::write(folder.path().join("a/b.rs"), "//! b\n").unwrap();
        fs::write(folder.path().join("a/target/c.rs"), "").unwrap();
        assert_eq!(walk(folder.path()), ["a/b.rs"]);
    }

    #[test]
    fn folders_exist_where_a_file_lies_in_them() {
        let repo = Repo::from_texts(&[("docs/guide/a.md", "")]);
        assert!(repo.has("docs/guide") && repo.has("docs/guide/a.md") && repo.has(""));
        assert!(!repo.has("docs/gui"));
    }

    #[test]
    fn tests_and_crate_roots_are_known_by_their_place() {
        let repo = Repo::from_texts(&[("crates/a/src/lib.rs", ""), ("crates/a/tests/b.rs", "")]);
        let [root, test] = repo.files() else { panic!("two files") };
        assert!(root.is_crate_root() && !root.is_test());
        assert!(test.is_test() && !test.is_crate_root());
        assert_eq!((test.folder(), test.stem()), ("crates/a/tests", "b"));
    }
}
