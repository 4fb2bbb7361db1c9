//! Renewal: from which client id to which a copy went over, and what that makes of a version. Knows no document.

use crate::names::{id::ClientId, stamp::Stamp, version::Version};

/// A copy went over to a new client id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// The id under which it wrote before.
    pub former: ClientId,
    /// What it wrote up to this stamp is the former id's still; what came after is the new one's.
    pub kept: Stamp,
    /// The new id.
    pub client: ClientId,
    /// Why.
    pub reason: RenewalReason,
}

impl Renewal {
    /// What a version of before says, by the names that writes have now.
    ///
    /// ```
    /// let alice = minisync::Document::new(serde_json::json!({ "a": 1 }))?;
    /// let mut copy = minisync::Document::restore(&alice.changes())?;
    /// copy.replica().renew_client_id()?;
    /// let renewal = copy.renewal().unwrap();
    /// assert_eq!(renewal.renamed(&alice.version()), copy.version());
    /// assert_eq!(renewal.renamed(&copy.version()), copy.version());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn renamed(&self, version: &Version) -> Version {
        let last = version.get(&self.former);
        if version.get(&self.client) > Stamp::ZERO || last <= self.kept {
            return version.clone();
        }
        version.clone().with(vec![(self.former.clone(), self.kept), (self.client.clone(), last)])
    }
}

/// Why a copy went over to a new client id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenewalReason {
    /// It was restored from an older state, or copied: another copy writes, or wrote, under the same id. Own
    /// writes that nobody else is known to have went over to the new id, so an item may appear twice.
    Copied,
    /// The last own write was more than a day ahead of the clock. What was written stays as it is.
    Clock,
}
