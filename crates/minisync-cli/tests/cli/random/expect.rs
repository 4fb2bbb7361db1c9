//! What must be in FILE in the end, and what must not. Knows what was edited where, and which edits went away with
//! a folder that was replaced.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Every text that was written is written once, so that it can be found again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expectations {
    tokens: BTreeMap<String, Token>,
    /// Somebody was told that items may appear twice.
    pub(crate) twice_was_said: bool,
    /// A state was put back under a newer FILE: what others deleted meanwhile may come back as FILE's.
    pub(crate) may_come_back: bool,
}

#[derive(Debug, Clone, Default)]
struct Token {
    /// The devices that have it and have not synced since.
    added: BTreeSet<usize>,
    added_for_all: bool,
    /// The devices that removed it and have not synced since.
    removed: BTreeSet<usize>,
    removed_for_all: bool,
    /// A folder that was replaced had removed it, so that nobody can say.
    either: bool,
    /// Two folders had it unshared, so each hands out its own.
    copied: bool,
}

/// What a device has not shared yet, to go with a copy of its folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unshared {
    added: Vec<String>,
    removed: Vec<String>,
}

impl Expectations {
    pub(crate) fn add(&mut self, device: usize, token: &str) {
        self.tokens.entry(token.to_owned()).or_default().added.insert(device);
    }

    pub(crate) fn remove(&mut self, device: usize, token: &str) {
        let token = self.tokens.entry(token.to_owned()).or_default();
        token.removed.insert(device);
        // A copy of the folder may have it too, as something of its own.
        token.either |= token.added.contains(&device);
    }

    /// The device synced, and the store was there.
    pub(crate) fn shared(&mut self, device: usize) {
        for token in self.tokens.values_mut() {
            token.added_for_all |= token.added.remove(&device);
            token.removed_for_all |= token.removed.remove(&device);
        }
    }

    pub(crate) fn unshared(&self, device: usize) -> Unshared {
        let of = |which: fn(&Token) -> &BTreeSet<usize>| {
            let held = self.tokens.iter().filter(|(_, token)| which(token).contains(&device));
            held.map(|(name, _)| name.clone()).collect()
        };
        Unshared { added: of(|token| &token.added), removed: of(|token| &token.removed) }
    }

    /// The device's folder was replaced by one that had this.
    pub(crate) fn replaced(&mut self, device: usize, by: &Unshared) {
        for token in self.tokens.values_mut() {
            token.added.remove(&device);
            token.either |= token.removed.remove(&device);
        }
        self.also(device, by);
    }

    /// The device's folder is a copy of one that had this.
    pub(crate) fn also(&mut self, device: usize, of: &Unshared) {
        for name in &of.added {
            let token = self.tokens.entry(name.clone()).or_default();
            // What went to everybody and was removed there, is here as if it had never gone.
            token.either |= token.removed_for_all;
            token.added.insert(device);
            token.copied |= token.added.len() > 1;
        }
        for name in &of.removed {
            self.tokens.entry(name.clone()).or_default().removed.insert(device);
        }
    }

    /// The device's state was replaced by one that knows less, under a FILE that stays.
    pub(crate) fn state_replaced(&mut self) {
        self.may_come_back = true;
        self.twice_was_said = true;
    }

    pub(crate) fn judge(&self, file: &Value, kept: &[String]) -> Result<(), String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for item in file["list"].as_array().ok_or("the list is gone")? {
            *counts.entry(item["id"].as_str().ok_or("an item has no id")?).or_default() += 1;
        }
        for key in file["keys"].as_object().ok_or("the keys are gone")?.keys() {
            *counts.entry(key).or_default() += 1;
        }
        let mut problems = Vec::new();
        for (name, token) in &self.tokens {
            let count = counts.get(name.as_str()).copied().unwrap_or_default();
            let is_kept = kept.iter().any(|text| text.contains(&format!("\"{name}\"")));
            let must_be = token.added_for_all && !token.removed_for_all && !token.either;
            if must_be && count == 0 && !is_kept {
                problems.push(format!("{name} is lost"));
            }
            let must_not_be = token.removed_for_all && !token.either && !token.copied && !self.may_come_back;
            if must_not_be && count > 0 {
                problems.push(format!("{name} was removed and is back"));
            }
            if count > 1 && !self.twice_was_said {
                problems.push(format!("{name} is there {count} times, and nobody was told"));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
    }
}
