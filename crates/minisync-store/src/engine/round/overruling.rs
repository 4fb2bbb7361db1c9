//! What this copy wrote is published as it was before a merge, where that merge overruled something. Makes no request.
//!
//! Bob deletes what Ann edits meanwhile. If he publishes the deletion in a change set that says that he has seen her
//! edit, as he has by then, it looks to everybody as if he had deleted what he knew: she would never be told that her
//! edit is lost. So it goes out in a change set that was made before the merge. At any other time that would only make the
//! next change set longer, by all that came with the merge.

use std::cmp::Ordering;

use minisync::{Patches, Version};

use crate::{
    engine::round::{Lent, SyncRound},
    files::Head,
    plan::{Content, Publication},
};

impl SyncRound {
    /// To be called before anything is merged.
    pub(super) fn keep_unpublished(&mut self, lent: &mut Lent<'_>) {
        if self.facts.unpublished.is_some() || !self.report.received.is_empty() || self.facts.options.dry_run
        {
            return;
        }
        self.facts.unpublished = match self.publication(lent) {
            // A snapshot of a document that nobody has is no news to anybody.
            Publication::Snapshot => Some(self.snapshot(lent)),
            Publication::Delta(since) => Some(self.delta(&since, lent)),
            Publication::Head | Publication::Nothing => None,
        };
    }

    /// What was to be published before the merge, if the merge overruled something, and if others' files there hold
    /// the rest.
    pub(super) fn before_overruling(&mut self, lent: &Lent<'_>) -> Option<Content> {
        let content = self.facts.unpublished.take()?;
        let mut patches = self.report.received.iter().flat_map(|received| &received.patches);
        if patches.all(|patches: &Patches| patches.overruled().is_empty()) {
            return None;
        }
        let known = &self.facts.known;
        let own = known.published(&self.facts.client).map(|own| &own.head);
        // Lines may have other names after the merge, so the document has to compare.
        let is_last = |since: &Version| {
            let last = own.and_then(Head::data_version);
            last.is_some_and(|last| lent.document.compare(last, since) == Some(Ordering::Equal))
        };
        let is_next = content.since.as_ref().is_none_or(is_last);
        let there = known.covered(&self.facts.client);
        let is_held = lent.document.is_held_by(there.into_iter().chain([&content.version]));
        (is_next && is_held).then_some(content)
    }
}
