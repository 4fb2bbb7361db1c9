//! Asks for a document's heads, for those who have no copy of it yet: finding and joining. Knows no document.

use minisync::DocumentId;

use crate::{
    engine::{
        Skipped,
        decode::read_head,
        pending::{ListTicket, Pending, ReadTicket},
    },
    errors::{Error, Result},
    files::{Codec, FormatFile, Head},
    names::{Layout, Name},
    plan::HeadListing,
};

/// What was asked of a document's folder at first: its mark, and which heads there are.
#[derive(Debug)]
pub(super) struct FolderTickets {
    format: ReadTicket,
    heads: ListTicket,
}

/// What is in a document's folder.
#[derive(Debug)]
pub(super) struct FolderFound {
    /// None where it is certainly not marked.
    pub(super) format: Option<FormatFile>,
    pub(super) listing: HeadListing,
}

pub(super) fn ask_folder(pending: &mut Pending, layout: &Layout) -> FolderTickets {
    FolderTickets { heads: pending.list(layout.heads()), format: pending.read(layout.format()) }
}

pub(super) fn take_folder(
    pending: &mut Pending,
    layout: &Layout,
    tickets: FolderTickets,
) -> Result<FolderFound> {
    let listing = HeadListing::of(pending.take_list(tickets.heads)?);
    let format = match pending.take_read(tickets.format) {
        Ok(bytes) => Some(FormatFile::parse(&bytes, &layout.format())?),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error.into()),
    };
    Ok(FolderFound { format, listing })
}

/// Heads that are on their way, by name.
#[derive(Debug)]
pub(super) struct HeadTickets(Vec<(Name, String, ReadTicket)>);

pub(super) fn ask_heads(pending: &mut Pending, layout: &Layout, listing: &HeadListing) -> HeadTickets {
    let read = |name: &Name| {
        let path = layout.head(name);
        let head = pending.read(path.clone());
        (name.clone(), path, head)
    };
    HeadTickets(listing.heads.names().map(read).collect())
}

/// The heads that can be read, by name, and the others.
pub(super) fn take_heads(
    pending: &mut Pending,
    document: &DocumentId,
    codec: &dyn Codec,
    tickets: HeadTickets,
) -> (Vec<(Name, Head)>, Vec<Skipped>) {
    let (mut heads, mut skipped) = (Vec::new(), Vec::new());
    for (name, path, ticket) in tickets.0 {
        let bytes = pending.take_read(ticket).map_err(Error::from);
        let head = bytes.and_then(|bytes| read_head(document, &name, &path, bytes, codec));
        let reason = match head {
            Ok(head) if codec.client_name(&head.client) == name => {
                heads.push((name, head));
                continue;
            }
            Ok(head) => format!("{path} is of {}", head.client),
            Err(error) => error.to_string(),
        };
        skipped.push(Skipped { client: name.to_string(), reason });
    }
    (heads, skipped)
}
