//! A cursor over JSON text: takes it apart piece by piece. Must not know what the text means.

use super::error::{Fault, JsonError, JsonErrorKind, Result};
use super::scan::Frame;
use super::string::JsonStr;
use super::{number, string};

/// A place in a JSON text, and how deep its owner has gone.
///
/// The methods that take something skip the white space before it. After an error the place is
/// unspecified. Offsets are bytes from the start of the text and stand between characters.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) depth_limit: usize,
    /// The text is canonical, which was found out before: its grammar is followed, and not checked again where that
    /// costs something.
    pub(super) trusted: bool,
    /// The deepest that owner or skipped value went since it was last asked.
    pub(super) deepest: usize,
    /// Room for [`Cursor::skip_value`], kept from one value to the next: the open containers, and
    /// where the keys of the open objects begin and end.
    pub(super) frames: Vec<Frame>,
    pub(super) keys: Vec<(usize, usize)>,
}

impl<'a> Cursor<'a> {
    /// `depth_limit` is how many containers may be open at once.
    pub(crate) fn new(text: &'a str, depth_limit: usize) -> Cursor<'a> {
        Cursor {
            text,
            at: 0,
            depth: 0,
            depth_limit,
            trusted: false,
            deepest: 0,
            frames: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Over canonical text, such as a document holds: it was validated when it came in.
    pub(crate) fn trusted(text: &'a str) -> Cursor<'a> {
        Cursor { trusted: true, ..Cursor::new(text, usize::MAX) }
    }

    /// Where the next thing, or the white space before it, begins.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Goes back to where it stood before.
    pub(crate) fn rewind(&mut self, offset: usize) {
        self.at = offset;
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// The next byte that is not white space; the cursor then stands at it.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.white();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the byte (an ASCII character), or fails with "expected `what`, found …".
    #[inline]
    pub(crate) fn expect(&mut self, byte: u8, what: &str) -> Result<()> {
        if self.eat(byte) { Ok(()) } else { Err(self.unexpected(what)) }
    }

    /// Takes the byte (an ASCII character) if it comes next.
    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let comes = self.peek() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    /// Takes a string.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<JsonStr<'a>> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a string"));
        }
        let open = self.at;
        let spelling = string::scan(self.text.as_bytes(), open).map_err(|fault| self.fault(fault))?;
        self.at = spelling.end;
        let raw = &self.text[open..spelling.end];
        Ok(JsonStr { raw, escaped: spelling.escaped, canonical: spelling.canonical })
    }

    /// Takes a number, as it is written.
    pub(crate) fn number(&mut self) -> Result<&'a str> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.unexpected("a number"));
        }
        let start = self.at;
        self.at = number::scan(self.text.as_bytes(), start).map_err(|fault| self.fault(fault))?;
        Ok(&self.text[start..self.at])
    }

    /// Takes a whole number from 0 to 2^64 - 1, without point or exponent.
    pub(crate) fn u64(&mut self) -> Result<u64> {
        self.integer("a whole number from 0 to 2^64 - 1")
    }

    /// Takes a whole number from -2^63 to 2^63 - 1, without point or exponent.
    pub(crate) fn i64(&mut self) -> Result<i64> {
        self.integer("a whole number from -2^63 to 2^63 - 1")
    }

    fn integer<N: std::str::FromStr>(&mut self, what: &str) -> Result<N> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.unexpected(what));
        }
        let start = self.at;
        let text = self.number()?;
        text.parse().map_err(|_| self.error_at(start, format!("expected {what}, found {}", shorten(text))))
    }

    /// Nothing but white space may follow.
    pub(crate) fn end(&mut self) -> Result<()> {
        if self.peek().is_none() { Ok(()) } else { Err(self.unexpected("the end of the text")) }
    }

    /// The owner goes into a container; fails if that is too deep.
    pub(crate) fn enter(&mut self) -> Result<()> {
        if self.depth >= self.depth_limit {
            return Err(JsonError::too_deep(self.text, self.at, self.depth_limit));
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        Ok(())
    }

    /// How many containers were open at once, at most, since this was last asked.
    pub(crate) fn take_deepest(&mut self) -> usize {
        std::mem::take(&mut self.deepest)
    }

    /// The owner leaves the container that it entered last.
    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Skips white space; returns whether there was any.
    #[inline]
    pub(super) fn white(&mut self) -> bool {
        let start = self.at;
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
        self.at != start
    }

    /// An error of the owner's at an offset that it noted.
    #[cold]
    pub(crate) fn error_at(&self, offset: usize, reason: impl Into<String>) -> Box<JsonError> {
        JsonError::new(self.text, offset, reason)
    }

    /// The same, of something that a later version of the owner may understand.
    #[cold]
    pub(crate) fn newer_at(&self, offset: usize, reason: impl Into<String>) -> Box<JsonError> {
        let mut error = self.error_at(offset, reason);
        error.kind = JsonErrorKind::Newer;
        error
    }

    /// An error of the owner's at the present offset.
    #[cold]
    pub(crate) fn error(&self, reason: impl Into<String>) -> Box<JsonError> {
        self.error_at(self.at, reason)
    }

    #[cold]
    pub(crate) fn unexpected(&self, what: &str) -> Box<JsonError> {
        let found = match self.text[self.at..].chars().next() {
            Some('"') => "a string".to_owned(),
            Some('{') => "an object".to_owned(),
            Some('[') => "a list".to_owned(),
            Some(character) => format!("{character:?}"),
            None => "the end of the text".to_owned(),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    #[cold]
    pub(super) fn fault(&self, fault: Fault) -> Box<JsonError> {
        self.error_at(fault.offset, fault.reason)
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
