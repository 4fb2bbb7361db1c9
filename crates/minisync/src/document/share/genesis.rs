//! Genesis: devices that start from the same built-in defaults, without having met, hold the same document.
//! Knows no clock: the defaults are older than everything.

use serde::Serialize;

use crate::{
    document::{Builder, Document},
    json,
    names::{
        digest,
        dot::{Dot, VersionVector},
        error::Result,
        id::{ClientId, DocumentId},
        lineage::Lines,
        stamp::Stamp,
    },
};

impl Document {
    /// A document that begins with built-in defaults: every device that calls this with the same id and the same
    /// defaults gets the same document, without having met any other, and merges with all of them.
    ///
    /// Later versions of an app may have other defaults. Where they meet, they merge as if they had been written
    /// at the same time: maps become their union, lists follow each other, and of two values under one key one is
    /// taken, everywhere the same. A default never wins against anything that somebody wrote, and is no
    /// conflict where it loses. A default that somebody deleted stays deleted, unless a device comes along whose
    /// *other* defaults have it too.
    ///
    /// ```
    /// use minisync::Document;
    /// use serde_json::json;
    /// let defaults = json!({ "theme": "light", "shortcuts": { "save": "Ctrl+S" } });
    /// let mut laptop = Document::genesis("settings-of-ada", &defaults)?;
    /// let mut phone = Document::genesis("settings-of-ada", &defaults)?;
    /// assert_eq!(laptop.version(), phone.version());
    ///
    /// laptop.set("theme", "dark")?;
    /// phone.set("shortcuts.find", "Ctrl+F")?;
    /// laptop.merge(&phone.changes())?;
    /// let merged = json!({ "theme": "dark", "shortcuts": { "save": "Ctrl+S", "find": "Ctrl+F" } });
    /// assert_eq!(laptop.to_value(), merged);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the id is none, or the defaults are not an object, not JSON, too deep or too large.
    pub fn genesis(id: impl AsRef<str>, defaults: impl Serialize) -> Result<Document> {
        Document::builder().document_id(DocumentId::new(id.as_ref())?).genesis(defaults)
    }
}

impl Builder {
    /// A document that begins with built-in defaults; see [`Document::genesis`]. It wants a document id too.
    ///
    /// # Errors
    /// Where the defaults are not an object, not JSON, too deep or too large.
    pub fn genesis(self, defaults: impl Serialize) -> Result<Document> {
        let text = json::to_text(&defaults, self.depth())?;
        self.genesis_from(&text)
    }

    /// Like [`Builder::genesis`], from JSON text, whose numbers stay exactly as they are written.
    ///
    /// ```
    /// use minisync::{Document, DocumentId};
    /// let builder = Document::builder().document_id(DocumentId::new("settings")?);
    /// assert_eq!(builder.genesis_json("{ \"zoom\": 1.50 }")?.get("zoom").unwrap().to_string(), "1.50");
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Like [`Builder::genesis`]; the error says in which line and column.
    pub fn genesis_json(self, defaults: &str) -> Result<Document> {
        let text = json::canonical_text(defaults, self.depth())?;
        self.genesis_from(&text)
    }

    /// `text` is canonical.
    fn genesis_from(self, text: &str) -> Result<Document> {
        let mut document = self.empty_for(text)?;
        let entries = json::entries(text);
        if entries == 0 {
            return Ok(document);
        }
        let session = document.writers.intern_root(&writer(text)?);
        let first = Dot { stamp: Stamp::saturating(1), session };
        document.fill(text, first)?;
        let seen: VersionVector = [first.after(entries - 1)].into_iter().collect();
        document.seen.join(&seen);
        document.lines = Lines::of(&document.writers, &document.seen);
        document.author.absorb(&seen);
        Ok(document)
    }
}

/// The client id under which these defaults are written: other defaults, other writer.
fn writer(text: &str) -> Result<ClientId> {
    ClientId::new(format!("{}{}", ClientId::GENESIS, digest::letters(&[text])))
}
