//! `update`: makes a container equal to a mutated copy of itself, and works out from outside what was
//! written. Values and authors before and after tell nearly all; `oracle` says what they do not tell.

use std::collections::HashMap;

use minisync::{Document, Path, ValueType, View};
use serde_json::Value;

use super::{
    Checked, accepted,
    edit::{Desk, Spot, Taken},
    ensure, javascript,
    place::{self, Place},
};
use crate::{
    generate::{self, mutated},
    oracle::{ContainerId, ElementId, Gap, Group, Register},
    rng::Rng,
};

/// A value with the authors of all that is in it.
#[derive(Debug, PartialEq)]
struct Shot {
    /// Client, its session, and stamp; none for the root.
    author: Option<(String, u64, u64)>,
    shape: Shape,
}

#[derive(Debug, PartialEq)]
enum Shape {
    Scalar(Value),
    Map(Vec<(String, Shot)>),
    List(Vec<Shot>),
}

/// What was written, as far as it can be told.
#[derive(Default)]
struct Plan {
    puts: Vec<(Spot, Value, u64)>,
    takes: Vec<(Group, String)>,
    inserts: Vec<(ContainerId, Value, u64)>,
    deletes: Vec<ElementId>,
    perhaps_moved: Vec<ElementId>,
    /// Lists in which some elements went and others came.
    unclear: Vec<Unclear>,
    /// Whether something was written in a tainted list: then it is not known how many stamps that took.
    is_uncounted: bool,
}

struct Unclear {
    list: ContainerId,
    gone: Vec<ElementId>,
    new: Vec<(Value, u64)>,
}

impl Desk<'_> {
    pub(super) fn update(&mut self, doc: &mut Document, place: &Place, seed: u64) -> Checked {
        let Some(view) = doc.get(&place.path) else {
            return Ok(());
        };
        let mut wanted = mutated(&mut Rng::new(seed), &view.to_value());
        if self.is_javascript {
            wanted = javascript::representable(&wanted);
        }
        self.trace.note(|| format!("  {} update {} to {wanted}", self.author.id, place.path));
        let before = (doc.version(), shot(doc, &place.path));
        self.call("update", &place.path, [wanted.clone()]);
        accepted(doc.update(&place.path, &wanted), "update", format_args!("{} to {wanted}", place.path))?;
        let shown = doc.get(&place.path).map(|view| view.to_value());
        ensure(shown.as_ref().is_some_and(|shown| generate::same(shown, &wanted)), "update", || {
            format!("{} was updated to {wanted}, but shows {shown:?}", place.path)
        })?;
        let after = shot(doc, &place.path);
        let Some(taken) = self.taken_freely(doc, &before.0)? else {
            return ensure(before.1 == after, "update", || format!("{} changed without a stamp", place.path));
        };
        if let Some(group) = &place.group {
            let mut plan = Plan::default();
            self.derive(&before.1, &after, group, taken, &mut plan)?;
            self.log(plan, taken);
        }
        self.blind(doc)
    }

    /// What happened to a container that is still the same one.
    fn derive(
        &self,
        before: &Shot,
        after: &Shot,
        group: &[ContainerId],
        taken: Taken,
        plan: &mut Plan,
    ) -> Checked {
        match (&before.shape, &after.shape) {
            (Shape::Map(before), Shape::Map(after)) => self.derive_map(before, after, group, taken, plan),
            (Shape::List(before), Shape::List(after)) => self.derive_list(before, after, group, taken, plan),
            _ => ensure(before == after, "update", || {
                format!("{before:?} became {after:?} under the same author")
            }),
        }
    }

    fn derive_map(
        &self,
        before: &[(String, Shot)],
        after: &[(String, Shot)],
        maps: &[ContainerId],
        taken: Taken,
        plan: &mut Plan,
    ) -> Checked {
        let old: HashMap<&String, &Shot> = before.iter().map(|(key, shot)| (key, shot)).collect();
        for (key, shot) in after {
            match old.get(key) {
                Some(old) if old.author == shot.author => {
                    let live = self.oracle.live_under(maps, key, &self.author.seen);
                    self.derive_below(old, shot, &live, taken, plan)?
                }
                _ => {
                    let spot = Spot::Entry(maps.to_vec(), key.clone());
                    plan.puts.push((spot, value(shot), self.written(shot, taken)?))
                }
            }
        }
        let gone = before.iter().filter(|(key, _)| after.iter().all(|(other, _)| other != key));
        plan.takes.extend(gone.map(|(key, _)| (maps.to_vec(), key.clone())));
        Ok(())
    }

    fn derive_list(
        &self,
        before: &[Shot],
        after: &[Shot],
        lists: &[ContainerId],
        taken: Taken,
        plan: &mut Plan,
    ) -> Checked {
        let [list] = lists else {
            // Elements may have gone from one of the lists to another.
            if before != after {
                plan.is_uncounted = true;
                plan.unclear.extend(lists.iter().map(|list| Unclear {
                    list: *list,
                    gone: Vec::new(),
                    new: Vec::new(),
                }));
            }
            return Ok(());
        };
        let list = *list;
        if self.is_tainted(&[list]) {
            plan.is_uncounted |= before != after;
            return Ok(());
        }
        let old: HashMap<_, usize> = before.iter().enumerate().map(|(at, shot)| (&shot.author, at)).collect();
        let mut unclear = Unclear { list, gone: Vec::new(), new: Vec::new() };
        let mut kept = Vec::new();
        for shot in after {
            match old.get(&shot.author) {
                Some(at) => {
                    kept.push(*at);
                    if let Some(element) = self.element_by(shot) {
                        let live = self.oracle.live(&Register::Element(element), &self.author.seen);
                        self.derive_below(&before[*at], shot, &live, taken, plan)?;
                    }
                }
                None => unclear.new.push((value(shot), self.written(shot, taken)?)),
            }
        }
        let elements = before.iter().map(|shot| self.element_by(shot));
        let elements: Vec<ElementId> = elements.collect::<Option<_>>().unwrap_or_default();
        ensure(elements.len() == before.len(), "author", || "an element of a list is not known".into())?;
        if kept.windows(2).any(|pair| pair[0] > pair[1]) {
            plan.perhaps_moved.extend(kept.iter().map(|at| elements[*at]));
        }
        unclear.gone = (0..before.len()).filter(|at| !kept.contains(at)).map(|at| elements[at]).collect();
        if unclear.new.is_empty() {
            plan.deletes.append(&mut unclear.gone);
        } else if unclear.gone.is_empty() {
            plan.inserts.extend(unclear.new.into_iter().map(|(value, stamp)| (list, value, stamp)));
        } else {
            plan.unclear.push(unclear);
        }
        Ok(())
    }

    fn derive_below(&self, old: &Shot, new: &Shot, live: &[usize], taken: Taken, plan: &mut Plan) -> Checked {
        match self.oracle.split(live).0 {
            group if !group.is_empty() => self.derive(old, new, &group, taken, plan),
            _ => ensure(old == new, "update", || format!("{old:?} became {new:?} under the same author")),
        }
    }

    fn element_by(&self, shot: &Shot) -> Option<ElementId> {
        let (client, first, stamp) = shot.author.as_ref()?;
        let client = minisync::ClientId::new(client).ok()?;
        let write = self.oracle.write_at(&client, *first, *stamp, &self.author.seen)?;
        self.oracle.element_of(write).map(|(_, element)| element)
    }

    /// The stamp of a value that this call must have written, and that of all below it.
    fn written(&self, shot: &Shot, taken: Taken) -> Checked<u64> {
        let client = self.oracle.client(taken.writer).as_str();
        let first = shot.author.as_ref().map_or(0, |(_, _, stamp)| *stamp);
        let mut next = first;
        ensure(
            (taken.first..=taken.last).contains(&first) && is_preorder(shot, client, &mut next),
            "update",
            || format!("the stamps of {shot:?} are not those of a value written by {client} in {taken:?}"),
        )?;
        Ok(first)
    }

    fn log(&mut self, mut plan: Plan, taken: Taken) {
        self.clear_up(&mut plan, taken);
        let holders = |maps: &[ContainerId], key: &str| self.holders(maps, key);
        let takes: Vec<_> = plan
            .takes
            .into_iter()
            .map(|(maps, key)| (taken.last + 1 - holders(&maps, &key), maps, key))
            .collect();
        let mut pen = self.pen(taken);
        for element in plan.deletes {
            pen.set_stamp(taken.last);
            pen.delete(element);
        }
        for (stamp, maps, key) in takes {
            pen.set_stamp(stamp);
            pen.take_under(&maps, &key);
        }
        for (spot, value, stamp) in plan.puts {
            pen.set_stamp(stamp);
            match spot {
                Spot::Entry(maps, key) => pen.put_under(&maps, &key, &value, Some(stamp)),
                Spot::Register(register) => pen.put(register, &value),
            };
        }
        for (list, value, stamp) in plan.inserts {
            pen.set_stamp(stamp);
            pen.insert(list, &value, Gap::UNKNOWN);
        }
        pen.set_stamp(taken.last);
        plan.perhaps_moved.into_iter().for_each(|element| pen.perhaps_moved(element));
        plan.unclear.into_iter().for_each(|unclear| pen.taint(unclear.list));
    }

    /// Where a single element went and a single one came, the number of stamps tells whether it was
    /// overwritten (none more than the value takes) or deleted and inserted (one more).
    fn clear_up(&self, plan: &mut Plan, taken: Taken) {
        let [unclear] = plan.unclear.as_slice() else {
            return;
        };
        let ([gone], [(value, stamp)]) = (unclear.gone.as_slice(), unclear.new.as_slice()) else {
            return;
        };
        if !plan.perhaps_moved.is_empty() || plan.is_uncounted || !taken.is_exact {
            return;
        }
        let sizes =
            plan.puts.iter().map(|(_, value, _)| value).chain(plan.inserts.iter().map(|(_, value, _)| value));
        let takes: u64 = plan.takes.iter().map(|(maps, key)| self.holders(maps, key)).sum();
        let others = plan.puts.iter().map(|(spot, _, _)| match spot {
            Spot::Entry(maps, key) => self.holders(&maps[1..], key),
            Spot::Register(_) => 0,
        });
        let clear =
            sizes.map(generate::size).sum::<u64>() + takes + others.sum::<u64>() + plan.deletes.len() as u64;
        let (gone, new) = (*gone, (value.clone(), *stamp));
        match (taken.last + 1 - taken.first).checked_sub(clear + generate::size(value)) {
            Some(0) => plan.puts.push((Spot::Register(Register::Element(gone)), new.0, new.1)),
            Some(1) => {
                plan.deletes.push(gone);
                plan.inserts.push((unclear.list, new.0, new.1));
            }
            _ => return,
        }
        plan.unclear.clear();
    }
}

fn shot(doc: &Document, path: &Path) -> Shot {
    match doc.get(path) {
        Some(view) => shot_of(doc, path.clone(), view),
        None => Shot { author: None, shape: Shape::Scalar(Value::Null) },
    }
}

fn shot_of(doc: &Document, path: Path, view: View<'_>) -> Shot {
    let author = doc.author(&path).zip(doc.author_session(&path));
    let author =
        author.map(|((client, stamp), first)| (client.to_string(), first.as_micros(), stamp.as_micros()));
    let shape = match view.value_type() {
        ValueType::Map => Shape::Map(
            view.entries()
                .map(|(key, view)| (key.to_string(), shot_of(doc, path.clone().key(key.as_ref()), view)))
                .collect(),
        ),
        ValueType::List => Shape::List(
            view.items()
                .enumerate()
                .map(|(index, view)| shot_of(doc, place::at(&path, index), view))
                .collect(),
        ),
        _ => Shape::Scalar(view.to_value()),
    };
    Shot { author, shape }
}

fn value(shot: &Shot) -> Value {
    match &shot.shape {
        Shape::Scalar(value) => value.clone(),
        Shape::Map(entries) => {
            Value::Object(entries.iter().map(|(key, shot)| (key.clone(), value(shot))).collect())
        }
        Shape::List(items) => items.iter().map(value).collect(),
    }
}

/// Whether all in this value carries consecutive stamps of one client, in pre-order.
fn is_preorder(shot: &Shot, client: &str, next: &mut u64) -> bool {
    let here = shot.author.as_ref().is_some_and(|(author, _, stamp)| author == client && stamp == next);
    *next += 1;
    here && match &shot.shape {
        Shape::Scalar(_) => true,
        Shape::Map(entries) => entries.iter().all(|(_, shot)| is_preorder(shot, client, next)),
        Shape::List(items) => items.iter().all(|shot| is_preorder(shot, client, next)),
    }
}
