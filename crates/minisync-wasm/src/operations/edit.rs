//! The edits: what each operation that writes does to a document. Knows neither patches nor transactions.

use minisync::{Document, ListMut};

use crate::{
    arguments::{Arguments, Json},
    failure::{Failure, Result},
    output::boolean,
    place,
};

/// An edit, as part of a batch or alone: returns the operation's result, if it has one.
pub(super) type Edit = fn(&mut Document, Arguments<'_>) -> Result<Option<String>>;

/// The edits that a batch may hold.
const EDITS: [(&str, Edit); 8] = [
    ("set", set),
    ("update", update),
    ("remove", remove),
    ("insert", insert),
    ("push", push),
    ("splice", splice),
    ("move", move_element),
    ("reorder", reorder),
];

/// The edit of this name.
pub(super) fn named(name: &str) -> Option<Edit> {
    EDITS.iter().find(|(own, _)| *own == name).map(|(_, edit)| *edit)
}

pub(super) fn set(document: &mut Document, mut arguments: Arguments<'_>) -> Result<Option<String>> {
    let (place, value) = (arguments.value()?, arguments.value()?);
    arguments.end()?;
    let path = place::existing(document, place)?;
    document.set_json(&path, value.text())?;
    Ok(None)
}

pub(super) fn update(document: &mut Document, mut arguments: Arguments<'_>) -> Result<Option<String>> {
    let (place, value) = (arguments.value()?, arguments.value()?);
    arguments.end()?;
    let path = place::existing(document, place)?;
    document.update_json(&path, value.text())?;
    Ok(None)
}

pub(super) fn remove(document: &mut Document, mut arguments: Arguments<'_>) -> Result<Option<String>> {
    let place = arguments.value()?;
    arguments.end()?;
    let path = place::existing(document, place)?;
    let was_there = document.remove(&path)?;
    Ok(Some(boolean(was_there).to_owned()))
}

pub(super) fn insert(document: &mut Document, mut arguments: Arguments<'_>) -> Result<Option<String>> {
    let (place, index, values) = (arguments.value()?, arguments.integer()?, texts(arguments.value()?)?);
    arguments.end()?;
    let mut elements = list(document, place)?;
    let len = i64::try_from(elements.len()).unwrap_or(i64::MAX);
    if index.checked_add(if index < 0 { len } else { 0 }).is_none_or(|index| index < 0 || index > len) {
        return Err(Failure::refused(format!(
            "nothing can be inserted at {index}: the list has {len} elements"
        )));
    }
    elements.splice_json(saturate(index), 0, values)?;
    Ok(None)
}

pub(super) fn push(document: &mut Document, mut arguments: Arguments<'_>) -> Result<Option<String>> {
    let (place, values) = (arguments.value()?, texts(arguments.value()?)?);
    arguments.end()?;
    let mut elements = list(document, place)?;
    elements.splice_json(isize::MAX, 0, values)?;
    Ok(Some(elements.len().to_string()))
}

pub(super) fn splice(document: &mut Document, mut arguments: Arguments<'_>) -> Result<Option<String>> {
    let (place, start) = (arguments.value()?, arguments.integer()?);
    let count = match arguments.optional()? {
        Some(count) => usize::try_from(count.integer()?.max(0)).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let values = arguments.optional()?.map_or(Ok(Vec::new()), texts)?;
    arguments.end()?;
    let mut elements = list(document, place)?;
    let removed = elements.splice_json(saturate(start), count, values)?;
    Ok(Some(format!("[{}]", removed.join(","))))
}

pub(super) fn move_element(document: &mut Document, mut arguments: Arguments<'_>) -> Result<Option<String>> {
    let (place, from, to) = (arguments.value()?, arguments.integer()?, arguments.integer()?);
    arguments.end()?;
    list(document, place)?.move_to(saturate(from), saturate(to))?;
    Ok(None)
}

pub(super) fn reorder(document: &mut Document, mut arguments: Arguments<'_>) -> Result<Option<String>> {
    let (place, order) = (arguments.value()?, arguments.value()?);
    arguments.end()?;
    let mut indices = Vec::new();
    let mut elements = order.elements()?;
    while let Some(index) = elements.next()? {
        indices.push(usize::try_from(index.integer()?).unwrap_or(usize::MAX));
    }
    list(document, place)?.reorder(&indices)?;
    Ok(None)
}

/// The list at a place.
fn list<'d>(document: &'d mut Document, place: Json<'_>) -> Result<ListMut<'d>> {
    let path = place::existing(document, place)?;
    Ok(document.list(&path)?)
}

/// Values in an array.
fn texts(values: Json<'_>) -> Result<Vec<&str>> {
    let mut elements = values.elements()?;
    let mut texts = Vec::new();
    while let Some(value) = elements.next()? {
        texts.push(value.text());
    }
    Ok(texts)
}

fn saturate(index: i64) -> isize {
    isize::try_from(index).unwrap_or(if index < 0 { isize::MIN } else { isize::MAX })
}
