//! Line 1 of every file of Rust, TypeScript and JavaScript says what the file is.

use super::{Finding, Repo};

/// How files end, and how their line 1 begins.
const HEADERS: &[(&str, &str)] =
    &[(".rs", "//! "), (".ts", "// "), (".tsx", "// "), (".js", "// "), (".mjs", "// "), (".cjs", "// ")];

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (ending, begin) in HEADERS {
        let unheaded = repo.files_ending(ending).filter(|file| !file.text().starts_with(begin));
        let problem = format!("line 1 must be `{begin}` and say what this file is");
        findings.extend(unheaded.map(|file| Finding::new(file.path(), 1, problem.clone())));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn a_file_without_a_header_is_found() {
        let files = [("a.rs", "//! A.\n"), ("b.rs", "\n//! B.\n"), ("c.rs", "use x;\n"), ("d.md", "# D\n")];
        assert_eq!(places_found(check, &files), ["b.rs:1", "c.rs:1"]);
        let files = [("a.ts", "// A.\n"), ("b.ts", "import x;\n"), ("c.mjs", "//! C.\n")];
        assert_eq!(places_found(check, &files), ["b.ts:1", "c.mjs:1"]);
    }
}
