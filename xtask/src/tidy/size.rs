//! Files have at most 500 lines, and functions of Rust fit on a screen, tests aside.

use super::{
    Finding, Repo,
    rust::{Code, Token, close_of},
};

/// Lines of a file, tests aside.
const FILE: usize = 500;

/// Lines of the body of a function.
const FUNCTION: usize = 60;

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, code) in repo.rust().filter(|(file, _)| !file.is_test()) {
        let lines = file.text().lines().count() - code.test_line_count();
        if lines > FILE {
            let problem = format!("{lines} lines, tests aside; the most is {FILE}: split it by its nouns");
            findings.push(Finding::new(file.path(), 1, problem));
        }
        for Body { name, line, lines } in bodies(code).filter(|body| body.lines > FUNCTION) {
            let problem = format!("the body of `{name}` has {lines} lines; the most is {FUNCTION}");
            findings.push(Finding::new(file.path(), line, problem));
        }
    }
    for file in [".ts", ".tsx", ".js"].into_iter().flat_map(|ending| repo.files_ending(ending)) {
        let lines = file.text().lines().count();
        if lines > FILE && !file.is_test() {
            let problem = format!("{lines} lines; the most is {FILE}: split it by its nouns");
            findings.push(Finding::new(file.path(), 1, problem));
        }
    }
    findings
}

struct Body<'a> {
    name: &'a str,
    line: usize,
    lines: usize,
}

fn bodies(code: &Code) -> impl Iterator<Item = Body<'_>> {
    let tokens = code.product();
    tokens.windows(2).enumerate().filter(|(_, pair)| pair[0].text == "fn" && is_name(&pair[1])).filter_map(
        |(index, pair)| {
            let open = body_start(tokens, index)?;
            let lines = tokens[close_of(tokens, open)].line - tokens[open].line;
            Some(Body { name: &pair[1].text, line: pair[0].line, lines: lines.saturating_sub(1) })
        },
    )
}

fn is_name(token: &Token) -> bool {
    token.text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// None for a function that is only declared.
fn body_start(tokens: &[Token], function: usize) -> Option<usize> {
    let mut index = function;
    loop {
        match tokens.get(index)?.text.as_str() {
            "{" => return Some(index),
            ";" => return None,
            "(" | "[" => index = close_of(tokens, index),
            _ => {}
        }
        index += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    #[test]
    fn a_long_file_is_found_unless_its_tests_make_it_long() {
        let long = "//! A.\n".to_owned() + &"const A: u8 = 1;\n".repeat(500);
        let tested = format!("//! A.\n#[cfg(test)]\nmod tests {{\n{}}}\n", "fn a() {}\n".repeat(600));
        let files = [("a.rs", long.as_str()), ("b.rs", tested.as_str()), ("tests/c.rs", long.as_str())];
        assert_eq!(places_found(check, &files), ["a.rs:1"]);
    }

    #[test]
    fn a_long_function_is_found_where_it_starts() {
        let function = |lines: usize| {
            format!("trait T {{ fn t(); }}\nfn f(a: [u8; 2]) {{\n{}}}\n", "a();\n".repeat(lines))
        };
        assert_eq!(places_found(check, &[("a.rs", &function(61))]), ["a.rs:2"]);
        assert!(places_found(check, &[("a.rs", &function(60))]).is_empty());
    }
}
