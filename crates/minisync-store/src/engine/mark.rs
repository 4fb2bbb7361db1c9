//! Writes the mark of a document's folder, as a machine. Knows no document.

use minisync::DocumentId;

use crate::{
    engine::{
        Machine, SyncOptions,
        pending::{ChangeTicket, Pending, next_step},
    },
    errors::{Error, Result},
    files::FormatFile,
    names::Layout,
    requests::{Answer, RequestId, Step},
};

/// Writes `format.json`, which marks a folder as this document's, as a machine. Only for a folder that is proven to be,
/// or that is to be filled anew.
///
/// # Errors
/// Those of the store.
pub struct Mark {
    pending: Pending,
    writing: Option<ChangeTicket>,
    file: Option<(String, Vec<u8>)>,
}

impl Mark {
    /// Of the options, the codec counts.
    pub fn new(document: &DocumentId, options: &SyncOptions) -> Mark {
        let layout = Layout::of(&options.codec.document_name(document));
        let bytes = FormatFile::new(document).to_json().into_bytes();
        Mark { pending: Pending::new(1), writing: None, file: Some((layout.format(), bytes)) }
    }

    /// Asks for the file to be written; once it is, all is done.
    fn advance(&mut self) -> Result<Option<()>> {
        if let Some((path, bytes)) = self.file.take() {
            self.writing = Some(self.pending.write(path, bytes));
            return Ok(None);
        }
        let ticket = self.writing.take();
        let ticket = ticket.ok_or_else(|| Error::driver("it was asked for more after it was over"))?;
        self.pending.take_change(ticket)?;
        Ok(Some(()))
    }
}

impl Machine for Mark {
    type Output = ();

    fn next(&mut self) -> Step<()> {
        next_step(self, |machine| &mut machine.pending, Mark::advance)
    }

    fn answer(&mut self, id: RequestId, answer: Answer) {
        self.pending.answer(id, answer);
    }
}
