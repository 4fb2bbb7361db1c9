//! Reads JSON text into the spans of a tree, and says what is wrong in words for people who write files by
//! hand. Strings, numbers and keys are judged by [`crate::json`], as everywhere. Must not know what the tree is for.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use super::{MAX_DEPTH, Span, SyntaxError};
use crate::json::{Cursor, JsonError, first_duplicate_key, number};

/// The spans of the value that `text` is, in pre-order.
///
/// # Errors
/// As [`super::Tree::parse`].
pub(super) fn parse(text: &str) -> Result<Vec<Span>, SyntaxError> {
    if u32::try_from(text.len()).is_err() {
        return Err(SyntaxError { offset: 0, reason: "the text is longer than 4 GiB".to_owned() });
    }
    let mut parser = Parser {
        cursor: Cursor::new(text, MAX_DEPTH),
        // A guess that holds for most files; a vector that grows would hold the spans twice for a while.
        spans: Vec::with_capacity(text.len() / 12),
        keys: Vec::new(),
        hasher: FixedState::default(),
    };
    parser.value()?;
    match parser.cursor.peek() {
        None => Ok(parser.spans),
        Some(_) => Err(parser.error("there is something after the end of the value")),
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    spans: Vec<Span>,
    /// Where the keys of the open objects begin and end, those of the innermost one last.
    keys: Vec<(usize, usize)>,
    /// The same in every parser, so that trees can be compared.
    hasher: FixedState,
}

impl Parser<'_> {
    fn error(&self, reason: impl Into<String>) -> SyntaxError {
        SyntaxError { offset: self.cursor.offset(), reason: reason.into() }
    }

    /// A span that starts here; the rest is filled in by [`Parser::close`].
    fn open(&mut self) -> usize {
        self.spans.push(Span { start: as_u32(self.cursor.offset()), end: 0, next: 0, hash: 0 });
        self.spans.len() - 1
    }

    fn close(&mut self, id: usize, hash: u64) -> u64 {
        let next = as_u32(self.spans.len());
        let span = &mut self.spans[id];
        (span.end, span.next, span.hash) = (as_u32(self.cursor.offset()), next, hash);
        hash
    }

    /// Reads a value and returns its hash.
    fn value(&mut self) -> Result<u64, SyntaxError> {
        match self.cursor.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => self.string().map(|(hash, _)| hash),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't' | b'f' | b'n') => self.literal(),
            Some(b'/') => Err(self.error("a value is expected here (JSON has no comments)")),
            Some(b'\'') => Err(self.error("a value is expected here (JSON strings stand in double quotes)")),
            Some(b']' | b'}') if self.is_behind_comma() => {
                Err(self.error("a value is expected here (JSON has no comma before the end)"))
            }
            Some(_) => Err(self.error("a value is expected here")),
            None => Err(self.error("the text breaks off in the middle")),
        }
    }

    fn is_behind_comma(&self) -> bool {
        self.cursor.text()[..self.cursor.offset()].trim_end().ends_with(',')
    }

    fn object(&mut self) -> Result<u64, SyntaxError> {
        let id = self.open();
        self.cursor.enter().map_err(|error| plain(*error))?;
        self.cursor.eat(b'{');
        let first_key = self.keys.len();
        let mut respelled = false;
        let mut hash = 0x6f62_6a65_6374_u64;
        let mut more = self.cursor.peek() != Some(b'}');
        while more {
            if self.cursor.peek() != Some(b'"') {
                return Err(self.expected("a key in double quotes is expected here"));
            }
            let start = self.cursor.offset();
            let (key, canonical) = self.string()?;
            self.keys.push((start, self.cursor.offset()));
            respelled |= !canonical;
            if !self.cursor.eat(b':') {
                return Err(self.expected("':' is expected here, after the key"));
            }
            let value = self.value()?;
            // A sum: the order of keys does not count.
            hash = hash.wrapping_add(self.hasher.hash_one((key, value)));
            more = self.separator(b'}', "',' or '}' is expected here")?;
        }
        self.cursor.eat(b'}');
        self.cursor.leave();
        self.refuse_twice(first_key, respelled)?;
        Ok(self.close(id, hash))
    }

    fn array(&mut self) -> Result<u64, SyntaxError> {
        let id = self.open();
        self.cursor.enter().map_err(|error| plain(*error))?;
        self.cursor.eat(b'[');
        let mut hash = 0x0061_7272_6179_u64;
        let mut more = self.cursor.peek() != Some(b']');
        while more {
            let value = self.value()?;
            hash = self.hasher.hash_one((hash, value));
            more = self.separator(b']', "',' or ']' is expected here")?;
        }
        self.cursor.eat(b']');
        self.cursor.leave();
        Ok(self.close(id, hash))
    }

    /// Steps over a comma; false at the closing bracket.
    fn separator(&mut self, close: u8, expected: &str) -> Result<bool, SyntaxError> {
        if self.cursor.eat(b',') {
            return Ok(true);
        }
        if self.cursor.peek() == Some(close) { Ok(false) } else { Err(self.expected(expected)) }
    }

    fn expected(&mut self, what: &str) -> SyntaxError {
        match self.cursor.peek() {
            Some(b'/') => self.error(format!("{what} (JSON has no comments)")),
            Some(_) => self.error(what),
            None => self.error("the text breaks off in the middle"),
        }
    }

    /// Its hash, and whether it is spelled canonically.
    fn string(&mut self) -> Result<(u64, bool), SyntaxError> {
        let id = self.open();
        let open = self.cursor.offset();
        let string = self.cursor.string().map_err(|error| {
            // Only a string without an end is at fault as a whole.
            if error.offset == open {
                let reason = "the text breaks off in the middle of a string".to_owned();
                return SyntaxError { offset: self.cursor.text().len(), reason };
            }
            plain(*error)
        })?;
        let hash = self.hasher.hash_one(string.decode().as_bytes());
        Ok((self.close(id, hash), string.canonical))
    }

    fn number(&mut self) -> Result<u64, SyntaxError> {
        let id = self.open();
        let text = self.cursor.number().map_err(|error| plain(*error))?;
        let mut hasher = self.hasher.build_hasher();
        number::hash(text, &mut hasher);
        Ok(self.close(id, hasher.finish()))
    }

    fn literal(&mut self) -> Result<u64, SyntaxError> {
        let id = self.open();
        let start = self.cursor.offset();
        if self.cursor.skip_value().is_err() {
            return Err(SyntaxError { offset: start, reason: "a value is expected here".to_owned() });
        }
        let hash = self.hasher.hash_one(&self.cursor.text()[start..self.cursor.offset()]);
        Ok(self.close(id, hash))
    }

    /// No key of the innermost object, whose keys begin at index `first`, stands there twice.
    fn refuse_twice(&mut self, first: usize, respelled: bool) -> Result<(), SyntaxError> {
        let text = self.cursor.text();
        if let Some(index) = first_duplicate_key(text, &self.keys[first..], respelled) {
            let (start, end) = self.keys[first + index];
            let reason = format!("the key {} stands twice in the same object", &text[start..end]);
            return Err(SyntaxError { offset: start, reason });
        }
        self.keys.truncate(first);
        Ok(())
    }
}

fn plain(error: JsonError) -> SyntaxError {
    SyntaxError { offset: error.offset, reason: error.reason }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the text is shorter than 4 GiB, and it has fewer nodes than bytes"
)]
fn as_u32(number: usize) -> u32 {
    number as u32
}
