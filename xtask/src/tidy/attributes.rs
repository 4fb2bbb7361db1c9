//! No crate allows lints as a whole, and every crate forbids unsafe code or says why it cannot.

use super::{
    Finding, Repo,
    rust::{Code, Token, close_of, starts_with},
};

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, code) in repo.rust() {
        for allow in inner_attributes(code).filter(|attribute| starts_with(attribute, &["allow"])) {
            let problem = "`#![allow]`: use #[expect(…, reason = …)] where it is needed";
            findings.push(Finding::new(file.path(), allow[0].line, problem));
        }
        if file.is_crate_root() && !inner_attributes(code).any(rules_out_unsafe) {
            let problem = "a crate needs `#![forbid(unsafe_code)]`, \
                           or `#![deny(unsafe_code, reason = …)]` where it cannot do without";
            findings.push(Finding::new(file.path(), 1, problem));
        }
    }
    findings
}

fn rules_out_unsafe(attribute: &[Token]) -> bool {
    let has = |text: &str| attribute.iter().any(|token| token.text == text);
    has("unsafe_code") && (has("forbid") || has("reason"))
}

/// What stands between the brackets of `#![…]`.
fn inner_attributes(code: &Code) -> impl Iterator<Item = &[Token]> {
    let tokens = code.all();
    (0..tokens.len())
        .filter(|index| starts_with(&tokens[*index..], &["#", "!", "["]))
        .map(|index| &tokens[index + 3..close_of(tokens, index + 2)])
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn a_crate_wide_allow_is_found() {
        let files = [("tests/a.rs", "//! A.\n#![allow(dead_code)]\n#[allow(unused)]\nfn a() {}\n")];
        assert_eq!(places_found(check, &files), ["tests/a.rs:2"]);
    }

    #[test]
    fn a_crate_that_neither_forbids_unsafe_code_nor_says_why_is_found() {
        let files = [
            ("a/src/lib.rs", "#![forbid(unsafe_code)]\n"),
            ("b/src/main.rs", "#![deny(unsafe_code, reason = \"r\")]\n"),
            ("c/src/lib.rs", "#![deny(unsafe_code)]\n"),
            ("d/src/bin/d.rs", "fn main() {}\n"),
            ("d/src/e.rs", "fn e() {}\n"),
        ];
        assert_eq!(places_found(check, &files), ["c/src/lib.rs:1", "d/src/bin/d.rs:1"]);
    }
}
