//! Forgets what is known of a target that was emptied. Knows no store.

use crate::{
    record::{Target, TargetRecord},
    state::State,
};

impl State {
    /// Forgets all that is known of a target, as if it had never been used: for one that was emptied, and is to be filled
    /// anew.
    pub fn reset_target(&mut self, target: &Target) {
        if let Some(known) = self.record.target_mut(target.url()) {
            *known = TargetRecord::new(&known.target.clone());
            self.change();
        }
    }

    /// Whether this target was ever seen to hold the document.
    pub fn has_used(&self, target: &Target) -> bool {
        self.record.target(target.url()).is_some_and(|known| known.used)
    }
}
