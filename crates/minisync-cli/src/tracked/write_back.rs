//! Writes the document into FILE, with FILE's own layout. Knows no targets.
//!
//! The order of effects, each of which may be the last before a crash:
//!
//! ```text
//! 1  the state is saved              (by the caller: FILE never shows what the document could still forget)
//! 2  the draft is written beside FILE
//! 3  the journal announces it        which text replaces which
//! 4  draft and FILE are exchanged    in one step; what another program wrote in that moment is then in the draft
//! 5  the draft goes
//! 6  the journal confirms it         FILE and the document agree
//! ```
//!
//! After a crash between 3 and 6, [`super::open`] looks at the draft to find out whether 4 was done.

use super::{
    Tracked,
    agreement::{Agreement, Replacement},
    json_object::says_the_same,
};
use crate::{
    file::{Reading, Replaced},
    layout::rewrite,
    terminal::{Failure, Result},
};

/// What writing the document into FILE came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// FILE says the same already.
    Same,
    Changed,
    /// Another program wrote FILE meanwhile; it is to be taken in again.
    Overtaken,
}

impl Tracked<'_> {
    /// Writes the document into FILE, if FILE says anything else.
    ///
    /// # Errors
    /// Where FILE cannot be written. It is as it was then.
    pub(crate) fn write_back(&mut self) -> Result<Written> {
        if self.is_settled() {
            return Ok(Written::Same);
        }
        let text = self.document().to_json();
        let new = match &self.reading {
            Some(reading) => rewrite(reading.text(), &text).map(|text| reading.with_bom(text)),
            None => self.file_hint().lay_out(&text),
        };
        let new = Reading::new(new.map_err(|error| Failure::new(error.to_string()))?);
        let was = self.reading.as_ref().map(Reading::hash);
        if was == Some(new.hash()) {
            self.agreements.agree(&mut self.state, new.hash())?;
            return Ok(Written::Same);
        }
        let last = self.agreements.last(&self.state);
        if was.is_none() && last.is_some() {
            let named = self.source.named().display();
            self.screen.say(format_args!("{named}: it was gone, and is written again"));
        }
        let agreement = Agreement::after(last.as_ref(), new.hash(), self.document());
        self.put(new, agreement)
    }

    /// Puts a text in FILE's place, on which FILE and the document agree.
    pub(super) fn put(&mut self, new: Reading, agreement: Agreement) -> Result<Written> {
        let before = self.reading.as_ref().map(Reading::hash);
        let Tracked { source, agreements, reading, .. } = self;
        let journal = &mut agreements.journal;
        let replacement = Replacement { agreement, before };
        match source.replace(reading.as_ref(), new.bytes(), || journal.announce(replacement)) {
            Ok(Replaced::Yes) => {}
            Ok(Replaced::Overtaken) => {
                journal.withdraw()?;
                source.discard_draft()?;
                return Ok(Written::Overtaken);
            }
            Err(failure) => {
                // Where this fails too, the draft stays, and the next run sees how far this one came.
                let _ = journal.withdraw().and_then(|()| source.discard_draft());
                return Err(failure);
            }
        }
        journal.confirm()?;
        self.note_layout(&new);
        self.reading = Some(new);
        Ok(Written::Changed)
    }

    /// Whether [`Tracked::write_back`] would change FILE.
    pub(crate) fn would_write(&self) -> bool {
        let text = self.document().to_json();
        !self.is_settled()
            && !self.reading.as_ref().is_some_and(|reading| says_the_same(reading.text(), &text))
    }

    /// Whether FILE, as it was read, and the document agree.
    fn is_settled(&self) -> bool {
        let agreement = self.agreements.last(&self.state);
        agreement.zip(self.reading.as_ref()).is_some_and(|(agreement, reading)| {
            agreement.text == reading.hash() && agreement.version == self.document().version()
        })
    }
}
