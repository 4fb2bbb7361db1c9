//! One edit of a document as plain data, with its text form. Knows nothing of what it will meet.

use std::fmt;

use serde_json::Value;

use super::parse::{Cursor, ParseError};

/// One local edit. `place` chooses among the containers of the document (or among its lists, for list
/// edits) in document order; the other numbers choose a key, an index or a gap. All of them are taken
/// modulo what is there when the edit is carried out, so an edit is valid in any document.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are explained above")]
pub enum Edit {
    /// `Document::set` in a map or a list; from slot 50 on in a map `MapMut::set`.
    Set {
        place: u64,
        slot: u64,
        value: Value,
    },
    /// `Document::remove` in a map or a list; from slot 50 on in a map `MapMut::remove`.
    Remove {
        place: u64,
        slot: u64,
    },
    Push {
        place: u64,
        value: Value,
    },
    Unshift {
        place: u64,
        value: Value,
    },
    Insert {
        place: u64,
        slot: u64,
        value: Value,
    },
    /// `ListMut::set`.
    Put {
        place: u64,
        slot: u64,
        value: Value,
    },
    /// `ListMut::remove`.
    Drop {
        place: u64,
        slot: u64,
    },
    Pop {
        place: u64,
    },
    Shift {
        place: u64,
    },
    Move {
        place: u64,
        from: u64,
        to: u64,
    },
    Swap {
        place: u64,
        from: u64,
        to: u64,
    },
    Reverse {
        place: u64,
    },
    Sort {
        place: u64,
    },
    Splice {
        place: u64,
        start: u64,
        count: u64,
        values: Vec<Value>,
    },
    Clear {
        place: u64,
    },
    Extend {
        place: u64,
        values: Vec<Value>,
    },
    /// `Document::update` of a container with its own value, mutated by this seed.
    Update {
        place: u64,
        seed: u64,
    },
}

impl Edit {
    /// The value or the values that the edit writes, for shrinking.
    pub fn values_mut(&mut self) -> &mut [Value] {
        match self {
            Edit::Set { value, .. }
            | Edit::Push { value, .. }
            | Edit::Unshift { value, .. }
            | Edit::Insert { value, .. }
            | Edit::Put { value, .. } => std::slice::from_mut(value),
            Edit::Splice { values, .. } | Edit::Extend { values, .. } => values,
            _ => &mut [],
        }
    }

    /// The choice numbers of the edit, for shrinking.
    pub fn choices_mut(&mut self) -> Vec<&mut u64> {
        match self {
            Edit::Set { place, slot, .. }
            | Edit::Remove { place, slot }
            | Edit::Insert { place, slot, .. }
            | Edit::Put { place, slot, .. }
            | Edit::Drop { place, slot } => vec![place, slot],
            Edit::Push { place, .. }
            | Edit::Unshift { place, .. }
            | Edit::Pop { place }
            | Edit::Shift { place }
            | Edit::Reverse { place }
            | Edit::Sort { place }
            | Edit::Clear { place }
            | Edit::Extend { place, .. }
            | Edit::Update { place, .. } => vec![place],
            Edit::Move { place, from, to } | Edit::Swap { place, from, to } => {
                vec![place, from, to]
            }
            Edit::Splice { place, start, count, .. } => vec![place, start, count],
        }
    }

    pub(super) fn read(verb: &str, rest: &mut Cursor<'_>) -> Result<Option<Edit>, ParseError> {
        let place = match verb {
            "set" | "remove" | "push" | "unshift" | "insert" | "put" | "drop" | "pop" | "shift" | "move"
            | "swap" | "reverse" | "sort" | "splice" | "clear" | "extend" | "update" => rest.number()?,
            _ => return Ok(None),
        };
        Ok(Some(match verb {
            "set" => Edit::Set { place, slot: rest.number()?, value: rest.value()? },
            "remove" => Edit::Remove { place, slot: rest.number()? },
            "push" => Edit::Push { place, value: rest.value()? },
            "unshift" => Edit::Unshift { place, value: rest.value()? },
            "insert" => Edit::Insert { place, slot: rest.number()?, value: rest.value()? },
            "put" => Edit::Put { place, slot: rest.number()?, value: rest.value()? },
            "drop" => Edit::Drop { place, slot: rest.number()? },
            "pop" => Edit::Pop { place },
            "shift" => Edit::Shift { place },
            "move" => Edit::Move { place, from: rest.number()?, to: rest.number()? },
            "swap" => Edit::Swap { place, from: rest.number()?, to: rest.number()? },
            "reverse" => Edit::Reverse { place },
            "sort" => Edit::Sort { place },
            "splice" => {
                Edit::Splice { place, start: rest.number()?, count: rest.number()?, values: rest.values()? }
            }
            "clear" => Edit::Clear { place },
            "extend" => Edit::Extend { place, values: rest.values()? },
            _ => Edit::Update { place, seed: rest.number()? },
        }))
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edit::Set { place, slot, value } => write!(f, "set {place} {slot} {value}"),
            Edit::Remove { place, slot } => write!(f, "remove {place} {slot}"),
            Edit::Push { place, value } => write!(f, "push {place} {value}"),
            Edit::Unshift { place, value } => write!(f, "unshift {place} {value}"),
            Edit::Insert { place, slot, value } => write!(f, "insert {place} {slot} {value}"),
            Edit::Put { place, slot, value } => write!(f, "put {place} {slot} {value}"),
            Edit::Drop { place, slot } => write!(f, "drop {place} {slot}"),
            Edit::Pop { place } => write!(f, "pop {place}"),
            Edit::Shift { place } => write!(f, "shift {place}"),
            Edit::Move { place, from, to } => write!(f, "move {place} {from} {to}"),
            Edit::Swap { place, from, to } => write!(f, "swap {place} {from} {to}"),
            Edit::Reverse { place } => write!(f, "reverse {place}"),
            Edit::Sort { place } => write!(f, "sort {place}"),
            Edit::Splice { place, start, count, values } => {
                write!(f, "splice {place} {start} {count} {}", Value::Array(values.clone()))
            }
            Edit::Clear { place } => write!(f, "clear {place}"),
            Edit::Extend { place, values } => {
                write!(f, "extend {place} {}", Value::Array(values.clone()))
            }
            Edit::Update { place, seed } => write!(f, "update {place} {seed}"),
        }
    }
}
