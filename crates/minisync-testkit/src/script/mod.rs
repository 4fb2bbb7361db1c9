//! A run as plain data: what it starts with, and its steps. Can be generated from a seed, printed, read
//! back, and cut down. Knows nothing of the documents that it will be carried out on.

mod edit;
mod parse;
mod random;
mod shrink;
mod step;

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde_json::Value;

use parse::Cursor;

pub use edit::Edit;
pub use parse::ParseError;
pub use shrink::shrink;
pub use step::{Content, Purge, Step};

/// A whole run. Its text form has one step a line, after two lines that say what it starts with, and one that
/// says which clients are documents of the npm package, if any are (`javascript c0 c2`); empty lines, and lines that start with `#`, are skipped.
///
/// ```
/// use minisync_testkit::script::Script;
/// let text = "start {\"l\":[1]}\nclients 0 -50\nc1 push 0 2\nc1 sends m0 full\nc0 gets m0\n";
/// let script: Script = text.parse()?;
/// assert_eq!(script.to_string(), text);
/// # Ok::<(), minisync_testkit::script::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// The document that client 0 creates.
    pub start: Value,
    /// The clients at the start, and by how many microseconds the clock of each is off.
    pub skews: Vec<i64>,
    /// The clients that are documents of the npm package.
    pub javascript: BTreeSet<usize>,
    /// What happens then.
    pub steps: Vec<Step>,
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "start {}", self.start)?;
        f.write_str("clients")?;
        self.skews.iter().try_for_each(|skew| write!(f, " {skew}"))?;
        writeln!(f)?;
        if !self.javascript.is_empty() {
            f.write_str("javascript")?;
            self.javascript.iter().try_for_each(|client| write!(f, " c{client}"))?;
            writeln!(f)?;
        }
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

impl FromStr for Script {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Script, ParseError> {
        let mut script = Script {
            start: Value::Object(serde_json::Map::new()),
            skews: vec![0],
            javascript: BTreeSet::new(),
            steps: Vec::new(),
        };
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                script.read(line).map_err(|error| ParseError { line: index + 1, ..error })?;
            }
        }
        Ok(script)
    }
}

impl Script {
    fn read(&mut self, line: &str) -> Result<(), ParseError> {
        let mut rest = Cursor::new(line);
        if rest.takes("start") {
            self.start = rest.value()?;
        } else if rest.takes("clients") {
            self.skews.clear();
            while !rest.is_at_end() {
                self.skews.push(rest.number()?);
            }
        } else if rest.takes("javascript") {
            while !rest.is_at_end() {
                self.javascript.insert(rest.named('c')?);
            }
        } else {
            self.steps.push(line.parse()?);
        }
        Ok(())
    }
}
