//! Conflicts: values that lost against concurrent ones, and who wrote what.

use crate::{
    arena::{Arena, Loc},
    document::{Document, View},
    dot::Dot,
    error::{Error, Result},
    id::ClientId,
    json,
    path::{Path, Segment, ToPath},
    register::{NodeId, Register},
    stamp::Stamp,
};

/// A value that lost against a concurrent one; it stays until someone overwrites it.
#[derive(Debug, Clone, Copy)]
pub struct Conflict<'a> {
    /// The losing value.
    pub value: View<'a>,
    /// Who wrote it.
    pub client: &'a ClientId,
    /// When, by the writer's clock.
    pub stamp: Stamp,
}

impl Document {
    /// The values that lost against the visible one at a path, the latest first.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({ "title": "" }))?;
    /// let mut bob = Document::from_changes(&alice.changes())?;
    /// alice.set("title", "Plan A")?;
    /// bob.set("title", "Plan B")?;
    /// alice.merge(&bob.changes())?;
    /// assert_eq!(alice.conflicts("title")?.len(), 1);
    /// alice.set("title", "Plan C")?;
    /// assert!(alice.conflicts("title")?.is_empty());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the path cannot be read, or nothing is there.
    pub fn conflicts(&self, path: impl ToPath) -> Result<Vec<Conflict<'_>>> {
        let path = path.to_path()?;
        let found = self.find(path.segments()).ok_or_else(|| Error::absent(path.to_string()))?;
        let Some(register) = found.register else { return Ok(Vec::new()) };
        let losers =
            register.sorted(&self.clients).into_iter().filter(|(sibling, _)| sibling.is_alive()).skip(1);
        let conflicts = losers.filter_map(|(sibling, _)| {
            let Dot { client, stamp } = sibling.dot();
            let value = View::of_content(self, sibling.content())?;
            Some(Conflict { value, client: self.clients.id(client), stamp })
        });
        Ok(conflicts.collect())
    }

    /// The paths that have conflicts, in document order.
    pub fn conflicted_paths(&self) -> Vec<Path> {
        let mut found = Vec::new();
        self.find_conflicts(Arena::ROOT, &Path::root(), &mut found);
        found
    }

    fn find_conflicts(&self, node: NodeId, path: &Path, found: &mut Vec<Path>) {
        let slots: Vec<u32> = match (self.arena.map(node), self.arena.list(node)) {
            (Some(map), _) => map.iter().map(|(slot, _)| slot).collect(),
            (_, Some(list)) => list.iter().map(|(slot, _)| slot).collect(),
            _ => Vec::new(),
        };
        for slot in slots {
            let loc = Loc { node, slot };
            let Some(register) = self.arena.register(loc) else { continue };
            let below = register.winner(&self.clients).and_then(|winner| winner.node());
            let in_conflict = register.siblings().filter(|sibling| sibling.is_alive()).count() > 1;
            if !in_conflict && below.is_none() {
                continue;
            }
            let Some(segment) = self.segment(loc) else { continue };
            let here: Path = path.segments().iter().cloned().chain([segment]).collect();
            if in_conflict {
                found.push(here.clone());
            }
            if let Some(below) = below {
                self.find_conflicts(below, &here, found);
            }
        }
    }

    /// Who wrote the visible value at a path, and when; none where nothing is there, and for the root.
    ///
    /// ```
    /// let document = minisync::Document::new(serde_json::json!({ "a": { "b": 1 } }))?;
    /// let (client, stamp) = document.author("a.b").unwrap();
    /// assert_eq!(client, document.client_id());
    /// assert_eq!(document.version().get(client), stamp);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn author(&self, path: impl ToPath) -> Option<(&ClientId, Stamp)> {
        let path = path.to_path().ok()?;
        let dot = self.dot_of(path.segments())?;
        Some((self.clients.id(dot.client), dot.stamp))
    }

    /// The dot of the visible value at a path: of its register, or counted within text.
    fn dot_of(&self, segments: &[Segment]) -> Option<Dot> {
        let mut known = segments.len();
        loop {
            let found = self.find(segments.get(..known)?)?;
            if let Some(dot) =
                found.register.and_then(|register: &Register| Some(register.winner(&self.clients)?.dot()))
            {
                let text = found.view.to_canonical();
                let below = segments.get(known..)?;
                return if below.is_empty() {
                    Some(dot)
                } else {
                    Some(dot.after(self.offset_in(&text, found.view, below)?))
                };
            }
            known = known.checked_sub(1)?;
        }
    }

    /// How many entries lie before a place within text, in pre-order; the place itself counted.
    fn offset_in<'a>(&'a self, text: &str, view: View<'a>, segments: &[Segment]) -> Option<u64> {
        let Some((first, rest)) = segments.split_first() else { return Some(0) };
        let target = self.step_view(view, first)?;
        let target_text = target.to_canonical();
        let mut count = 0;
        for member in json::Members::new(text) {
            count += 1;
            // Text views borrow from the very same text, so the place tells which member it is.
            if std::ptr::eq(member.value.as_ptr(), target_text.as_ptr()) {
                return Some(count + self.offset_in(member.value, target, rest)?);
            }
            count += json::entries(member.value);
        }
        None
    }
}
