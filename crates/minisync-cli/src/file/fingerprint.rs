//! The hash by which a text is known again. Knows only text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// BLAKE3 of a text, 128 bits as hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fingerprint(String);

impl Fingerprint {
    pub(crate) fn of(text: &str) -> Fingerprint {
        let hex = blake3::hash(text.as_bytes()).to_hex();
        Fingerprint(hex[..32].to_owned())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
