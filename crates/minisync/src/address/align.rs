//! How to turn one list of values into another by the fewest changes. Pure: knows canonical texts and keys, but
//! no document.

mod numbers;
mod similar;
mod subsequence;

use std::hash::Hash;

use hashbrown::{HashMap, HashSet};

use numbers::plan_numbers;
use subsequence::common_subsequence;
pub(crate) use subsequence::increasing_subsequence;

use crate::json;

/// Members that identify an object among others, the best first.
pub(crate) const ID_KEYS: [&str; 6] = ["id", "_id", "uuid", "guid", "key", "name"];

/// An item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    /// Canonical text of the member that identifies it, if it is an object that has one (see [`id_key`]).
    pub(crate) key: Option<&'a str>,
    /// Canonical JSON: equal texts are equal values.
    pub(crate) text: &'a str,
}

/// How to make the new list out of the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// For each new index, where its element comes from. No old element is kept twice.
    pub(crate) steps: Vec<Step>,
    /// The old indices whose elements are not kept, ascending.
    pub(crate) deleted: Vec<usize>,
    /// The new indices whose elements are kept, but must move, ascending; the other kept ones are in the
    /// right order already, and there is no larger set of them.
    pub(crate) moved: Vec<usize>,
    /// The list is one value, like a colour or a place: every element is written, also those that stay as they are, so
    /// that of two such lists one is seen whole.
    pub(crate) is_one_value: bool,
}

/// Where the element at a new index comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The old element at `old`, which is edited unless it is `equal`.
    Keep { old: usize, equal: bool },
    /// A new element.
    Insert,
}

/// Plans how to turn one list into another, both as canonical texts; finds by itself what identifies objects.
pub(crate) fn plan_texts(old: &[&str], new: &[&str]) -> Plan {
    // A list whose elements are the same as before, in whatever spelling, needs no search for their ids.
    let is_same = old.len() == new.len() && old.iter().zip(new).all(|(old, new)| json::equal(old, new));
    let new = if is_same { old } else { new };
    if let Some(plan) = plan_numbers(old, new) {
        return plan;
    }
    let key = if is_same { None } else { id_key(|name| ids(old, name), |name| ids(new, name)) };
    plan(&items(old, key), &items(new, key))
}

fn items<'a>(texts: &[&'a str], key: Option<&str>) -> Vec<Item<'a>> {
    texts.iter().map(|text| Item { key: key.and_then(|key| json::member(text, key)), text }).collect()
}

/// What the member `name` is in each object of a list: none where one lacks it or has a container there.
fn ids<'a>(texts: &[&'a str], name: &str) -> Option<Vec<&'a str>> {
    let objects = texts.iter().filter(|text| text.starts_with('{'));
    objects
        .map(|text| {
            let id = json::member(text, name)?;
            let is_id = id.starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit());
            is_id.then_some(id)
        })
        .collect()
}

/// Which of [`ID_KEYS`] identifies the objects of two lists: the first that every object has, and that
/// differs between any two objects of the same list; `None` where there is none, or no object.
///
/// `old_ids` and `new_ids` are given the name of a member and return what it is in each object of the list,
/// as canonical text; `None` where it is missing in one of them, or is neither a string nor a number.
pub(crate) fn id_key<T: Eq + Hash>(
    mut old_ids: impl FnMut(&str) -> Option<Vec<T>>,
    mut new_ids: impl FnMut(&str) -> Option<Vec<T>>,
) -> Option<&'static str> {
    ID_KEYS.into_iter().find(|name| {
        let (Some(old), Some(new)) = (old_ids(name), new_ids(name)) else {
            return false;
        };
        !(old.is_empty() && new.is_empty()) && are_distinct(old) && are_distinct(new)
    })
}

/// Plans how to turn `old` into `new`.
///
/// Objects are matched by key, if all have one that is unique in their list. Other items are matched by
/// equal text: in order as far as possible, then as moves. Of what is left, the most similar are paired up as edits,
/// wherever they are. Where as many go as come between two elements that stay, they were edited in place: those are
/// paired up in order, containers with containers of their kind and primitives with primitives.
pub(crate) fn plan<'a>(old: &[Item<'a>], new: &[Item<'a>]) -> Plan {
    let is_keyed = has_keys(old) && has_keys(new);
    let is_same = |(a, b): &(&Item<'a>, &Item<'a>)| identity(a, is_keyed) == identity(b, is_keyed);
    let head = old.iter().zip(new).take_while(is_same).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(is_same).count();
    let old_middle = &old_rest[..old_rest.len() - tail];
    let new_middle = &new_rest[..new_rest.len() - tail];

    let mut pairs = Pairs::new(old_middle.len(), new_middle.len());
    pairs.join_same(&identities(old_middle, is_keyed), &identities(new_middle, is_keyed));
    let is_free = |item: &Item<'_>| !(is_keyed && item.key.is_some());
    let free_texts = |items: &[Item<'a>]| -> Vec<Option<&'a str>> {
        items.iter().map(|item| is_free(item).then_some(item.text)).collect()
    };
    pairs.join_similar(&free_texts(old_middle), &free_texts(new_middle));
    pairs.join_gaps(|o, n| {
        let (old, new) = (&old_middle[o], &new_middle[n]);
        is_free(old) && is_free(new) && kind(old.text) == kind(new.text)
    });

    let tail_steps = (new.len() - tail..new.len()).map(|n| Some(n + old.len() - new.len()));
    let sources = (0..head).map(Some);
    let sources = sources.chain(pairs.old_of.iter().map(|source| source.map(|o| o + head))).chain(tail_steps);
    let step = |(source, item): (Option<usize>, &Item<'_>)| match source {
        Some(o) => Step::Keep { old: o, equal: old[o].text == item.text },
        None => Step::Insert,
    };
    Plan {
        steps: sources.zip(new).map(step).collect(),
        deleted: pairs.deleted().map(|o| o + head).collect(),
        moved: pairs.moved().into_iter().map(|n| n + head).collect(),
        is_one_value: false,
    }
}

/// Which old item becomes which new one.
struct Pairs {
    /// By new index.
    old_of: Vec<Option<usize>>,
    /// By old index: whether it is anyone's.
    is_kept: Vec<bool>,
}

impl Pairs {
    fn new(old_len: usize, new_len: usize) -> Pairs {
        Pairs { old_of: vec![None; new_len], is_kept: vec![false; old_len] }
    }

    fn join(&mut self, old: usize, new: usize) {
        self.old_of[new] = Some(old);
        self.is_kept[old] = true;
    }

    /// Joins what is the same on both sides: first what is also in the same order, then the rest.
    fn join_same(&mut self, old: &[Identity<'_>], new: &[Identity<'_>]) {
        let mut classes: HashMap<Identity<'_>, Class> = HashMap::with_capacity(old.len());
        let mut next_same = vec![None; old.len()];
        for (at, identity) in old.iter().enumerate().rev() {
            let class = classes.entry(*identity).or_default();
            next_same[at] = class.first_old.replace(at);
        }
        for identity in new {
            if let Some(class) = classes.get_mut(identity) {
                class.new_count += 1;
            }
        }
        let is_ambiguous = |class: &Class| {
            class.new_count > 1
                || class.new_count == 1 && class.first_old.is_some_and(|o| next_same[o].is_some())
        };
        if classes.values().any(is_ambiguous) {
            self.join_in_order(old, new, &mut classes);
        }
        for (at, identity) in new.iter().enumerate() {
            let Some(class) = classes.get_mut(identity) else {
                continue;
            };
            while self.old_of[at].is_none()
                && let Some(o) = class.first_old
            {
                class.first_old = next_same[o];
                if !self.is_kept[o] {
                    self.join(o, at);
                }
            }
        }
    }

    /// Joins the items of a longest common subsequence.
    fn join_in_order<'a>(
        &mut self,
        old: &[Identity<'a>],
        new: &[Identity<'a>],
        classes: &mut HashMap<Identity<'a>, Class>,
    ) {
        for (number, class) in (0..).zip(classes.values_mut()) {
            class.number = number;
        }
        // What is on one side only cannot be in it.
        let shared = |side: &[Identity<'a>]| -> (Vec<usize>, Vec<u32>) {
            let numbered = side.iter().enumerate().filter_map(|(at, identity)| {
                classes.get(identity).filter(|class| class.new_count > 0).map(|class| (at, class.number))
            });
            numbered.unzip()
        };
        let (old_places, old_numbers) = shared(old);
        let (new_places, new_numbers) = shared(new);
        for (o, n) in common_subsequence(&old_numbers, &new_numbers) {
            self.join(old_places[o], new_places[n]);
        }
    }

    /// Joins what is left between two elements that stay, the first with the first and so on, where these are as many on
    /// either side and `is_alike`, given the old and the new index, allows it.
    fn join_gaps(&mut self, is_alike: impl Fn(usize, usize) -> bool) {
        let mut anchors = self.staying();
        anchors.push((self.is_kept.len(), self.old_of.len()));
        let (mut old_start, mut new_start) = (0, 0);
        for (old_end, new_end) in anchors {
            let left_old: Vec<usize> = (old_start..old_end).filter(|o| !self.is_kept[*o]).collect();
            let left_new: Vec<usize> = (new_start..new_end).filter(|n| self.old_of[*n].is_none()).collect();
            if left_old.len() == left_new.len() {
                for (o, n) in left_old.into_iter().zip(left_new) {
                    if is_alike(o, n) {
                        self.join(o, n);
                    }
                }
            }
            (old_start, new_start) = (old_end + 1, new_end + 1);
        }
    }

    /// The old and new indices of those that can stay while the others move around them.
    fn staying(&self) -> Vec<(usize, usize)> {
        let kept = self.old_of.iter().enumerate();
        let kept: Vec<(usize, usize)> = kept.filter_map(|(n, source)| source.map(|o| (o, n))).collect();
        let sources: Vec<usize> = kept.iter().map(|(o, _)| *o).collect();
        increasing_subsequence(&sources).into_iter().map(|at| kept[at]).collect()
    }

    /// The new indices of those that have to move.
    fn moved(&self) -> Vec<usize> {
        let mut is_moved: Vec<bool> = self.old_of.iter().map(Option::is_some).collect();
        for (_, n) in self.staying() {
            is_moved[n] = false;
        }
        (0..is_moved.len()).filter(|n| is_moved[*n]).collect()
    }

    fn deleted(&self) -> impl Iterator<Item = usize> {
        (0..self.is_kept.len()).filter(|o| !self.is_kept[*o])
    }

    fn inserted(&self) -> impl Iterator<Item = usize> {
        (0..self.old_of.len()).filter(|n| self.old_of[*n].is_none())
    }
}

/// Items that are the same.
#[derive(Default)]
struct Class {
    number: u32,
    /// The first of them in the old list that was not looked at yet.
    first_old: Option<usize>,
    new_count: usize,
}

/// What makes an item the same as another: whether it is identified by its key, and that or the text.
type Identity<'a> = (bool, &'a str);

fn identity<'a>(item: &Item<'a>, is_keyed: bool) -> Identity<'a> {
    match item.key {
        Some(key) if is_keyed => (true, key),
        _ => (false, item.text),
    }
}

fn identities<'a>(items: &[Item<'a>], is_keyed: bool) -> Vec<Identity<'a>> {
    items.iter().map(|item| identity(item, is_keyed)).collect()
}

/// Whether every object has a key of its own.
fn has_keys(items: &[Item<'_>]) -> bool {
    let keys: Option<Vec<&str>> =
        items.iter().filter(|item| kind(item.text) == JsonKind::Map).map(|item| item.key).collect();
    keys.is_some_and(are_distinct)
}

fn are_distinct<T: Eq + Hash>(values: Vec<T>) -> bool {
    let mut seen = HashSet::with_capacity(values.len());
    values.into_iter().all(|value| seen.insert(value))
}

#[derive(PartialEq, Eq)]
enum JsonKind {
    Map,
    List,
    Primitive,
}

fn kind(text: &str) -> JsonKind {
    match text.as_bytes().first() {
        Some(b'{') => JsonKind::Map,
        Some(b'[') => JsonKind::List,
        _ => JsonKind::Primitive,
    }
}

#[cfg(test)]
mod tests;
