//! The names of documents and clients. Knows nothing of documents, files or stores.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::names::{
    error::{Error, Result},
    stamp::Stamp,
};

/// The longest id that is accepted, in bytes.
pub const MAX_ID_BYTES: usize = 256;

/// The letters of generated ids: lowercase base32 (RFC 4648), safe in every file system and URL.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $what:literal, $refuse:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes any text of 1 to 256 bytes without control characters.
            ///
            /// # Errors
            /// Where the text is empty, too long, or has a control character in it.
            pub fn new(text: impl AsRef<str>) -> Result<Self> {
                let text = text.as_ref();
                if text.is_empty() {
                    return Err(Error::invalid_id($what, text, "is empty"));
                }
                if text.len() > MAX_ID_BYTES {
                    return Err(Error::invalid_id($what, text, "is longer than 256 bytes"));
                }
                if text.chars().any(char::is_control) {
                    return Err(Error::invalid_id($what, text, "has a control character in it"));
                }
                let refuse: fn(&str) -> Option<&'static str> = $refuse;
                if let Some(reason) = refuse(text) {
                    return Err(Error::invalid_id($what, text, reason));
                }
                Ok(Self(text.into()))
            }

            /// A fresh id of 20 letters, which carry 100 random bits.
            pub fn random(source: &mut dyn Random) -> Self {
                let mut bytes = [0; 20];
                source.fill(&mut bytes);
                let text: String =
                    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self> {
                Self::new(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

id_type! {
    /// The name of a document: all copies of one document carry the same.
    ///
    /// ```
    /// let id = minisync::DocumentId::new("shopping")?;
    /// assert_eq!(id.as_str(), "shopping");
    /// assert!(minisync::DocumentId::new("").is_err());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    DocumentId, "document id", |_| None
}
id_type! {
    /// The name of one copy of a document on one device. It does not end with `~` and digits: so are the lines of a client
    /// called that has forked.
    ///
    /// ```
    /// let id = minisync::ClientId::new("alice")?;
    /// assert_eq!(id.to_string(), "alice");
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ClientId, "client id", looks_like_branch
}

fn looks_like_branch(id: &str) -> Option<&'static str> {
    let digits = id.rsplit_once('~').map(|(_, digits)| digits);
    let is_branch =
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    is_branch.then_some("ends with ~ and digits")
}

/// The name of a line: the id of its client, and the first stamp of its first session, 0 for the plain line.
pub(crate) fn split_branch(name: &str) -> (&str, Stamp) {
    let split = name.rsplit_once('~').and_then(|(id, digits)| {
        let is_number = digits.starts_with(|first: char| ('1'..='9').contains(&first));
        let stamp =
            digits.parse().ok().filter(|_| is_number).and_then(|micros| Stamp::from_micros(micros).ok());
        Some((id, stamp?))
    });
    split.unwrap_or((name, Stamp::ZERO))
}

impl ClientId {
    /// What the ids begin with under which built-in defaults are written.
    pub(crate) const GENESIS: &str = "genesis-";

    /// Whether built-in defaults are written under this id.
    pub(crate) fn is_genesis(&self) -> bool {
        self.0.starts_with(ClientId::GENESIS)
    }
}

/// A source of random bytes, from which fresh ids are made. Tests hand in a seeded one.
pub trait Random: Send {
    /// Fills `bytes` with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// The operating system's source of randomness.
#[cfg(feature = "system")]
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

#[cfg(feature = "system")]
impl Random for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        #[expect(
            clippy::expect_used,
            reason = "without randomness no id is safe to use; \
                 every supported system has a source that cannot fail once it is up"
        )]
        getrandom::fill(bytes).expect("the operating system has no source of randomness");
    }
}
