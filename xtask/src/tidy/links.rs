//! Links between Markdown files lead somewhere, and README.md leads to every one of them.

use std::collections::BTreeSet;

use super::{Finding, Repo, repo::File};
use crate::markdown::{self, Link};

/// Where every reader starts.
const START: &str = "README.md";

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repo.files_ending(".md") {
        for link in markdown::links(file.text()) {
            if let Some(problem) = Target::of(file, &link).and_then(|target| target.problem(repo)) {
                findings.push(Finding::new(file.path(), link.line, problem));
            }
        }
    }
    let reached = reachable(repo);
    let unreached = repo.files_ending(".md").filter(|file| !reached.contains(file.path()));
    findings.extend(unreached.map(|file| {
        Finding::new(file.path(), 1, format!("no link leads here from {START}: link it, or delete it"))
    }));
    findings
}

/// What a link within the repository points at.
struct Target {
    /// From the top of the repository; None where it leads out of it.
    path: Option<String>,
    anchor: String,
    written: String,
}

impl Target {
    /// None for a link to somewhere else: a URL, a mail address.
    fn of(file: &File, link: &Link) -> Option<Target> {
        let (path, anchor) = link.target.split_once('#').unwrap_or((&link.target, ""));
        if path.contains(':') || path.starts_with("//") {
            return None;
        }
        let path = if path.is_empty() { Some(file.path().to_owned()) } else { resolve(file.folder(), path) };
        Some(Target { path, anchor: anchor.to_lowercase(), written: link.target.clone() })
    }

    fn problem(&self, repo: &Repo) -> Option<String> {
        let Some(path) = self.path.as_ref().filter(|path| repo.has(path)) else {
            return Some(format!("dead link: there is no {}", self.written));
        };
        let file = repo.get(path).filter(|file| file.path().ends_with(".md"))?;
        let dead = !self.anchor.is_empty() && !markdown::anchors(file.text()).contains(&self.anchor);
        dead.then(|| format!("dead link: no heading of {path} has the anchor #{}", self.anchor))
    }
}

/// Follows `.` and `..`; None where they lead out of the repository.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let (mut parts, path) = match path.strip_prefix('/') {
        Some(from_top) => (Vec::new(), from_top),
        None => (folder.split('/').filter(|part| !part.is_empty()).collect(), path),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The Markdown files that links lead to from the start; a link to a folder leads to its README.md.
fn reachable(repo: &Repo) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![START.to_owned()];
    while let Some(path) = next.pop() {
        let readme = format!("{path}/{START}");
        let Some(file) = repo.get(&path).or_else(|| repo.get(&readme)) else {
            continue;
        };
        if file.path().ends_with(".md") && reached.insert(file.path().to_owned()) {
            let links = markdown::links(file.text());
            next.extend(links.iter().filter_map(|link| Target::of(file, link)?.path));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn dead_links_and_anchors_are_found() {
        let readme = "# A\n[ok](docs/b.md#two-words)\n[dead](docs/c.md)\n[dead](docs/b.md#three)\n[out](../x.md)\n\
                      [web](https://example.org/x.md)\n[here](#a)\n[folder](docs)\n";
        let files = [("README.md", readme), ("docs/b.md", "# Two words\n[up](../README.md)\n")];
        assert_eq!(places_found(check, &files), ["README.md:3", "README.md:4", "README.md:5"]);
    }

    #[test]
    fn a_file_that_no_link_leads_to_is_found() {
        let files = [
            ("README.md", "[docs](docs/)\n"),
            ("docs/README.md", "[a](./a.md)\n"),
            ("docs/a.md", ""),
            ("docs/lost.md", "[a](a.md)\n"),
        ];
        assert_eq!(places_found(check, &files), ["docs/lost.md:1"]);
    }
}
