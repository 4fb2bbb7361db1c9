//! Writes the JSON that goes to JavaScript.

use minisync::{Path, Segment};

/// Appends a string with its quotes.
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            _ if letter < ' ' => {
                out.push_str("\\u00");
                let digit = |value: u32| char::from_digit(value, 16).unwrap_or('0');
                out.extend([digit(u32::from(letter) >> 4), digit(u32::from(letter) & 15)]);
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// Appends what stands before a member's value that is not the first.
pub(crate) fn write_member(name: &str, out: &mut String) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
}

/// Appends a list: each item by `write`.
pub(crate) fn write_list<T>(
    items: impl IntoIterator<Item = T>,
    out: &mut String,
    mut write: impl FnMut(T, &mut String),
) {
    out.push('[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(']');
}

/// Appends a place in parts.
pub(crate) fn write_path(path: &Path, out: &mut String) {
    write_list(path.segments(), out, |segment, out| match segment {
        Segment::Key(key) | Segment::Token(key) => write_string(key, out),
        Segment::Index(index) => out.push_str(&index.to_string()),
    });
}

/// `true` or `false`.
pub(crate) fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let mut out = String::new();
        write_path(&Path::root().key("a\"\\\n\u{1}\u{1f}ä").index(3), &mut out);
        assert_eq!(out, r#"["a\"\\\n\u0001\u001fä",3]"#);
        assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok());
    }
}
