//! Strings as JSON text: where they end, how they are spelled. Must not know what holds them.

use std::borrow::Cow;

use super::error::Fault;

/// A string as it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsonStr<'a> {
    /// With its quotes.
    pub(crate) raw: &'a str,
    pub(crate) escaped: bool,
    /// It is spelled as [`write_string`] would spell it.
    pub(crate) canonical: bool,
}

impl<'a> JsonStr<'a> {
    /// What the string says.
    pub(crate) fn decode(&self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.inner())) } else { Cow::Borrowed(self.inner()) }
    }

    /// The canonical spelling, with quotes.
    pub(crate) fn canonical(&self) -> Cow<'a, str> {
        if self.canonical {
            return Cow::Borrowed(self.raw);
        }
        let mut out = String::new();
        write_string(&unescape(self.inner()), &mut out);
        Cow::Owned(out)
    }

    fn inner(&self) -> &'a str {
        self.raw.get(1..self.raw.len().saturating_sub(1)).unwrap_or_default()
    }
}

/// Where a string ends and how it is spelled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelling {
    /// The offset behind the closing quote.
    pub(crate) end: usize,
    pub(crate) escaped: bool,
    pub(crate) canonical: bool,
}

/// Validates the string whose opening quote stands at `open`.
#[inline]
pub(crate) fn scan(bytes: &[u8], open: usize) -> Result<Spelling, Fault> {
    let at = plain_end(bytes, open + 1);
    if bytes.get(at) == Some(&b'"') {
        return Ok(Spelling { end: at + 1, escaped: false, canonical: true });
    }
    scan_escaped(bytes, open, at)
}

fn scan_escaped(bytes: &[u8], open: usize, mut at: usize) -> Result<Spelling, Fault> {
    let (mut escaped, mut canonical) = (false, true);
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok(Spelling { end: at + 1, escaped, canonical }),
            Some(b'\\') => {
                let escape = Escape::read(bytes, at)?;
                escaped = true;
                canonical &= escape.canonical;
                at = plain_end(bytes, escape.end);
            }
            Some(_) => {
                let reason = "a control character in a string must be escaped";
                return Err(Fault { offset: at, reason });
            }
            None => return Err(Fault { offset: open, reason: "this string has no closing quote" }),
        }
    }
}

/// The offset behind the string that opens at `open`, or the end of the text; checks nothing.
pub(crate) fn lenient_end(bytes: &[u8], open: usize) -> usize {
    let mut at = plain_end(bytes, open + 1);
    loop {
        match bytes.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => {
                // What follows a backslash may be the first byte of a longer character, whose other
                // bytes are plain: only quotes, backslashes and the end of the text stop the scan.
                at = plain_end(bytes, at + 2);
            }
            Some(_) => at = plain_end(bytes, at + 1),
            None => return bytes.len(),
        }
    }
}

/// Decodes what stands between the quotes. A broken escape becomes U+FFFD.
pub(crate) fn unescape(inner: &str) -> String {
    let bytes = inner.as_bytes();
    let mut out = String::with_capacity(inner.len());
    let (mut from, mut at) = (0, plain_end(bytes, 0));
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            out.push_str(&inner[from..at]);
            let (character, end) = match Escape::read(bytes, at) {
                Ok(escape) => (escape.character, escape.end),
                Err(_) => (char::REPLACEMENT_CHARACTER, at + 1),
            };
            out.push(character);
            (from, at) = (end, end);
        } else {
            at += 1;
        }
        at = plain_end(bytes, at);
    }
    out.push_str(&inner[from..]);
    out
}

/// Appends a string in its canonical spelling, with quotes.
#[inline]
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let at = plain_end(bytes, from);
        out.push_str(&text[from..at]);
        match bytes.get(at) {
            Some(&byte) => write_escape(byte, out),
            None => break,
        }
        from = at + 1;
    }
    out.push('"');
}

fn write_escape(byte: u8, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let letter = match byte {
        b'"' => '"',
        b'\\' => '\\',
        0x08 => 'b',
        0x0c => 'f',
        b'\n' => 'n',
        b'\r' => 'r',
        b'\t' => 't',
        _ => {
            out.push_str("\\u00");
            out.push(HEX[usize::from(byte >> 4)].into());
            out.push(HEX[usize::from(byte & 15)].into());
            return;
        }
    };
    out.push('\\');
    out.push(letter);
}

/// One escape sequence.
struct Escape {
    character: char,
    end: usize,
    canonical: bool,
}

impl Escape {
    /// Reads the escape whose backslash stands at `at`.
    fn read(bytes: &[u8], at: usize) -> Result<Escape, Fault> {
        let (character, canonical) = match bytes.get(at + 1) {
            Some(b'"') => ('"', true),
            Some(b'\\') => ('\\', true),
            Some(b'/') => ('/', false),
            Some(b'b') => ('\u{8}', true),
            Some(b'f') => ('\u{c}', true),
            Some(b'n') => ('\n', true),
            Some(b'r') => ('\r', true),
            Some(b't') => ('\t', true),
            Some(b'u') => return Escape::read_unicode(bytes, at),
            _ => {
                let reason = "a backslash must be followed by one of \"\\/bfnrtu";
                return Err(Fault { offset: at, reason });
            }
        };
        Ok(Escape { character, end: at + 2, canonical })
    }

    fn read_unicode(bytes: &[u8], at: usize) -> Result<Escape, Fault> {
        let fault = |reason| Fault { offset: at, reason };
        let code = hex4(bytes, at + 2).ok_or(fault("\\u must be followed by four hexadecimal digits"))?;
        let (code, end) = match code {
            0xD800..=0xDBFF if bytes.get(at + 6..at + 8) == Some(b"\\u") => match hex4(bytes, at + 8) {
                Some(low @ 0xDC00..=0xDFFF) => (0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), at + 12),
                _ => (code, at + 6),
            },
            _ => (code, at + 6),
        };
        let character = char::from_u32(code)
            .ok_or(fault("a lone surrogate is no character; write both halves of the pair, or U+FFFD"))?;
        let has_letter = matches!(character, '\u{8}' | '\t' | '\n' | '\u{c}' | '\r');
        let lowercase = !bytes[at + 2..at + 6].iter().any(u8::is_ascii_uppercase);
        Ok(Escape { character, end, canonical: code < 0x20 && !has_letter && lowercase })
    }
}

fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.iter().try_fold(0, |code, &byte| Some(code * 16 + char::from(byte).to_digit(16)?))
}

/// The offset of the first quote, backslash or control character from `at` on, or the end.
#[inline]
pub(crate) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return at + special.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        at += 1;
    }
    at.min(bytes.len())
}

/// Marks the quotes, backslashes and control characters among eight bytes by their highest bit. The
/// lowest mark is exact; those above it may be wrong, because subtraction borrows.
/// After "Determine if a word has a byte less than n" in S. E. Anderson's Bit Twiddling Hacks.
#[inline]
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = ONES * 0x80;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let quote = quote.wrapping_sub(ONES) & !quote;
    let backslash = backslash.wrapping_sub(ONES) & !backslash;
    (control | quote | backslash) & HIGHEST
}
