//! What a state knows of its targets and of the other copies, for people. Changes nothing.

use std::{cmp::Ordering, collections::BTreeMap};

use minisync::{ClientId, Stamp, Version};

use crate::{
    record::{SeenHead, Target},
    state::State,
};

/// What is known of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetStatus {
    /// Its URL.
    pub url: String,
    /// Whether it is only read.
    pub read_only: bool,
    /// When it last answered, by the own clock.
    pub last_reached: Option<Stamp>,
    /// How many changes, own and others', are not there yet as far as we know. Zero where it is only read.
    pub unsent: usize,
}

/// What is known of another copy of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientStatus {
    /// Its id.
    pub client: ClientId,
    /// What people call it, if it was met in a target.
    pub label: Option<String>,
    /// What it is known to have.
    pub version: Version,
    /// When its last head was found, by the own clock.
    pub last_seen: Option<Stamp>,
}

impl State {
    /// What is known of a target; None where it is not among ours. Costs in proportion to what is unsent.
    pub fn target_status(&self, target: &Target) -> Option<TargetStatus> {
        let known = self.record().target(target.url())?;
        let there = known.covered(self.document().client_id());
        let is_read_only = known.target.is_read_only();
        let unsent = if is_read_only || self.document().is_held_by(there.iter().copied()) {
            0
        } else {
            self.document().changes_since_all(there).count()
        };
        Some(TargetStatus {
            url: known.target.url().to_owned(),
            read_only: is_read_only,
            last_reached: known.last_reached.map(Stamp::saturating),
            unsent,
        })
    }

    /// The other copies, by client id: those met in targets, and those that the document knows of.
    pub fn clients(&self) -> Vec<ClientStatus> {
        let entry = |client: &ClientId, version| ClientStatus {
            client: client.clone(),
            label: None,
            version,
            last_seen: None,
        };
        let known = self.document().clients();
        let mut clients: BTreeMap<ClientId, ClientStatus> =
            known.map(|(client, version)| (client.clone(), entry(client, version))).collect();
        for SeenHead { head, at, .. } in self.record().targets.iter().flat_map(|known| known.seen.values()) {
            let client = &head.client;
            let status = clients.entry(client.clone()).or_insert_with(|| entry(client, Version::default()));
            let known = self.document().compare(&status.version, &head.version);
            if !matches!(known, Some(Ordering::Greater | Ordering::Equal)) {
                status.version.clone_from(&head.version);
            }
            let at = Stamp::saturating(*at);
            // Of several targets, the latest news counts.
            if status.last_seen.is_none_or(|before| before <= at) {
                status.last_seen = Some(at);
                status.label = Some(head.label.clone());
            }
        }
        clients.remove(self.document().client_id());
        clients.into_values().collect()
    }
}
