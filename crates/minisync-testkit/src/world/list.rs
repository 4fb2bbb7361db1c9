//! Local edits of lists: carries them out and logs them with the oracle.

use std::cmp::Ordering;

use minisync::{Document, View};
use serde_json::{Value, json};

use super::{
    Checked, accepted,
    edit::{Desk, Spot},
    ensure,
    place::{self, Place},
};
use crate::{
    generate,
    oracle::{ContainerId, ElementId, Gap, Group, Neighbor, Register},
    script::Edit,
};

impl Desk<'_> {
    pub(super) fn edit_list(&mut self, doc: &mut Document, edit: &Edit) -> Checked {
        let mut edit = edit.clone();
        let choice = edit.choices_mut().first().map_or(0, |place| **place);
        let Some(list) = self.find(doc, choice, true)? else {
            return Ok(());
        };
        self.trace.note(|| format!("  {} {edit} in {}", self.author.id, list.path));
        self.call_for(doc, &list, &edit);
        let path = &list.path;
        match &edit {
            Edit::Push { value, .. } => {
                let values = std::slice::from_ref(value);
                self.splice(doc, &list, list.len, 0, values, |doc| doc.list(path)?.push(value))
            }
            Edit::Unshift { value, .. } => {
                let values = std::slice::from_ref(value);
                self.splice(doc, &list, 0, 0, values, |doc| doc.list(path)?.unshift(value))
            }
            Edit::Insert { slot, value, .. } => {
                let (index, values) = (modulo(*slot, list.len + 1), std::slice::from_ref(value));
                self.splice(doc, &list, index, 0, values, |doc| doc.list(path)?.insert(signed(index), value))
            }
            Edit::Extend { values, .. } => {
                self.splice(doc, &list, list.len, 0, values, |doc| doc.list(path)?.extend(values))
            }
            Edit::Splice { start, count, values, .. } => {
                let start = modulo(*start, list.len + 1);
                let count = usize::try_from(*count).unwrap_or(usize::MAX).min(list.len - start);
                self.call_splice(doc, &list, start, count, values)
            }
            Edit::Clear { .. } => self.splice(doc, &list, 0, list.len, &[], |doc| doc.list(path)?.clear()),
            Edit::Pop { .. } => self.take_end(doc, &list, false),
            Edit::Shift { .. } => self.take_end(doc, &list, true),
            _ if list.len == 0 => Ok(()),
            Edit::Put { slot, value, .. } => {
                let index = from_either_end(*slot, list.len);
                self.put(doc, &list, modulo(*slot, list.len), value, |doc| doc.list(path)?.set(index, value))
            }
            Edit::Drop { slot, .. } => self.drop_at(doc, &list, *slot),
            Edit::Move { from, to, .. } => {
                self.move_to(doc, &list, modulo(*from, list.len), modulo(*to, list.len))
            }
            Edit::Swap { from, to, .. } => {
                self.swap(doc, &list, modulo(*from, list.len), modulo(*to, list.len))
            }
            Edit::Reverse { .. } => {
                let wanted = |before: &[Shown]| before.iter().rev().cloned().collect();
                self.permute(doc, &list, wanted, |doc| doc.list(path)?.reverse())
            }
            Edit::Sort { .. } => self.sort(doc, &list),
            Edit::Set { .. } | Edit::Remove { .. } | Edit::Update { .. } => Ok(()),
        }
    }

    /// The call by which a document of the npm package does the same.
    fn call_for(&mut self, doc: &Document, list: &Place, edit: &Edit) {
        let (path, len) = (&list.path, list.len);
        let index = |slot: &u64, length| json!(modulo(*slot, length));
        match edit {
            Edit::Push { value, .. } => self.call("push", path, [json!([value])]),
            Edit::Unshift { value, .. } => self.call("unshift", path, [json!([value])]),
            Edit::Insert { slot, value, .. } => {
                self.call("splice", path, [index(slot, len + 1), json!(0), json!([value])]);
            }
            Edit::Extend { values, .. } => self.call("push", path, [json!(values)]),
            Edit::Splice { start, count, values, .. } => {
                self.call("splice", path, [index(start, len + 1), json!(count), json!(values)]);
            }
            Edit::Clear { .. } => self.call("clear", path, []),
            // Of an empty list: the package's `pop` is a splice, which may renew the client id though it removes nothing.
            Edit::Pop { .. } | Edit::Shift { .. } if len == 0 => {}
            Edit::Pop { .. } => self.call("pop", path, []),
            Edit::Shift { .. } => self.call("shift", path, []),
            _ if len == 0 => {}
            Edit::Put { slot, value, .. } => {
                let index = i64::try_from(from_either_end(*slot, len)).unwrap_or_default();
                self.call("set", &path.clone().index(index), [value.clone()]);
            }
            Edit::Drop { slot, .. } => self.call("removeAt", path, [index(slot, len)]),
            Edit::Move { from, to, .. } => self.call("move", path, [index(from, len), index(to, len)]),
            Edit::Swap { from, to, .. } => self.call("swap", path, [index(from, len), index(to, len)]),
            Edit::Reverse { .. } => self.call("reverse", path, []),
            Edit::Sort { .. } => {
                let shown = self.shown(doc, list);
                let mut order: Vec<usize> = (0..len).collect();
                order.sort_by(|a, b| shown[*a].text.cmp(&shown[*b].text));
                self.call("reorder", path, [json!(order)]);
            }
            Edit::Set { .. } | Edit::Remove { .. } | Edit::Update { .. } => {}
        }
    }

    pub(super) fn set_in_list(
        &mut self,
        doc: &mut Document,
        list: &Place,
        slot: u64,
        value: &Value,
    ) -> Checked {
        let index = modulo(slot, list.len + 1);
        let path = place::at(&list.path, index);
        if index == list.len {
            self.trace.note(|| format!("  {} set {path} = {value} (at the end)", self.author.id));
            self.call("set", &path, [value.clone()]);
            return self
                .splice(doc, list, index, 0, std::slice::from_ref(value), |doc| doc.set(&path, value));
        }
        let back = i64::try_from(list.len - index).unwrap_or(i64::MAX);
        let path = if slot < 50 { path } else { list.path.clone().index(-back) };
        self.call("set", &path, [value.clone()]);
        self.put(doc, list, index, value, |doc| doc.set(&path, value))
    }

    pub(super) fn remove_from_list(&mut self, doc: &mut Document, list: &Place, slot: u64) -> Checked {
        if list.len == 0 {
            return Ok(());
        }
        let index = modulo(slot, list.len);
        let path = place::at(&list.path, index);
        self.trace.note(|| format!("  {} remove {path}", self.author.id));
        self.call("remove", &path, []);
        self.splice(doc, list, index, 1, &[], |doc| doc.remove(&path).map(drop))
    }

    fn put(
        &mut self,
        doc: &mut Document,
        list: &Place,
        index: usize,
        value: &Value,
        call: impl FnOnce(&mut Document) -> minisync::Result<()>,
    ) -> Checked {
        let spot = self.element(doc, list, index)?.map(|element| Spot::Register(Register::Element(element)));
        self.assign(doc, &place::at(&list.path, index), spot, value, call)
    }

    fn call_splice(
        &mut self,
        doc: &mut Document,
        list: &Place,
        start: usize,
        count: usize,
        values: &[Value],
    ) -> Checked {
        let expected = items(doc, list);
        let mut removed = Vec::new();
        self.splice(doc, list, start, count, values, |doc| {
            removed = doc.list(&list.path)?.splice(signed(start), count, values)?;
            Ok(())
        })?;
        ensure(removed == expected[start..start + count], "splice", || {
            format!("splice has returned {removed:?}")
        })
    }

    fn drop_at(&mut self, doc: &mut Document, list: &Place, slot: u64) -> Checked {
        let (index, expected) = (modulo(slot, list.len), items(doc, list));
        let mut removed = Value::Null;
        self.splice(doc, list, index, 1, &[], |doc| {
            removed = doc.list(&list.path)?.remove(from_either_end(slot, list.len))?;
            Ok(())
        })?;
        ensure(removed == expected[index], "splice", || format!("remove has returned {removed}"))
    }

    fn take_end(&mut self, doc: &mut Document, list: &Place, first: bool) -> Checked {
        let expected = items(doc, list);
        let expected = if first { expected.first() } else { expected.last() };
        let index = if first { 0 } else { list.len.saturating_sub(1) };
        let mut removed = None;
        self.splice(doc, list, index, list.len.min(1), &[], |doc| {
            let mut items = doc.list(&list.path)?;
            removed = if first { items.shift() } else { items.pop() };
            Ok(())
        })?;
        ensure(removed.as_ref() == expected, "splice", || format!("pop or shift has returned {removed:?}"))
    }

    /// Removes `count` elements at `index` and puts `values` there.
    fn splice(
        &mut self,
        doc: &mut Document,
        list: &Place,
        index: usize,
        count: usize,
        values: &[Value],
        call: impl FnOnce(&mut Document) -> minisync::Result<()>,
    ) -> Checked {
        let mut expected = items(doc, list);
        expected.splice(index..index + count, values.iter().cloned());
        let target = self.target(doc, list, index.checked_sub(1), index + count)?;
        let gap = self.gap(doc, list, target, index.checked_sub(1), index + count)?;
        let removed: Option<Vec<ElementId>> =
            (index..index + count).map(|at| self.element(doc, list, at)).collect::<Checked<_>>()?;
        let before = doc.version();
        accepted(call(doc), "list edit", format_args!("at index {index} of {}", list.path))?;
        let shown = items(doc, list);
        ensure(shown == expected, "list edit", || {
            format!("{} shows {shown:?}, not {expected:?}", list.path)
        })?;
        let (Some(container), Some(removed)) = (target, removed) else {
            return self.blind(doc);
        };
        let stamps = removed.len() as u64 + values.iter().map(generate::size).sum::<u64>();
        let Some(taken) = self.taken(doc, &before, stamps)? else {
            return ensure(stamps == 0, "stamps", || {
                format!("no stamps were taken, but {stamps} are needed")
            });
        };
        let mut pen = self.pen(taken);
        removed.into_iter().for_each(|element| pen.delete(element));
        let (mut after, mut written) = (gap.after, Vec::new());
        for value in values {
            let inserted = pen.insert(container, value, Gap { after, before: gap.before });
            after = Neighbor::At(inserted.place);
            written.push(inserted.write);
        }
        written
            .into_iter()
            .enumerate()
            .try_for_each(|(at, write)| self.check_author(doc, &place::at(&list.path, index + at), write))
    }

    fn move_to(&mut self, doc: &mut Document, list: &Place, from: usize, to: usize) -> Checked {
        let (after, before) = if to <= from { (to.checked_sub(1), to) } else { (Some(to), to + 1) };
        let element = self.element(doc, list, from)?;
        let own = element.map(|element| self.oracle.list_of(element));
        let target = self.landing(doc, list, after)?;
        if from != to && own != target {
            return self.move_across(doc, list, from, to, element.zip(target));
        }
        let gap = if from == to { Gap::UNKNOWN } else { self.gap(doc, list, target, after, before)? };
        let mut expected = self.shown(doc, list);
        let moved = expected.remove(from);
        expected.insert(to, moved);
        let version = doc.version();
        let call = doc.list(&list.path).and_then(|mut items| items.move_to(signed(from), signed(to)));
        accepted(call, "move", format_args!("{from} to {to} in {}", list.path))?;
        let mut shown = self.shown(doc, list);
        if element.is_none() {
            self.forget_authors(list, &mut expected);
            self.forget_authors(list, &mut shown);
        }
        ensure(shown == expected, "move", || format!("{from} to {to} in {} went elsewhere", list.path))?;
        let Some(element) = element else {
            return self.blind(doc);
        };
        match self.taken(doc, &version, u64::from(from != to))? {
            Some(taken) => drop(self.pen(taken).move_to(element, gap)),
            None => ensure(from == to, "move", || format!("no stamp was taken to move {from} to {to}"))?,
        }
        Ok(())
    }

    /// Into another one of the lists that read as one, an element goes as a new one.
    fn move_across(
        &mut self,
        doc: &mut Document,
        list: &Place,
        from: usize,
        to: usize,
        known: Option<(ElementId, ContainerId)>,
    ) -> Checked {
        let (after, before) = if to <= from { (to.checked_sub(1), to) } else { (Some(to), to + 1) };
        let gap = self.gap(doc, list, known.map(|(_, target)| target), after, before)?;
        let mut expected = items(doc, list);
        let moved = expected.remove(from);
        expected.insert(to, moved.clone());
        let version = doc.version();
        let call = doc.list(&list.path).and_then(|mut items| items.move_to(signed(from), signed(to)));
        accepted(call, "move", format_args!("{from} to {to} in {}", list.path))?;
        ensure(items(doc, list) == expected, "move", || {
            format!("{from} to {to} in {} went elsewhere", list.path)
        })?;
        let Some((element, target)) = known else {
            return self.blind(doc);
        };
        let Some(taken) = self.taken(doc, &version, generate::size(&moved) + 1)? else {
            return ensure(false, "move", || format!("no stamp was taken to move {from} to {to}"));
        };
        let mut pen = self.pen(taken);
        let inserted = pen.insert(target, &moved, gap);
        pen.delete(element);
        self.check_author(doc, &place::at(&list.path, to), inserted.write)
    }

    fn swap(&mut self, doc: &mut Document, list: &Place, a: usize, b: usize) -> Checked {
        let mut expected = self.shown(doc, list);
        expected.swap(a, b);
        self.forget_authors(list, &mut expected);
        let elements = [self.element(doc, list, a)?, self.element(doc, list, b)?];
        let before = doc.version();
        let call = doc.list(&list.path).and_then(|mut items| items.swap(signed(a), signed(b)));
        accepted(call, "swap", format_args!("{a} and {b} in {}", list.path))?;
        let mut shown = self.shown(doc, list);
        self.forget_authors(list, &mut shown);
        ensure(shown == expected, "swap", || format!("{a} and {b} in {} went wrong", list.path))?;
        if a == b {
            return ensure(doc.version() == before, "swap", || {
                "swapping an element with itself was written".into()
            });
        }
        self.perhaps_moved(doc, list, &before, &elements)
    }

    fn sort(&mut self, doc: &mut Document, list: &Place) -> Checked {
        let by_text = |a: View<'_>, b: View<'_>| -> Ordering { a.to_string().cmp(&b.to_string()) };
        let wanted = |before: &[Shown]| {
            let mut sorted = before.to_vec();
            sorted.sort_by(|a, b| a.text.cmp(&b.text));
            sorted
        };
        self.permute(doc, list, wanted, |doc| doc.list(&list.path)?.sort_by(by_text))
    }

    /// Brings the whole list into another order.
    fn permute(
        &mut self,
        doc: &mut Document,
        list: &Place,
        wanted: impl FnOnce(&[Shown]) -> Vec<Shown>,
        call: impl FnOnce(&mut Document) -> minisync::Result<()>,
    ) -> Checked {
        let mut shown = self.shown(doc, list);
        self.forget_authors(list, &mut shown);
        let expected = wanted(&shown);
        let elements: Vec<Option<ElementId>> =
            (0..list.len).map(|at| self.element(doc, list, at)).collect::<Checked<_>>()?;
        let before = doc.version();
        accepted(call(doc), "permute", &list.path)?;
        let mut now = self.shown(doc, list);
        self.forget_authors(list, &mut now);
        ensure(now == expected, "permute", || format!("{} is not in the order asked for", list.path))?;
        let is_told = list.group.as_ref().is_some_and(|group| group.len() == 1);
        if shown == expected && is_told {
            return ensure(doc.version() == before, "permute", || {
                "the order was right already, but was written".into()
            });
        }
        self.perhaps_moved(doc, list, &before, &elements)
    }

    fn perhaps_moved(
        &mut self,
        doc: &Document,
        list: &Place,
        before: &minisync::Version,
        elements: &[Option<ElementId>],
    ) -> Checked {
        let several = list.group.clone().filter(|group| group.len() > 1).unwrap_or_default();
        if let Some(taken) = self.taken_freely(doc, before)? {
            let mut pen = self.pen(taken);
            // Where several lists read as one, elements may have gone from one to the other.
            several.into_iter().for_each(|list| pen.taint(list));
            elements.iter().flatten().for_each(|element| pen.perhaps_moved(*element));
        }
        self.blind(doc)
    }

    /// The oracle's names for a list, unless it cannot tell what is in it.
    fn known(&self, list: &Place) -> Option<Group> {
        list.group.clone().filter(|lists| !self.is_tainted(lists))
    }

    /// The list that something new goes to: that of its left neighbour; the last one at the very end, the first
    /// one at the very beginning.
    fn target(
        &self,
        doc: &Document,
        list: &Place,
        after: Option<usize>,
        before: usize,
    ) -> Checked<Option<ContainerId>> {
        match self.known(list) {
            Some(lists) if before >= list.len => Ok(lists.last().copied()),
            _ => self.landing(doc, list, after),
        }
    }

    /// The list of the left neighbour; the first one at the very beginning.
    fn landing(&self, doc: &Document, list: &Place, after: Option<usize>) -> Checked<Option<ContainerId>> {
        let Some(lists) = self.known(list) else { return Ok(None) };
        match after {
            None => Ok(lists.first().copied()),
            Some(after) => Ok(self.element(doc, list, after)?.map(|element| self.oracle.list_of(element))),
        }
    }

    /// Where several lists read as one, a new order may make new elements.
    fn forget_authors(&self, list: &Place, shown: &mut [Shown]) {
        if list.group.as_ref().is_none_or(|group| group.len() > 1) {
            shown.iter_mut().for_each(|shown| shown.author = None);
        }
    }

    fn element(&self, doc: &Document, list: &Place, index: usize) -> Checked<Option<ElementId>> {
        match self.known(list) {
            Some(lists) => place::element(doc, self.oracle, &self.author.seen, &lists, &list.path, index),
            None => Ok(None),
        }
    }

    /// The gap between two indices, in one of the lists that read as one.
    fn gap(
        &self,
        doc: &Document,
        list: &Place,
        target: Option<ContainerId>,
        after: Option<usize>,
        before: usize,
    ) -> Checked<Gap> {
        let after = match after {
            Some(after) => self.neighbor(doc, list, target, after)?,
            None => Neighbor::Edge,
        };
        Ok(Gap { after, before: self.neighbor(doc, list, target, before)? })
    }

    fn neighbor(
        &self,
        doc: &Document,
        list: &Place,
        target: Option<ContainerId>,
        index: usize,
    ) -> Checked<Neighbor> {
        if index >= list.len {
            return Ok(Neighbor::Edge);
        }
        let element = self.element(doc, list, index)?;
        if element.is_some_and(|element| Some(self.oracle.list_of(element)) != target) {
            return Ok(Neighbor::Edge);
        }
        let position = element.and_then(|element| self.oracle.position(element, &self.author.seen));
        Ok(position.map_or(Neighbor::Unknown, Neighbor::At))
    }

    /// The elements of a list by author and text.
    fn shown(&self, doc: &Document, list: &Place) -> Vec<Shown> {
        let view = doc.get(&list.path);
        let items = view.iter().flat_map(View::items);
        let author = |at| doc.author(place::at(&list.path, at)).map(|(id, stamp)| format!("{id}@{stamp}"));
        items.enumerate().map(|(at, item)| Shown { author: author(at), text: item.to_string() }).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    author: Option<String>,
    text: String,
}

fn items(doc: &Document, list: &Place) -> Vec<Value> {
    doc.get(&list.path).iter().flat_map(View::items).map(|item| item.to_value()).collect()
}

/// `choice` modulo `length`; 0 where that is 0.
fn modulo(choice: u64, length: usize) -> usize {
    usize::try_from(choice).unwrap_or_default().checked_rem(length).unwrap_or_default()
}

fn signed(index: usize) -> isize {
    isize::try_from(index).unwrap_or(isize::MAX)
}

/// The index that a slot means, from slot 30 on counted from the end.
fn from_either_end(slot: u64, length: usize) -> isize {
    let index = signed(modulo(slot, length));
    if slot < 30 { index } else { index - signed(length) }
}
