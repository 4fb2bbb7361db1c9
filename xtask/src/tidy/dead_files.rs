//! Every Rust file belongs to a crate: some `mod` names it, or a crate starts there.

use std::collections::BTreeSet;

use toml::Table;

use super::{
    Finding, Repo,
    repo::File,
    rust::{Code, Token, close_of, starts_with},
};

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut alive = BTreeSet::new();
    let mut next: Vec<String> = repo.rust().filter(|(file, _)| starts_crate(file)).map(path_of).collect();
    next.extend(repo.files_ending("Cargo.toml").flat_map(named_in_manifest));
    while let Some(path) = next.pop() {
        if let Some((file, code)) = repo.rust().find(|(file, _)| file.path() == path)
            && alive.insert(path)
        {
            next.extend(modules_of(file, code));
        }
    }
    let dead = repo.files_ending(".rs").filter(|file| !alive.contains(file.path()));
    dead.map(|file| Finding::new(file.path(), 1, "no `mod` names this file: name it, or delete it")).collect()
}

fn path_of((file, _): (&File, &Code)) -> String {
    file.path().to_owned()
}

/// Whether cargo finds a crate here by itself.
fn starts_crate(file: &File) -> bool {
    let mut folders = file.folder().rsplit('/');
    let is_targets = |folder: Option<&str>| matches!(folder, Some("tests" | "benches" | "examples"));
    let alone = is_targets(folders.next());
    let with_modules = file.stem() == "main" && is_targets(folders.next());
    file.is_crate_root() || file.stem() == "build" || alone || with_modules
}

/// The files that a manifest names as the start of a crate.
fn named_in_manifest(file: &File) -> Vec<String> {
    let manifest: Table = file.text().parse().unwrap_or_default();
    let targets =
        ["bin", "test", "bench", "example"].iter().filter_map(|kind| manifest.get(*kind)?.as_array());
    let targets = targets.flatten().chain(manifest.get("lib"));
    let paths = targets.filter_map(|target| target.get("path")?.as_str());
    paths.map(|path| join(file.folder(), path)).collect()
}

/// The files that the `mod` lines of a file may mean.
fn modules_of(file: &File, code: &Code) -> Vec<String> {
    let folder = if starts_crate(file) || file.stem() == "mod" {
        file.folder().to_owned()
    } else {
        join(file.folder(), file.stem())
    };
    let mut found = Vec::new();
    collect(code.all(), &folder, file.folder(), &mut found);
    found
}

/// `folder` is where modules without a path lie, `here` what a path starts from.
fn collect(tokens: &[Token], folder: &str, here: &str, found: &mut Vec<String>) {
    let mut index = 0;
    while index < tokens.len() {
        let rest = &tokens[index..];
        if starts_with(rest, &["#", "[", "path", "="]) {
            found.extend(rest.get(4).map(|path| join(here, path.text.trim_matches('"'))));
        } else if rest[0].text == "mod" && rest.len() > 2 {
            let inner = join(folder, &rest[1].text);
            match rest[2].text.as_str() {
                ";" => found.extend([format!("{inner}.rs"), format!("{inner}/mod.rs")]),
                "{" => {
                    let close = close_of(tokens, index + 2);
                    collect(&tokens[index + 3..close], &inner, &inner, found);
                    index = close;
                }
                _ => {}
            }
        }
        index += 1;
    }
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn a_file_that_no_module_names_is_found() {
        let files = [
            ("a/src/lib.rs", "mod one;\nmod two { mod three; }\n#[cfg(test)]\nmod tests;\n"),
            ("a/src/one.rs", "mod deep;\n"),
            ("a/src/one/deep.rs", ""),
            ("a/src/two/three.rs", ""),
            ("a/src/tests.rs", ""),
            ("a/src/dead.rs", "mod deader;\n"),
            ("a/src/dead/deader.rs", ""),
        ];
        assert_eq!(places_found(check, &files), ["a/src/dead.rs:1", "a/src/dead/deader.rs:1"]);
    }

    #[test]
    fn tests_programs_and_named_paths_are_alive() {
        let files = [
            ("a/Cargo.toml", "[[bin]]\nname = \"x\"\npath = \"odd/x.rs\"\n"),
            ("a/odd/x.rs", "#[path = \"y/z.rs\"]\nmod z;\n"),
            ("a/odd/y/z.rs", ""),
            ("a/tests/t.rs", "mod support;\n"),
            ("a/tests/support/mod.rs", ""),
            ("a/src/bin/b.rs", ""),
            ("a/build.rs", ""),
        ];
        assert!(places_found(check, &files).is_empty());
    }
}
