//! Compares what a document shows with what the oracle says that it must show. Changes neither.

use std::collections::{BTreeMap, BTreeSet};

use minisync::{Document, Path, View};
use serde_json::Value;

use super::{Checked, Failure, accepted, ensure, place};
use crate::generate::same;
use crate::oracle::{ContainerId, Node, OpId, Oracle, Register, Seen};

/// The lists that a document shows: the position of each element, where it is certain.
pub(super) type ShownLists = Vec<Vec<Option<OpId>>>;

/// Presence, values, conflicts, authors, and the order of keys, everywhere.
pub(super) fn compare(doc: &Document, oracle: &Oracle, seen: &Seen) -> Checked<ShownLists> {
    let mut comparison =
        Comparison { doc, oracle, seen, lists: Vec::new(), conflicted: Vec::new(), is_partial: false };
    comparison.map(doc.root(), &Path::root(), &[0])?;
    let Comparison { lists, conflicted, is_partial, .. } = comparison;
    let reported = doc.conflicted_paths();
    ensure(is_partial || reported == conflicted, "conflicts", || {
        format!("the conflicts are said to be at {reported:?}, not at {conflicted:?}")
    })?;
    Ok(lists)
}

struct Comparison<'a> {
    doc: &'a Document,
    oracle: &'a Oracle,
    seen: &'a Seen,
    lists: ShownLists,
    conflicted: Vec<Path>,
    /// Whether the oracle could not tell about some list.
    is_partial: bool,
}

impl Comparison<'_> {
    fn map(&mut self, view: View<'_>, path: &Path, maps: &[ContainerId]) -> Checked {
        let oracle = self.oracle;
        let expected = oracle.entries(maps, self.seen);
        let shown: Vec<_> = view.entries().collect();
        ensure(
            shown.iter().map(|(key, _)| key.as_ref()).eq(expected.iter().map(|(key, _)| *key)),
            "keys",
            || {
                let shown: Vec<_> = shown.iter().map(|(key, _)| key).collect();
                let expected: Vec<_> = expected.iter().map(|(key, _)| key).collect();
                format!("{path:?} shows the keys {shown:?}, not {expected:?}")
            },
        )?;
        for ((key, view), (_, live)) in shown.into_iter().zip(expected) {
            self.value(view, &path.clone().key(key.as_ref()), &live)?;
        }
        Ok(())
    }

    fn list(&mut self, view: View<'_>, path: &Path, lists: &[ContainerId]) -> Checked {
        if lists.iter().any(|list| self.oracle.is_tainted(*list, self.seen)) {
            self.is_partial = true;
            return Ok(());
        }
        let mut expected: BTreeSet<_> = BTreeSet::new();
        let mut owner = BTreeMap::new();
        for list in lists {
            for element in self.oracle.elements(*list, self.seen) {
                expected.insert(element);
                owner.insert(element, *list);
            }
        }
        let mut shown: Vec<(ContainerId, Option<OpId>)> = Vec::new();
        for (index, item) in view.items().enumerate() {
            let element = place::element(self.doc, self.oracle, self.seen, lists, path, index)?;
            let Some(element) = element.filter(|element| expected.remove(element)) else {
                return Err(Failure::new("elements", format!("{path}[{index}] should not be there: {item}")));
            };
            shown.push((owner[&element], self.oracle.position(element, self.seen)));
            let live = self.oracle.live(&Register::Element(element), self.seen);
            self.value(item, &place::at(path, index), &live)?;
        }
        ensure(
            shown.is_sorted_by_key(|(list, _)| lists.iter().position(|other| other == list)),
            "elements",
            || format!("the lists that read as one in {path} do not stand one behind the other: {view}"),
        )?;
        for list in lists {
            let of_list = shown.iter().filter(|(owner, _)| owner == list);
            self.lists.push(of_list.map(|(_, position)| *position).collect());
        }
        ensure(expected.is_empty(), "elements", || {
            format!("{} elements are missing in {path}: {view}", expected.len())
        })
    }

    fn value(&mut self, view: View<'_>, path: &Path, live: &[OpId]) -> Checked {
        let Some(winner) = live.first() else {
            return Err(Failure::new(
                "visible",
                format!("there should be nothing at {path}, but there is {view}"),
            ));
        };
        self.author(path, *winner)?;
        let (group, mut losers) = self.oracle.split(live);
        // Who wrote the same has not lost.
        losers.retain(|loser| !self.writes_the_same(*winner, *loser));
        self.conflicts(path, &losers)?;
        match self.oracle.node(*winner) {
            Some(Node::Container(container)) => {
                let is_list = self.oracle.is_list(*container);
                let shown = view.value_type();
                let right = if is_list { minisync::ValueType::List } else { minisync::ValueType::Map };
                ensure(shown == right, "visible", || format!("{path} is {view}, not a {right:?}"))?;
                if is_list { self.list(view, path, &group) } else { self.map(view, path, &group) }
            }
            Some(Node::Scalar(value)) => {
                ensure(view.to_value() == *value, "visible", || format!("{path} is {view}, not {value}"))
            }
            None => Err(Failure::new("oracle", "a deletion was taken for a value")),
        }
    }

    fn writes_the_same(&self, one: OpId, other: OpId) -> bool {
        match (self.oracle.node(one), self.oracle.node(other)) {
            (Some(Node::Scalar(one)), Some(Node::Scalar(other))) => same(one, other),
            _ => false,
        }
    }

    fn author(&self, path: &Path, write: OpId) -> Checked {
        let dot = self.oracle.op(write).dot;
        let expected = (self.oracle.client(dot.writer), dot.stamp);
        let author = self.doc.author(path).map(|(client, stamp)| (client, stamp.as_micros()));
        ensure(author == Some(expected), "author", || format!("{path} is by {author:?}, not by {expected:?}"))
    }

    fn conflicts(&mut self, path: &Path, losers: &[OpId]) -> Checked {
        let shown = accepted(self.doc.conflicts(path), "conflicts", path)?;
        let authors = shown.iter().map(|conflict| (conflict.client, conflict.stamp.as_micros()));
        let expected = losers.iter().map(|write| self.oracle.op(*write).dot);
        ensure(
            authors.eq(expected.map(|dot| (self.oracle.client(dot.writer), dot.stamp))),
            "conflicts",
            || {
                let shown: Vec<_> = shown.iter().map(|conflict| (conflict.client, conflict.stamp)).collect();
                let expected: Vec<_> = losers.iter().map(|write| self.oracle.op(*write).dot).collect();
                format!("{path} has the conflicts {shown:?}, not {expected:?}")
            },
        )?;
        if !losers.is_empty() {
            self.conflicted.push(path.clone());
        }
        for (conflict, write) in shown.iter().zip(losers) {
            let expected = self.oracle.node(*write).and_then(|node| self.oracle.unordered(node, self.seen));
            let shown = unordered(conflict.value.to_value());
            ensure(expected.as_ref().is_none_or(|expected| *expected == shown), "conflicts", || {
                format!("{path} has the conflict {shown}, not {expected:?}")
            })?;
        }
        Ok(())
    }
}

/// The value with the elements of all lists sorted by their text.
fn unordered(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(unordered).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(entries) => {
            Value::Object(entries.into_iter().map(|(key, value)| (key, unordered(value))).collect())
        }
        scalar => scalar,
    }
}
