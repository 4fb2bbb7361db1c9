//! Characters beyond ASCII as escapes, for files that are written so. Knows only strings.

use std::{borrow::Cow, fmt::Write as _};

/// Writes every character beyond ASCII of a JSON string as an escape.
pub(crate) fn to_ascii(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    let mut ascii = String::with_capacity(raw.len() * 2);
    for character in raw.chars() {
        if character.is_ascii() {
            ascii.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing into a String cannot fail.
            let _ = write!(ascii, "\\u{unit:04x}");
        }
    }
    Cow::Owned(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_say_the_same() {
        for text in [r#""plain""#, r#""a\"b\\c\n""#, r#""\u00e9\u20AC\ud83d\ude00é€😀""#] {
            let ascii = to_ascii(text);
            assert!(ascii.is_ascii());
            let said: String = serde_json::from_str(&ascii).unwrap();
            assert_eq!(said, serde_json::from_str::<String>(text).unwrap());
        }
    }
}
