//! Whether a command did what its example shows. Runs nothing.

use std::fmt::Write;

use super::{block::Example, session::Output};

const WILD: &str = "…";

/// What is wrong, for people; starts with the line of the example.
pub(super) fn problem(example: &Example, output: Option<&Output>) -> Option<String> {
    let mut problem = format!("{}: $ {}\n", example.line, example.command);
    let Some(output) = output else {
        problem.push_str("  did not end, or the shell ended before it");
        return Some(problem);
    };
    let printed: Vec<&str> = output.text.trim_end().lines().map(str::trim_end).collect();
    let shown: Vec<&str> = example.output.iter().map(String::as_str).collect();
    let shown = shown.trim_end_blank();
    let status_fits = (output.status != 0) == example.fails;
    if status_fits && lines_match(shown, &printed) {
        return None;
    }
    let _ = write!(problem, "  shown:\n{}\n  printed", shown.join("\n"));
    let _ = write!(problem, " (status {}):\n{}", output.status, printed.join("\n"));
    Some(problem)
}

trait TrimEndBlank {
    fn trim_end_blank(&self) -> &Self;
}

impl TrimEndBlank for [&str] {
    fn trim_end_blank(&self) -> &Self {
        let end = self.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        &self[..end]
    }
}

fn lines_match(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&WILD, rest)) => (0..=printed.len()).any(|skipped| lines_match(rest, &printed[skipped..])),
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| line_matches(line, first) && lines_match(rest, others)),
    }
}

fn line_matches(shown: &str, printed: &str) -> bool {
    match shown.split_once(WILD) {
        None => shown == printed,
        Some((before, after)) => printed.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| line_matches(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shown: &[&str], fails: bool, status: i32, printed: &str) -> Option<String> {
        let output = shown.iter().map(|line| (*line).to_owned()).collect();
        let example = Example { line: 7, command: "x".into(), output, fails };
        problem(&example, Some(&Output { status, text: printed.into() }))
    }

    #[test]
    fn exact_output_and_wildcards_match() {
        assert_eq!(check(&[], false, 0, ""), None);
        assert_eq!(check(&["a", "b", ""], false, 0, "a\nb\n"), None);
        assert_eq!(check(&["sent … to …!"], false, 0, "sent 3 changes to phone!\n"), None);
        assert_eq!(check(&["a", "…", "z"], false, 0, "a\nb\nc\nz\n"), None);
        assert_eq!(check(&["a", "…"], false, 0, "a\n"), None);
    }

    #[test]
    fn other_output_is_a_problem_that_shows_both() {
        let text = check(&["sent …"], false, 0, "lost 3\n").unwrap();
        assert!(text.starts_with("7: $ x\n"), "{text}");
        assert!(text.contains("sent …") && text.contains("lost 3"), "{text}");
        assert!(check(&[], false, 0, "more\n").is_some());
        assert!(check(&["a", "b"], false, 0, "a\n").is_some());
    }

    #[test]
    fn the_status_counts() {
        assert!(check(&["a"], false, 1, "a\n").is_some());
        assert!(check(&["a"], true, 0, "a\n").is_some());
        assert_eq!(check(&["a"], true, 1, "a\n"), None);
    }

    #[test]
    fn a_command_that_did_not_end_is_a_problem() {
        let example = Example { line: 7, command: "x".into(), output: vec![], fails: false };
        assert!(problem(&example, None).unwrap().contains("did not end"));
    }
}
