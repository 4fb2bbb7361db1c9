//! Clients that nobody heard of for long: nothing is kept for them any more. Makes no request.

use minisync::{ClientId, Version};

use crate::engine::round::{Lent, SyncRound};

impl SyncRound {
    /// Forgets what clients are known to have that were not heard of for long. Should one come back, it is known again,
    /// and gets everything.
    pub(super) fn dismiss_silent(&mut self, lent: &mut Lent<'_>) {
        let known: Vec<(ClientId, Version)> =
            lent.document.clients().map(|(client, version)| (client.clone(), version)).collect();
        for (client, version) in known {
            if self.is_silent(&client, &version, lent) {
                lent.document.replica().dismiss(&client);
                self.touch();
            }
        }
    }

    /// Whether the last that was heard of a client is older than [`SyncOptions::silent_after`](crate::SyncOptions): its
    /// last new head in any target, and the latest write that it is known to have seen.
    pub(super) fn is_silent(&self, client: &ClientId, version: &Version, lent: &Lent<'_>) -> bool {
        let Some(after) = self.facts.options.silent_after else { return false };
        let after = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        let targets = lent.record.targets.iter().chain([&self.facts.known]);
        let heads =
            targets.flat_map(|target| target.seen.values()).filter(|seen| seen.head.client == *client);
        let seen = version.iter().map(|(_, stamp)| stamp.as_micros());
        let last = heads.map(|seen| seen.at).chain(seen).max().unwrap_or(0);
        self.facts.now.saturating_sub(last) > after
    }
}
