//! The escapes of JSON strings: read, checked and written. Knows only the inside of a string.

use std::{borrow::Cow, fmt::Write as _};

/// The characters that the inside of a checked JSON string means.
pub(crate) fn unescape(inner: &str) -> Cow<'_, str> {
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut plain = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let (escape, length) = one(&rest[at..]);
        plain.push(escape);
        rest = rest.get(at + length..).unwrap_or_default();
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The length in bytes of the escape that `bytes` start with; half a surrogate pair is refused.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn escape(bytes: &[u8]) -> Result<usize, &'static str> {
    match bytes.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') => match unit(bytes) {
            None => Err("\\u is followed by four hexadecimal digits"),
            Some(0xD800..=0xDBFF) => match unit(bytes.get(6..).unwrap_or_default()) {
                Some(0xDC00..=0xDFFF) => Ok(12),
                _ => Err("half of a surrogate pair stands alone, which is no character"),
            },
            Some(0xDC00..=0xDFFF) => Err("half of a surrogate pair stands alone, which is no character"),
            Some(_) => Ok(6),
        },
        _ => Err("there is no such escape in JSON"),
    }
}

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

/// The UTF-16 unit that the escape at the start of `bytes` stands for.
fn unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
}

/// The character that the escape at the start of `rest` stands for, and the length of the escape.
fn one(rest: &str) -> (char, usize) {
    let bytes = rest.as_bytes();
    match bytes.get(1) {
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'n') => ('\n', 2),
        Some(b'r') => ('\r', 2),
        Some(b't') => ('\t', 2),
        Some(b'u') => {
            let high = unit(bytes).unwrap_or_default();
            if !(0xD800..0xDC00).contains(&high) {
                return (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 6);
            }
            let low = unit(bytes.get(6..).unwrap_or_default()).unwrap_or_default();
            let both = 0x10000 + ((high - 0xD800) << 10) + low.wrapping_sub(0xDC00);
            (char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        Some(byte) => (char::from(*byte), 2),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_as_serde_json_reads_them() {
        for text in
            [r#""plain""#, r#""a\"b\\c\/d\b\f\n\r\t""#, r#""\u00e9\u20AC\ud83d\ude00é€😀""#, r#""\u0000""#]
        {
            let expected: String = serde_json::from_str(text).unwrap();
            assert_eq!(unescape(&text[1..text.len() - 1]), expected);
            let ascii = to_ascii(text);
            assert!(ascii.is_ascii());
            assert_eq!(serde_json::from_str::<String>(&ascii).unwrap(), expected);
        }
    }

    #[test]
    fn wrong_escapes_are_refused() {
        for text in [r"\x", r"\u12", r"\u12g4", r"\ud800", r"\ud800\n", r"\ud800A", r"\udc00", "\\"] {
            assert!(escape(text.as_bytes()).is_err(), "{text}");
        }
    }
}
