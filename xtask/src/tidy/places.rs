//! No file names a package registry's host or a folder outside of the repository: both hold on one
//! machine only.

use super::{Finding, Repo};

/// Registries' hosts, in parts, so that this file does not name them either.
const REGISTRIES: &[&[&str]] = &[
    &["crates", "io"],
    &["npmjs", "org"],
    &["npmjs", "com"],
    &["pypi", "org"],
    &["pythonhosted", "org"],
    &["deb", "debian", "org"],
    &["proxy", "golang", "org"],
];

/// Folders outside of the repository.
const FOLDERS: &[&str] = &[concat!("..", "/shared"), concat!("/work", "/shared"), concat!("/work", "/wt")];

/// What follows a host's name in a lock file, where it is the name of the index and no address.
const INDEX: &str = "-index";

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let hosts: Vec<String> = REGISTRIES.iter().map(|parts| parts.join(".")).collect();
    let mut findings = Vec::new();
    for file in repo.files() {
        for (number, line) in file.lines() {
            let host = hosts.iter().find(|host| names(line, host));
            let folder = FOLDERS.iter().find(|folder| line.contains(**folder));
            if let Some(host) = host {
                findings.push(Finding::new(file.path(), number, format!("names the registry {host}")));
            }
            if let Some(folder) = folder {
                findings.push(Finding::new(
                    file.path(),
                    number,
                    format!("names {folder}, which is not ours"),
                ));
            }
        }
    }
    findings
}

fn names(line: &str, host: &str) -> bool {
    line.match_indices(host).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + host.len()..];
        !before.is_some_and(char::is_alphanumeric)
            && !after.starts_with(char::is_alphanumeric)
            && !after.starts_with(INDEX)
    })
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn hosts_of_registries_are_found() {
        let host = REGISTRIES[0].join(".");
        let text =
            format!("a\nhttps://static.{host}/x\nhttps://github.com/rust-lang/{host}-index\nmy{host}\n");
        assert_eq!(places_found(check, &[("a.md", &text)]), ["a.md:2"]);
    }

    #[test]
    fn folders_outside_are_found() {
        let text = format!("see {}/design\n{}x.md ./shared\n", FOLDERS[1], FOLDERS[0]);
        assert_eq!(places_found(check, &[("a.md", &text)]), ["a.md:1", "a.md:2"]);
    }
}
