//! Reads the text forms of paths. Knows no document.

use ecow::EcoString;

use super::Segment;
use crate::names::error::{Error, Result};

/// Reads a dotted path, or a JSON Pointer where `text` begins with `/`.
pub(super) fn path(text: &str) -> Result<Vec<Segment>> {
    let segments = if text.starts_with('/') { pointer(text) } else { dotted(text) };
    segments.map_err(|fault| Error::invalid_path(text, format!("{} at byte {}", fault.reason, fault.at)))
}

/// Whether `key` can stand in a dotted path without quotes. (A control character can, but would garble what
/// it is shown in.)
pub(super) fn is_bare(key: &str, is_first: bool) -> bool {
    !(key.is_empty()
        || is_first && key.starts_with('/')
        || key.chars().any(|letter| matches!(letter, '.' | '[') || letter.is_control())
        || is_index_like(key))
}

/// Whether `name` is what RFC 6901 writes for a place in a list.
pub(super) fn is_index_like(name: &str) -> bool {
    match name.as_bytes() {
        [b'-' | b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// What is wrong with a text, and at which byte.
struct Fault {
    at: usize,
    reason: &'static str,
}

fn fault<T>(at: usize, reason: &'static str) -> Result<T, Fault> {
    Err(Fault { at, reason })
}

/// A key, or a token if it looks like an index.
fn name(text: &str) -> Segment {
    if is_index_like(text) { Segment::Token(text.into()) } else { Segment::Key(text.into()) }
}

fn pointer(text: &str) -> Result<Vec<Segment>, Fault> {
    let count = text.bytes().filter(|byte| *byte == b'/').count();
    let mut segments = Vec::with_capacity(count);
    let mut at = 1;
    for token in text[1..].split('/') {
        segments.push(if token.contains('~') { Segment::Key(unescape(token, at)?) } else { name(token) });
        at += token.len() + 1;
    }
    Ok(segments)
}

/// Replaces `~1` by `/` and `~0` by `~`. `at` is where the token begins.
fn unescape(token: &str, at: usize) -> Result<EcoString, Fault> {
    let mut key = EcoString::with_capacity(token.len());
    let mut parts = token.split('~');
    let mut end = at;
    if let Some(first) = parts.next() {
        key.push_str(first);
        end += first.len();
    }
    for part in parts {
        key.push(match part.as_bytes().first() {
            Some(b'0') => '~',
            Some(b'1') => '/',
            _ => return fault(end + 1, "expected 0 or 1 after the ~"),
        });
        key.push_str(&part[1..]);
        end += part.len() + 1;
    }
    Ok(key)
}

fn dotted(text: &str) -> Result<Vec<Segment>, Fault> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let marks = bytes.iter().filter(|byte| matches!(byte, b'.' | b'[')).count();
    let mut segments = Vec::with_capacity(marks + 1);
    let mut at = 0;
    if bytes[0] != b'[' {
        segments.push(bare(text, &mut at)?);
    }
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'.' => segments.push(bare(text, &mut at)?),
            b'[' => segments.push(bracketed(text, &mut at)?),
            _ => return fault(at - 1, "expected a . or [ or the end"),
        }
    }
    Ok(segments)
}

/// A name without quotes: everything up to `.`, `[` or the end.
fn bare(text: &str, at: &mut usize) -> Result<Segment, Fault> {
    let rest = &text[*at..];
    let end = rest.bytes().position(|byte| matches!(byte, b'.' | b'[')).unwrap_or(rest.len());
    if end == 0 {
        return fault(*at, "expected a key (in brackets and quotes where it is empty or has a . or [ in it)");
    }
    *at += end;
    Ok(name(&rest[..end]))
}

/// An index, or a key in quotes, and the closing bracket. `at` is after the opening one.
fn bracketed(text: &str, at: &mut usize) -> Result<Segment, Fault> {
    let segment = match text.as_bytes().get(*at) {
        Some(quote @ (b'"' | b'\'')) => {
            *at += 1;
            Segment::Key(quoted(text, at, *quote)?)
        }
        Some(b'-' | b'0'..=b'9') => Segment::Index(index(text, at)?),
        _ => return fault(*at, "expected an index or a key in quotes"),
    };
    if text.as_bytes().get(*at) != Some(&b']') {
        return fault(*at, "expected a ]");
    }
    *at += 1;
    Ok(segment)
}

fn index(text: &str, at: &mut usize) -> Result<i64, Fault> {
    let bytes = text.as_bytes();
    let start = *at;
    let is_negative = bytes[start] == b'-';
    let digits = start + usize::from(is_negative);
    let mut end = digits;
    let mut value: Option<i64> = Some(0);
    while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
        let digit = i64::from(digit - b'0');
        let step = if is_negative { -digit } else { digit };
        value = value.and_then(|value| value.checked_mul(10)?.checked_add(step));
        end += 1;
    }
    if end == digits {
        return fault(end, "expected a digit");
    }
    if bytes[digits] == b'0' && (is_negative || end > digits + 1) {
        return fault(digits, "expected an index without a leading zero");
    }
    *at = end;
    match value {
        Some(value) => Ok(value),
        None => fault(start, "expected an index within 64 bits"),
    }
}

/// A JSON string; `at` is after the opening quote, and then after the closing one.
fn quoted(text: &str, at: &mut usize, quote: u8) -> Result<EcoString, Fault> {
    let bytes = text.as_bytes();
    let mut key = EcoString::new();
    let mut start = *at;
    let mut end = start;
    loop {
        match bytes.get(end) {
            None => return fault(end, "expected the closing quote"),
            Some(byte) if *byte == quote => {
                key.push_str(&text[start..end]);
                *at = end + 1;
                return Ok(key);
            }
            Some(b'\\') => {
                key.push_str(&text[start..end]);
                end += 1;
                key.push(escape(bytes, &mut end)?);
                start = end;
            }
            Some(_) => end += 1,
        }
    }
}

/// The character that an escape stands for; `at` is after the backslash.
fn escape(bytes: &[u8], at: &mut usize) -> Result<char, Fault> {
    let letter = match bytes.get(*at) {
        Some(letter @ (b'"' | b'\'' | b'\\' | b'/')) => char::from(*letter),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            *at += 1;
            return unicode(bytes, at);
        }
        _ => {
            return fault(*at, "expected an escape of JSON (one of \" \\ / b f n r t u)");
        }
    };
    *at += 1;
    Ok(letter)
}

/// The character after `\u`, where two surrogates make one.
fn unicode(bytes: &[u8], at: &mut usize) -> Result<char, Fault> {
    let start = *at;
    let mut code = hex(bytes, at)?;
    if (0xd800..0xdc00).contains(&code) && bytes[*at..].starts_with(b"\\u") {
        *at += 2;
        let low = hex(bytes, at)?;
        if (0xdc00..0xe000).contains(&low) {
            code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    match char::from_u32(code) {
        Some(letter) => Ok(letter),
        None => fault(start, "expected a whole character, not half of a surrogate pair"),
    }
}

fn hex(bytes: &[u8], at: &mut usize) -> Result<u32, Fault> {
    let mut code = 0;
    for _ in 0..4 {
        let digit = bytes.get(*at).and_then(|byte| char::from(*byte).to_digit(16));
        let Some(digit) = digit else {
            return fault(*at, "expected a hexadecimal digit");
        };
        code = code * 16 + digit;
        *at += 1;
    }
    Ok(code)
}
