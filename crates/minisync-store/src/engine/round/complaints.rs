//! Files that are not there, or damaged: who misses them says so in his head, and whoever has the content publishes it
//! anew. Makes no request.
//!
//! ```text
//!  reader   cannot have a file    (late: a second time)   ──> head: "missing": [file]
//!  owner    reads that head                               ──> publishes all anew
//!  others   read that head, a second time                 ──> publish what they have of it
//!  reader   the owner's head names the file no more       ──> head: "missing": []
//! ```

use crate::{
    engine::{decode::Fault, round::SyncRound},
    names::{DataName, NameSet},
};

/// The most files that a head complains of. Where there are more, one repair shows the rest.
const MOST: usize = 32;

impl SyncRound {
    /// After fetching: what the own head is to complain of.
    pub(super) fn note_complaints(&mut self) {
        let facts = &mut self.facts;
        let heads = || facts.known.seen.values().map(|seen| &seen.head);
        let is_named = |name: &DataName| heads().any(|head| head.files.iter().any(|file| file.name == *name));
        // A complaint stands until the file is had, or its owner names it no more.
        let mut complaints: Vec<DataName> = facts
            .known
            .complaints
            .iter()
            .filter(|name| is_named(name) && !facts.fetched.contains(name))
            .cloned()
            .collect();
        let mut late = Vec::new();
        for (name, fault) in std::mem::take(&mut facts.unusable) {
            let is_certain = match fault {
                Fault::Damaged => true,
                // What a file synchroniser carries around is often late by a round: that is no reason to send
                // everything again.
                Fault::Late => facts.known.late.contains(&name),
                Fault::Unknown => continue,
            };
            if !is_certain {
                late.push(name);
            } else if let Err(at) = complaints.binary_search(&name) {
                complaints.insert(at, name);
            }
        }
        complaints.truncate(MOST);
        facts.known.complaints = complaints;
        facts.known.late = late;
    }

    /// After reading heads: what others complain of.
    pub(super) fn heed_complaints(&mut self) {
        let facts = &mut self.facts;
        let own = facts.known.published(&facts.client).map(|own| &own.head);
        let is_own =
            |name: &DataName| own.is_some_and(|head| head.files.iter().any(|file| file.name == *name));
        let mut is_own_missing = false;
        let mut accused = NameSet::default();
        for name in facts.known.seen.values().flat_map(|seen| &seen.head.missing) {
            is_own_missing |= is_own(name);
            let other = facts.known.seen.get(name.client());
            // Of a file that its owner names no more, nobody complains for long.
            if other.is_some_and(|seen| seen.head.files.iter().any(|file| file.name == *name)) {
                accused.extend([name.client()].into_iter());
            }
        }
        // The owner goes first, so that not everybody sends the same at once.
        let before = std::mem::take(&mut facts.known.accused);
        let mut distrusted = NameSet::default();
        distrusted.extend(accused.names().filter(|name| before.contains(name)));
        facts.known.accused = accused;
        facts.known.distrusted = distrusted;
        if is_own_missing {
            facts.known.set_published(None, facts.now);
            self.warn(
                "others miss files of this copy, or found them damaged; everything is sent again".to_owned(),
            );
        }
    }

    /// Whether somebody is accused whose owner has had no time to mend it: then the next round has to look again.
    pub(super) fn is_somebody_accused(&self) -> bool {
        !self.facts.known.accused.is_subset(&self.facts.known.distrusted)
    }
}
