//! What a file held when it was read: all of it, and the hash by which it is known again. Knows no JSON.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use minisync::syntax::Place;
use minisync_store::Hash;

use crate::terminal::{Failure, Result};

const BOM: &str = "\u{feff}";

/// What a file held when it was read.
#[derive(Debug)]
pub(crate) struct Reading {
    bytes: String,
    hash: Hash,
}

impl Reading {
    pub(crate) fn new(bytes: String) -> Reading {
        let hash = Hash::of(bytes.as_bytes());
        Reading { bytes, hash }
    }

    /// All of it, as it stands in the file.
    pub(crate) fn bytes(&self) -> &str {
        &self.bytes
    }

    /// The text without a byte order mark.
    pub(crate) fn text(&self) -> &str {
        self.bytes.strip_prefix(BOM).unwrap_or(&self.bytes)
    }

    /// `text` with a byte order mark, if this has one.
    pub(crate) fn with_bom(&self, text: String) -> String {
        if self.bytes.starts_with(BOM) { format!("{BOM}{text}") } else { text }
    }

    /// The hash of all of it, by which it is known again.
    pub(crate) fn hash(&self) -> Hash {
        self.hash
    }

    /// Whether there is nothing in it but white space.
    pub(crate) fn is_blank(&self) -> bool {
        self.text().trim().is_empty()
    }
}

/// Reads a file whole; None where there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Reading>> {
    let mut bytes = Vec::new();
    match open_regular(path).and_then(|mut file| file.read_to_end(&mut bytes)) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io("read", path, &error)),
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Reading::new(text))),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let place = Place::of(&String::from_utf8_lossy(&bytes[..valid]), valid);
            let reason = if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
                "this is UTF-16; save the file as UTF-8"
            } else {
                "this is not UTF-8; save the file as UTF-8"
            };
            Err(Failure::new(format!("{}:{place}: {reason}", path.display())))
        }
    }
}

/// Opens what is a file. Opening a pipe would wait for whoever writes into it, perhaps for ever.
fn open_regular(path: &Path) -> io::Result<File> {
    let facts = fs::metadata(path)?;
    // What reading a folder comes to, the system says best.
    if facts.is_file() || facts.is_dir() {
        return File::open(path);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))
}
