//! Reads the words, numbers and JSON values of a script's lines. Knows no step.

use std::fmt;

use serde_json::Value;

/// Why a line of a script cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Counted from 1; 0 where it is not known yet.
    pub line: usize,
    /// What was expected, and what is there.
    pub reason: String,
}

impl ParseError {
    pub(super) fn new(reason: impl Into<String>) -> ParseError {
        ParseError { line: 0, reason: reason.into() }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for ParseError {}

/// What is left of a line.
pub(super) struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a str) -> Cursor<'a> {
        Cursor(line.trim())
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn word(&mut self) -> Result<&'a str, ParseError> {
        let end = self.0.find(' ').unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest.trim_start();
        if word.is_empty() { Err(ParseError::new("the line ends too early")) } else { Ok(word) }
    }

    /// Takes the next word if it is this one.
    pub(super) fn takes(&mut self, wanted: &str) -> bool {
        let mut ahead = Cursor(self.0);
        let found = ahead.word().is_ok_and(|word| word == wanted);
        if found {
            self.0 = ahead.0;
        }
        found
    }

    pub(super) fn expect(&mut self, wanted: &str) -> Result<(), ParseError> {
        if self.takes(wanted) {
            Ok(())
        } else {
            Err(ParseError::new(format!("expected {wanted:?} at {:?}", self.0)))
        }
    }

    pub(super) fn number<N: std::str::FromStr>(&mut self) -> Result<N, ParseError> {
        let word = self.word()?;
        word.parse().map_err(|_| ParseError::new(format!("expected a number, found {word:?}")))
    }

    /// A number with a letter before it, as in `c1`.
    pub(super) fn named<N: std::str::FromStr>(&mut self, letter: char) -> Result<N, ParseError> {
        let word = self.word()?;
        let number = word.strip_prefix(letter).and_then(|digits| digits.parse().ok());
        number.ok_or_else(|| ParseError::new(format!("expected {letter}NUMBER, found {word:?}")))
    }

    pub(super) fn value(&mut self) -> Result<Value, ParseError> {
        let mut stream = serde_json::Deserializer::from_str(self.0).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                self.0 = self.0[stream.byte_offset()..].trim_start();
                Ok(value)
            }
            Some(Err(error)) => Err(ParseError::new(format!("expected JSON: {error}"))),
            None => Err(ParseError::new("expected JSON, found the end of the line")),
        }
    }

    pub(super) fn values(&mut self) -> Result<Vec<Value>, ParseError> {
        match self.value()? {
            Value::Array(values) => Ok(values),
            other => Err(ParseError::new(format!("expected a JSON list, found {other}"))),
        }
    }
}
