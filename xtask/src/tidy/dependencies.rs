//! Dependencies between our crates point one way, and every crate keeps to the lints of the workspace.

use toml::Table;

use super::{Finding, Repo, repo::File};

/// For each package, which of our packages it may build on. The lead's table: a new package goes here.
const MAY_USE: &[(&str, &[&str])] = &[
    ("minisync", &[]),
    ("minisync-store", &["minisync"]),
    ("minisync-services", &["minisync", "minisync-store"]),
    ("minisync-cli", &["minisync", "minisync-services", "minisync-store"]),
    ("minisync-wasm", &["minisync", "minisync-store"]),
    ("minisync-testkit", &["minisync", "minisync-store"]),
    ("minisync-model", &[]),
    ("minisync-dependent", &["minisync"]),
    ("minisync-bench", &["minisync", "minisync-store", "minisync-testkit"]),
    ("minisync-fuzz", &["minisync", "minisync-store", "minisync-testkit"]),
    ("xtask", &[]),
];

/// What every package may use in its tests, beside itself (with other features), and what it may use anyhow.
const FOR_TESTS: &str = "minisync-testkit";

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    repo.files_ending("Cargo.toml").flat_map(check_manifest).collect()
}

fn check_manifest(file: &File) -> Vec<Finding> {
    let manifest: Table = match file.text().parse() {
        Ok(manifest) => manifest,
        Err(error) => {
            return vec![Finding::new(file.path(), 1, format!("cannot be read: {error}"))];
        }
    };
    let Some(package) = manifest.get("package").and_then(|package| package.get("name")?.as_str()) else {
        return Vec::new();
    };
    let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == package) else {
        let problem =
            format!("`{package}` has no row in the table of dependencies: add it to MAY_USE in xtask");
        return vec![Finding::new(file.path(), 1, problem)];
    };
    let mut findings = Vec::new();
    for (tests, name) in our_dependencies(&manifest) {
        if !(may_use.contains(&name) || tests && [FOR_TESTS, package].contains(&name)) {
            let line = line_of(file, name);
            findings.push(Finding::new(file.path(), line, format!("`{package}` may not use `{name}`")));
        }
    }
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")?.as_bool());
    if lints != Some(true) {
        findings.push(Finding::new(file.path(), 1, "needs `[lints] workspace = true`"));
    }
    findings
}

/// The names of our own packages it depends on, and whether only in tests.
fn our_dependencies(manifest: &Table) -> Vec<(bool, &str)> {
    let targets = manifest.get("target").and_then(|target| target.as_table());
    let per_target = targets.into_iter().flat_map(Table::values).filter_map(|value| value.as_table());
    let mut dependencies = Vec::new();
    for table in per_target.chain([manifest]) {
        for (section, tests) in
            [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            let names = table.get(section).and_then(|section| section.as_table());
            let names = names.into_iter().flat_map(Table::keys).map(String::as_str);
            dependencies.extend(names.filter(|name| is_ours(name)).map(|name| (tests, name)));
        }
    }
    dependencies
}

fn is_ours(name: &str) -> bool {
    name == "minisync" || name.starts_with("minisync-") || name == "xtask"
}

fn line_of(file: &File, name: &str) -> usize {
    file.lines().find(|(_, line)| line.trim_start().starts_with(name)).map_or(1, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    fn manifest(name: &str, rest: &str) -> String {
        format!("[package]\nname = \"{name}\"\n[lints]\nworkspace = true\n{rest}")
    }

    fn found(name: &str, rest: &str) -> Vec<String> {
        places_found(check, &[("Cargo.toml", &manifest(name, rest))])
    }

    #[test]
    fn an_upward_dependency_is_found() {
        assert_eq!(found("minisync", "[dependencies]\nminisync-store = \"1\"\n"), ["Cargo.toml:6"]);
        assert_eq!(
            found("minisync-store", "[target.x.dependencies]\nminisync-cli = \"1\"\n"),
            ["Cargo.toml:6"]
        );
        assert!(
            found("minisync-store", "[dependencies]\nminisync.workspace = true\nserde = \"1\"\n").is_empty()
        );
    }

    #[test]
    fn the_testkit_is_for_tests() {
        assert_eq!(found("minisync-cli", "[dependencies]\nminisync-testkit = \"1\"\n"), ["Cargo.toml:6"]);
        assert!(found("minisync-cli", "[dev-dependencies]\nminisync-testkit = \"1\"\n").is_empty());
        assert!(found("minisync-bench", "[dependencies]\nminisync-testkit = \"1\"\n").is_empty());
    }

    #[test]
    fn unknown_packages_and_missing_lints_are_found() {
        assert_eq!(found("minisync-new", ""), ["Cargo.toml:1"]);
        let files = [("Cargo.toml", "[package]\nname = \"xtask\"\n"), ("b/Cargo.toml", "[workspace]\n")];
        assert_eq!(places_found(check, &files), ["Cargo.toml:1"]);
    }
}
