//! What `changes` of version 1 says, as a flat list of parts in the order of the text: plain JSON, and when each
//! object and list last changed. Knows no dots. Nothing here calls itself, so no text is too deep.

use crate::{
    base::impossible,
    format::v1::state::State,
    json::{Cursor, JsonStr, Result},
    names::stamp::Stamp,
};

/// A piece of the data. What was removed is not in it.
#[derive(Debug, Clone)]
pub(super) enum Part<'a> {
    /// An object begins; when a value directly in it last changed.
    Map(Option<Stamp>),
    /// A list begins.
    List(Option<Stamp>),
    /// The value of this key follows.
    Key(JsonStr<'a>),
    /// Anything else, as it is spelled.
    Primitive(&'a str),
    /// The innermost object or list ends.
    End,
}

/// An object of the text that has not ended yet. It may be a list.
struct Open {
    offset: usize,
    /// Its own part.
    part: usize,
    /// The first part that goes if it was removed: its key, if it has one.
    cut: usize,
    state: Option<State>,
    /// Where the list in its `v` begins.
    list: Option<usize>,
    in_list: bool,
    /// It has other members than `_s` and a list in `v`.
    has_others: bool,
}

struct Reader<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    parts: Vec<Part<'a>>,
    open: Vec<Open>,
}

/// Reads the root. The text is known to be JSON, without a key twice in an object.
pub(super) fn read<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Part<'a>>> {
    if cursor.peek() != Some(b'{') {
        return Err(cursor.unexpected("an object, or null"));
    }
    let mut reader = Reader { cursor, parts: Vec::new(), open: Vec::new() };
    reader.value(0)?;
    while !reader.open.is_empty() {
        reader.step()?;
    }
    Ok(reader.parts)
}

impl<'a> Reader<'_, 'a> {
    /// Takes a primitive, or goes into an object. `cut` is the first part that belongs to it.
    fn value(&mut self, cut: usize) -> Result<()> {
        match self.cursor.peek() {
            Some(b'{') => {
                let offset = self.cursor.offset();
                self.cursor.eat(b'{');
                let part = self.parts.len();
                self.parts.push(Part::Map(None));
                let (state, list) = (None, None);
                self.open.push(Open { offset, part, cut, state, list, in_list: false, has_others: false });
            }
            Some(b'[') => {
                return Err(self.cursor.error("a list of version 1 is an object of \"_s\" and \"v\""));
            }
            _ => {
                let (start, end) = self.cursor.skip_unchecked()?;
                self.parts.push(Part::Primitive(&self.cursor.text()[start..end]));
            }
        }
        Ok(())
    }

    /// Goes on in the innermost object: to its next value, or over its end.
    fn step(&mut self) -> Result<()> {
        let Some(open) = self.open.last_mut() else {
            impossible("an object of version 1 goes on that is closed");
            return Ok(());
        };
        if open.in_list && self.cursor.eat(b']') {
            open.in_list = false;
            return Ok(());
        }
        let in_list = open.in_list;
        if !in_list && self.cursor.eat(b'}') {
            return self.close();
        }
        self.cursor.eat(b',');
        if in_list { self.value(self.parts.len()) } else { self.member() }
    }

    fn member(&mut self) -> Result<()> {
        let key = self.cursor.string()?;
        self.cursor.expect(b':', "':' behind a key")?;
        let decoded = key.decode();
        let Some(open) = self.open.last_mut() else {
            impossible("a member of version 1 stands in no object");
            return Ok(());
        };
        if decoded == "_s" {
            open.state = Some(State::read(self.cursor)?);
        } else if decoded == "v" && self.cursor.peek() == Some(b'[') {
            open.list = Some(self.cursor.offset());
            open.in_list = self.cursor.eat(b'[');
        } else {
            open.has_others = true;
            let cut = self.parts.len();
            self.parts.push(Part::Key(key));
            return self.value(cut);
        }
        Ok(())
    }

    /// Behind its end it is known what the object was.
    fn close(&mut self) -> Result<()> {
        let Some(open) = self.open.pop() else {
            impossible("an object of version 1 ends that is closed");
            return Ok(());
        };
        let Some(state) = open.state else {
            return Err(self.cursor.error_at(open.offset, "an object of version 1 has a member \"_s\""));
        };
        let part = match (state.is_list, open.list) {
            (false, None) => Part::Map(state.time),
            (true, Some(_)) if !open.has_others => Part::List(state.time),
            (true, _) => {
                let reason = "a list of version 1 has the members \"_s\" and \"v\", and no others";
                return Err(self.cursor.error_at(open.offset, reason));
            }
            (false, Some(offset)) => {
                let reason = "a list of version 1 has \"a\":true in its \"_s\"";
                return Err(self.cursor.error_at(offset, reason));
            }
        };
        if self.open.is_empty() && (state.is_list || state.is_removed) {
            let reason = if state.is_list { "is a list; it has to be an object" } else { "was removed" };
            return Err(self.cursor.error_at(open.offset, format!("the root {reason}")));
        }
        if state.is_removed {
            self.parts.truncate(open.cut);
            return Ok(());
        }
        self.parts[open.part] = part;
        self.parts.push(Part::End);
        Ok(())
    }
}
