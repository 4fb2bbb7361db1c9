//! Looks through all that a store holds of a document, as a machine, and judges each file. Writes nothing.

use std::{collections::VecDeque, sync::Arc};

use minisync::{ClientId, DocumentId, Version};

use crate::{
    engine::{
        Machine, Skipped, SyncOptions,
        decode::read_data_file,
        pending::{ListTicket, Pending, ReadTicket, next_step},
        survey::{HeadTickets, ask_heads, take_heads},
    },
    errors::Result,
    files::{Codec, FormatFile, Head},
    names::{DataName, Layout, Name},
    plan::HeadListing,
    requests::{Answer, Entry, RequestId, Step},
};

/// What a store holds of a document, and in which condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The folder's mark, `format.json`.
    pub mark: FolderMark,
    /// The clients whose heads can be read, by name.
    pub clients: Vec<InspectedClient>,
    /// Heads that cannot be read: whose, by their names, and why.
    pub unreadable: Vec<Skipped>,
    /// Conflict copies of heads, by their file names: a file synchroniser met two writers of one head.
    pub conflict_copies: Vec<String>,
    /// Data files that no head names.
    pub unnamed: Vec<UnnamedFile>,
}

/// In which condition `format.json` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderMark {
    /// It is there, and of this document.
    Whole,
    /// It is not there.
    Missing,
    /// It cannot be read, for this reason.
    Broken(String),
    /// It is of this other document.
    Foreign(DocumentId),
}

/// A client, and in which condition its files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedClient {
    /// Its id.
    pub client: ClientId,
    /// What people call it.
    pub label: String,
    /// What its files hold; empty where it has none.
    pub version: Version,
    /// How many of its files are whole.
    pub whole: usize,
    /// What is wrong with the others.
    pub damaged: Vec<String>,
}

/// A data file that no head names: left by a crash, or on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnnamedFile {
    /// Its file name.
    pub name: String,
    /// In bytes.
    pub size: u64,
}

impl Inspection {
    /// Whether the folder is certainly this document's, whatever became of its mark: somebody's head is, and a data file
    /// that it names is whole.
    pub fn is_proven(&self) -> bool {
        self.clients.iter().any(|client| client.whole > 0)
    }

    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.mark == FolderMark::Missing
            && self.clients.is_empty()
            && self.unreadable.is_empty()
            && self.unnamed.is_empty()
    }
}

/// Looks through all that a store holds of a document: every head and every data file is read. It is driven as a
/// [`SyncRound`](crate::SyncRound) is, but needs no document, and never saves.
///
/// ```text
///  Begin ─list head/, data/, read format.json─> Folder ─read heads─> Heads ─read files─> Files ─> Done
///                                                                              ^ the next client ┘
/// ```
///
/// # Errors
/// Those of the store.
pub struct Inspect {
    pending: Pending,
    phase: Phase,
    document: DocumentId,
    codec: Arc<dyn Codec>,
    layout: Layout,
    /// The heads whose files were not read yet.
    waiting: VecDeque<Head>,
    data: Vec<Entry>,
    named: Vec<DataName>,
    found: Inspection,
}

enum Phase {
    Begin,
    Folder { heads: ListTicket, data: ListTicket, format: ReadTicket },
    Heads(HeadTickets),
    Files(Box<Head>, Vec<ReadTicket>),
    Over,
}

impl Inspect {
    /// Of the options, how many requests may run at once and the codec count.
    pub fn new(document: &DocumentId, options: &SyncOptions) -> Inspect {
        Inspect {
            pending: Pending::new(options.concurrency),
            phase: Phase::Begin,
            document: document.clone(),
            codec: Arc::clone(&options.codec),
            layout: Layout::of(&options.codec.document_name(document)),
            waiting: VecDeque::new(),
            data: Vec::new(),
            named: Vec::new(),
            found: Inspection {
                mark: FolderMark::Missing,
                clients: Vec::new(),
                unreadable: Vec::new(),
                conflict_copies: Vec::new(),
                unnamed: Vec::new(),
            },
        }
    }

    /// What was found, once all was looked at.
    fn advance(&mut self) -> Result<Option<Inspection>> {
        match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Begin => {
                self.phase = Phase::Folder {
                    heads: self.pending.list(self.layout.heads()),
                    data: self.pending.list(self.layout.data()),
                    format: self.pending.read(self.layout.format()),
                };
            }
            Phase::Folder { heads, data, format } => {
                let listing = HeadListing::of(self.pending.take_list(heads)?);
                self.data = self.pending.take_list(data)?;
                self.found.mark = self.read_mark(format)?;
                self.phase = Phase::Heads(ask_heads(&mut self.pending, &self.layout, &listing));
                self.found.conflict_copies = listing.conflict_copies;
            }
            Phase::Heads(tickets) => {
                let (heads, unreadable) =
                    take_heads(&mut self.pending, &self.document, &*self.codec, tickets);
                self.found.unreadable = unreadable;
                for (name, head) in heads {
                    self.take_head(&name, head);
                }
                self.read_files();
            }
            Phase::Files(head, tickets) => {
                self.judge(*head, tickets);
                self.read_files();
            }
            Phase::Over => return Ok(Some(self.finish())),
        }
        Ok(None)
    }

    fn read_mark(&mut self, format: ReadTicket) -> Result<FolderMark> {
        let bytes = match self.pending.take_read(format) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_found() => return Ok(FolderMark::Missing),
            Err(error) => return Err(error.into()),
        };
        match FormatFile::parse(&bytes, &self.layout.format()) {
            Ok(format) if *format.document() == self.document => Ok(FolderMark::Whole),
            Ok(format) => Ok(FolderMark::Foreign(format.document().clone())),
            Err(error) if error.is_malformed() => Ok(FolderMark::Broken(error.to_string())),
            Err(error) => Err(error),
        }
    }

    fn take_head(&mut self, name: &Name, head: Head) {
        if head.document == self.document {
            self.named.extend(head.files.iter().map(|file| file.name.clone()));
            self.waiting.push_back(head);
        } else {
            let reason = format!("{} is of the document {}", self.layout.head(name), head.document);
            self.found.unreadable.push(Skipped { client: name.to_string(), reason });
        }
    }

    /// Of one client at a time, so that no more than its files are in memory.
    fn read_files(&mut self) {
        if let Some(head) = self.waiting.pop_front() {
            let files = head.files.iter();
            let (pending, layout) = (&mut self.pending, &self.layout);
            let tickets =
                files.map(|file| pending.read_at_most(layout.data_file(&file.name), file.length)).collect();
            self.phase = Phase::Files(Box::new(head), tickets);
        }
    }

    fn judge(&mut self, head: Head, tickets: Vec<ReadTicket>) {
        let (mut whole, mut damaged) = (0, Vec::new());
        for (file, ticket) in head.files.iter().zip(tickets) {
            match read_data_file(&head, file, self.pending.take_read(ticket), &*self.codec) {
                Ok(_) => whole += 1,
                Err(unusable) => damaged.push(unusable.reason),
            }
        }
        let version = head.data_version().cloned().unwrap_or_default();
        let Head { client, label, .. } = head;
        self.found.clients.push(InspectedClient { client, label, version, whole, damaged });
    }

    fn finish(&mut self) -> Inspection {
        let named = std::mem::take(&mut self.named);
        let is_unnamed =
            |entry: &Entry| entry.name.parse::<DataName>().is_ok_and(|name| !named.contains(&name));
        let unnamed = self.data.drain(..).filter(is_unnamed);
        let mut found = self.found.clone();
        found.unnamed = unnamed.map(|entry| UnnamedFile { name: entry.name, size: entry.size }).collect();
        found.unnamed.sort_by(|one, other| one.name.cmp(&other.name));
        found
    }
}

impl Machine for Inspect {
    type Output = Inspection;

    fn next(&mut self) -> Step<Inspection> {
        next_step(self, |machine| &mut machine.pending, Inspect::advance)
    }

    fn answer(&mut self, id: RequestId, answer: Answer) {
        self.pending.answer(id, answer);
    }
}
