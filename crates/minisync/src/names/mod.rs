//! Who, when, and what was seen: ids, stamps, dots, versions, and the errors that name them. Knows no values.

pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod container_id;
#[cfg(any(feature = "genesis", feature = "v1"))]
pub(crate) mod digest;
pub(crate) mod dot;
pub(crate) mod error;
pub(crate) mod id;
pub(crate) mod lineage;
pub(crate) mod renewal;
pub(crate) mod session;
pub(crate) mod stamp;
pub(crate) mod version;
pub(crate) mod writers;
