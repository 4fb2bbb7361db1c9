//! The requests of one machine: those that wait, those that are under way, and what was answered. Knows nothing of
//! what they are for.

use std::collections::{BTreeMap, VecDeque};

use crate::{
    errors::{Error, Result, StoreError, StoreErrorKind},
    requests::{Answer, Entry, Request, RequestId, Step},
};

/// A machine asks for requests, waits until all are answered, and then collects the answers, each by its ticket.
#[derive(Debug)]
pub(super) struct Pending {
    /// How many may be under way at once; at least one.
    limit: usize,
    /// How many were asked for so far; the last one's number.
    asked: u64,
    waiting: VecDeque<(RequestId, Request)>,
    under_way: BTreeMap<RequestId, Kind>,
    reads: BTreeMap<RequestId, Result<Vec<u8>, StoreError>>,
    lists: BTreeMap<RequestId, Result<Vec<Entry>, StoreError>>,
    changes: BTreeMap<RequestId, Result<(), StoreError>>,
    saves: BTreeMap<RequestId, Result<()>>,
    /// An answer that answers nothing: the driver is broken, and the machine ends.
    misuse: Option<Error>,
}

/// Who holds one collects the answer to what he asked for, of the right kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReadTicket(RequestId);

#[derive(Debug, PartialEq, Eq)]
pub(super) struct ListTicket(RequestId);

/// For a file that is written or deleted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ChangeTicket(RequestId);

#[derive(Debug, PartialEq, Eq)]
pub(super) struct SaveTicket(RequestId);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
    List,
    Delete,
    Save,
}

impl Pending {
    pub(super) fn new(limit: usize) -> Pending {
        Pending {
            limit: limit.max(1),
            asked: 0,
            waiting: VecDeque::new(),
            under_way: BTreeMap::new(),
            reads: BTreeMap::new(),
            lists: BTreeMap::new(),
            changes: BTreeMap::new(),
            saves: BTreeMap::new(),
            misuse: None,
        }
    }

    pub(super) fn read(&mut self, path: String) -> ReadTicket {
        ReadTicket(self.ask(Request::Read { path }))
    }

    pub(super) fn write(&mut self, path: String, bytes: Vec<u8>) -> ChangeTicket {
        ChangeTicket(self.ask(Request::Write { path, bytes }))
    }

    pub(super) fn list(&mut self, folder: String) -> ListTicket {
        ListTicket(self.ask(Request::List { folder }))
    }

    pub(super) fn delete(&mut self, path: String) -> ChangeTicket {
        ChangeTicket(self.ask(Request::Delete { path }))
    }

    pub(super) fn save(&mut self) -> SaveTicket {
        SaveTicket(self.ask(Request::Save))
    }

    fn ask(&mut self, request: Request) -> RequestId {
        self.asked += 1;
        let id = RequestId::from_number(self.asked);
        self.waiting.push_back((id, request));
        id
    }

    /// The next request that may begin now.
    fn begin(&mut self) -> Option<(RequestId, Request)> {
        if self.under_way.len() >= self.limit {
            return None;
        }
        let (id, request) = self.waiting.pop_front()?;
        self.under_way.insert(id, Kind::of(&request));
        Some((id, request))
    }

    /// What the driver has to do before its machine can go on; None where all that was asked for is answered.
    pub(super) fn step<T>(&mut self) -> Option<Step<T>> {
        if let Some(misuse) = self.misuse.take() {
            return Some(Step::Done(Err(misuse)));
        }
        if let Some((id, request)) = self.begin() {
            return Some(Step::Perform(id, request));
        }
        if self.is_idle() { None } else { Some(Step::Wait) }
    }

    /// Whether all that was asked for is answered.
    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.under_way.is_empty()
    }

    pub(super) fn answer(&mut self, id: RequestId, answer: Answer) {
        let expected = self.under_way.remove(&id);
        match (answer, expected) {
            (Answer::Read(bytes), Some(Kind::Read)) => drop(self.reads.insert(id, bytes)),
            (Answer::Listed(entries), Some(Kind::List)) => drop(self.lists.insert(id, entries)),
            (Answer::Written(done), Some(Kind::Write)) | (Answer::Deleted(done), Some(Kind::Delete)) => {
                self.changes.insert(id, done);
            }
            (Answer::Saved(done), Some(Kind::Save)) => drop(self.saves.insert(id, done)),
            (_, expected) => {
                let problem = match expected {
                    Some(kind) => format!("the answer to request {id} is of another kind than {kind:?}"),
                    None => format!("request {id} is not under way, but was answered"),
                };
                self.misuse.get_or_insert(Error::driver(problem));
            }
        }
    }

    pub(super) fn take_read(&mut self, ticket: ReadTicket) -> Result<Vec<u8>, StoreError> {
        self.reads.remove(&ticket.0).unwrap_or_else(|| Err(unanswered("read")))
    }

    pub(super) fn take_list(&mut self, ticket: ListTicket) -> Result<Vec<Entry>, StoreError> {
        self.lists.remove(&ticket.0).unwrap_or_else(|| Err(unanswered("list")))
    }

    pub(super) fn take_change(&mut self, ticket: ChangeTicket) -> Result<(), StoreError> {
        self.changes.remove(&ticket.0).unwrap_or_else(|| Err(unanswered("change")))
    }

    pub(super) fn take_save(&mut self, ticket: SaveTicket) -> Result<()> {
        self.saves.remove(&ticket.0).unwrap_or_else(|| Err(unanswered("save").into()))
    }
}

impl Kind {
    fn of(request: &Request) -> Kind {
        match request {
            Request::Read { .. } => Kind::Read,
            Request::Write { .. } => Kind::Write,
            Request::List { .. } => Kind::List,
            Request::Delete { .. } => Kind::Delete,
            Request::Save => Kind::Save,
        }
    }
}

/// Machines collect only when all is answered, so this cannot happen. It must not pass for "not found", which is
/// certain.
fn unanswered(action: &'static str) -> StoreError {
    debug_assert!(false, "an answer to {action} was collected before it came");
    StoreError::new(StoreErrorKind::Other, action, "a file", "there is no answer yet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_begin_at_once_than_allowed_and_answers_come_in_any_order() {
        let mut pending = Pending::new(2);
        let tickets = ["a", "b", "c"].map(|path| pending.read(path.to_owned()));
        let first = pending.begin().unwrap().0;
        let second = pending.begin().unwrap().0;
        assert!(pending.begin().is_none());
        pending.answer(second, Answer::Read(Ok(b"b".to_vec())));
        let third = pending.begin().unwrap().0;
        pending.answer(third, Answer::Read(Ok(b"c".to_vec())));
        assert!(!pending.is_idle());
        pending.answer(first, Answer::Read(Ok(b"a".to_vec())));
        assert!(pending.is_idle() && pending.misuse.is_none());
        let read = tickets.map(|ticket| pending.take_read(ticket).unwrap());
        assert_eq!(read, [b"a", b"b", b"c"]);
    }

    #[test]
    fn an_answer_of_another_kind_or_to_nothing_is_misuse() {
        let mut pending = Pending::new(8);
        pending.read("a".to_owned());
        let (id, _) = pending.begin().unwrap();
        pending.answer(id, Answer::Written(Ok(())));
        assert!(pending.misuse.take().unwrap().to_string().contains("another kind"));
        pending.answer(id, Answer::Read(Ok(Vec::new())));
        assert!(pending.misuse.take().unwrap().to_string().contains("not under way"));
    }
}
