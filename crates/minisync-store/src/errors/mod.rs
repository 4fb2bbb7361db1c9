//! How the crate fails, and what it warns of. Knows nothing of what was being done.

mod error;
#[cfg(feature = "folder")]
mod local_error;
mod store_error;
mod warning;

pub use error::{Error, Result};
#[cfg(feature = "folder")]
pub(crate) use store_error::too_long_reason;
pub use store_error::{StoreError, StoreErrorKind};
pub use warning::Warning;
