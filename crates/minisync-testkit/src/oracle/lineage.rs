//! Which sessions there are, how they are called, and who has seen what of them: worked out anew from
//! `docs/algorithm.md`, section 9, with none of the core's ideas of how. Knows no operations.

use std::collections::BTreeMap;

use minisync::{ClientId, Version};
use serde_json::Value;

use super::{Oracle, Seen};

/// A writer: what one process writes under one client id.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    pub(super) id: ClientId,
    /// Its first stamp; 0 of the first one of an id that the process itself made up.
    first: u64,
    /// The writer, and its stamp, from which it goes on; none: from before everything.
    parent: Option<(usize, u64)>,
}

/// Sessions that are told by one name.
#[derive(Debug)]
struct Line {
    branch: u64,
    writers: Vec<usize>,
}

impl Oracle {
    /// A new writer, of whom it is not known yet when it begins.
    pub fn new_writer(&mut self, id: &ClientId) -> usize {
        self.writers.push(Writer { id: id.clone(), first: 0, parent: None });
        self.writers.len() - 1
    }

    /// A writer makes its first write. Whether no other of its client has begun at the same stamp: that is what nobody
    /// can notice.
    pub fn begin(&mut self, writer: usize, first: u64, parent: Option<(usize, u64)>) -> bool {
        let is_alone = self.writers.iter().enumerate().all(|(other, known)| {
            other == writer || known.id != self.writers[writer].id || known.first != first || first == 0
        });
        self.writers[writer].first = first;
        self.writers[writer].parent = parent;
        is_alone
    }

    /// The name of a writer.
    pub fn client(&self, writer: usize) -> &ClientId {
        &self.writers[writer].id
    }

    /// The first stamp of a writer, as in [`minisync::Version`].
    pub fn first(&self, writer: usize) -> u64 {
        self.writers[writer].first
    }

    fn lines(&self, id: &ClientId, seen: &Seen) -> Vec<Line> {
        let all: Vec<usize> = seen
            .stamps()
            .map(|(writer, _)| writer)
            .filter(|writer| self.writers[*writer].id == *id)
            .collect();
        let root = all.iter().copied().find(|writer| self.writers[*writer].first == 0);
        // What goes on from the very end of somebody, or from before everything if nothing was written there.
        let follower = |end: Option<(usize, u64)>| {
            let goes_on =
                |writer: &&usize| self.writers[**writer].first > 0 && self.writers[**writer].parent == end;
            all.iter().filter(goes_on).min_by_key(|writer| self.writers[**writer].first).copied()
        };
        let end = |writer: usize| Some((writer, seen.stamp(writer)));
        let line = |branch: u64, start: Option<usize>| {
            let next = |writer: &usize| follower(end(*writer));
            Line { branch, writers: std::iter::successors(start, next).collect() }
        };
        let plain = line(0, root.or_else(|| follower(None)));
        let mut lines = vec![plain];
        for writer in &all {
            let known = &self.writers[*writer];
            let follows = match known.parent {
                _ if known.first == 0 => true,
                None => root.is_none() && follower(None) == Some(*writer),
                Some((parent, at)) => at == seen.stamp(parent) && follower(end(parent)) == Some(*writer),
            };
            if !follows {
                lines.push(line(known.first, Some(*writer)));
            }
        }
        lines.sort_by_key(|line| line.branch);
        lines.retain(|line| !line.writers.is_empty());
        lines
    }

    /// The line in which a writer lies, or else the plain one.
    fn line_of(&self, id: &ClientId, writer: Option<usize>, seen: &Seen) -> Option<Line> {
        let mut lines = self.lines(id, seen);
        let is_in = |line: &Line| writer.is_some_and(|writer| line.writers.contains(&writer));
        let at = lines.iter().position(is_in).or_else(|| lines.iter().position(|line| line.branch == 0))?;
        Some(lines.swap_remove(at))
    }

    /// The end of the line in which a writer lies, or else of the plain one of its client.
    pub fn end(&self, id: &ClientId, writer: Option<usize>, seen: &Seen) -> Option<(usize, u64)> {
        let last = *self.line_of(id, writer, seen)?.writers.last()?;
        Some((last, seen.stamp(last)))
    }

    /// What that line is called.
    pub fn line_name(&self, id: &ClientId, writer: Option<usize>, seen: &Seen) -> String {
        match self.line_of(id, writer, seen).map_or(0, |line| line.branch) {
            0 => id.to_string(),
            branch => format!("{id}~{branch}"),
        }
    }

    /// What someone has seen, as the text of a version.
    pub fn version(&self, seen: &Seen) -> String {
        let mut ids: Vec<&ClientId> = seen.stamps().map(|(writer, _)| self.client(writer)).collect();
        ids.sort();
        ids.dedup();
        let mut entries: BTreeMap<(&ClientId, u64), String> = BTreeMap::new();
        for id in ids {
            for Line { branch, writers } in self.lines(id, seen) {
                let Some(last) = writers.last() else { continue };
                let (first, stamp) = (self.first(*last), seen.stamp(*last));
                let text = if first == branch { stamp.to_string() } else { format!("[{first},{stamp}]") };
                entries.insert((id, branch), text);
            }
        }
        let name =
            |id: &ClientId, branch| if branch == 0 { id.to_string() } else { format!("{id}~{branch}") };
        let entries =
            entries.into_iter().map(|((id, branch), text)| format!("\"{}\":{text}", name(id, branch)));
        format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
    }

    /// Whether someone has seen all that a version has.
    pub fn contains(&self, seen: &Seen, version: &Version) -> bool {
        entries(version).into_iter().all(|(name, (first, stamp))| {
            let id = name.rsplit_once('~').map_or(name.as_str(), |(id, _)| id);
            let is_it = |writer: &usize| self.client(*writer).as_str() == id && self.first(*writer) == first;
            let all = seen.stamps().map(|(writer, _)| writer);
            all.into_iter().find(is_it).is_some_and(|writer| seen.stamp(writer) >= stamp)
        })
    }
}

/// The entries of a version by their names: the first stamp of the session, and the last one.
pub fn entries(version: &Version) -> BTreeMap<String, (u64, u64)> {
    let value = serde_json::to_value(version).unwrap_or_default();
    let entries = value.as_object().into_iter().flatten().map(|(name, value)| {
        let branch = name.rsplit_once('~').and_then(|(_, branch)| branch.parse().ok()).unwrap_or(0);
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        let pair = match value.as_array().map(Vec::as_slice) {
            Some([first, last]) => (number(first), number(last)),
            _ => (branch, number(value)),
        };
        (name.clone(), pair)
    });
    entries.collect()
}
