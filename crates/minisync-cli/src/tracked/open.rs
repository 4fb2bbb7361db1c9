//! Opens a FILE's state, and finishes what a crash interrupted. Knows no targets.

use std::{path::Path, sync::Arc, time::Duration};

use minisync::SystemClock;
use minisync_store::{Opened, State, StatePlace};

use super::{
    Tracked, Untracked,
    agreement::{Agreement, Agreements},
};
use crate::{
    file::{Reading, Source, read},
    terminal::{Result, Screen},
};

/// How long another process may have the state before we give up.
const PATIENCE: Duration = Duration::from_secs(10);

#[expect(clippy::large_enum_variant, reason = "there is one in a run, and it is taken apart at once")]
pub(crate) enum Found<'s> {
    Tracked(Tracked<'s>),
    Untracked(Untracked<'s>),
}

/// Opens the state of `file`, and finishes what a crash interrupted.
///
/// # Errors
/// Where another process has it, or it cannot be read or made.
pub(crate) fn open<'s>(file: &Path, screen: &'s Screen) -> Result<Found<'s>> {
    let source = Source::new(file)?;
    let place = StatePlace::beside(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let (opened, warnings) = State::open(&place, Arc::new(SystemClock), PATIENCE)?;
    for warning in &warnings {
        screen.warn(format!("{}: {warning}", file.display()));
    }
    // After the state, whose lock covers these files too.
    let agreements = Agreements::open(&place, &name, screen)?;
    match opened {
        Opened::Tracked(state) => {
            let mut tracked = Tracked { source, state, agreements, reading: None, older: None, screen };
            tracked.finish_writing()?;
            tracked.renewed_at_opening()?;
            Ok(Found::Tracked(tracked))
        }
        Opened::Untracked(new_state) => {
            let damaged = !warnings.is_empty();
            Ok(Found::Untracked(Untracked { source, damaged, new_state, agreements, screen }))
        }
    }
}

impl Tracked<'_> {
    /// Finds out how far the run before came with replacing FILE, and brings the journal up to that.
    ///
    /// Where the system exchanges two files in one step, the draft's name holds the new text before that step and
    /// the old one after it. So the draft alone tells on which side of it the run ended.
    fn finish_writing(&mut self) -> Result<()> {
        let Some(pending) = self.agreements.journal.pending().cloned() else {
            // At most, a draft was begun; nothing depends on it.
            return self.source.discard_draft();
        };
        let draft = read(&self.source.draft())?;
        let was_replaced = match draft.as_ref().map(Reading::hash) {
            // The draft goes away last, or it took FILE's name where files cannot be exchanged.
            None => true,
            // Not exchanged yet: FILE is as the run found it, or as somebody wrote it since.
            Some(draft) if draft == pending.agreement.text => false,
            // Exchanged: under the draft's name is what FILE held before.
            Some(draft) if Some(draft) == pending.before => true,
            // Exchanged, but against what another program wrote in that very moment, which must come back.
            Some(_) => {
                let file = self.source.read()?;
                let ours = file.is_some_and(|file| file.hash() == pending.agreement.text);
                match &draft {
                    // And FILE was written once more since: its text stays, and the other is kept aside.
                    Some(draft) if !ours => drop(self.source.keep_copy(draft)?),
                    _ => self.source.restore_draft()?,
                }
                !ours
            }
        };
        if was_replaced {
            self.agreements.journal.confirm()?
        } else {
            self.agreements.journal.withdraw()?
        }
        self.source.discard_draft()
    }

    /// The state was copied here: FILE agrees with the document as far as it did where it came from.
    fn renewed_at_opening(&mut self) -> Result<()> {
        if self.document().renewal().is_none() {
            return Ok(());
        }
        let last = self.agreements.last(&self.state);
        if let Some(last) = last.filter(|last| last.version == self.document().version()) {
            let agreement = Agreement::after(Some(&last), last.text, self.document());
            self.agreements.note(&mut self.state, &agreement)?;
        }
        self.save()
    }
}
