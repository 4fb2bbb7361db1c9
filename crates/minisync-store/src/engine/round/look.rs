//! The first look: what is listed, whether anything changed, and whether it is the folder that it was. Writes nothing.

use crate::{
    engine::{
        pending::{ListTicket, ReadTicket},
        round::{Lent, Phase, SyncRound},
    },
    errors::{Error, Result},
    files::FormatFile,
    plan::{self, HeadListing, Publication},
    record::Added,
};

#[derive(Debug)]
pub(super) struct Listing {
    heads: ListTicket,
}

#[derive(Debug)]
pub(super) struct Folder {
    path: String,
    format: ReadTicket,
}

impl SyncRound {
    pub(super) fn begin(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        match lent.record.add_target(&self.facts.target) {
            Added::New | Added::Writable => self.touch(),
            Added::Known => {}
        }
        self.follow_renewal(lent);
        self.facts.is_renewed = false;
        if let Some(known) = lent.record.target(self.facts.target.url()) {
            self.facts.known = known.clone();
        }
        let heads = self.pending.list(self.facts.layout.heads());
        Ok(Phase::Listing(Listing { heads }))
    }

    pub(super) fn listed(&mut self, phase: Listing, lent: &mut Lent<'_>) -> Result<Phase> {
        let listing = HeadListing::of(self.pending.take_list(phase.heads)?);
        for copy in &listing.conflict_copies {
            self.warn(format!(
                "{}/{copy} is a conflict copy, but each head has one writer: perhaps a copy of this \
                 document was cloned with its .minisync folder; delete the file once that is settled",
                self.facts.layout.heads()
            ));
        }
        let reread_after = u64::try_from(self.facts.options.reread_after.as_micros()).unwrap_or(u64::MAX);
        self.facts.due = plan::is_due(&self.facts.known, self.facts.now, reread_after);
        let is_settled =
            plan::is_unchanged(&self.facts.known, &listing) && self.publication(lent) == Publication::Nothing;
        self.facts.listing = listing;
        if is_settled && !self.facts.due && !self.facts.options.resend {
            return self.rest(lent);
        }
        let path = self.facts.layout.format();
        let format = self.pending.read(path.clone());
        Ok(Phase::Folder(Folder { path, format }))
    }

    /// Makes sure that this is the folder that it was: an empty mount must not pass for an empty folder.
    pub(super) fn folder_read(&mut self, phase: Folder, lent: &mut Lent<'_>) -> Result<Phase> {
        let Folder { path, format } = phase;
        let found = match self.pending.take_read(format) {
            Ok(bytes) => Some(FormatFile::parse(&bytes, &path)),
            // Certain, so it may be a new folder. Every other error means unknown, and ends the round.
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error.into()),
        };
        let is_empty = self.facts.listing.heads.is_empty();
        let was_used = self.facts.known.used;
        let document = lent.document.id();
        match found {
            Some(Ok(format)) if format.document() == document => self.facts.known.used = true,
            Some(Ok(format)) => {
                let reason = format!("{path} is of the document {}", format.document());
                return Err(Error::wrong_folder(reason));
            }
            // Whoever began to write it was cut short: it is written again, with the same bytes.
            Some(Err(error)) if error.is_malformed() && is_empty && !was_used => {
                self.facts.is_new_folder = true
            }
            // Where it is broken or gone, the own head may still prove that this is the folder.
            Some(Err(error)) if error.is_malformed() && self.has_own_head() => {
                self.facts.format_fault = Some(error)
            }
            None if was_used && self.has_own_head() => {
                self.facts.format_fault = Some(Error::wrong_folder(format!("there is no {path}")));
            }
            Some(Err(error)) => return Err(error),
            None if was_used => return Err(Error::wrong_folder(format!("there is no {path}"))),
            None if !is_empty => {
                return Err(Error::malformed(
                    self.facts.layout.root(),
                    "there is no format.json; if a file synchroniser is at work, wait for it to end, and \
                     sync again",
                ));
            }
            None if self.facts.is_read_only() => {
                return Err(Error::no_document(document.as_str(), format!("there is no {path}")));
            }
            None => self.facts.is_new_folder = true,
        }
        self.check_own_head(lent)
    }

    /// Whether an own head is listed where one was published, and where one may be written.
    fn has_own_head(&self) -> bool {
        let facts = &self.facts;
        let is_listed = facts.listing.heads.contains(&facts.name);
        !facts.is_read_only() && is_listed && facts.known.published(&facts.client).is_some()
    }
}
