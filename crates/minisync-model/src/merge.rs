//! How a copy takes in a message: section 5 of `docs/algorithm.md`. Knows neither the sender's copy nor the
//! history, and no names but sessions.

use std::collections::BTreeSet;

use crate::{
    changes::{Changes, MapChanges, RegisterChanges},
    document::{List, Map, Register, Value},
    dot::Dot,
    message::{Message, MissingChanges},
    replica::Replica,
    rule::{Rule, Rules},
    version::Version,
};

impl Replica {
    /// The copy after the message.
    pub(crate) fn merged(&self, message: &Message, rules: Rules) -> Result<Replica, MissingChanges> {
        let (changes, mut merged) = message.read(self, rules)?;
        let (ours, theirs) = (merged.version, changes.version);
        let meeting = Meeting { ours, theirs, is_full: changes.since.is_none(), rules };
        meeting.map(&mut merged.document.map, &changes.map);
        meeting.list(&mut merged.document.list, &changes);
        merged.version = ours.joined(&theirs);
        if rules.hold(Rule::MergeJoinsHorizons) {
            merged.horizon = merged.horizon.joined(&changes.horizon);
        }
        if rules.hold(Rule::MergeDropsWithinHorizon) {
            let horizon = merged.horizon;
            merged.document.drop_tombstones(|dot| horizon.contains(dot));
        }
        Ok(merged)
    }
}

/// What the two had seen before they met.
struct Meeting {
    ours: Version,
    theirs: Version,
    is_full: bool,
    rules: Rules,
}

impl Meeting {
    fn map(&self, mine: &mut Map, theirs: &MapChanges) {
        let gone = RegisterChanges::gone();
        let own_keys = mine.entries.keys().copied().filter(|_| self.clears_entries());
        let keys: BTreeSet<_> = theirs.keys().copied().chain(own_keys).collect();
        for key in keys {
            let changes = theirs.get(&key).unwrap_or(&gone);
            self.register(mine.entries.entry(key).or_default(), changes);
        }
        mine.entries.retain(|_, register| !register.is_empty());
    }

    /// Rules 1 and 4. Rule 3 comes in as `RegisterChanges::gone`.
    fn register(&self, mine: &mut Register, theirs: &RegisterChanges) {
        if let Some(siblings) = &theirs.siblings {
            mine.retain(|dot, _| siblings.contains_key(dot) || self.outlives(*dot));
            for (dot, kind) in siblings {
                if !(self.ours.contains(*dot) && self.rules.hold(Rule::SeenSiblingsStayOut)) {
                    mine.entry(*dot).or_insert_with(|| kind.value());
                }
            }
        }
        for (dot, value) in mine {
            let Value::Map(map) = value else { continue };
            match theirs.below.get(dot) {
                Some(changes) => self.map(map, changes),
                None if self.clears_entries() && self.theirs.contains(*dot) => {
                    self.map(map, &MapChanges::new())
                }
                None => {}
            }
        }
    }

    /// Whether what the message does not mention is gone there, or was never there.
    fn clears_entries(&self) -> bool {
        self.is_full && self.rules.hold(Rule::SilenceClearsEntries)
    }

    /// Whether a sibling that only we have stays.
    fn outlives(&self, dot: Dot) -> bool {
        if self.theirs.contains(dot) {
            !self.rules.hold(Rule::ReplacedSiblingsGo)
        } else {
            self.rules.hold(Rule::UnseenSiblingsStay)
        }
    }

    /// Rules 2 and 3. Deletions that we have forgotten come in again, and go with the others within the horizon.
    fn list(&self, mine: &mut List, theirs: &Changes) {
        for (id, deletions) in &theirs.dead {
            self.bury(mine, *id, deletions);
        }
        if self.is_full {
            let kills = self.rules.hold(Rule::SilenceKillsElements);
            let died_there = |id| kills && !theirs.alive.contains_key(&id) && self.theirs.contains(id);
            mine.alive.retain(|id, _| !died_there(*id));
            for (id, deletions) in &mut mine.dead {
                let told = theirs.dead.get(id);
                deletions
                    .retain(|dot| told.is_some_and(|told| told.contains(dot)) || !self.theirs.contains(*dot));
            }
            mine.dead.retain(|_, deletions| !deletions.is_empty());
        }
        for (id, changes) in &theirs.alive {
            let died_here = self.ours.contains(*id) && self.rules.hold(Rule::SeenElementsStayOut);
            if mine.dead.contains_key(id) || died_here && !mine.alive.contains_key(id) {
                continue;
            }
            let element = mine.alive.entry(*id).or_default();
            self.register(&mut element.value, &changes.value);
            self.register(&mut element.position, &changes.position);
        }
    }

    fn bury(&self, mine: &mut List, id: Dot, deletions: &BTreeSet<Dot>) {
        if mine.alive.contains_key(&id) && !self.rules.hold(Rule::DeletionsKillElements) {
            return;
        }
        mine.alive.remove(&id);
        mine.dead.entry(id).or_default().extend(deletions);
    }
}
