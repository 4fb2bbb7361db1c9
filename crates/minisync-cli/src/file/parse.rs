//! Reads JSON text into the nodes of a tree, strictly, and says where it is not JSON. Knows nothing of what
//! the tree is for.

use std::{collections::HashSet, hash::BuildHasher};

use foldhash::fast::FixedState;

use super::{
    number::Decimal,
    text,
    tree::{Fault, Node},
};

/// Deeper values are refused, so that walking the tree cannot exhaust the stack.
const MAX_DEPTH: usize = 256;

/// The nodes of the value that `text` is, in pre-order.
///
/// # Errors
/// As [`super::Tree::parse`].
pub(super) fn parse(text: &str) -> Result<Vec<Node>, Fault> {
    if u32::try_from(text.len()).is_err() {
        return Err(Fault { offset: 0, reason: "the text is longer than 4 GiB".to_owned() });
    }
    let nodes = Vec::with_capacity(text.len() / 12);
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, nodes, hasher: FixedState::default() };
    parser.space();
    parser.value(0)?;
    parser.space();
    if parser.at < text.len() {
        return Err(parser.fault("there is something after the end of the value"));
    }
    Ok(parser.nodes)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    hasher: FixedState,
}

impl Parser<'_> {
    fn fault(&self, reason: impl Into<String>) -> Fault {
        self.fault_at(self.at, reason)
    }

    fn fault_at(&self, offset: usize, reason: impl Into<String>) -> Fault {
        Fault { offset, reason: reason.into() }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// A node that starts here; its end is filled in by [`Parser::close`].
    fn open(&mut self) -> usize {
        self.nodes.push(Node { start: as_u32(self.at), end: 0, next: 0, hash: 0 });
        self.nodes.len() - 1
    }

    fn close(&mut self, id: usize, hash: u64) -> u64 {
        let next = as_u32(self.nodes.len());
        let node = &mut self.nodes[id];
        (node.end, node.next, node.hash) = (as_u32(self.at), next, hash);
        hash
    }

    /// Reads a value and returns its hash.
    fn value(&mut self, depth: usize) -> Result<u64, Fault> {
        if depth > MAX_DEPTH {
            return Err(self.fault(format!("the value is nested deeper than {MAX_DEPTH} levels")));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'/') => Err(self.fault("a value is expected here (JSON has no comments)")),
            Some(b'\'') => Err(self.fault("a value is expected here (JSON strings stand in double quotes)")),
            Some(b']' | b'}') if self.text[..self.at].trim_end().ends_with(',') => {
                Err(self.fault("a value is expected here (JSON has no comma before the end)"))
            }
            Some(_) => Err(self.fault("a value is expected here")),
            None => Err(self.fault("the text breaks off in the middle")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<u64, Fault> {
        let id = self.open();
        let mut hash = 0x6f62_6a65_6374_u64;
        self.at += 1;
        self.space();
        let mut more = self.peek() != Some(b'}');
        while more {
            if self.peek() != Some(b'"') {
                return Err(self.fault(self.expected("a key in double quotes is expected here")));
            }
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.fault(self.expected("':' is expected here, after the key")));
            }
            self.at += 1;
            self.space();
            let value = self.value(depth + 1)?;
            hash = hash.wrapping_add(self.hasher.hash_one((key, value)));
            more = self.separator(b'}', "',' or '}' is expected here")?;
        }
        self.at += 1;
        self.close(id, hash);
        self.distinct_keys(id)?;
        Ok(hash)
    }

    fn array(&mut self, depth: usize) -> Result<u64, Fault> {
        let id = self.open();
        let mut hash = 0x0061_7272_6179_u64;
        self.at += 1;
        self.space();
        let mut more = self.peek() != Some(b']');
        while more {
            let value = self.value(depth + 1)?;
            hash = self.hasher.hash_one((hash, value));
            more = self.separator(b']', "',' or ']' is expected here")?;
        }
        self.at += 1;
        Ok(self.close(id, hash))
    }

    /// Steps over a comma; false at the closing bracket.
    fn separator(&mut self, close: u8, expected: &str) -> Result<bool, Fault> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.space();
                Ok(true)
            }
            Some(byte) if byte == close => Ok(false),
            _ => Err(self.fault(self.expected(expected))),
        }
    }

    fn expected(&self, what: &str) -> String {
        match self.peek() {
            Some(b'/') => format!("{what} (JSON has no comments)"),
            Some(_) => what.to_owned(),
            None => "the text breaks off in the middle".to_owned(),
        }
    }

    fn string(&mut self) -> Result<u64, Fault> {
        let id = self.open();
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0..0x20) => {
                    return Err(
                        self.fault("a line break, tab or control character stands in a string as it is")
                    );
                }
                Some(_) => self.at += 1,
                None => return Err(self.fault("the text breaks off in the middle of a string")),
            }
        }
        let inner = &self.text[start..self.at];
        self.at += 1;
        let hash = if escaped {
            self.hasher.hash_one(text::unescape(inner).as_bytes())
        } else {
            self.hasher.hash_one(inner.as_bytes())
        };
        Ok(self.close(id, hash))
    }

    fn escape(&mut self) -> Result<(), Fault> {
        let rest = &self.bytes[self.at..];
        match text::escape(rest) {
            Ok(length) => {
                self.at += length;
                Ok(())
            }
            Err(reason) => Err(self.fault(reason)),
        }
    }

    fn number(&mut self) -> Result<u64, Fault> {
        let id = self.open();
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let zero = self.peek() == Some(b'0');
        if self.digits()? > 1 && zero {
            return Err(self.fault_at(start, "a number starts with a zero too many"));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        let hash = self.hasher.hash_one(Decimal::of(&self.text[start..self.at]));
        Ok(self.close(id, hash))
    }

    fn digits(&mut self) -> Result<usize, Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("a digit is expected here")) } else { Ok(self.at - start) }
    }

    fn word(&mut self, word: &str) -> Result<u64, Fault> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.fault("a value is expected here"));
        }
        let id = self.open();
        self.at += word.len();
        let hash = self.hasher.hash_one(word);
        Ok(self.close(id, hash))
    }

    /// Few keys are compared pair by pair, many through a set.
    fn distinct_keys(&self, object: usize) -> Result<(), Fault> {
        let mut few = [0; 8];
        let mut many = HashSet::new();
        for (index, key) in self.keys(object).enumerate() {
            let new = match few.get_mut(index) {
                Some(slot) => {
                    *slot = key.hash;
                    !few[..index].contains(&key.hash)
                }
                None if many.is_empty() => {
                    many.extend(few);
                    many.insert(key.hash)
                }
                None => many.insert(key.hash),
            };
            if !new && self.stands_twice(object, key) {
                let name = &self.text[key.start as usize..key.end as usize];
                let reason = format!("the key {name} stands twice in the same object");
                return Err(self.fault_at(key.start as usize, reason));
            }
        }
        Ok(())
    }

    /// The keys of the object that was read last.
    fn keys(&self, object: usize) -> impl Iterator<Item = Node> {
        let mut id = object + 1;
        std::iter::from_fn(move || {
            let key = *self.nodes.get(id)?;
            id = self.nodes[key.next as usize].next as usize;
            Some(key)
        })
    }

    /// The slow and exact answer, for keys whose hashes collide.
    fn stands_twice(&self, object: usize, key: Node) -> bool {
        let name = |node: Node| text::unescape(&self.text[node.start as usize + 1..node.end as usize - 1]);
        self.keys(object).filter(|other| other.hash == key.hash && name(*other) == name(key)).count() > 1
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the text is shorter than 4 GiB, and it has fewer nodes than bytes"
)]
fn as_u32(number: usize) -> u32 {
    number as u32
}
