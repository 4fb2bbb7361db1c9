//! The state that an object or a list of version 1 carries: `_s`. Knows nothing of what it is the state of.

use std::borrow::Cow;

use crate::{
    format::v1::timestamp,
    json::{Cursor, Result},
    names::stamp::Stamp,
};

/// What a state says that has a meaning to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// When something directly in it last changed.
    pub(super) time: Option<Stamp>,
    pub(super) is_list: bool,
    pub(super) is_removed: bool,
}

impl State {
    /// `{"id":"4Jlf0omk","u":"0000000001","t":"20261122201232"}`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<State> {
        let mut state = State { time: None, is_list: false, is_removed: false };
        let mut missing = vec!["id", "u", "t"];
        cursor.peek();
        let start = cursor.offset();
        members(cursor, "a state", |cursor, key| {
            missing.retain(|name| *name != key);
            match key {
                "id" => drop(cursor.string()?),
                "u" => drop(string_or_null(cursor)?),
                "t" => state.time = time(cursor)?,
                "r" => state.is_removed = string_or_null(cursor)?.is_some_and(|version| !version.is_empty()),
                "a" => state.is_list = boolean(cursor)?,
                "ri" => removed_elements(cursor)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        match missing.first() {
            None => Ok(state),
            Some(name) => Err(cursor.error_at(start, format!("the member {name:?} of the state is missing"))),
        }
    }
}

/// Takes an object whose members `take` takes by their keys; it says false to those that it does not know.
/// The text is known to be JSON.
pub(super) fn members<'a>(
    cursor: &mut Cursor<'a>,
    what: &str,
    mut take: impl FnMut(&mut Cursor<'a>, &str) -> Result<bool>,
) -> Result<()> {
    cursor.expect(b'{', &format!("{what}, {{…}}"))?;
    while !cursor.eat(b'}') {
        cursor.eat(b',');
        cursor.peek();
        let start = cursor.offset();
        let key = cursor.string()?.decode();
        cursor.expect(b':', "':' behind a key")?;
        if !take(cursor, &key)? {
            return Err(cursor.error_at(start, format!("{what} of version 1 has no member {key:?}")));
        }
    }
    Ok(())
}

/// The same for the elements of a list.
pub(super) fn elements<'a>(
    cursor: &mut Cursor<'a>,
    mut take: impl FnMut(&mut Cursor<'a>) -> Result<()>,
) -> Result<()> {
    cursor.expect(b'[', "a list")?;
    while !cursor.eat(b']') {
        cursor.eat(b',');
        take(cursor)?;
    }
    Ok(())
}

pub(super) fn string_or_null<'a>(cursor: &mut Cursor<'a>) -> Result<Option<Cow<'a, str>>> {
    if cursor.peek() == Some(b'n') {
        cursor.skip_value()?;
        return Ok(None);
    }
    cursor.string().map(|string| Some(string.decode()))
}

fn boolean(cursor: &mut Cursor<'_>) -> Result<bool> {
    match cursor.peek() {
        Some(first @ (b't' | b'f')) => cursor.skip_value().map(|_| first == b't'),
        _ => Err(cursor.unexpected("true or false")),
    }
}

fn time(cursor: &mut Cursor<'_>) -> Result<Option<Stamp>> {
    cursor.peek();
    let start = cursor.offset();
    let Some(text) = string_or_null(cursor)? else { return Ok(None) };
    match timestamp::parse(&text) {
        Some(stamp) => Ok(Some(stamp)),
        None => {
            Err(cursor.error_at(start, "expected a time between 1970 and 2255, as in \"20261122201232\""))
        }
    }
}

/// `[{"id":"Bi1f0omk","r":"0000000002"}]`
fn removed_elements(cursor: &mut Cursor<'_>) -> Result<()> {
    elements(cursor, |cursor| {
        members(cursor, "a removed element", |cursor, key| {
            let is_known = matches!(key, "id" | "r");
            if is_known {
                string_or_null(cursor)?;
            }
            Ok(is_known)
        })
    })
}
