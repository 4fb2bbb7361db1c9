//! The requests of one machine: those that wait, those that are under way, and what was answered. Knows nothing of
//! what they are for.

use crate::{
    errors::{Error, Result, StoreError, StoreErrorKind},
    requests::{Answer, Entry, Request, RequestId, Step},
};

/// No head is longer, in bytes: a thousand deltas of a client that has seen a thousand others take less.
const SMALL: u64 = 1 << 20;

/// A machine asks for requests, waits until all are answered, and then collects the answers, each by its ticket.
#[derive(Debug)]
pub(super) struct Pending {
    /// How many may be under way at once; at least one.
    limit: usize,
    /// Every request that was ever asked for, by its number less 1.
    slots: Vec<Slot>,
    /// How many of them have begun: those before this.
    begun: usize,
    /// How many of these are not answered yet.
    under_way: usize,
    /// An answer that answers nothing: the driver is broken, and the machine ends.
    misuse: Option<Error>,
}

/// The next step of a machine that goes on from one phase to the next, by `advance`, whenever all is answered that it asked
/// for; until there is an output.
pub(super) fn next_step<M, T>(
    machine: &mut M,
    pending: impl Fn(&mut M) -> &mut Pending,
    advance: impl Fn(&mut M) -> Result<Option<T>>,
) -> Step<T> {
    loop {
        if let Some(step) = pending(machine).step() {
            return step;
        }
        match advance(machine) {
            Ok(None) => {}
            Ok(Some(output)) => return Step::Done(Ok(output)),
            Err(error) => return Step::Done(Err(error)),
        }
    }
}

/// How far a request is.
#[derive(Debug)]
enum Slot {
    Waiting(Request),
    UnderWay(Kind),
    Answered(Answer),
    Collected,
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
        Pending { limit: limit.max(1), slots: Vec::new(), begun: 0, under_way: 0, misuse: None }
    }

    /// Reads a head or another small file.
    pub(super) fn read(&mut self, path: String) -> ReadTicket {
        self.read_at_most(path, SMALL)
    }

    /// Reads a file that is known to have this length, in bytes.
    pub(super) fn read_at_most(&mut self, path: String, limit: u64) -> ReadTicket {
        ReadTicket(self.ask(Request::Read { path, limit }))
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
        self.slots.push(Slot::Waiting(request));
        RequestId::from_number(self.slots.len() as u64)
    }

    /// The next request that may begin now.
    fn begin(&mut self) -> Option<(RequestId, Request)> {
        if self.under_way >= self.limit {
            return None;
        }
        let slot = self.slots.get_mut(self.begun)?;
        let Slot::Waiting(request) = std::mem::replace(slot, Slot::Collected) else {
            debug_assert!(false, "requests begin in the order in which they were asked for");
            return None;
        };
        *slot = Slot::UnderWay(Kind::of(&request));
        self.begun += 1;
        self.under_way += 1;
        Some((RequestId::from_number(self.begun as u64), request))
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
        self.begun == self.slots.len() && self.under_way == 0
    }

    pub(super) fn answer(&mut self, id: RequestId, answer: Answer) {
        let slot = self.slot(id);
        let problem = match &slot {
            Some(Slot::UnderWay(kind)) if kind.is_of(&answer) => None,
            Some(Slot::UnderWay(_)) => Some("was given an answer of another kind"),
            _ => Some("is not under way, but was answered"),
        };
        match (slot, problem) {
            (Some(slot), None) => {
                *slot = Slot::Answered(answer);
                self.under_way -= 1;
            }
            (_, problem) => {
                let problem = format!("request {id} {}", problem.unwrap_or_default());
                self.misuse.get_or_insert(Error::driver(problem));
            }
        }
    }

    pub(super) fn take_read(&mut self, ticket: ReadTicket) -> Result<Vec<u8>, StoreError> {
        match self.collect(ticket.0) {
            Some(Answer::Read(bytes)) => bytes,
            _ => Err(unanswered("read")),
        }
    }

    pub(super) fn take_list(&mut self, ticket: ListTicket) -> Result<Vec<Entry>, StoreError> {
        match self.collect(ticket.0) {
            Some(Answer::Listed(entries)) => entries,
            _ => Err(unanswered("list")),
        }
    }

    pub(super) fn take_change(&mut self, ticket: ChangeTicket) -> Result<(), StoreError> {
        match self.collect(ticket.0) {
            Some(Answer::Written(done) | Answer::Deleted(done)) => done,
            _ => Err(unanswered("change")),
        }
    }

    pub(super) fn take_save(&mut self, ticket: SaveTicket) -> Result<()> {
        match self.collect(ticket.0) {
            Some(Answer::Saved(done)) => done,
            _ => Err(unanswered("save").into()),
        }
    }

    fn collect(&mut self, id: RequestId) -> Option<Answer> {
        match std::mem::replace(self.slot(id)?, Slot::Collected) {
            Slot::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    fn slot(&mut self, id: RequestId) -> Option<&mut Slot> {
        let index = usize::try_from(id.get()).ok()?.checked_sub(1)?;
        self.slots.get_mut(index)
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

    fn is_of(self, answer: &Answer) -> bool {
        let kind = match answer {
            Answer::Read(_) => Kind::Read,
            Answer::Written(_) => Kind::Write,
            Answer::Listed(_) => Kind::List,
            Answer::Deleted(_) => Kind::Delete,
            Answer::Saved(_) => Kind::Save,
        };
        kind == self
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
        assert!(pending.misuse.is_none());
        pending.answer(id, Answer::Read(Ok(Vec::new())));
        assert!(pending.misuse.take().unwrap().to_string().contains("not under way"));
    }
}
