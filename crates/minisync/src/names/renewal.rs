//! Renewal: from which client id to which a copy went over, and why. Knows no document.

use crate::names::id::ClientId;

/// A copy went over to a new client id. What was written before keeps its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// The id under which it wrote before.
    pub former: ClientId,
    /// The new id.
    pub client: ClientId,
    /// Why.
    pub reason: RenewalReason,
}

/// Why a copy went over to a new client id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenewalReason {
    /// What it wrote last was more than a day ahead of the clock.
    Clock,
    /// It was asked to ([`Replica::take_new_client_id`](crate::Replica::take_new_client_id)): in a store, since another
    /// process publishes under the former id.
    Head,
}
