//! A text that is laid out as a file is, with next to nothing in it: what others need to write the same values as that
//! file would. Knows JSON text only.

use std::fmt::Write as _;

use minisync::syntax::{Node, NodeKind, Tree};

use super::{shape::text_between, style::Style};

/// Skeletons are no longer than so many bytes: they are handed to every device.
const MOST: usize = 600;

/// How many members of an object are kept, at most; where the whole would be too long, fewer.
const MEMBERS: [usize; 4] = [24, 8, 3, 1];

/// The text with at most two elements of each array and a few members of each object, and without its values; None
/// where it is not JSON, or where even that is long.
///
/// ```text
/// { "name": "Ann",        ->   { "name": "",
///   "sizes": [1, 2, 3] }         "sizes": [0, 0] }
/// ```
pub(crate) fn skeleton(text: &str) -> Option<String> {
    let plain = text.trim_start_matches('\u{feff}');
    let bom = &text[..text.len() - plain.len()];
    let tree = Tree::parse(plain).ok()?;
    let ascii = Style::of(&tree).ascii;
    let root = tree.root();
    MEMBERS.iter().find_map(|members| {
        let mut pruner = Pruner { members: *members, ascii, out: bom.to_owned() };
        pruner.out.push_str(&plain[..root.start()]);
        pruner.value(root);
        pruner.out.push_str(&plain[root.end()..]);
        (pruner.out.len() <= MOST).then_some(pruner.out)
    })
}

struct Pruner {
    members: usize,
    /// Whether the file writes characters beyond ASCII as escapes.
    ascii: bool,
    out: String,
}

impl Pruner {
    fn value(&mut self, value: Node<'_>) {
        // Too long already: it is of no use, whatever comes.
        if self.out.len() > MOST {
            return;
        }
        match value.kind() {
            NodeKind::Object | NodeKind::Array if value.is_empty() => self.out.push_str(value.raw()),
            NodeKind::Object | NodeKind::Array => self.container(value),
            NodeKind::String => self.out.push_str(if self.ascii { "\"\\u00e9\"" } else { "\"\"" }),
            _ => self.out.push('0'),
        }
    }

    /// What stands between the children stays as it is, but for what is between two that are not kept.
    fn container(&mut self, container: Node<'_>) {
        let is_object = container.kind() == NodeKind::Object;
        let most = if is_object { 2 * self.members } else { 2 };
        let mut end = container.start() + 1;
        let _ = write!(self.out, "{}", if is_object { '{' } else { '[' });
        for (index, child) in container.children().take(most).enumerate() {
            self.out.push_str(text_between(container, end, child.start()));
            if is_object && index % 2 == 0 {
                self.out.push_str(child.raw());
            } else {
                self.value(child);
            }
            end = child.end();
        }
        let last = container.children().last().map_or(end, |last| last.end());
        self.out.push_str(text_between(container, last, container.end()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::rewrite;

    #[test]
    fn the_layout_stays_and_the_values_go() {
        let text = "{\r\n\t\"name\" : \"Ann\",\r\n\t\"sizes\" : [ 1.50, 2, 3 ],\r\n\t\"on\" : true\r\n}\r\n";
        let bones = "{\r\n\t\"name\" : \"\",\r\n\t\"sizes\" : [ 0, 0 ],\r\n\t\"on\" : 0\r\n}\r\n";
        assert_eq!(skeleton(text).as_deref(), Some(bones));
        assert_eq!(skeleton("{}\n").as_deref(), Some("{}\n"));
        assert_eq!(skeleton("\u{feff}{\"ü\":\"\"}").as_deref(), Some("\u{feff}{\"ü\":\"\"}"));
        assert_eq!(skeleton("{"), None);
    }

    #[test]
    fn values_written_into_it_are_laid_out_as_they_were() {
        for text in [
            "{\n  \"a\": [\n    { \"x\": 1, \"y\": [1, 2] },\n    { \"x\": 2, \"y\": [3] }\n  ],\n  \"b\": {\n    \"c\": null\n  }\n}",
            "{\"a\":[1,2,3],\"b\":{\"c\":\"\\u00fc\"}}",
            "{ \"list\": [\"a\", \"b\", \"c\"],\n  \"z\": {} }\n",
        ] {
            assert_eq!(rewrite(&skeleton(text).unwrap(), text).unwrap(), text);
        }
    }

    #[test]
    fn it_is_short_whatever_the_file_is() {
        let members: Vec<String> = (0..1000).map(|n| format!("\"key number {n}\": {n}")).collect();
        let text = format!("{{\n{}\n}}", members.join(",\n"));
        let bones = skeleton(&text).unwrap();
        assert!(bones.len() <= MOST && bones.starts_with("{\n\"key number 0\": 0,\n"), "{bones}");
        assert_eq!(skeleton(&format!("{{\"{}\": 1}}", "k".repeat(1000))), None);
        assert_eq!(skeleton(&"[".repeat(1000)), None);
        let deep = format!("{}{}", "[".repeat(120), "]".repeat(120));
        assert_eq!(skeleton(&deep).unwrap(), deep);
    }
}
