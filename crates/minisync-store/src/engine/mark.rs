//! Writes the mark of a document's folder, as a machine. Knows no document.

use minisync::DocumentId;

use crate::{
    engine::{
        Machine, SyncOptions,
        pending::{ChangeTicket, Pending},
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
}

impl Mark {
    fn finish(&mut self) -> Result<()> {
        let ticket = self.writing.take();
        let ticket = ticket.ok_or_else(|| Error::driver("it was asked for more after it was over"))?;
        self.pending.take_change(ticket).map_err(Error::from)
    }
}

impl Machine for Mark {
    type Output = ();

    fn next(&mut self) -> Step<()> {
        loop {
            if let Some(step) = self.pending.step() {
                return step;
            }
            if let Some((path, bytes)) = self.file.take() {
                self.writing = Some(self.pending.write(path, bytes));
                continue;
            }
            return Step::Done(self.finish());
        }
    }

    fn answer(&mut self, id: RequestId, answer: Answer) {
        self.pending.answer(id, answer);
    }
}
