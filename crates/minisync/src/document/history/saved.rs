//! The history as JSON text, so that it survives a restart. What it says is only of use to the very copy that wrote
//! it, in the state in which it was, so it is no interchange format: another version of it is refused.
//!
//! ```text
//! {"_minisync":{"dataType":"UNDO","version":2},"check":4321,
//!  "history":[1,"todo","alice",1795377823000123,2,"alice","bob",…]}
//! ```
//!
//! After the document, the client and its last stamp come the sessions, and then everything field by field, in the
//! order of the functions here: numbers and strings, lists with their length in front, dots as the session's place in
//! the list of sessions and the stamp. So flat a form takes little code, and it is for nobody else to read.

use std::time::Duration;

use crate::{
    base::sort::sort_by,
    data::position::{BunchPath, Side},
    document::{
        Document, UndoPolicy,
        history::{Aliases, Anchor, Captured, Edit, Group, History, capture::Run},
    },
    json::{self, Cursor},
    names::{
        dot::Dot,
        error::{Error, Result},
        id::ClientId,
        lineage::Lines,
        session::Session,
        stamp::Stamp,
        writers::Writers,
    },
};

const BEGINNING: &str = r#"{"_minisync":{"dataType":"UNDO","version":2},"check":"#;

/// What stands before the first number; it is one itself, so that all others have a comma before them.
const HISTORY: &str = r#","history":[1"#;

/// What tells a damaged text (FNV-1a, 32 bits): a history with other dots in it could undo what was not done.
fn check_of(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

impl Document {
    /// What can be undone and done again, as JSON text for [`Document::restore_undo`]; none where nothing is
    /// recorded. Save it together with the document.
    ///
    /// ```
    /// use minisync::{Document, UndoPolicy};
    /// let mut document = Document::new(serde_json::json!({ "title": "Plan" }))?;
    /// document.record_undo(UndoPolicy::default());
    /// document.set("title", "Saturday")?;
    /// let (saved, history) = (document.changes(), document.save_undo()?.unwrap());
    ///
    /// let mut document = Document::restore(&saved)?;
    /// document.restore_undo(&history)?;
    /// assert!(document.undo()?);
    /// assert_eq!(document.to_json(), r#"{"title":"Plan"}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Inside a transaction.
    pub fn save_undo(&self) -> Result<Option<String>> {
        self.refuse_in_transaction("save_undo")?;
        let Some(recorder) = &self.undo_recorder else { return Ok(None) };
        let mut out = Writer(String::from(HISTORY));
        out.text(self.id.as_str());
        out.text(self.client_id().as_str());
        out.number(self.own_last().as_micros());
        let sessions = &self.writers.sessions;
        out.number(sessions.len() as u64);
        for (session, Session { first, .. }) in sessions.iter() {
            out.text(self.writers.id(session).as_str());
            out.number(first.as_micros());
        }
        recorder.history().write(&mut out);
        let Writer(mut out) = out;
        out.push_str("]}");
        Ok(Some(format!("{BEGINNING}{}{out}", check_of(&out))))
    }

    /// From now on, own edits can be undone, also those of before: like [`Document::record_undo`], with what
    /// [`Document::save_undo`] returned. Others' changes may have come in since, but no own ones.
    ///
    /// # Errors
    /// Inside a transaction; where the history is not that of this copy in this state, or not one at all. Nothing is
    /// recorded then.
    pub fn restore_undo(&mut self, saved: &str) -> Result<()> {
        self.refuse_in_transaction("restore_undo")?;
        self.undo_recorder = None;
        match self.read_history(saved) {
            Ok(history) => {
                self.undo_recorder = Some(Box::new(history));
                Ok(())
            }
            Err(error) => {
                let (line, column) = json::line_column(saved, error.offset);
                Err(Error::refused(format!(
                    "this is no undo history of this copy: {} (line {line}, column {column})",
                    error.reason
                )))
            }
        }
    }

    fn read_history(&self, saved: &str) -> json::Result<History> {
        let mut cursor = Cursor::new(saved, 2);
        let Some(rest) = saved.strip_prefix(BEGINNING) else {
            return Err(cursor.error("it is of another version of this program, or none"));
        };
        let (check, rest) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
        if check != check_of(rest).to_string() || !rest.starts_with(HISTORY) {
            return Err(cursor.error("the text is damaged"));
        }
        cursor.rewind(saved.len() - rest.len() + HISTORY.len());
        let mut from = Reader { cursor, sessions: Vec::new(), writers: &self.writers, lines: &self.lines };
        let (document, client, last) = (from.text()?, from.text()?, from.number()?);
        let own_last = self.own_last().as_micros();
        if (document.as_str(), client.as_str(), last)
            != (self.id.as_str(), self.client_id().as_str(), own_last)
        {
            return Err(from.cursor.error("this copy is another one, or was edited since"));
        }
        for _ in 0..from.number()? {
            let (id, first) = (from.text()?, from.number()?);
            let id = ClientId::new(id).map_err(|error| from.cursor.error(error.to_string()))?;
            from.sessions.push((id, Stamp::saturating(first)));
        }
        let history = History::read(&mut from)?;
        from.cursor.expect(b']', "']'")?;
        from.cursor.expect(b'}', "'}'")?;
        from.cursor.end()?;
        Ok(history)
    }
}

/// A history under way to text: after the first one, each number or string has a comma before it.
struct Writer(String);

impl Writer {
    fn number(&mut self, number: u64) {
        self.0.push(',');
        self.0.push_str(&number.to_string());
    }

    fn text(&mut self, text: &str) {
        self.0.push(',');
        json::write_string(text, &mut self.0);
    }
}

/// A history under way from text.
struct Reader<'a> {
    cursor: Cursor<'a>,
    /// The sessions: what each is here.
    sessions: Vec<(ClientId, Stamp)>,
    writers: &'a Writers,
    lines: &'a Lines,
}

impl Reader<'_> {
    #[inline(never)]
    fn number(&mut self) -> json::Result<u64> {
        self.cursor.expect(b',', "','")?;
        self.cursor.u64()
    }

    #[inline(never)]
    fn text(&mut self) -> json::Result<String> {
        self.cursor.expect(b',', "','")?;
        Ok(self.cursor.string()?.decode().into_owned())
    }
}

/// What can be written and read again.
trait Saved: Sized {
    fn write(&self, out: &mut Writer);
    fn read(from: &mut Reader<'_>) -> json::Result<Self>;
}

impl Saved for bool {
    fn write(&self, out: &mut Writer) {
        out.number(u64::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        from.number().map(|number| number != 0)
    }
}

impl Saved for String {
    fn write(&self, out: &mut Writer) {
        out.text(self);
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        from.text()
    }
}

/// The root's dot, which no client wrote, has a number that no client has.
impl Saved for Dot {
    fn write(&self, out: &mut Writer) {
        out.number(self.session.index() as u64);
        out.number(self.stamp.as_micros());
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        let (session, stamp) = (from.number()?, from.number()?);
        if session == Dot::ROOT.session.index() as u64 {
            return Ok(Dot::ROOT);
        }
        let (id, first) = usize::try_from(session)
            .ok()
            .and_then(|session| from.sessions.get(session))
            .ok_or_else(|| from.cursor.error("a session is not in the list of sessions"))?;
        let dot = from.writers.find_write(id, *first, Stamp::saturating(stamp), from.lines);
        dot.ok_or_else(|| from.cursor.error("a session is not known here"))
    }
}

impl<T: Saved> Saved for Vec<T> {
    fn write(&self, out: &mut Writer) {
        out.number(self.len() as u64);
        self.iter().for_each(|item| item.write(out));
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        let mut items = Vec::new();
        for _ in 0..from.number()? {
            items.push(T::read(from)?);
        }
        Ok(items)
    }
}

/// None is an empty list.
impl Saved for Option<Dot> {
    fn write(&self, out: &mut Writer) {
        out.number(u64::from(self.is_some()));
        self.iter().for_each(|dot| dot.write(out));
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        if bool::read(from)? { Dot::read(from).map(Some) } else { Ok(None) }
    }
}

impl Saved for (Dot, i32, Side) {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
        out.number(self.1.cast_unsigned().into());
        (self.2 == Side::Right).write(out);
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        let (id, index) = (Dot::read(from)?, from.number()?);
        Ok((id, index as i32, if bool::read(from)? { Side::Right } else { Side::Left }))
    }
}

impl Saved for BunchPath {
    fn write(&self, out: &mut Writer) {
        out.number(self.bunches().len() as u64);
        self.bunches().iter().for_each(|bunch| bunch.write(out));
        out.number(self.index().cast_unsigned().into());
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        let bunches = Vec::read(from)?;
        Ok(BunchPath::new(bunches, from.number()? as i32))
    }
}

impl Saved for (Dot, BunchPath) {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        Ok((Dot::read(from)?, BunchPath::read(from)?))
    }
}

impl Saved for Anchor {
    fn write(&self, out: &mut Writer) {
        self.path.write(out);
        self.left.write(out);
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        Ok(Anchor { path: BunchPath::read(from)?, left: Option::read(from)? })
    }
}

impl Saved for Run {
    fn write(&self, out: &mut Writer) {
        self.first.write(out);
        out.number(self.offset);
        out.number(self.len);
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        Ok(Run { first: Dot::read(from)?, offset: from.number()?, len: from.number()? })
    }
}

impl Saved for Captured {
    fn write(&self, out: &mut Writer) {
        out.text(&self.text);
        self.runs.write(out);
        self.elements.write(out);
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        Ok(Captured { text: from.text()?, runs: Vec::read(from)?, elements: Vec::read(from)? })
    }
}

/// The kinds of edits, by their numbers.
const ENTRY: u64 = 0;
const VALUE: u64 = 1;
const INSERTED: u64 = 2;
const DELETED: u64 = 3;
const MOVED: u64 = 4;

impl Saved for Edit {
    fn write(&self, out: &mut Writer) {
        match self {
            Edit::Entry { map, key, dots, is_tomb, before, foreign, born, beside } => {
                out.number(ENTRY);
                map.write(out);
                out.text(key);
                dots.write(out);
                before.write(out);
                born.write(out);
                [is_tomb, foreign, beside].into_iter().for_each(|flag| flag.write(out));
            }
            Edit::Value { list, element, dots, before } => {
                out.number(VALUE);
                [list, element].into_iter().for_each(|dot| dot.write(out));
                dots.write(out);
                before.write(out);
            }
            Edit::Inserted { list, element } => {
                out.number(INSERTED);
                [list, element].into_iter().for_each(|dot| dot.write(out));
            }
            Edit::Deleted { list, element, before, at } => {
                out.number(DELETED);
                [list, element].into_iter().for_each(|dot| dot.write(out));
                before.write(out);
                at.write(out);
            }
            Edit::Moved { list, element, dots, at, before } => {
                out.number(MOVED);
                [list, element].into_iter().for_each(|dot| dot.write(out));
                dots.write(out);
                at.write(out);
                before.write(out);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        let (kind, container) = (from.number()?, Dot::read(from)?);
        if kind == ENTRY {
            return Ok(Edit::Entry {
                map: container,
                key: from.text()?.into(),
                dots: Vec::read(from)?,
                before: Vec::read(from)?,
                born: Option::read(from)?,
                is_tomb: bool::read(from)?,
                foreign: bool::read(from)?,
                beside: bool::read(from)?,
            });
        }
        let (list, element) = (container, Dot::read(from)?);
        Ok(match kind {
            VALUE => Edit::Value { list, element, dots: Vec::read(from)?, before: Vec::read(from)? },
            INSERTED => Edit::Inserted { list, element },
            DELETED => Edit::Deleted { list, element, before: Vec::read(from)?, at: Anchor::read(from)? },
            MOVED => {
                let (dots, at) = (Vec::read(from)?, Anchor::read(from)?);
                Edit::Moved { list, element, dots, at, before: Vec::read(from)? }
            }
            _ => return Err(from.cursor.error("there is no such kind of edit")),
        })
    }
}

impl Saved for Group {
    fn write(&self, out: &mut Writer) {
        out.number(self.at);
        self.edits.write(out);
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        Ok(Group { at: from.number()?, edits: Vec::read(from)? })
    }
}

/// As runs of which nothing else is known.
impl Saved for Aliases {
    fn write(&self, out: &mut Writer) {
        out.number(self.iter().count() as u64);
        for (old, len, new) in self.iter() {
            old.write(out);
            out.number(len);
            new.write(out);
        }
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        let mut aliases = Aliases::default();
        for _ in 0..from.number()? {
            let (old, len) = (Dot::read(from)?, from.number()?);
            aliases.add(old, len, Dot::read(from)?);
        }
        Ok(aliases)
    }
}

impl Saved for History {
    fn write(&self, out: &mut Writer) {
        out.number(u64::try_from(self.policy.within.as_micros()).unwrap_or(u64::MAX));
        out.number(self.policy.groups as u64);
        self.undo.write(out);
        self.redo.write(out);
        let mut foreign: Vec<Dot> = self.foreign.iter().copied().collect();
        sort_by(&mut foreign, |a, b| a.by_session().cmp(&b.by_session()));
        foreign.write(out);
        [&self.aliases, &self.elements, &self.moves].into_iter().for_each(|aliases| aliases.write(out));
    }

    fn read(from: &mut Reader<'_>) -> json::Result<Self> {
        let within = Duration::from_micros(from.number()?);
        let groups = usize::try_from(from.number()?).unwrap_or(usize::MAX);
        let mut history = History::new(UndoPolicy { within, groups });
        history.undo = Vec::read(from)?;
        history.redo = Vec::read(from)?;
        history.foreign = Vec::<Dot>::read(from)?.into_iter().collect();
        for aliases in [&mut history.aliases, &mut history.elements, &mut history.moves] {
            *aliases = Aliases::read(from)?;
        }
        history.is_sealed = true;
        Ok(history)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A document in which every kind of edit was made, some undone, and others took part.
    fn edited() -> Result<Document> {
        let mut alice =
            Document::new(json!({ "title": "Plan", "list": [1, { "n": [2] }, 3], "map": { "a": 1 } }))?;
        let policy = UndoPolicy { within: Duration::ZERO, ..UndoPolicy::default() };
        alice.record_undo(policy);
        let mut bob = Document::from_changes(&alice.changes())?;
        alice.set("title", "Saturday")?;
        alice.set("list[0]", 4)?;
        bob.set("list[1].n[0]", "bob")?;
        bob.set("title", "Sunday")?;
        alice.merge(&bob.changes())?;
        alice.list("list")?.push("new")?;
        alice.list("list")?.move_to(0, 2)?;
        alice.list("list")?.remove(0)?;
        alice.remove("map")?;
        alice.undo()?;
        alice.undo()?;
        alice.redo()?;
        Ok(alice)
    }

    fn reloaded(document: &Document) -> Result<Document> {
        let history = document.save_undo()?;
        let mut copy = Document::restore(&document.changes())?;
        copy.restore_undo(&history.unwrap_or_default())?;
        Ok(copy)
    }

    #[test]
    fn what_was_reloaded_undoes_and_does_again_the_same() -> Result<()> {
        let mut kept = edited()?;
        let mut again = reloaded(&kept)?;
        assert_eq!(again.save_undo()?, kept.save_undo()?);
        for undo in [true, true, false, true, true, true, true, true, true, false, false, false, false] {
            let done = |document: &mut Document| if undo { document.undo() } else { document.redo() };
            assert_eq!(done(&mut kept)?, done(&mut again)?);
            assert_eq!(kept.to_json(), again.to_json());
            again.check()?;
            // At each step once more.
            again = reloaded(&again)?;
        }
        Ok(())
    }

    #[test]
    fn others_may_write_in_between_but_no_own_edit_may() -> Result<()> {
        let mut alice = edited()?;
        let mut bob = Document::from_changes(&alice.changes())?;
        let history = alice.save_undo()?.unwrap_or_default();
        bob.set("title", "Bob's")?;
        alice.merge(&bob.changes())?;
        let mut copy = Document::restore(&alice.changes())?;
        copy.restore_undo(&history)?;
        assert!(copy.can_undo());
        copy.set("more", 1)?;
        assert!(copy.restore_undo(&history).is_err());
        assert!(!copy.can_undo());
        Ok(())
    }

    #[test]
    fn what_is_damaged_is_refused() -> Result<()> {
        let document = edited()?;
        let history = document.save_undo()?.unwrap_or_default();
        let mut copy = Document::restore(&document.changes())?;
        for at in 0..history.len() {
            for byte in [b'0', b'9', b'"', b'['] {
                let mut bytes = history.clone().into_bytes();
                bytes[at] = byte;
                let Ok(damaged) = String::from_utf8(bytes) else { continue };
                assert_eq!(copy.restore_undo(&damaged).is_ok(), damaged == history, "{damaged}");
            }
            assert!(copy.restore_undo(history.get(..at).unwrap_or_default()).is_err());
        }
        Ok(())
    }
}
