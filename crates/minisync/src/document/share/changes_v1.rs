//! Makes change sets of version 1 for the original library: walks the document as readers see it. Knows nothing
//! of how version 1 spells things.

use std::sync::atomic::Ordering;

use crate::{
    address::path::{Path, Segment},
    base::sort::sort_by,
    data::arena::{Arena, Body},
    document::{
        Document, ValueType, View,
        read::union::{self, Candidate, ValueRef},
    },
    format::{ChangesV1, Shape, WriterV1},
    json::{self, Members},
    names::{dot::Dot, error::Result, session::SessionIx, stamp::Stamp, version::line_name},
};

impl Document {
    /// A full change set in version 1 of the format, which the original TypeScript library reads. What that
    /// cannot say is told by [`ChangesV1::left_out`]; see `docs/format-v1.md`.
    ///
    /// ```
    /// let document = minisync::Document::new(serde_json::json!({ "title": "Shopping" }))?;
    /// let old = document.changes_v1()?;
    /// assert!(old.to_string().starts_with(r#"{"_minisync":{"dataType":"CHANGES","version":1},"#));
    /// assert!(old.left_out().is_empty());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the document has a key that the old library would take for something else, as `a.b`.
    pub fn changes_v1(&self) -> Result<ChangesV1> {
        self.shared.store(true, Ordering::Relaxed);
        let writer = WriterV1::new(&self.id, self.client_id(), &self.version());
        let mut walk = Walk { document: self, writer, path: Vec::new() };
        walk.container(&[Candidate { dot: Dot::ROOT, born: Dot::ROOT, value: ValueRef::Node(Arena::ROOT) }])?;
        Ok(walk.writer.finish())
    }

    /// The id of a session's client, and its first stamp if it is no root.
    fn session_name(&self, session: SessionIx) -> String {
        line_name(self.writers.id(session).as_str(), self.writers.sessions.first(session))
    }

    /// The last write directly in these containers.
    fn last_write(&self, containers: &[Candidate<'_>]) -> Stamp {
        let mut last = Stamp::ZERO;
        for container in containers {
            last = last.max(container.dot.stamp);
            let ValueRef::Node(id) = container.value else { continue };
            for (slot, register) in self.tree.registers(id) {
                let moves = self.tree.as_list(id).and_then(|list| list.moved(slot)).unwrap_or_default();
                let moves = moves.iter().map(|at| at.dot.stamp);
                last =
                    register.siblings().map(|sibling| sibling.dot().stamp).chain(moves).fold(last, Ord::max);
            }
        }
        last
    }
}

struct Walk<'a> {
    document: &'a Document,
    writer: WriterV1,
    path: Vec<Segment>,
}

impl<'a> Walk<'a> {
    /// One container, or several that read as one.
    fn container(&mut self, parts: &[Candidate<'a>]) -> Result<()> {
        let Some(first) = parts.first() else { return Ok(()) };
        let document = self.document;
        let is_list = View::of_value(document, first.value).value_type() == ValueType::List;
        let shape = if is_list { Shape::List } else { Shape::Map };
        // By the session, whose name stays: that of its line may change.
        let made = (first.dot != Dot::ROOT).then(|| document.session_name(first.dot.session));
        let made = made.as_deref().map(|name| (name, first.dot.stamp));
        self.writer.open(shape, made, document.last_write(parts));
        if is_list {
            for (index, all) in parts.iter().flat_map(|list| elements(document, list)).enumerate() {
                self.path.push(Segment::Index(i64::try_from(index).unwrap_or(i64::MAX)));
                self.writer.element();
                self.value(union::split(document, all).0)?;
                self.path.pop();
            }
        } else {
            // In the order of JavaScript, which is that of all files that the old library wrote.
            let mut entries = union::entries(document, parts);
            sort_by(&mut entries, |(a, _), (b, _)| json::javascript_rank(a).cmp(&json::javascript_rank(b)));
            for (key, all) in entries {
                self.path.push(Segment::Key(key.as_ref().into()));
                let (seen, _) = union::split(document, all);
                if seen.iter().any(|one| matches!(one.value, ValueRef::Text("null"))) {
                    self.writer.leave_out(self.path.iter().cloned().collect());
                } else {
                    let path = &self.path;
                    self.writer.key(&key, || path.iter().cloned().collect::<Path>())?;
                    self.value(seen)?;
                }
                self.path.pop();
            }
        }
        self.writer.close();
        Ok(())
    }

    /// What readers see at one place.
    fn value(&mut self, seen: Vec<Candidate<'a>>) -> Result<()> {
        match seen.first().map(|first| first.value) {
            Some(ValueRef::Text(text)) if !text.starts_with(['{', '[']) => self.writer.primitive(text),
            _ => self.container(&seen)?,
        }
        Ok(())
    }
}

/// What competes for each element of a list.
fn elements<'a>(document: &'a Document, list: &Candidate<'a>) -> Vec<Vec<Candidate<'a>>> {
    match list.value {
        ValueRef::Text(text) => {
            let mut at = list.dot;
            let members = Members::new(text).map(|member| {
                at = at.after(1);
                let element = Candidate { dot: at, born: at, value: ValueRef::Text(member.value) };
                at = at.after(json::entries(member.value));
                vec![element]
            });
            members.collect()
        }
        ValueRef::Node(id) => match document.body(id) {
            Some(Body::List(list)) => {
                list.iter().map(|(_, element)| union::candidates(&element.register)).collect()
            }
            _ => Vec::new(),
        },
    }
}
