//! No module has a name that says nothing of what is in it.

use super::{Finding, Repo};

const EMPTY: &[&str] = &["util", "utils", "helper", "helpers", "common", "manager", "misc"];

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, code) in repo.rust() {
        let (folders, stem) = (file.folder().split('/'), file.stem());
        if let Some(name) = folders.chain([stem]).find(|name| EMPTY.contains(name)) {
            findings.push(finding(file.path(), 1, name));
        }
        for pair in code.all().windows(2) {
            if pair[0].text == "mod" && EMPTY.contains(&pair[1].text.as_str()) {
                findings.push(finding(file.path(), pair[0].line, &pair[1].text));
            }
        }
    }
    findings
}

fn finding(path: &str, line: usize, name: &str) -> Finding {
    Finding::new(path, line, format!("`{name}` says nothing: call the module by the noun it holds"))
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn empty_names_are_found_in_paths_and_in_code() {
        let files = [
            ("src/utils.rs", ""),
            ("tests/common/mod.rs", ""),
            ("src/commons.rs", ""),
            ("src/lib.rs", "\nmod helpers { }\nmod stamp;\n"),
        ];
        assert_eq!(places_found(check, &files), ["src/utils.rs:1", "tests/common/mod.rs:1", "src/lib.rs:2"]);
    }
}
