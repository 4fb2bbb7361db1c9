//! A value that is about to go, as text, with the dots of all that is in it. Reads a document and changes none.

use crate::{
    base::{impossible, sort::sort_by},
    data::{arena::Body, register::Register},
    document::{
        Document, ValueType, View,
        read::union::{self, Candidate, ValueRef},
    },
    json,
    names::dot::Dot,
};

/// A value as readers saw it.
#[derive(Debug, Clone)]
pub(in crate::document) struct Captured {
    /// Canonical.
    pub(in crate::document) text: String,
    /// What was written.
    pub(in crate::document) runs: Vec<Run>,
    /// Elements and moves of them whose dots are not those of the elements' values.
    pub(in crate::document) elements: Vec<Run>,
}

/// Dots that follow each other, of entries that follow each other in the value, counted in pre-order.
#[derive(Debug, Clone, Copy)]
pub(in crate::document) struct Run {
    pub(in crate::document) first: Dot,
    pub(in crate::document) offset: u64,
    pub(in crate::document) len: u64,
}

impl Captured {
    /// The living siblings of a register, each by itself, the oldest first; only these where they are named.
    pub(in crate::document) fn all(
        document: &Document,
        register: &Register,
        only: Option<&[Dot]>,
    ) -> Vec<Captured> {
        let mut all = union::candidates(register);
        all.retain(|candidate| only.is_none_or(|only| only.contains(&candidate.dot)));
        sort_by(&mut all, |a, b| document.writers.compare(a.dot, b.dot));
        all.into_iter().map(|candidate| Captured::of(document, candidate)).collect()
    }

    fn of(document: &Document, candidate: Candidate<'_>) -> Captured {
        let mut runs = Runs { document, all: Vec::new(), elements: Vec::new(), offset: 0 };
        runs.add(&[candidate]);
        let text = View::of_value(document, candidate.value).to_canonical().into_owned();
        Captured { text, runs: runs.all, elements: runs.elements }
    }
}

struct Runs<'a> {
    document: &'a Document,
    all: Vec<Run>,
    elements: Vec<Run>,
    offset: u64,
}

impl<'a> Runs<'a> {
    /// What comes next, and no more.
    fn next(&self, first: Dot) -> Run {
        Run { first, offset: self.offset, len: 1 }
    }

    /// The next entries have the dots from `first` on.
    fn run(&mut self, first: Dot, len: u64) {
        match self.all.last_mut() {
            Some(last) if last.first.after(last.len) == first && last.offset + last.len == self.offset => {
                last.len += len;
            }
            _ => self.all.push(Run { first, offset: self.offset, len }),
        }
        self.offset += len;
    }

    /// A value: one, or containers that read as one.
    fn add(&mut self, seen: &[Candidate<'a>]) {
        let document = self.document;
        let Some((first, more)) = seen.split_first() else { return impossible("nothing is captured") };
        if let (ValueRef::Text(text), []) = (first.value, more) {
            self.run(first.dot, 1 + json::entries(text));
            return;
        }
        let others: Vec<Run> = more.iter().map(|other| self.next(other.dot)).collect();
        self.all.extend(others);
        self.run(first.dot, 1);
        if View::of_value(document, first.value).value_type() == ValueType::Map {
            for (_, all) in union::entries(document, seen) {
                self.add(&union::split(document, all).0);
            }
            return;
        }
        for list in seen {
            self.elements(list);
        }
    }

    fn elements(&mut self, list: &Candidate<'a>) {
        let id = match list.value {
            ValueRef::Text(text) => return self.rest(list.dot.after(1), json::entries(text)),
            ValueRef::Node(id) => id,
        };
        let Some(Body::List(list)) = self.document.body(id) else {
            return impossible("a list that was captured is gone");
        };
        for (slot, element) in list.iter() {
            // What comes back stands where it was moved to.
            let moves = list.moved(slot).unwrap_or_default().iter().map(|at| at.dot);
            let also: Vec<Run> =
                moves.chain([element.register.element()]).map(|dot| self.next(dot)).collect();
            self.elements.extend(also);
            let (seen, _) = union::split(self.document, union::candidates(&element.register));
            self.add(&seen);
        }
    }

    /// The entries of text.
    fn rest(&mut self, first: Dot, len: u64) {
        if len > 0 {
            self.run(first, len);
        }
    }
}
