//! Ids of containers: which write made a map or a list. Knows no document.

use std::{fmt, str::FromStr};

use crate::names::{
    error::{Error, Result},
    id::{ClientId, split_branch},
    stamp::Stamp,
    version::line_name,
};

/// The name of a map or a list in a document. It is the same in all copies, and stays while the container moves
/// and others edit it; see [`Document::container_id`](crate::Document::container_id).
///
/// As text it is `root`, or the stamp and the client of the write that made it, with the first stamp of the client's
/// session where that is not the first session of all.
///
/// ```
/// let id: minisync::ContainerId = "1795377823000123@alice".parse()?;
/// assert_eq!(id.to_string(), "1795377823000123@alice");
/// assert!("alice".parse::<minisync::ContainerId>().is_err());
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContainerId(Option<(Stamp, ClientId, Stamp)>);

impl ContainerId {
    const ROOT_NAME: &str = "root";

    /// The document itself.
    pub const ROOT: ContainerId = ContainerId(None);

    /// `first`: that of the session; 0 of a root.
    pub(crate) fn new(stamp: Stamp, client: ClientId, first: Stamp) -> ContainerId {
        ContainerId(Some((stamp, client, first)))
    }

    /// The write that made the container, and the first stamp of its session; none for the root.
    pub(crate) fn write(&self) -> Option<(Stamp, &ClientId, Stamp)> {
        self.0.as_ref().map(|(stamp, client, first)| (*stamp, client, *first))
    }
}

impl fmt::Display for ContainerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some((stamp, client, first)) => write!(f, "{stamp}@{}", line_name(client.as_str(), *first)),
            None => f.write_str(ContainerId::ROOT_NAME),
        }
    }
}

impl FromStr for ContainerId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == ContainerId::ROOT_NAME {
            return Ok(ContainerId::ROOT);
        }
        let (stamp, client) = text.split_once('@').unwrap_or((text, ""));
        let stamp = stamp.parse().ok().and_then(|stamp| Stamp::from_micros(stamp).ok());
        let stamp =
            stamp.ok_or_else(|| Error::invalid_id("container id", text, "does not begin with a stamp"))?;
        let (client, first) = split_branch(client);
        Ok(ContainerId::new(stamp, ClientId::new(client)?, first))
    }
}
