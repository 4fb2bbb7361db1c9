//! The end of a round: what is remembered of it, and the last save. Makes no request to the store.

use crate::{
    engine::{
        pending::SaveTicket,
        round::{Lent, Phase, SyncRound, Touched},
    },
    errors::{Error, Result},
    record::{Listed, TargetRecord},
};

#[derive(Debug)]
pub(super) struct SavingRecord {
    save: SaveTicket,
}

impl SyncRound {
    /// Ends a round in which nothing had changed. It is not worth a save.
    pub(super) fn rest(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        let facts = &mut self.facts;
        facts.known.quiet = facts.known.quiet.saturating_add(1);
        facts.known.last_reached = Some(facts.now);
        facts.known.listing = Some(facts.listing.heads.clone());
        self.hand_over(lent)?;
        Ok(Phase::Over)
    }

    /// Ends a round in which something had.
    pub(super) fn finish(&mut self, lent: &mut Lent<'_>) -> Result<Phase> {
        let is_settled =
            self.report.skipped.is_empty() && !self.facts.is_renewed && !self.is_somebody_accused();
        let facts = &mut self.facts;
        facts.known.last_reached = Some(facts.now);
        facts.known.quiet = 0;
        if facts.due {
            facts.known.read_at = Some(facts.now);
        }
        let mut heads = std::mem::take(&mut facts.listing.heads);
        if let Some(own) = facts.known.published(&facts.client) {
            // The listing is older than what was written in this round, which has another size.
            let written = Listed { size: own.length, etag: None };
            let listed = heads.remove(&facts.name).filter(|listed| written.matches(listed));
            heads.insert(facts.name.clone(), listed.unwrap_or(written));
        }
        // What is not settled has to be looked at again, even if the listing stays as it is.
        facts.known.listing = is_settled.then_some(heads);
        self.hand_over(lent)?;
        if !self.unsaved || self.facts.options.dry_run {
            return Ok(Phase::Over);
        }
        let save = self.save_request();
        Ok(Phase::SavingRecord(SavingRecord { save }))
    }

    pub(super) fn record_saved(&mut self, phase: SavingRecord) -> Result<Phase> {
        self.pending.take_save(phase.save)?;
        Ok(Phase::Over)
    }

    /// Hands over what is known of the target, and asks for a save.
    pub(super) fn save(&mut self, lent: &mut Lent<'_>) -> Result<SaveTicket> {
        self.hand_over(lent)?;
        Ok(self.save_request())
    }

    fn save_request(&mut self) -> SaveTicket {
        self.unsaved = false;
        self.pending.save()
    }

    fn hand_over(&mut self, lent: &mut Lent<'_>) -> Result<()> {
        let known = &self.facts.known;
        let Some(record) = lent.record.target_mut(self.facts.target.url()) else {
            return Err(Error::target_removed(self.facts.target.url()));
        };
        // The target itself is the user's: he may have begun to write to one that was only read.
        let mut new = TargetRecord { target: record.target.clone(), ..known.clone() };
        if record.target != known.target {
            new.listing = None;
        }
        let is_news = record.without_times() != new.without_times();
        *record = new;
        if is_news {
            self.touch();
        } else {
            self.touched = self.touched.max(Some(Touched::Times));
        }
        Ok(())
    }
}
