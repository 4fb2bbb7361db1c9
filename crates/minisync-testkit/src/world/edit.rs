//! Local edits of maps and single values: carries them out and logs them with the oracle, stamp by stamp.

use minisync::{Document, Path, Version};
use serde_json::Value;

use super::{
    Checked, Failure, Trace, accepted,
    author::Author,
    ensure, javascript,
    place::{self, Place},
};
use crate::{
    generate::{self, KEYS},
    oracle::{Group, OpId, Oracle, Register},
    script::Edit,
};

/// Why an edit inside a transaction does not go on.
pub(super) enum Stop {
    Failed(Failure),
    /// The transaction was to fail.
    Abandoned,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(failure)
    }
}

impl From<minisync::Error> for Stop {
    fn from(error: minisync::Error) -> Stop {
        Stop::Failed(Failure::new("error", error.to_string()))
    }
}

/// What is written to, by the oracle's names.
pub(super) enum Spot {
    /// Under a key of maps that read as one.
    Entry(Group, String),
    /// A register.
    Register(Register),
}

/// The stamps that a call took, from `first` to `last`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    pub(super) writer: usize,
    pub(super) first: u64,
    pub(super) last: u64,
    /// Whether `first` is certain; else it may be too low.
    pub(super) is_exact: bool,
}

/// Where a client's edits are carried out and logged.
pub(super) struct Desk<'a> {
    pub(super) author: &'a mut Author,
    pub(super) oracle: &'a mut Oracle,
    pub(super) trace: &'a mut Trace,
    /// Whether a document of the npm package is to do the same.
    pub(super) is_javascript: bool,
    /// What that has to do.
    pub(super) calls: Vec<Value>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        author: &'a mut Author,
        oracle: &'a mut Oracle,
        trace: &'a mut Trace,
        is_javascript: bool,
    ) -> Desk<'a> {
        Desk { author, oracle, trace, is_javascript, calls: Vec::new() }
    }

    /// Notes what a document of the npm package has to do.
    pub(super) fn call(&mut self, name: &str, path: &Path, arguments: impl IntoIterator<Item = Value>) {
        if self.is_javascript {
            let head = [Value::from(name), javascript::parts(path)];
            self.calls.push(head.into_iter().chain(arguments).collect());
        }
    }

    pub(super) fn edit(&mut self, doc: &mut Document, edit: &Edit) -> Result<(), Stop> {
        let mut edit = edit.clone();
        if self.is_javascript {
            edit.values_mut().iter_mut().for_each(|value| *value = javascript::representable(value));
        }
        let edit = &edit;
        match edit {
            Edit::Set { place, slot, value } => self.set(doc, *place, *slot, value)?,
            Edit::Remove { place, slot } => self.remove(doc, *place, *slot)?,
            Edit::Update { place, seed } => {
                if let Some(place) = self.find(doc, *place, false)? {
                    self.update(doc, &place, *seed)?;
                }
            }
            _ => self.edit_list(doc, edit)?,
        }
        Ok(())
    }

    pub(super) fn transact(&mut self, doc: &mut Document, edits: &[Edit], fails: bool) -> Checked {
        let before = (doc.changes().to_string(), doc.to_json());
        let (mark, author) = (self.oracle.mark(), self.author.clone());
        let result = doc.try_transact(|doc| {
            for edit in edits {
                self.edit(doc, edit)?;
            }
            match (fails, edits.len() % 2) {
                (false, _) => Ok(()),
                (true, 0) => Err(Stop::Abandoned),
                (true, _) => match doc.set("no.such.place", 1) {
                    Ok(()) => Err(Failure::new("refused", "set at no.such.place was accepted").into()),
                    Err(_) => Err(Stop::Abandoned),
                },
            }
        });
        match result {
            Ok(()) => Ok(()),
            Err(Stop::Failed(failure)) => Err(failure),
            Err(Stop::Abandoned) => {
                self.oracle.roll_back(mark);
                *self.author = author;
                let after = (doc.changes().to_string(), doc.to_json());
                ensure(before == after, "transact", || {
                    format!("a failed transaction has left its mark: {} became {}", before.0, after.0)
                })
            }
        }
    }

    pub(super) fn find(&mut self, doc: &Document, choice: u64, lists_only: bool) -> Checked<Option<Place>> {
        let place = place::find(doc, self.oracle, &self.author.seen, choice, lists_only)?;
        let beside = place.as_ref().map(|place| place.beside_tainted.clone()).unwrap_or_default();
        if !beside.is_empty() {
            let writer = self.author.writer(doc, self.oracle)?;
            let mut pen = self.oracle.pen(&mut self.author.seen, writer, 0);
            beside.into_iter().for_each(|list| pen.taint(list));
        }
        Ok(place)
    }

    fn set(&mut self, doc: &mut Document, place: u64, slot: u64, value: &Value) -> Checked {
        let Some(place) = self.find(doc, place, false)? else {
            return Ok(());
        };
        if place.is_list {
            return self.set_in_list(doc, &place, slot, value);
        }
        let key = key_of(slot);
        let path = place.path.clone().key(key);
        let spot = place.group.clone().map(|maps| Spot::Entry(maps, key.to_owned()));
        self.call("set", &path, [value.clone()]);
        if slot < 50 {
            self.assign(doc, &path.clone(), spot, value, |doc| doc.set(&path, value))
        } else {
            self.assign(doc, &path, spot, value, |doc| doc.map(&place.path)?.set(key, value))
        }
    }

    fn remove(&mut self, doc: &mut Document, place: u64, slot: u64) -> Checked {
        let Some(place) = self.find(doc, place, false)? else {
            return Ok(());
        };
        if place.is_list {
            return self.remove_from_list(doc, &place, slot);
        }
        let present = doc.get(&place.path).and_then(|map| {
            let at = usize::try_from(slot).ok()?.checked_rem(map.len())?;
            map.entries().nth(at).map(|(key, _)| key.into_owned())
        });
        let key = present.filter(|_| !slot.is_multiple_of(5)).unwrap_or_else(|| key_of(slot).to_owned());
        let path = place.path.clone().key(key.as_str());
        self.trace.note(|| format!("  {} remove {path}", self.author.id));
        self.call("remove", &path, []);
        let was_there = doc.get(&path).is_some();
        let before = doc.version();
        let removed = if slot < 50 {
            doc.remove(&path)
        } else {
            doc.map(&place.path).and_then(|mut map| map.remove(&key))
        };
        let removed = accepted(removed, "remove", &path)?;
        ensure(removed == was_there, "remove", || format!("remove at {path} says {removed}"))?;
        ensure(doc.get(&path).is_none(), "remove", || format!("{path} is still there"))?;
        let Some(maps) = &place.group else {
            return self.blind(doc);
        };
        match self.taken(doc, &before, self.holders(maps, &key))? {
            Some(taken) => self.pen(taken).take_under(maps, &key),
            None => ensure(!was_there, "remove", || format!("no stamp was taken to remove {path}"))?,
        }
        Ok(())
    }

    /// How many of the maps that read as one have something under a key.
    pub(super) fn holders(&self, maps: &[usize], key: &str) -> u64 {
        let holds = |map: &&usize| {
            !self.oracle.live(&Register::Entry(**map, key.to_owned()), &self.author.seen).is_empty()
        };
        maps.iter().filter(holds).count() as u64
    }

    /// Writes a value to an existing or a new register.
    pub(super) fn assign(
        &mut self,
        doc: &mut Document,
        path: &Path,
        spot: Option<Spot>,
        value: &Value,
        call: impl FnOnce(&mut Document) -> minisync::Result<()>,
    ) -> Checked {
        self.trace.note(|| format!("  {} set {path} = {value}", self.author.id));
        let current = doc.get(path).map(|view| view.to_value());
        let before = doc.version();
        accepted(call(doc), "set", format_args!("{path} = {value}"))?;
        let shown = doc.get(path).map(|view| view.to_value());
        ensure(shown.as_ref().is_some_and(|shown| generate::same(shown, value)), "set", || {
            format!("{path} was set to {value}, but shows {shown:?}")
        })?;
        let Some(spot) = spot else {
            return self.blind(doc);
        };
        let seen = &self.author.seen;
        let (settled, live, others) = match &spot {
            Spot::Entry(maps, key) => {
                let settled = match maps.as_slice() {
                    [only] => self.oracle.is_settled(&Register::Entry(*only, key.clone()), seen),
                    _ => false,
                };
                (settled, self.oracle.live_under(maps, key, seen), self.holders(&maps[1..], key))
            }
            Spot::Register(register) => {
                (self.oracle.is_settled(register, seen), self.oracle.live(register, seen), 0)
            }
        };
        let lost = self.oracle.split(&live).1.len();
        let same = current.as_ref().is_some_and(|current| generate::same(current, value));
        match self.taken(doc, &before, others + generate::size(value))? {
            None => ensure(same && lost == 0, "set", || {
                format!("{path} was set to {value} over {current:?} ({lost} lost), but nothing was written")
            }),
            Some(taken) => {
                let needless =
                    settled && same && current.map(|current| current.to_string()) == Some(value.to_string());
                ensure(!needless, "set", || format!("{path} was {value} already, but was written"))?;
                let mut pen = self.pen(taken);
                let write = match spot {
                    Spot::Entry(maps, key) => pen.put_under(&maps, &key, value, None),
                    Spot::Register(register) => pen.put(register, value),
                };
                self.check_author(doc, path, write)
            }
        }
    }

    /// The stamps that a call took which has to take `count` of them or none.
    pub(super) fn taken(&mut self, doc: &Document, before: &Version, count: u64) -> Checked<Option<Taken>> {
        let after = doc.version();
        if after == *before {
            return Ok(None);
        }
        let name = doc.client_id().clone();
        let Some(written) = self.author.wrote(doc, self.oracle)? else {
            return Err(Failure::new("version", format!("{name} wrote, and {before} became {after}")));
        };
        self.author.check_others(self.oracle, before, &after)?;
        let (least, most, last) = (written.least, written.most, written.last);
        let first = (last + 1).saturating_sub(count);
        ensure(count > 0 && (least..=most).contains(&first), "stamps", || {
            format!(
                "{name} has to take {count} stamps from {least} or at most {most} on, but the last is {last} now"
            )
        })?;
        Ok(Some(Taken { writer: written.writer, first, last, is_exact: true }))
    }

    /// The stamps that a call took of which it is not known how many it needs.
    pub(super) fn taken_freely(&mut self, doc: &Document, before: &Version) -> Checked<Option<Taken>> {
        if doc.version() == *before {
            return Ok(None);
        }
        let name = doc.client_id().clone();
        let Some(written) = self.author.wrote(doc, self.oracle)? else {
            return Err(Failure::new("version", format!("{name} wrote, and it shows nowhere")));
        };
        let (least, last) = (written.least, written.last);
        ensure(least <= last, "stamps", || format!("{name} has taken the stamp {last}, below {least}"))?;
        Ok(Some(Taken { writer: written.writer, first: least, last, is_exact: least == written.most }))
    }

    pub(super) fn pen(&mut self, taken: Taken) -> crate::oracle::Pen<'_> {
        self.oracle.pen(&mut self.author.seen, taken.writer, taken.first)
    }

    /// Something was written where the oracle cannot tell what: only the version counts.
    pub(super) fn blind(&mut self, doc: &Document) -> Checked {
        self.author.wrote(doc, self.oracle)?;
        let writer = self.author.writer(doc, self.oracle)?;
        self.oracle.pen(&mut self.author.seen, writer, 0).unknown();
        Ok(())
    }

    pub(super) fn check_author(&self, doc: &Document, path: &Path, write: OpId) -> Checked {
        let dot = self.oracle.op(write).dot;
        let expected = (self.oracle.client(dot.writer), dot.stamp);
        let author = doc.author(path).map(|(client, stamp)| (client, stamp.as_micros()));
        ensure(author == Some(expected), "author", || format!("{path} is by {author:?}, not by {expected:?}"))
    }

    pub(super) fn is_tainted(&self, lists: &[usize]) -> bool {
        lists.iter().any(|list| self.oracle.is_tainted(*list, &self.author.seen))
    }
}

fn key_of(slot: u64) -> &'static str {
    const OFTEN: [usize; 12] = [0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8];
    KEYS[OFTEN[usize::try_from(slot % 12).unwrap_or_default()]]
}
