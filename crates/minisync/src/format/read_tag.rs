//! Reads tags: what stands in for a plain value where its dot does not follow from counting. Knows no
//! containers.

use crate::{
    data::{
        position::Side,
        register::{Born, Content, Sibling},
    },
    format::{
        read::{Read, Reader},
        tag,
    },
    names::dot::Dot,
};

/// What a tag says, apart from a list element's position.
pub(super) struct Tagged {
    pub(super) born: Dot,
    /// There was a `!`, or several siblings.
    pub(super) is_later: bool,
    pub(super) place: Option<PlaceTag>,
    pub(super) siblings: Vec<Born>,
}

/// A position as it is spelled.
pub(super) enum PlaceTag {
    /// The first in a new bunch on this side of the gap behind the element before.
    Opens(Side),
    Back,
    Index(i32),
    Full(Dot, i32),
    /// Dot of the move, bunch, index.
    Moves(Vec<(Dot, Dot, i32)>),
}

/// Where a tag stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Context {
    Entry,
    /// One of several siblings.
    Sibling,
    Element,
}

impl Reader<'_> {
    /// A tag, if one comes next; else the cursor stays.
    pub(super) fn tag_or_text(&mut self, context: Context) -> Read<Option<Tagged>> {
        if self.cursor.peek() != Some(b'{') {
            return Ok(None);
        }
        let start = self.cursor.offset();
        self.cursor.eat(b'{');
        if self.cursor.peek() == Some(b'"') {
            let key = self.cursor.string()?.decode();
            if tag::is_reserved(&key) {
                self.cursor.rewind(start);
                return self.tagged(context).map(Some);
            }
        }
        self.cursor.rewind(start);
        Ok(None)
    }

    /// `{"+": …}` and so on. The members stand in one order: birth, position, write, and what was written.
    fn tagged(&mut self, context: Context) -> Read<Tagged> {
        let (start, run) = (self.cursor.offset(), self.run);
        let mut tagged =
            Tagged { born: self.following(run), is_later: false, place: None, siblings: Vec::new() };
        let mut written = None;
        let mut last = 0;
        self.cursor.expect(b'{', "a tag")?;
        loop {
            let offset = self.cursor.offset();
            let key = self.tag_key(offset)?;
            self.cursor.expect(b':', "':' behind a key")?;
            let rank = tag::rank(key)
                .filter(|rank| *rank > last && (key != tag::PLACE || context == Context::Element));
            last = rank.ok_or_else(|| {
                self.cursor.error_at(offset, format!("the key {key:?} cannot stand here in a tag"))
            })?;
            match key {
                tag::NEXT => tagged.born = self.later(run)?,
                tag::BORN => tagged.born = self.dot()?,
                tag::PLACE => tagged.place = Some(self.place()?),
                tag::WRITTEN => {
                    let born = self.check(tagged.born, start)?;
                    written = Some(self.distance(born)?);
                }
                tag::SIBLINGS if context == Context::Sibling => {
                    return Err(self.cursor.error_at(start, "a sibling cannot have siblings of its own"));
                }
                _ => tagged.siblings = self.content(key, &tagged, written, context, (start, run))?,
            }
            tagged.is_later = written.is_some() || key == tag::SIBLINGS;
            if !self.cursor.eat(b',') {
                self.cursor.expect(b'}', "',' or '}' behind a member of a tag")?;
                break;
            }
        }
        if tagged.siblings.is_empty() && (context != Context::Element || tagged.place.is_none()) {
            return Err(self.cursor.error_at(start, "a tag without a value"));
        }
        if tagged.siblings.is_empty() {
            self.run = self.check(tagged.born, start)?;
        }
        Ok(tagged)
    }

    /// The key of a member of a tag, which begins at `offset`. One that is reserved and means nothing here is from a
    /// later version of the format, and is told apart from what no version would write.
    fn tag_key(&mut self, offset: usize) -> Read<char> {
        let text = self.cursor.string()?.decode();
        match text.chars().next().filter(|_| tag::is_reserved(&text)) {
            Some(key) if tag::is_newer(key) => {
                let reason = format!("the tag {text:?} is not known here");
                Err(self.cursor.newer_at(offset, reason))
            }
            Some(key) => Ok(key),
            None => Err(self.cursor.error_at(offset, format!("the key {text:?} cannot stand here in a tag"))),
        }
    }

    /// What was written, or deleted: the last member of a tag.
    fn content(
        &mut self,
        key: char,
        tagged: &Tagged,
        written: Option<Dot>,
        context: Context,
        (start, run): (usize, Dot),
    ) -> Read<Vec<Born>> {
        let one = |born, dot, content| vec![Born { sibling: Sibling::new(dot, content), born }];
        if key == tag::DELETED && context != Context::Element {
            let dot = self.distance(run)?;
            self.check_tombstone(dot, start)?;
            self.note(dot, 0);
            return Ok(one(dot, dot, Content::Tombstone));
        }
        if key == tag::SIBLINGS && context != Context::Element {
            return self.siblings(run, context);
        }
        let born = self.check(tagged.born, start)?;
        match key {
            tag::DELETED => self.deletions(born, start),
            tag::SIBLINGS => {
                let siblings = self.siblings(born.before(), context)?;
                self.run = born;
                Ok(siblings)
            }
            tag::KNOWN => {
                let offset = self.cursor.offset();
                if self.cursor.u64()? != 1 {
                    return Err(self.cursor.error_at(offset, "expected 1 for a container that is known"));
                }
                let dot = written.unwrap_or(born);
                if !self.since.as_ref().is_some_and(|since| since.contains(dot)) {
                    return Err(self
                        .cursor
                        .error_at(start, "the container is said to be known, but lies not in changesSince"));
                }
                Ok(one(born, dot, Content::Known))
            }
            _ => {
                let dot = written.unwrap_or(born);
                let content = self.value(dot)?;
                if dot != born {
                    self.run = born;
                }
                Ok(one(born, dot, content))
            }
        }
    }

    /// The deletions of a list element.
    fn deletions(&mut self, element: Dot, start: usize) -> Read<Vec<Born>> {
        let mut siblings = Vec::new();
        self.cursor.expect(b'[', "a list of dots")?;
        loop {
            let dot = self.dot()?;
            self.check_tombstone(dot, start)?;
            self.note(dot, 0);
            siblings.push(Born { sibling: Sibling::new(dot, Content::Tombstone), born: element });
            if !self.cursor.eat(b',') {
                self.cursor.expect(b']', "',' or ']' behind a dot")?;
                return Ok(siblings);
            }
        }
    }

    fn siblings(&mut self, run: Dot, context: Context) -> Read<Vec<Born>> {
        let mut siblings: Vec<Born> = Vec::new();
        self.cursor.expect(b'[', "a list of siblings")?;
        loop {
            self.run = run;
            let start = self.cursor.offset();
            match self.tag_or_text(Context::Sibling)? {
                Some(tagged) => siblings.extend(tagged.siblings),
                None => {
                    let dot = self.next()?;
                    let content = self.value(dot)?;
                    siblings.push(Born { sibling: Sibling::new(dot, content), born: dot });
                }
            }
            let wrong = |born: &Born| {
                context == Context::Element && (born.born != run.after(1) || !born.sibling.is_alive())
            };
            if siblings.last().is_some_and(wrong) {
                return Err(self.cursor.error_at(start, "a sibling of another element"));
            }
            if !self.cursor.eat(b',') {
                self.cursor.expect(b']', "',' or ']' behind a sibling")?;
                return Ok(siblings);
            }
        }
    }
}
