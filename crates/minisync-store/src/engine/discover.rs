//! Finds the documents that a store holds, as a machine. Writes nothing.

use std::sync::Arc;

use minisync::{ClientId, DocumentId, Version};

use crate::{
    engine::{
        Machine, SyncOptions,
        pending::{ListTicket, Pending, next_step},
        survey::{FolderTickets, HeadTickets, ask_folder, ask_heads, take_folder, take_heads},
    },
    errors::{Error, Result},
    files::{Codec, Head},
    names::{Layout, Name, ROOT},
    requests::{Answer, RequestId, Step},
};

/// A document that a store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub document: DocumentId,
    /// Who publishes it there, by name; without those whose heads cannot be read now.
    pub clients: Vec<FoundClient>,
}

/// A client that publishes in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundClient {
    /// Its id.
    pub client: ClientId,
    /// What people call it.
    pub label: String,
    /// What it has seen.
    pub version: Version,
    /// How large its files are, in bytes; 0 where it has published none.
    pub size: u64,
    /// What it says to those who join ([`State::set_hint`](crate::State::set_hint)).
    pub hint: Option<String>,
}

impl FoundClient {
    fn of(head: Head) -> FoundClient {
        let size = head.files.iter().map(|file| file.length).fold(0, u64::saturating_add);
        let Head { client, label, version, hint, .. } = head;
        FoundClient { client, label, version, size, hint }
    }
}

/// Finds the documents that a store holds, by name. It is driven as a [`SyncRound`](crate::SyncRound) is, but needs
/// no document, and never saves.
///
/// ```text
///  Begin ─list minisync/─> Root ─list head/, read format.json─> Folder ─read heads─> Heads
///                            │ ^ the next document ─────────────────────────────────────┘
///                            └───────────────────────────────────────────────────────────> Done
/// ```
///
/// # Errors
/// Those of the store, and where a document's folder is damaged or still arriving.
pub struct Discovery {
    pending: Pending,
    phase: Phase,
    codec: Arc<dyn Codec>,
    /// The folders that were not looked into yet, by name, the next one last.
    names: Vec<Name>,
    found: Vec<Found>,
}

enum Phase {
    Begin,
    Root(ListTicket),
    Folder { layout: Layout, name: Name, tickets: FolderTickets },
    Heads { document: DocumentId, tickets: HeadTickets },
    Over,
}

impl Discovery {
    /// Of the options, how many requests may run at once and the codec count.
    pub fn new(options: &SyncOptions) -> Discovery {
        Discovery {
            pending: Pending::new(options.concurrency),
            phase: Phase::Begin,
            codec: Arc::clone(&options.codec),
            names: Vec::new(),
            found: Vec::new(),
        }
    }
}

impl Machine for Discovery {
    type Output = Vec<Found>;

    fn next(&mut self) -> Step<Vec<Found>> {
        let advance = |machine: &mut Discovery| {
            let has_more = machine.advance()?;
            Ok((!has_more).then(|| std::mem::take(&mut machine.found)))
        };
        next_step(self, |machine| &mut machine.pending, advance)
    }

    fn answer(&mut self, id: RequestId, answer: Answer) {
        self.pending.answer(id, answer);
    }
}

impl Discovery {
    /// Whether there is more to do.
    fn advance(&mut self) -> Result<bool> {
        match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Begin => {
                self.phase = Phase::Root(self.pending.list(ROOT.to_owned()));
                Ok(true)
            }
            Phase::Root(ticket) => {
                let entries = self.pending.take_list(ticket)?;
                let folders = entries.into_iter().filter(|entry| entry.is_folder);
                for name in folders.filter_map(|entry| Name::parse(&entry.name)) {
                    let at = self.names.partition_point(|other| *other > name);
                    self.names.insert(at, name);
                }
                Ok(self.next_folder())
            }
            Phase::Folder { layout, name, tickets } => self.look_into(&layout, &name, tickets),
            Phase::Heads { document, tickets } => {
                let (heads, _) = take_heads(&mut self.pending, &document, &*self.codec, tickets);
                let clients = heads.into_iter().map(|(_, head)| FoundClient::of(head)).collect();
                self.found.push(Found { document, clients });
                Ok(self.next_folder())
            }
            Phase::Over => Err(Error::driver("it was asked for more after it was over")),
        }
    }

    fn next_folder(&mut self) -> bool {
        let Some(name) = self.names.pop() else {
            return false;
        };
        let layout = Layout::of(&name);
        let tickets = ask_folder(&mut self.pending, &layout);
        self.phase = Phase::Folder { layout, name, tickets };
        true
    }

    fn look_into(&mut self, layout: &Layout, name: &Name, tickets: FolderTickets) -> Result<bool> {
        let found = take_folder(&mut self.pending, layout, tickets)?;
        let Some(format) = found.format else {
            if found.listing.heads.is_empty() {
                return Ok(self.next_folder());
            }
            let reason = "it has no format.json; if a file synchroniser is at work, wait for it to \
                          end, and try again";
            return Err(Error::malformed(layout.root(), reason));
        };
        let document = format.document();
        if self.codec.document_name(document) != *name {
            let reason = format!("its format.json is of the document {document}");
            return Err(Error::malformed(layout.root(), reason));
        }
        let tickets = ask_heads(&mut self.pending, layout, &found.listing);
        self.phase = Phase::Heads { document: document.clone(), tickets };
        Ok(true)
    }
}
