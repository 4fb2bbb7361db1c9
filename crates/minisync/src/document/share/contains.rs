//! What a version that is told alone says here: a head's, or one that somebody noted. It names the session in which each
//! stamp lies, so that a version of one branch never seems contained in another one. Changes nothing.

use std::cmp::Ordering;

use crate::{
    document::Document,
    names::{dot::Dot, lineage::LineStamps, stamp::Stamp, version::Version},
};

impl Document {
    /// Whether all that a version has seen was seen here.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut alice = Document::new(serde_json::json!({ "a": 1 }))?;
    /// let mut backup = Document::restore(&alice.changes())?;
    /// alice.set("a", 2)?;
    /// backup.set("a", 3)?;
    /// assert!(!alice.contains(&backup.version()) && !backup.contains(&alice.version()));
    /// alice.merge(&backup.changes())?;
    /// assert!(alice.contains(&backup.version()));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn contains(&self, version: &Version) -> bool {
        version
            .entries()
            .iter()
            .all(|entry| self.writers.tip(entry, &self.lines).is_some_and(|tip| self.seen.contains(tip)))
    }

    /// Whether all that was seen here is in one of these versions: then nobody who has them all lacks anything.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "a": 1 }))?;
    /// let published = document.version();
    /// assert!(document.is_held_by([&published]));
    /// document.set("a", 2)?;
    /// assert!(!document.is_held_by([&published]));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn is_held_by<'v>(&self, versions: impl IntoIterator<Item = &'v Version>) -> bool {
        let mut held = self.lines.stamps_of(std::iter::empty(), &self.seen, &self.writers.sessions);
        for version in versions {
            held.join(&self.line_stamps(version));
        }
        held == self.lines.stamps(&self.seen)
    }

    /// Which of two versions has seen more; none where each has something that the other one lacks, or where it
    /// cannot be told here.
    ///
    /// ```
    /// use std::cmp::Ordering;
    /// let mut document = minisync::Document::new(serde_json::json!({ "a": 1 }))?;
    /// let before = document.version();
    /// document.set("a", 2)?;
    /// assert_eq!(document.compare(&before, &document.version()), Some(Ordering::Less));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn compare(&self, a: &Version, b: &Version) -> Option<Ordering> {
        let covers = |a: &Version, b: &Version| {
            // What is beyond what was seen here can only be told where both say it alike.
            a.covers(b) || (self.contains(b) && self.stamps_cover(&self.line_stamps(a), &self.line_stamps(b)))
        };
        match (covers(a, b), covers(b, a)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Greater),
            (false, true) => Some(Ordering::Less),
            (false, false) => None,
        }
    }

    fn stamps_cover(&self, a: &LineStamps, b: &LineStamps) -> bool {
        self.lines.iter().all(|line| a.get(line) >= b.get(line))
    }

    /// What of a version was seen here.
    pub(super) fn line_stamps(&self, version: &Version) -> LineStamps {
        let tips = version.entries().iter().filter_map(|entry| self.writers.tip(entry, &self.lines));
        self.lines.stamps_of(tips, &self.seen, &self.writers.sessions)
    }

    /// The same, for who may have seen more of a client than is known here: of a client whose only session in the version
    /// is not known, it stands for all of its plain line up to the stamp.
    pub(super) fn likely_stamps(&self, version: &Version) -> LineStamps {
        let all = version.entries();
        let tips = all.iter().enumerate().filter_map(|(at, entry)| {
            self.writers.tip(entry, &self.lines).or_else(|| {
                let is_client = |other: Option<usize>| {
                    other.and_then(|other| all.get(other)).is_some_and(|other| other.client == entry.client)
                };
                if is_client(at.checked_sub(1)) || is_client(at.checked_add(1)) {
                    return None;
                }
                // If it is a fork instead, the receiver lacks this base, says so, and gets a full change set.
                let sessions = &self.writers.sessions;
                let client = self.writers.clients.find(&entry.client)?;
                let line = self.lines.find(sessions, client, Stamp::ZERO)?;
                Some(Dot { stamp: entry.stamp, session: self.lines.at(line, entry.stamp, sessions) })
            })
        });
        self.lines.stamps_of(tips, &self.seen, &self.writers.sessions)
    }
}
