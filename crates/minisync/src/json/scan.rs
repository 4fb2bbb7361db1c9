//! Skipping whole JSON values, with or without validation. Must not know what the values mean.

use super::cursor::Cursor;
use super::error::{JsonError, Result};
use super::{keys, number, string};

/// What is known about a value that was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scan {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The values below this one at every depth: members of objects and elements of lists.
    pub(crate) entries: u64,
    /// The text from `start` to `end` is already canonical.
    pub(crate) canonical: bool,
    /// The first key of some object in it, or of itself, is one ASCII punctuation character.
    pub(crate) has_punctuation_key: bool,
    /// In some object in it, or in itself, a key that is an array index stands behind a higher one, or behind a key that
    /// is none: JavaScript would not keep it there.
    pub(crate) has_late_index: bool,
}

impl Scan {
    /// Whether the text can stand on the wire as it is: no object in it could be taken for a tag, and JavaScript keeps all
    /// keys in their order.
    pub(crate) fn can_stay_text(&self) -> bool {
        !self.has_punctuation_key && !self.has_late_index
    }
}

/// A container that is open during a scan.
#[derive(Debug, Clone, Copy)]
pub(super) enum Frame {
    List,
    Object {
        /// The index of its first key among the keys of the open objects.
        first: usize,
        /// Some key is not spelled canonically.
        respelled: bool,
    },
}

impl<'a> Cursor<'a> {
    /// Validates and skips one value: grammar, depth, surrogates, and that no object has a key twice.
    pub(crate) fn skip_value(&mut self) -> Result<Scan> {
        self.skip_up_to(usize::MAX).map(|(scan, _)| scan)
    }

    /// Like [`Cursor::skip_value`], but gives up on a container that turns out to be longer than `limit`
    /// bytes: the cursor then stands where it stood. So looking whether it is short costs little.
    pub(crate) fn skip_container_within(&mut self, limit: usize) -> Result<Option<Scan>> {
        self.white();
        let start = self.at;
        let (scan, whole) = self.skip_up_to(limit)?;
        if whole && scan.end - scan.start <= limit {
            return Ok(Some(scan));
        }
        self.at = start;
        Ok(None)
    }

    /// Whether the scan reached the end of the value within about `limit` bytes.
    fn skip_up_to(&mut self, limit: usize) -> Result<(Scan, bool)> {
        self.frames.clear();
        self.keys.clear();
        self.white();
        let start = self.at;
        let mut scan = Scan {
            start,
            end: start,
            entries: 0,
            canonical: true,
            has_punctuation_key: false,
            has_late_index: false,
        };
        loop {
            self.skip_head(&mut scan)?;
            if self.next_value(&mut scan)?.is_none() {
                scan.end = self.at;
                return Ok((scan, true));
            }
            if self.at - start > limit {
                return Ok((scan, false));
            }
        }
    }

    /// Skips a primitive, or what stands in front of the first value of a container. The latter
    /// repeats until a primitive or an empty container was met.
    #[inline]
    fn skip_head(&mut self, scan: &mut Scan) -> Result<()> {
        loop {
            match self.byte() {
                b'"' => scan.canonical &= self.skip_string()?,
                b'-' | b'0'..=b'9' => {
                    let end = number::scan(self.text.as_bytes(), self.at);
                    self.at = end.map_err(|fault| self.fault(fault))?;
                }
                b'{' => {
                    self.open(Frame::Object { first: self.keys.len(), respelled: false })?;
                    scan.canonical &= !self.white();
                    if self.byte() != b'}' {
                        scan.has_punctuation_key |= self.skip_key(scan)?;
                        continue;
                    }
                }
                b'[' => {
                    self.open(Frame::List)?;
                    scan.canonical &= !self.white();
                    if self.byte() != b']' {
                        scan.entries += 1;
                        continue;
                    }
                }
                b't' => self.skip_word("true")?,
                b'f' => self.skip_word("false")?,
                b'n' => self.skip_word("null")?,
                _ => return Err(self.unexpected("a value")),
            }
            return Ok(());
        }
    }

    /// Behind a value: closes the containers that end here and goes to the next value, if any.
    #[inline]
    fn next_value(&mut self, scan: &mut Scan) -> Result<Option<()>> {
        while let Some(&frame) = self.frames.last() {
            scan.canonical &= !self.white();
            match (frame, self.byte()) {
                (Frame::List, b',') => {
                    self.at += 1;
                    scan.entries += 1;
                    scan.canonical &= !self.white();
                    return Ok(Some(()));
                }
                (Frame::Object { .. }, b',') => {
                    self.at += 1;
                    scan.canonical &= !self.white();
                    self.skip_key(scan)?;
                    return Ok(Some(()));
                }
                (Frame::List, b']') => {
                    self.at += 1;
                    self.frames.pop();
                }
                (Frame::Object { first, respelled }, b'}') => {
                    self.check_keys(first, respelled)?;
                    self.at += 1;
                    self.frames.pop();
                }
                (Frame::List, _) => return Err(self.unexpected("',' or ']' behind an element")),
                (Frame::Object { .. }, _) => {
                    return Err(self.unexpected("',' or '}' behind a member"));
                }
            }
        }
        Ok(None)
    }

    #[inline]
    fn open(&mut self, frame: Frame) -> Result<()> {
        if self.depth + self.frames.len() >= self.depth_limit {
            return Err(JsonError::too_deep(self.text, self.at, self.depth_limit));
        }
        self.frames.push(frame);
        self.deepest = self.deepest.max(self.depth + self.frames.len());
        self.at += 1;
        Ok(())
    }

    /// Skips a key, its colon and the white space behind it; returns whether the key is one
    /// punctuation character.
    #[inline]
    fn skip_key(&mut self, scan: &mut Scan) -> Result<bool> {
        if self.byte() != b'"' {
            return Err(self.unexpected("a key, which is a string"));
        }
        let start = self.at;
        let canonical = self.skip_string()?;
        self.keys.push((start, self.at));
        if !canonical {
            scan.canonical = false;
            if let Some(Frame::Object { respelled, .. }) = self.frames.last_mut() {
                *respelled = true;
            }
        }
        if let Some(index) = keys::array_index_spelled(&self.text[start..self.at], canonical) {
            scan.has_late_index |= !self.index_follows(index);
        }
        let is_punctuation = keys::is_punctuation_spelled(&self.text[start..self.at], canonical);
        scan.entries += 1;
        scan.canonical &= !self.white();
        if self.byte() != b':' {
            return Err(self.unexpected("':' behind a key"));
        }
        self.at += 1;
        scan.canonical &= !self.white();
        Ok(is_punctuation)
    }

    /// Whether the key before the last one in the innermost object is a lower array index, or there is none.
    #[cold]
    fn index_follows(&self, index: u32) -> bool {
        let Some(Frame::Object { first, .. }) = self.frames.last() else { return true };
        match self.keys[*first..] {
            [.., (start, end), _] => {
                keys::array_index_spelled(&self.text[start..end], false).is_some_and(|before| before < index)
            }
            _ => true,
        }
    }

    /// Returns whether the string is spelled canonically.
    #[inline]
    fn skip_string(&mut self) -> Result<bool> {
        match string::scan(self.text.as_bytes(), self.at) {
            Ok(spelling) => {
                self.at = spelling.end;
                Ok(spelling.canonical)
            }
            Err(fault) => Err(self.fault(fault)),
        }
    }

    #[inline]
    fn skip_word(&mut self, word: &str) -> Result<()> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.error("expected a value: true, false, null, a number, \"…\", […] or {…}"));
        }
        self.at += word.len();
        Ok(())
    }

    /// No key of the innermost object, whose keys begin at index `first`, stands there twice.
    #[inline]
    fn check_keys(&mut self, first: usize, respelled: bool) -> Result<()> {
        // To look for keys that stand twice is most of the cost of a scan.
        if self.trusted && !cfg!(debug_assertions) {
            self.keys.truncate(first);
            return Ok(());
        }
        let keys = &self.keys[first..];
        if let Some(index) = keys::first_duplicate_key(self.text, keys, respelled) {
            let (start, end) = keys[index];
            let key = &self.text[start..end];
            return Err(self.error_at(start, format!("the key {key} stands in its object twice")));
        }
        self.keys.truncate(first);
        Ok(())
    }

    /// The byte at the cursor; at the end 0, which begins nothing.
    #[inline]
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Skips one value that is known to be valid: where it starts and ends. Of a text that is not
    /// valid, all that is certain of the result is that it lies between characters.
    pub(crate) fn skip_unchecked(&mut self) -> Result<(usize, usize)> {
        self.white();
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        match bytes.get(start) {
            Some(b'"' | b'{' | b'[') => {}
            _ => return self.skip_word_unchecked(),
        }
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'"' => self.at = string::lenient_end(bytes, self.at),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            if depth == 0 {
                return Ok((start, self.at));
            }
        }
        Err(self.unexpected("the end of a list or an object"))
    }

    fn skip_word_unchecked(&mut self) -> Result<(usize, usize)> {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let ends = |&byte: &u8| matches!(byte, b',' | b':' | b']' | b'}' | b'\t' | b'\n' | b'\r' | b' ');
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
        if self.at == start { Err(self.unexpected("a value")) } else { Ok((start, self.at)) }
    }
}
