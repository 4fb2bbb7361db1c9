//! Comments are words: no code lies commented out, and what is to be done says why.

use super::{Finding, Repo};

/// What marks unfinished work.
const MARKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// The fewest words that can explain anything.
const EXPLANATION: usize = 4;

/// Files whose comments start with `//` or `#`.
const COMMENTED: &[&str] = &["rs", "ts", "js", "mjs", "sh", "toml", "yml", "run"];

/// How a line of code starts.
const STARTS: &[&str] = &[
    "let ", "fn ", "pub ", "use ", "mod ", "if ", "for ", "while ", "match ", "return", "struct ", "enum ",
    "impl ", "const ", "static ", "async ", "self.", "assert", "}", "#[",
];

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repo.files() {
        let extension = file.path().rsplit(['.', '/']).next().unwrap_or_default();
        if !COMMENTED.contains(&extension) {
            continue;
        }
        for (number, line) in file.lines() {
            if extension == "rs" && whole_line_comment(line).is_some_and(is_code) {
                findings.push(Finding::new(
                    file.path(),
                    number,
                    "commented-out code: delete it, git keeps it",
                ));
            }
            if let Some(mark) = comment(line, extension).and_then(unexplained) {
                findings.push(Finding::new(file.path(), number, format!("{mark} without an explanation")));
            }
        }
    }
    findings
}

/// What follows `//`, unless it documents.
fn whole_line_comment(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("//").filter(|rest| !rest.starts_with(['/', '!']))
}

fn comment<'a>(line: &'a str, extension: &str) -> Option<&'a str> {
    let start = if matches!(extension, "sh" | "toml" | "yml" | "run") { "#" } else { "//" };
    line.split_once(start).map(|(_, comment)| comment)
}

fn is_code(comment: &str) -> bool {
    let comment = comment.trim();
    let starts = STARTS.iter().any(|start| comment.starts_with(start));
    match comment.chars().last() {
        Some(';') => starts || comment.contains('(') || comment.contains(" = "),
        Some('{') => starts,
        Some('}') => comment == "}" || starts,
        Some(']') => comment.starts_with("#["),
        Some(')' | ',') => comment.starts_with('.') && comment.contains('('),
        _ => false,
    }
}

fn unexplained(comment: &str) -> Option<&'static str> {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let mark = MARKS.iter().find(|mark| comment.split(|c| !is_letter(c)).any(|word| word == **mark))?;
    let explanation = comment.split_once(mark).map_or("", |(_, rest)| rest);
    let words = explanation.split_whitespace().filter(|word| word.contains(char::is_alphabetic));
    (words.count() < EXPLANATION).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn commented_out_code_is_found() {
        let text = "// let x = 1;\nlet a = 1; // as in b();\n// if a {\n//     b(c);\n// }\n// #[test]\n";
        assert_eq!(
            places_found(check, &[("a.rs", text)]),
            ["a.rs:1", "a.rs:3", "a.rs:4", "a.rs:5", "a.rs:6"]
        );
    }

    #[test]
    fn prose_and_documentation_are_left_alone() {
        let text = "// What lives here; see below.\n/// let x = 1;\n//! let x = 1;\n// for each client, once\n\
                    // the first wins;\n";
        assert!(places_found(check, &[("a.rs", text)]).is_empty());
    }

    #[test]
    fn a_mark_needs_an_explanation() {
        let [todo, fixme, xxx] = MARKS else { panic!("three marks") };
        let text = format!(
            "// {todo}\n// {fixme}: later\n// {xxx}X\n// {todo}: drop once clients older than 2 are gone\n"
        );
        assert_eq!(places_found(check, &[("a.rs", &text)]), ["a.rs:1", "a.rs:2"]);
        let text = format!("# {xxx} why\nkey = 1\n");
        assert_eq!(places_found(check, &[("a.toml", &text), ("a.md", &text)]), ["a.toml:1"]);
    }
}
