//! Clients that are documents of the npm package. Each is paired with a document of the core, which the oracle judges:
//! both are told the same, with the same clock and the same randomness, so after every step their change sets have to
//! be the same, byte by byte. Others get the text that the package wrote.
//!
//! The package runs in Node, in `packages/minisync/test/simulator/host.mjs`: one process for each thread, for all runs.

use std::{
    cell::RefCell,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use minisync::{Document, Path, Random, Segment};
use serde_json::{Number, Value, json};

use super::{Checked, Failure, clock::ManualClock, ensure};

const HOST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packages/minisync/test/simulator/host.mjs");

thread_local! {
    /// This thread's process, once it is needed.
    static PROCESS: RefCell<Option<Host>> = const { RefCell::new(None) };
}

/// A document of the package.
pub(super) struct Twin {
    number: u64,
    clock: ManualClock,
}

/// How its edits are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Alone,
    Transaction,
    FailingTransaction,
}

impl Twin {
    /// A document that is made by this request. `number` is its randomness too.
    pub(super) fn begin(name: &str, number: u64, clock: &ManualClock, arguments: &[Value]) -> Checked<Twin> {
        let twin = Twin { number, clock: clock.clone() };
        let mut all = vec![json!(number)];
        all.extend_from_slice(arguments);
        twin.ask(name, &all)?;
        Ok(twin)
    }

    pub(super) fn ask(&self, name: &str, arguments: &[Value]) -> Checked<Value> {
        let mut request = vec![json!(name), json!(self.number), json!(milliseconds(self.clock.micros()))];
        request.extend_from_slice(arguments);
        ask(&Value::Array(request))
    }

    pub(super) fn edit(&self, calls: Vec<Value>, how: How) -> Checked {
        let how = match how {
            How::Alone => "alone",
            How::Transaction => "together",
            How::FailingTransaction => "fails",
        };
        self.ask("edit", &[Value::Array(calls), json!(how)]).map(drop)
    }

    /// Merges the same as the core's document, which was ready for it or not.
    pub(super) fn merge(&self, text: &str, expected: bool) -> Checked {
        let merged = self.ask("merge", &[json!(text)])?;
        ensure(merged == json!(expected), "javascript", || {
            format!("merged in JavaScript: {merged}, in the core: {expected}: {text}")
        })
    }

    /// Writes the same change set as the core's document.
    pub(super) fn changes(&self, of: &Value, expected: &str) -> Checked {
        let text = self.ask("changes", std::slice::from_ref(of))?;
        ensure(text == json!(expected), "javascript", || {
            format!("the change set is {text} in JavaScript, and {expected} in the core")
        })
    }

    /// Is the same as the core's document, in state, data and client id.
    pub(super) fn check(&self, doc: &Document) -> Checked {
        let found = self.ask("check", &[])?;
        for (what, expected) in [
            ("changes", doc.changes().to_string()),
            ("data", doc.to_json()),
            ("client", doc.client_id().to_string()),
        ] {
            ensure(found[what] == json!(expected), "javascript", || {
                format!("{what} in JavaScript: {}, in the core: {expected}", found[what])
            })?;
        }
        Ok(())
    }
}

/// Begins a run: nothing is left of the one before.
pub(super) fn reset() -> Checked {
    ask(&json!(["reset"])).map(drop)
}

/// A path in parts, as the package takes it.
pub(super) fn parts(path: &Path) -> Value {
    let part = |segment: &Segment| match segment {
        Segment::Key(key) | Segment::Token(key) => json!(key.as_str()),
        Segment::Index(index) => json!(index),
    };
    path.segments().iter().map(part).collect()
}

/// A value that JavaScript can hold, and spells as the core does.
pub(super) fn representable(value: &Value) -> Value {
    /// 2^53 - 1.
    const MOST: i64 = 9_007_199_254_740_991;
    match value {
        Value::Array(items) => items.iter().map(representable).collect(),
        Value::Object(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.clone(), representable(value))).collect())
        }
        Value::Number(number) => Value::Number(match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => integer.clamp(-MOST, MOST).into(),
            (None, Some(float)) if float.fract() != 0.0 => number.clone(),
            (None, float) => Number::from(float.unwrap_or_default().clamp(-MOST as f64, MOST as f64) as i64),
        }),
        other => other.clone(),
    }
}

/// The milliseconds that the boundary takes for so many microseconds.
fn milliseconds(micros: u64) -> f64 {
    let nearest = micros as f64 / 1000.0;
    if ((nearest * 1000.0) as u64) < micros { nearest.next_up() } else { nearest }
}

/// The randomness of an instance of the WebAssembly module that was seeded with this number, written anew.
pub(super) struct Source {
    number: u64,
    count: u64,
}

impl Source {
    pub(super) fn new(number: u64) -> Source {
        Source { number, count: 0 }
    }
}

impl Random for Source {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(blake3::OUT_LEN) {
            self.count += 1;
            let mut hasher = blake3::Hasher::new();
            hasher.update(&u128::from(self.number).to_le_bytes());
            // An instance's document has the first of its sources.
            hasher.update(&1u64.to_le_bytes());
            hasher.update(&self.count.to_le_bytes());
            chunk.copy_from_slice(&hasher.finalize().as_bytes()[..chunk.len()]);
        }
    }
}

/// The process, and what leads to it.
struct Host {
    process: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Host {
    fn start() -> std::io::Result<Host> {
        let mut process =
            Command::new("node").arg(HOST).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let requests = process.stdin.take();
        let answers = process.stdout.take().ok_or_else(|| std::io::Error::other("it has no output"))?;
        Ok(Host { process, requests, answers: BufReader::new(answers) })
    }

    fn ask(&mut self, request: &Value) -> std::io::Result<Value> {
        let requests = self.requests.as_mut().ok_or_else(|| std::io::Error::other("it has no input"))?;
        requests.write_all(format!("{request}\n").as_bytes())?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(std::io::Error::other("it has ended"));
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.requests.take());
        drop(self.process.wait());
    }
}

fn ask(request: &Value) -> Checked<Value> {
    PROCESS.with_borrow_mut(|process| {
        let mut host = match process.take() {
            Some(host) => Ok(host),
            None => Host::start(),
        };
        let answer = host.as_mut().map_err(|error| error.to_string());
        let mut answer = answer.and_then(|host| host.ask(request).map_err(|error| error.to_string()));
        // One that cannot answer is replaced the next time.
        *process = host.ok().filter(|_| answer.is_ok());
        let failed = |message: String| Failure::new("javascript", format!("{message}; asked for {request}"));
        match answer.as_mut() {
            Err(error) => {
                Err(failed(format!("node {HOST} (is the package built? cargo xtask npm): {error}")))
            }
            Ok(answer) => match answer.get("error") {
                Some(error) => Err(failed(error.as_str().unwrap_or_default().to_owned())),
                None => Ok(answer["result"].take()),
            },
        }
    })
}
