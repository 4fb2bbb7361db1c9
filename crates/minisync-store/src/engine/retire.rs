//! Removes what a client has published, as a machine: for one that is gone for good. Knows no document.

use std::sync::Arc;

use minisync::{ClientId, DocumentId};

use crate::{
    engine::{
        Machine, SyncOptions,
        pending::{ChangeTicket, ListTicket, Pending, next_step},
    },
    errors::{Error, Result},
    files::Codec,
    names::{DataName, Layout, Name},
    requests::{Answer, RequestId, Step},
};

/// Removes the head and the files of one client; its output is how many files that were. It is driven as a
/// [`SyncRound`](crate::SyncRound) is, but needs no document, and never saves.
///
/// What only that client has published is lost by it: sync first, after
/// [`State::distrust`](crate::State::distrust), so that it is published by another one. The client itself, should it
/// come back, publishes everything anew.
///
/// ```text
///  Begin ─delete head─> Head ─list data/─> Listing ─delete its files─> Files ─> Done
/// ```
///
/// # Errors
/// Those of the store.
pub struct Retire {
    pending: Pending,
    phase: Phase,
    layout: Layout,
    name: Name,
}

enum Phase {
    Begin,
    /// The head goes first: a head that names files which are not there would be a complaint.
    Head(ChangeTicket),
    Listing(ListTicket),
    Files(Vec<ChangeTicket>),
    Over,
}

impl Retire {
    /// Of the options, how many requests may run at once and the codec count.
    pub fn new(document: &DocumentId, client: &ClientId, options: &SyncOptions) -> Retire {
        let codec: Arc<dyn Codec> = Arc::clone(&options.codec);
        Retire {
            pending: Pending::new(options.concurrency),
            phase: Phase::Begin,
            layout: Layout::of(&codec.document_name(document)),
            name: codec.client_name(client),
        }
    }

    /// How many files were removed, once all is done.
    fn advance(&mut self) -> Result<Option<usize>> {
        match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Begin => self.phase = Phase::Head(self.pending.delete(self.layout.head(&self.name))),
            Phase::Head(ticket) => {
                self.pending.take_change(ticket)?;
                self.phase = Phase::Listing(self.pending.list(self.layout.data()));
            }
            Phase::Listing(ticket) => {
                let entries = self.pending.take_list(ticket)?.into_iter();
                let names = entries.filter_map(|entry| entry.name.parse::<DataName>().ok());
                let own: Vec<DataName> = names.filter(|name| *name.client() == self.name).collect();
                let delete = |name: &DataName| self.pending.delete(self.layout.data_file(name));
                self.phase = Phase::Files(own.iter().map(delete).collect());
            }
            Phase::Files(tickets) => {
                let count = tickets.len();
                for ticket in tickets {
                    self.pending.take_change(ticket)?;
                }
                return Ok(Some(count));
            }
            Phase::Over => return Err(Error::driver("it was asked for more after it was over")),
        }
        Ok(None)
    }
}

impl Machine for Retire {
    type Output = usize;

    fn next(&mut self) -> Step<usize> {
        next_step(self, |machine| &mut machine.pending, Retire::advance)
    }

    fn answer(&mut self, id: RequestId, answer: Answer) {
        self.pending.answer(id, answer);
    }
}
