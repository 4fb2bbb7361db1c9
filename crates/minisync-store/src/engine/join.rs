//! Makes the first change set of a new copy, as a machine. Writes nothing.

use std::sync::Arc;

use minisync::{Changes, ClientId, DocumentId};

use crate::{
    engine::{
        Machine, Skipped, SyncOptions,
        decode::read_data_file,
        pending::{Pending, ReadTicket, next_step},
        survey::{FolderTickets, HeadTickets, ask_folder, ask_heads, take_folder, take_heads},
    },
    errors::{Error, Result},
    files::{Codec, DataFile, Head},
    names::{Layout, Name},
    requests::{Answer, RequestId, Step},
};

/// What a new copy begins with.
#[derive(Debug, Clone)]
pub struct Joined {
    /// A full change set. It may be behind; a sync brings the rest.
    pub changes: Changes,
    /// Who published it.
    pub from: ClientId,
    /// What that client says to those who join ([`State::set_hint`](crate::State::set_hint)); if nothing, what another
    /// one says.
    pub hint: Option<String>,
    /// Clients of whom something could not be had.
    pub skipped: Vec<Skipped>,
}

/// Reads a full change set of a document, from the client that has published the most, to make a new copy of. It is
/// driven as a [`SyncRound`](crate::SyncRound) is, but needs no document, and never saves.
///
/// ```text
///  Begin ─list head/, read format.json─> Folder ─read heads─> Heads ─read a snapshot─> Snapshot ─> Done
///                                                                        ^ the next best ┘
/// ```
///
/// # Errors
/// `is_not_found()` where the store does not hold the document, or nobody's snapshot is there whole.
pub struct Join {
    pending: Pending,
    phase: Phase,
    document: DocumentId,
    codec: Arc<dyn Codec>,
    layout: Layout,
    /// Whose snapshots were not tried yet, the best last.
    candidates: Vec<Offer>,
    skipped: Vec<Skipped>,
    /// What anybody says to those who join.
    hint: Option<String>,
}

enum Phase {
    Begin,
    Folder(FolderTickets),
    Heads(HeadTickets),
    Snapshot(Box<Offer>, ReadTicket),
    Over,
}

/// A client that has published a snapshot.
#[derive(Debug, Clone)]
struct Offer {
    head: Head,
    snapshot: DataFile,
}

impl Join {
    /// Of the options, how many requests may run at once and the codec count.
    pub fn new(document: &DocumentId, options: &SyncOptions) -> Join {
        Join {
            pending: Pending::new(options.concurrency),
            phase: Phase::Begin,
            layout: Layout::of(&options.codec.document_name(document)),
            document: document.clone(),
            codec: Arc::clone(&options.codec),
            candidates: Vec::new(),
            skipped: Vec::new(),
            hint: None,
        }
    }
}

impl Machine for Join {
    type Output = Joined;

    fn next(&mut self) -> Step<Joined> {
        next_step(self, |machine| &mut machine.pending, Join::advance)
    }

    fn answer(&mut self, id: RequestId, answer: Answer) {
        self.pending.answer(id, answer);
    }
}

impl Join {
    fn advance(&mut self) -> Result<Option<Joined>> {
        match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Begin => {
                self.phase = Phase::Folder(ask_folder(&mut self.pending, &self.layout));
            }
            Phase::Folder(tickets) => {
                let found = take_folder(&mut self.pending, &self.layout, tickets)?;
                if found.format.is_none_or(|format| *format.document() != self.document) {
                    return Err(Error::no_document(self.document.as_str(), "it is not there"));
                }
                self.phase = Phase::Heads(ask_heads(&mut self.pending, &self.layout, &found.listing));
            }
            Phase::Heads(tickets) => {
                let (heads, skipped) = take_heads(&mut self.pending, &self.document, &*self.codec, tickets);
                self.skipped = skipped;
                self.hint = heads.iter().find_map(|(_, head)| head.hint.clone());
                self.candidates = ranked(heads, &self.document);
                self.try_next()?;
            }
            Phase::Snapshot(offer, ticket) => {
                let Offer { head, snapshot } = *offer;
                let bytes = self.pending.take_read(ticket);
                match read_data_file(&head, &snapshot, bytes, &*self.codec) {
                    Ok(changes) => {
                        let skipped = std::mem::take(&mut self.skipped);
                        let hint = head.hint.or_else(|| self.hint.take());
                        return Ok(Some(Joined { changes, from: head.client, hint, skipped }));
                    }
                    Err(unusable) => {
                        self.skipped.push(Skipped { client: head.label, reason: unusable.reason });
                    }
                }
                self.try_next()?;
            }
            Phase::Over => return Err(Error::driver("it was asked for more after it was over")),
        }
        Ok(None)
    }

    fn try_next(&mut self) -> Result<()> {
        if let Some(offer) = self.candidates.pop() {
            let ticket =
                self.pending.read_at_most(self.layout.data_file(&offer.snapshot.name), offer.snapshot.length);
            self.phase = Phase::Snapshot(Box::new(offer), ticket);
            return Ok(());
        }
        let reasons: Vec<String> =
            self.skipped.iter().map(|skipped| format!("{}: {}", skipped.client, skipped.reason)).collect();
        let reason =
            if reasons.is_empty() { "nobody has published it yet".to_owned() } else { reasons.join("; ") };
        Err(Error::no_document(self.document.as_str(), reason))
    }
}

/// Those that have published a snapshot, with it: who covers the most others last, then by id, the first last.
fn ranked(heads: Vec<(Name, Head)>, document: &DocumentId) -> Vec<Offer> {
    let mut offers = Vec::new();
    for (_, head) in heads {
        if let Some(snapshot) = head.files.first().filter(|_| head.document == *document).cloned() {
            offers.push(Offer { head, snapshot });
        }
    }
    let covers = |one: &Offer, other: &Offer| match (one.head.data_version(), other.head.data_version()) {
        (Some(one), Some(other)) => one.covers(other),
        (None, _) | (_, None) => false,
    };
    let rank = |one: &Offer| offers.iter().filter(|other| covers(one, other)).count();
    let ranks: Vec<usize> = offers.iter().map(rank).collect();
    let mut ranked: Vec<(usize, Offer)> = Vec::with_capacity(offers.len());
    for (rank, offer) in ranks.into_iter().zip(offers) {
        let is_worse = |(other, before): &(usize, Offer)| {
            *other < rank || *other == rank && before.head.client > offer.head.client
        };
        ranked.insert(ranked.partition_point(is_worse), (rank, offer));
    }
    ranked.into_iter().map(|(_, offer)| offer).collect()
}
