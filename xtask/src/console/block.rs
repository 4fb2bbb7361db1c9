//! A block of console text, taken apart into commands and what they should print. Runs nothing.

use crate::markdown::Fence;

/// One command and what it should print.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Example {
    /// Where the command stands in its file.
    pub(super) line: usize,
    /// One line or several.
    pub(super) command: String,
    pub(super) output: Vec<String>,
    /// Whether it must end with a status other than 0.
    pub(super) fails: bool,
}

/// Lines before the first command are ignored.
pub(super) fn parse(fence: &Fence) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for (offset, text) in fence.code.lines().enumerate() {
        if let Some(command) = text.strip_prefix("$ ") {
            let (line, command) = (fence.line + offset, command.to_owned());
            examples.push(Example { line, command, output: Vec::new(), fails: false });
        } else if let Some(example) = examples.last_mut() {
            match text.strip_prefix("> ") {
                Some(more) if example.output.is_empty() => {
                    example.command.push('\n');
                    example.command.push_str(more);
                }
                _ => example.output.push(text.trim_end().to_owned()),
            }
        }
    }
    if fence.info.split_whitespace().any(|word| word == "fails")
        && let Some(last) = examples.last_mut()
    {
        last.fails = true;
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fence(info: &str, code: &str) -> Fence {
        Fence { line: 10, info: info.into(), code: code.into() }
    }

    #[test]
    fn commands_go_on_and_outputs_belong_to_the_command_above() {
        let examples = parse(&fence("console", "$ cat <<END\n> a\n> END\na\n$ true\n"));
        let [cat, done] = &examples[..] else { panic!("{examples:?}") };
        assert_eq!((cat.line, cat.command.as_str()), (10, "cat <<END\na\nEND"));
        assert_eq!(cat.output, ["a"]);
        assert_eq!((done.line, done.command.as_str(), done.fails), (14, "true", false));
    }

    #[test]
    fn only_the_last_command_of_a_failing_block_fails() {
        let fails: Vec<_> = parse(&fence("console fails", "$ a\n$ b\n")).iter().map(|e| e.fails).collect();
        assert_eq!(fails, [false, true]);
    }
}
