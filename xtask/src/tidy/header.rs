//! Line 1 of every Rust file says what the file is.

use super::{Finding, Repo};

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let unheaded = repo.files_ending(".rs").filter(|file| !file.text().starts_with("//! "));
    let finding = |path| Finding::new(path, 1, "line 1 must be `//! ` and say what this file is");
    unheaded.map(|file| finding(file.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn a_file_without_a_header_is_found() {
        let files = [("a.rs", "//! A.\n"), ("b.rs", "\n//! B.\n"), ("c.rs", "use x;\n"), ("d.md", "# D\n")];
        assert_eq!(places_found(check, &files), ["b.rs:1", "c.rs:1"]);
    }
}
