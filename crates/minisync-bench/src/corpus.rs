//! The documents that are measured. The same ones in every run.

use serde_json::{Map, Value, json};

/// How large the documents are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// To-do records in a list.
    pub(crate) records: usize,
    /// Entries in a map.
    pub(crate) entries: usize,
    /// How many times something is appended.
    pub(crate) appends: usize,
}

impl Scale {
    pub(crate) const FULL: Scale = Scale { records: 20_000, entries: 1_000_000, appends: 100_000 };
    pub(crate) const QUICK: Scale = Scale { records: 2_000, entries: 100_000, appends: 10_000 };
}

const VERBS: &[&str] = &["Call", "Ask", "Pay", "Book", "Write to", "Remind", "Thank", "Visit"];
const WHOM: &[&str] = &["the plumber", "Mrs Øster", "the bank", "Alice", "the library", "a dentist"];
const WHAT: &[&str] = &["about the sink", "for Sunday", "again", "before noon", "on the 12th", "by post"];
const TAGS: &[&str] = &["home", "urgent", "money", "garden", "later", "work"];

/// A to-do record of about 115 bytes.
pub(crate) fn record(number: usize) -> Value {
    let mut random = fastrand::Rng::with_seed(number as u64);
    let mut pick = |from: &'static [&'static str]| from[random.usize(..from.len())];
    let title = format!("{} {} {}", pick(VERBS), pick(WHOM), pick(WHAT));
    let tags = [pick(TAGS), pick(TAGS)];
    let due = format!("2026-{:02}-{:02}", random.u8(1..=12), random.u8(1..=28));
    let (done, priority) = (random.bool(), random.u8(1..=5));
    json!({ "id": format!("t{number:05}"), "title": title, "done": done, "priority": priority, "due": due, "tags": tags })
}

/// `{"todos": […]}`.
pub(crate) fn todos(records: usize) -> Value {
    json!({ "todos": (0..records).map(record).collect::<Vec<_>>() })
}

/// `{"entries": {…}}`: numbers, short texts and truths under keys of eight letters.
pub(crate) fn entries(count: usize) -> Value {
    let mut random = fastrand::Rng::with_seed(1);
    let entry = |number: usize| {
        let value = match number % 3 {
            0 => Value::from(random.u32(..1_000_000)),
            1 => Value::from(format!("value {}", random.u16(..))),
            _ => Value::from(random.bool()),
        };
        (format!("k{number:07}"), value)
    };
    json!({ "entries": (0..count).map(entry).collect::<Map<_, _>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_always_the_same_and_of_the_size_promised() {
        assert_eq!(record(7), record(7));
        let bytes = todos(1000).to_string().len() / 1000;
        assert!((110..=125).contains(&bytes), "{bytes} bytes");
    }
}
