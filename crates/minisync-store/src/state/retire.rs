//! Gives up a client that is gone for good. Knows no store: what it has published there is removed by
//! [`Retire`](crate::Retire).

use minisync::ClientId;

use crate::state::State;

impl State {
    /// Whether all is here that this client is known to have published.
    pub fn has_all_of(&self, client: &ClientId) -> bool {
        let version = self.document.version();
        let seen = self.record.targets.iter().flat_map(|target| target.seen.values());
        seen.filter(|seen| seen.head.client == *client).all(|seen| version.covers(&seen.head.version))
    }

    /// What this client has published counts as lost from here on: the next sync publishes what only it has.
    pub fn distrust(&mut self, client: &ClientId) {
        let seen = self.record.targets.iter_mut().flat_map(|target| target.seen.iter_mut());
        let of_client = seen.map(|(_, seen)| seen).filter(|seen| seen.head.client == *client);
        of_client.for_each(|seen| seen.whole = false);
        self.change();
    }

    /// Forgets a client: nothing is kept for it any more. Should it be heard of again, it is known again.
    pub fn forget_client(&mut self, client: &ClientId) {
        for target in &mut self.record.targets {
            let of_client = target.seen.iter().filter(|(_, seen)| seen.head.client == *client);
            let names: Vec<_> = of_client.map(|(name, _)| name.clone()).collect();
            names.iter().for_each(|name| drop(target.seen.remove(name)));
        }
        self.document.replica().dismiss(client);
        self.change();
    }
}
