//! The history as JSON text, so that it survives a restart. What it says is only of use to the very copy that wrote
//! it, in the state in which it was, so it is no interchange format: another version of it is refused.
//!
//! ```text
//! {"_minisync":{"dataType":"UNDO","version":1},"check":4321,"documentID":"todo","client":"alice",
//!  "lastStamp":123,"clients":["alice","bob"],"history":[…]}
//! ```
//!
//! In `history`, everything is an array of its fields; a dot is `[client, stamp]`, by the client's place in `clients`.

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
        dot::{ClientIx, Dot},
        error::{Error, Result},
        id::ClientId,
        stamp::Stamp,
    },
};

const BEGINNING: &str = r#"{"_minisync":{"dataType":"UNDO","version":1},"check":"#;

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
        let mut out = String::from(",\"documentID\":");
        json::write_string(self.id.as_str(), &mut out);
        out.push_str(",\"client\":");
        json::write_string(self.client_id().as_str(), &mut out);
        out.push_str(",\"lastStamp\":");
        out.push_str(&self.seen.get(self.author.me()).to_string());
        out.push_str(",\"clients\":");
        let ids: Vec<String> = self.clients.ids().map(|id| id.as_str().to_owned()).collect();
        ids.write(&mut out);
        out.push_str(",\"history\":");
        recorder.history().write(&mut out);
        out.push('}');
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
        let known = self.clients.len();
        match self.read_history(saved) {
            Ok(history) => {
                self.undo_recorder = Some(Box::new(history));
                Ok(())
            }
            Err(error) => {
                self.clients.truncate(known);
                let (line, column) = json::line_column(saved, error.offset);
                Err(Error::refused(format!(
                    "this is no undo history of this copy: {} (line {line}, column {column})",
                    error.reason
                )))
            }
        }
    }

    fn read_history(&mut self, saved: &str) -> json::Result<History> {
        let mut cursor = Cursor::new(saved, self.limits.depth);
        let format = head(&mut cursor, "_minisync", b'{')?;
        if format != r#"{"dataType":"UNDO","version":1}"# {
            return Err(cursor.error("it is of another version of this program, or none"));
        }
        let check = head(&mut cursor, "check", b',')?;
        if check != check_of(&saved[cursor.offset()..]).to_string() {
            return Err(cursor.error("the text is damaged"));
        }
        let own = (self.id.as_str(), self.client_id().as_str(), self.seen.get(self.author.me()));
        let document = text_member(&mut cursor, "documentID")?;
        let client = text_member(&mut cursor, "client")?;
        head(&mut cursor, "lastStamp", b',').and_then(|stamp| {
            let is_own = (document.as_str(), client.as_str(), stamp) == (own.0, own.1, &own.2.to_string());
            if is_own {
                Ok(())
            } else {
                Err(cursor.error("the document was edited since, or is another one"))
            }
        })?;
        key(&mut cursor, "clients", b',')?;
        let ids = Vec::<String>::read(&mut Reader { cursor: &mut cursor, clients: Vec::new() })?;
        let mut clients = Vec::with_capacity(ids.len());
        for id in ids {
            let id = ClientId::new(id).map_err(|error| cursor.error(error.to_string()))?;
            clients.push(self.clients.intern(&id));
        }
        key(&mut cursor, "history", b',')?;
        let history = History::read(&mut Reader { cursor: &mut cursor, clients })?;
        cursor.expect(b'}', "'}'")?;
        cursor.end()?;
        Ok(history)
    }
}

/// A member's key, and what stands before it.
fn key(cursor: &mut Cursor<'_>, name: &str, before: u8) -> json::Result<()> {
    cursor.expect(before, "the next member")?;
    if cursor.string()?.decode() != name {
        return Err(cursor.error(format!("the member {name:?} has to stand here")));
    }
    cursor.expect(b':', "':' behind a key")
}

/// A member's value, as text.
fn head<'a>(cursor: &mut Cursor<'a>, name: &str, before: u8) -> json::Result<&'a str> {
    key(cursor, name, before)?;
    let start = cursor.offset();
    cursor.skip_value()?;
    Ok(cursor.text()[start..cursor.offset()].trim())
}

fn text_member(cursor: &mut Cursor<'_>, name: &str) -> json::Result<String> {
    key(cursor, name, b',')?;
    Ok(cursor.string()?.decode().into_owned())
}

/// A history under way from text.
struct Reader<'r, 'a> {
    cursor: &'r mut Cursor<'a>,
    /// What the clients are called here.
    clients: Vec<ClientIx>,
}

/// What can be written and read again.
trait Saved: Sized {
    fn write(&self, out: &mut String);
    fn read(from: &mut Reader<'_, '_>) -> json::Result<Self>;
}

impl Saved for u64 {
    fn write(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }

    fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
        from.cursor.u64()
    }
}

impl Saved for bool {
    fn write(&self, out: &mut String) {
        u64::from(*self).write(out);
    }

    fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
        from.cursor.u64().map(|number| number != 0)
    }
}

impl Saved for i32 {
    fn write(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }

    fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
        let number = from.cursor.i64()?;
        i32::try_from(number).map_err(|_| from.cursor.error("a number is too large"))
    }
}

impl Saved for String {
    fn write(&self, out: &mut String) {
        json::write_string(self, out);
    }

    fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
        Ok(from.cursor.string()?.decode().into_owned())
    }
}

/// The root's dot, which no client wrote, has a number that no client has.
impl Saved for Dot {
    fn write(&self, out: &mut String) {
        (self.client.index() as u64, self.stamp.as_micros()).write(out);
    }

    fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
        let (client, stamp) = <(u64, u64)>::read(from)?;
        if client == Dot::ROOT.client.index() as u64 {
            return Ok(Dot::ROOT);
        }
        let client = usize::try_from(client).ok().and_then(|client| from.clients.get(client));
        let client = *client.ok_or_else(|| from.cursor.error("a client is not in the list of clients"))?;
        let stamp = Stamp::from_micros(stamp).map_err(|error| from.cursor.error(error.to_string()))?;
        Ok(Dot { stamp, client })
    }
}

impl<T: Saved> Saved for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("null"),
        }
    }

    fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
        if from.cursor.peek() == Some(b'n') {
            return from.cursor.skip_value().map(|_| None);
        }
        T::read(from).map(Some)
    }
}

impl<T: Saved> Saved for Vec<T> {
    fn write(&self, out: &mut String) {
        out.push('[');
        for (index, item) in self.iter().enumerate() {
            out.push_str(if index > 0 { "," } else { "" });
            item.write(out);
        }
        out.push(']');
    }

    fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
        let mut items = Vec::new();
        from.cursor.expect(b'[', "a list")?;
        if from.cursor.eat(b']') {
            return Ok(items);
        }
        loop {
            items.push(T::read(from)?);
            if !from.cursor.eat(b',') {
                from.cursor.expect(b']', "',' or ']'")?;
                return Ok(items);
            }
        }
    }
}

macro_rules! saved_tuple {
    ($first:ident $first_index:tt, $($name:ident $index:tt),*) => {
        impl<$first: Saved, $($name: Saved),*> Saved for ($first, $($name),*) {
            fn write(&self, out: &mut String) {
                out.push('[');
                self.$first_index.write(out);
                $(
                    out.push(',');
                    self.$index.write(out);
                )*
                out.push(']');
            }

            fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
                from.cursor.expect(b'[', "a list")?;
                let value = ($first::read(from)?, $({
                    from.cursor.expect(b',', "','")?;
                    $name::read(from)?
                }),*);
                from.cursor.expect(b']', "']'")?;
                Ok(value)
            }
        }
    };
}

saved_tuple!(A 0, B 1);
saved_tuple!(A 0, B 1, C 2);
saved_tuple!(A 0, B 1, C 2, D 3, E 4);

/// Something that is saved as something else.
macro_rules! saved_as {
    ($type:ty, $form:ty, $into:expr, $from:expr) => {
        impl Saved for $type {
            fn write(&self, out: &mut String) {
                let into: fn(&$type) -> $form = $into;
                into(self).write(out);
            }

            fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
                let value = <$form>::read(from)?;
                let back: fn($form) -> Option<$type> = $from;
                back(value).ok_or_else(|| from.cursor.error("this can be nothing of a history"))
            }
        }
    };
}

saved_as!(Side, bool, |side| *side == Side::Right, |right| Some(if right {
    Side::Right
} else {
    Side::Left
}));
saved_as!(BunchPath, (Vec<(Dot, i32, Side)>, i32), |path| (path.bunches().to_vec(), path.index()), |(
    bunches,
    index,
)| Some(
    BunchPath::new(bunches, index)
));
saved_as!(Run, (Dot, u64, u64), |run| (run.first, run.offset, run.len), |(first, offset, len)| {
    Some(Run { first, offset, len })
});
saved_as!(Anchor, (BunchPath, Option<Dot>), |at| (at.path.clone(), at.left), |(path, left)| Some(Anchor {
    path,
    left
}));
saved_as!(
    Captured,
    (String, Vec<Run>, Vec<Run>),
    |value| (value.text.clone(), value.runs.clone(), value.elements.clone()),
    |(text, runs, elements)| {
        let text = json::canonical_text(&text, usize::MAX).ok()?.into_owned();
        let entries = 1 + json::entries(&text);
        let is_within = |run: &Run| run.offset.checked_add(run.len).is_some_and(|end| end <= entries);
        let all_within = runs.iter().chain(&elements).all(is_within);
        all_within.then_some(Captured { text, runs, elements })
    }
);
saved_as!(Group, (Vec<Edit>, u64), |group| (group.edits.clone(), group.at), |(edits, at)| {
    Some(Group { edits, at })
});
saved_as!(
    UndoPolicy,
    (u64, u64),
    |policy| (u64::try_from(policy.within.as_micros()).unwrap_or(u64::MAX), policy.groups as u64),
    |(within, groups)| {
        Some(UndoPolicy { within: Duration::from_micros(within), groups: usize::try_from(groups).ok()? })
    }
);
saved_as!(Aliases, Vec<(Dot, u64, Dot)>, |aliases| aliases.iter().collect(), |all| {
    let mut aliases = Aliases::default();
    all.into_iter().for_each(|(old, len, new)| aliases.add(old, len, new));
    Some(aliases)
});

/// The kinds of edits, by their numbers.
const ENTRY: u64 = 0;
const VALUE: u64 = 1;
const INSERTED: u64 = 2;
const DELETED: u64 = 3;
const MOVED: u64 = 4;

/// What edits of all kinds have: the kind, the container, the element, what was written, what was there before.
type Common = (u64, Dot, Option<Dot>, Vec<Dot>, Vec<Captured>);
/// What entries have beside it: the key, whether it was deleted, the birth, whether it was foreign and beside others.
type OfEntry = (String, bool, Option<Dot>, bool, bool);
/// What deletions and moves have: where, and the moves before.
type OfPlace = (Anchor, Vec<(Dot, BunchPath)>);

saved_as!(Edit, (Common, Option<OfEntry>, Option<OfPlace>), to_parts, from_parts);

fn to_parts(edit: &Edit) -> (Common, Option<OfEntry>, Option<OfPlace>) {
    let edit = edit.clone();
    match edit {
        Edit::Entry { map, key, dots, is_tomb, before, foreign, born, beside } => {
            let of_entry = (key.as_str().to_owned(), is_tomb, born, foreign, beside);
            ((ENTRY, map, None, dots, before), Some(of_entry), None)
        }
        Edit::Value { list, element, dots, before } => {
            ((VALUE, list, Some(element), dots, before), None, None)
        }
        Edit::Inserted { list, element } => {
            ((INSERTED, list, Some(element), Vec::new(), Vec::new()), None, None)
        }
        Edit::Deleted { list, element, before, at } => {
            ((DELETED, list, Some(element), Vec::new(), before), None, Some((at, Vec::new())))
        }
        Edit::Moved { list, element, dots, at, before } => {
            ((MOVED, list, Some(element), dots, Vec::new()), None, Some((at, before)))
        }
    }
}

fn from_parts(
    ((kind, container, element, dots, before), of_entry, of_place): (
        Common,
        Option<OfEntry>,
        Option<OfPlace>,
    ),
) -> Option<Edit> {
    Some(match kind {
        ENTRY => {
            let (key, is_tomb, born, foreign, beside) = of_entry?;
            Edit::Entry { map: container, key: key.into(), dots, is_tomb, before, foreign, born, beside }
        }
        VALUE => Edit::Value { list: container, element: element?, dots, before },
        INSERTED => Edit::Inserted { list: container, element: element? },
        DELETED => Edit::Deleted { list: container, element: element?, before, at: of_place?.0 },
        MOVED => {
            let (at, before) = of_place?;
            Edit::Moved { list: container, element: element?, dots, at, before }
        }
        _ => return None,
    })
}

impl Saved for History {
    fn write(&self, out: &mut String) {
        let mut foreign: Vec<Dot> = self.foreign.iter().copied().collect();
        sort_by(&mut foreign, |a, b| a.by_client().cmp(&b.by_client()));
        out.push('[');
        self.policy.write(out);
        out.push(',');
        self.undo.write(out);
        out.push(',');
        self.redo.write(out);
        out.push(',');
        foreign.write(out);
        for aliases in [&self.aliases, &self.elements, &self.moves] {
            out.push(',');
            aliases.write(out);
        }
        out.push(']');
    }

    fn read(from: &mut Reader<'_, '_>) -> json::Result<Self> {
        from.cursor.expect(b'[', "a list")?;
        let mut history = History::new(UndoPolicy::read(from)?);
        from.comma()?;
        history.undo = Vec::read(from)?;
        from.comma()?;
        history.redo = Vec::read(from)?;
        from.comma()?;
        history.foreign = Vec::<Dot>::read(from)?.into_iter().collect();
        for aliases in [&mut history.aliases, &mut history.elements, &mut history.moves] {
            from.comma()?;
            *aliases = Aliases::read(from)?;
        }
        from.cursor.expect(b']', "']'")?;
        history.is_sealed = true;
        Ok(history)
    }
}

impl Reader<'_, '_> {
    fn comma(&mut self) -> json::Result<()> {
        self.cursor.expect(b',', "','")
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
