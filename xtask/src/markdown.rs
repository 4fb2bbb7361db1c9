//! What the checks read out of a Markdown file: links, headings, fenced code. Opens no files.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A link or an image, as written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) line: usize,
    pub(crate) target: String,
}

/// A fenced block of code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    /// The line of its first line of code.
    pub(crate) line: usize,
    /// What stands behind the opening fence: `console`, `rust,no_run`.
    pub(crate) info: String,
    pub(crate) code: String,
}

/// All links and images.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let link = |(event, range): (Event<'_>, Range<usize>)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some(Link { line: line_at(text, range.start), target: dest_url.into_string() })
        }
        _ => None,
    };
    parser(text).into_offset_iter().filter_map(link).collect()
}

/// All fenced blocks of code.
pub(crate) fn fences(text: &str) -> Vec<Fence> {
    let mut fences: Vec<Fence> = Vec::new();
    let mut open = false;
    for (event, range) in parser(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                open = true;
                let line = line_at(text, range.start) + 1;
                fences.push(Fence { line, info: info.into_string(), code: String::new() });
            }
            Event::Text(code) if open => {
                if let Some(fence) = fences.last_mut() {
                    fence.code.push_str(&code);
                }
            }
            Event::End(TagEnd::CodeBlock) => open = false,
            _ => {}
        }
    }
    fences
}

/// The anchors that GitHub gives the headings.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    let mut heading: Option<String> = None;
    for event in parser(text) {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(heading)) => heading.push_str(&text),
            (Event::End(TagEnd::Heading(_)), _) => {
                let anchor = slug(&heading.take().unwrap_or_default());
                anchors.push(unused(&anchors, anchor));
            }
            _ => {}
        }
    }
    anchors
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// Counted from 1.
fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Lowercase, punctuation gone, spaces as hyphens.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// A repeated heading gets a number: `usage`, `usage-1`, `usage-2`.
fn unused(anchors: &[String], anchor: String) -> String {
    if !anchors.contains(&anchor) {
        return anchor;
    }
    (1..).map(|n| format!("{anchor}-{n}")).find(|numbered| !anchors.contains(numbered)).unwrap_or(anchor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_outside_of_code_are_found_with_their_lines() {
        let text =
            "# A\n\nSee [b](b.md#x) and ![c](c.png).\n\n```\n[no](no.md)\n```\n\n| [t](t.md) |\n|---|\n";
        let found: Vec<_> = links(text).into_iter().map(|link| (link.line, link.target)).collect();
        assert_eq!(found, [(3, "b.md#x".into()), (3, "c.png".into()), (9, "t.md".into())]);
    }

    #[test]
    fn fences_have_their_line_info_and_code() {
        let found = fences("x\n\n```console\n$ ls\na\n\nb\n```\n");
        assert_eq!(found, [Fence { line: 4, info: "console".into(), code: "$ ls\na\n\nb\n".into() }]);
    }

    #[test]
    fn anchors_are_those_of_github() {
        let found = anchors("# 1. Why `set()` isn't \"done\"\n## Usage\n## Usage\n");
        assert_eq!(found, ["1-why-set-isnt-done", "usage", "usage-1"]);
    }
}
