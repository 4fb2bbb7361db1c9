//! What one copy of a document remembers of its syncs: what it published where, and what it saw there. Pure
//! data; knows nothing of stores, or of where the record is kept.

use minisync::{ClientId, Renewal, RenewalReason, Stamp, Version};

use crate::{
    errors::Result,
    files::{FileKind, Head, json_fields, read_file, write_file},
    names::Hash,
    record::{Target, TargetRecord},
};

/// How many of the own heads are remembered, to tell them from those of a clone.
const ATTEMPTS: usize = 64;

/// The name of the note that keeps the hint.
const HINT: &str = "hint";

/// All that a copy keeps beside the document itself, and that has to be saved together with it.
///
/// ```
/// use minisync_store::SyncRecord;
/// let record = SyncRecord::new("laptop");
/// assert_eq!(SyncRecord::parse(record.to_json().as_bytes(), "the record")?, record);
/// # Ok::<(), minisync_store::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRecord {
    pub(crate) label: String,
    /// The own heads that were written, or may have been, wherever; the latest last.
    attempts: Vec<Attempt>,
    pub(crate) targets: Vec<TargetRecord>,
    notes: Vec<Note>,
    /// Where it is kept: another machine or path means that it was copied there.
    pub(crate) location_id: Option<Hash>,
    /// The client ids that were left because another copy wrote under them, the latest last.
    pub(crate) renewals: Vec<FormerId>,
}

/// A client id that was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormerId {
    former: ClientId,
    kept: u64,
    client: ClientId,
}

/// A head that we wrote, or were about to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Attempt {
    client: ClientId,
    sequence: u64,
    hash: Hash,
}

/// A small fact of the program that uses the crate.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Note {
    key: String,
    value: String,
}

json_fields!(SyncRecord {
    label: "label",
    attempts: "attempts",
    targets: "targets",
    notes: "notes",
    location_id: "locationId",
    renewals: "renewals",
});
json_fields!(FormerId { former: "former", kept: "kept", client: "client" });
json_fields!(Attempt { client: "client", sequence: "sequence", hash: "hash" });
json_fields!(Note { key: "key", value: "value" });

impl SyncRecord {
    /// That of a copy that has published nothing yet. `label` is what people call it.
    pub fn new(label: &str) -> SyncRecord {
        SyncRecord {
            label: label.to_owned(),
            attempts: Vec::new(),
            targets: Vec::new(),
            notes: Vec::new(),
            location_id: None,
            renewals: Vec::new(),
        }
    }

    /// The text in which it is saved, without line ends.
    pub fn to_json(&self) -> String {
        write_file(FileKind::State, self)
    }

    /// Reads what [`SyncRecord::to_json`] wrote. `place` says where it stood, for the error.
    ///
    /// # Errors
    /// `is_malformed()`; `is_unsupported()` where a newer version wrote it.
    pub fn parse(bytes: &[u8], place: &str) -> Result<SyncRecord> {
        read_file(bytes, FileKind::State, place)
    }

    pub(crate) fn note(&self, key: &str) -> Option<&str> {
        self.notes.iter().find(|note| note.key == key).map(|note| note.value.as_str())
    }

    pub(crate) fn set_note(&mut self, key: &str, value: Option<String>) {
        self.notes.retain(|note| note.key != key);
        self.notes.extend(value.map(|value| Note { key: key.to_owned(), value }));
    }

    /// What is said to those who join.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.note(HINT)
    }

    pub(crate) fn set_hint(&mut self, hint: Option<String>) {
        self.set_note(HINT, hint);
    }

    pub(crate) fn target(&self, url: &str) -> Option<&TargetRecord> {
        self.targets.iter().find(|record| record.target.url() == url)
    }

    pub(crate) fn target_mut(&mut self, url: &str) -> Option<&mut TargetRecord> {
        self.targets.iter_mut().find(|record| record.target.url() == url)
    }

    /// Begins to remember a target. One that was only read, and is now to be written to, changes into that.
    pub(crate) fn add_target(&mut self, target: &Target) -> Added {
        match self.target_mut(target.url()) {
            Some(known) if known.target.is_read_only() && !target.is_read_only() => {
                known.target = target.clone();
                // Nothing was published there so far: the next round has to look again.
                known.listing = None;
                Added::Writable
            }
            Some(_) => Added::Known,
            None => {
                self.targets.push(TargetRecord::new(target));
                Added::New
            }
        }
    }

    /// Remembers a head that is about to be written.
    pub(crate) fn attempt(&mut self, client: &ClientId, sequence: u64, hash: Hash) {
        self.attempts.push(Attempt { client: client.clone(), sequence, hash });
        let surplus = self.attempts.len().saturating_sub(ATTEMPTS);
        self.attempts.drain(..surplus);
    }

    /// What was published of this client, wherever: others can have it.
    pub(crate) fn shared(&self, client: &ClientId) -> Version {
        let mut shared = Version::default();
        for published in self.targets.iter().filter_map(|record| record.published(client)) {
            shared.join(&published.head.version);
        }
        shared
    }

    /// Keeps a renewal, so that older versions can be read by the new names. Whether it is news.
    pub(crate) fn note_renewal(&mut self, renewal: &Renewal) -> bool {
        let Renewal { former, kept, client, reason } = renewal.clone();
        let is_news =
            reason == RenewalReason::Copied && self.renewals.iter().all(|former| former.client != client);
        if is_news {
            self.renewals.push(FormerId { former, kept: kept.as_micros(), client });
        }
        is_news
    }

    /// What a version that was noted under the id `author` says, by the names that writes have now.
    ///
    /// Only renewals after that time count: a version that was noted after one says by itself which writes of the
    /// former id it holds, and those that the other copy made under it went over to nobody.
    pub(crate) fn renamed(&self, version: &Version, author: &ClientId, latest: Option<Renewal>) -> Version {
        let latest = latest.filter(|latest| latest.reason == RenewalReason::Copied);
        let latest = latest.filter(|latest| self.renewals.iter().all(|noted| noted.client != latest.client));
        let noted = self.renewals.iter().map(|noted| {
            let FormerId { former, kept, client } = noted.clone();
            Renewal { former, kept: Stamp::saturating(kept), client, reason: RenewalReason::Copied }
        });
        let all: Vec<Renewal> = noted.chain(latest).collect();
        let after = all.iter().rposition(|renewal| renewal.client == *author).map(|taken| taken + 1);
        let start = after.or_else(|| all.iter().position(|renewal| renewal.former == *author));
        // An id that was never renewed has nothing that could have got another name.
        let later = start.map_or(&[][..], |start| &all[start..]);
        later.iter().fold(version.clone(), |version, renewal| renewal.renamed(&version))
    }

    /// The highest sequence number that was given to an own head, in whatever target.
    pub(crate) fn last_sequence(&self, client: &ClientId) -> u64 {
        let attempts = self.attempts_of(client).map(|attempt| attempt.sequence);
        let published = self.targets.iter().filter_map(|record| record.published(client));
        attempts.chain(published.map(|own| own.head.sequence)).max().unwrap_or(0)
    }

    /// Whose work the own head found in a store is.
    pub(crate) fn classify(&self, found: &Head, hash: Hash) -> Origin {
        let mut known = self.attempts_of(&found.client).map(|own| (own.sequence, own.hash)).chain(
            self.targets
                .iter()
                .filter_map(|record| record.published(&found.client))
                .map(|own| (own.head.sequence, own.hash)),
        );
        if known.clone().any(|own| own == (found.sequence, hash)) {
            Origin::Ours
        } else if found.sequence > self.last_sequence(&found.client)
            || known.any(|(sequence, _)| sequence == found.sequence)
        {
            Origin::Foreign
        } else {
            Origin::Forgotten
        }
    }

    fn attempts_of(&self, client: &ClientId) -> impl Iterator<Item = &Attempt> + Clone {
        let client = client.clone();
        self.attempts.iter().filter(move |attempt| attempt.client == client)
    }
}

/// What became of a target that was to be remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Added {
    New,
    /// It was only read before.
    Writable,
    Known,
}

/// Whose work a head under the own client id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// We wrote it.
    Ours,
    /// It is older than what is remembered; nothing speaks against it being ours.
    Forgotten,
    /// We did not write it: this copy was restored or cloned.
    Foreign,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        files::head_tests::head,
        names::Name,
        record::{Listed, SeenHead},
    };

    fn hash(text: &str) -> Hash {
        Hash::of(text.as_bytes())
    }

    #[test]
    fn own_heads_are_told_from_those_of_a_clone() {
        let mut record = SyncRecord::new("phone");
        let mut found = head("alice", "alice=9", &[]);
        found.sequence = 3;
        assert_eq!(record.classify(&found, hash("3")), Origin::Foreign, "ahead of us");
        record.attempt(&found.client, 3, hash("3"));
        assert_eq!(record.classify(&found, hash("3")), Origin::Ours);
        assert_eq!(record.classify(&found, hash("other")), Origin::Foreign, "our number, another hash");
        found.sequence = 2;
        assert_eq!(record.classify(&found, hash("2")), Origin::Forgotten);
        found.client = ClientId::new("bob").unwrap();
        assert_eq!(record.classify(&found, hash("2")), Origin::Foreign, "another client's number");
    }

    #[test]
    fn only_the_latest_heads_are_remembered() {
        let mut record = SyncRecord::new("phone");
        let client = ClientId::new("alice").unwrap();
        for sequence in 1..=200 {
            record.attempt(&client, sequence, hash(""));
        }
        assert_eq!(record.attempts.len(), ATTEMPTS);
        assert_eq!(record.last_sequence(&client), 200);
    }

    #[test]
    fn reads_what_it_writes() {
        let mut record = SyncRecord::new("phone");
        record.attempt(&ClientId::new("alice").unwrap(), 1, hash("1"));
        record.set_note("file", Some("x".into()));
        let target = Target::at("memory://x");
        let mut one = TargetRecord::new(&target);
        let (head, listed) = (head("bob", "bob=9", &["bob=1"]), Listed { size: 5, etag: None });
        let seen = SeenHead { listed: Some(listed), head, hash: hash(""), at: 7, whole: true };
        one.seen.insert(Name::parse("bob").unwrap(), seen);
        record.targets.push(one);
        assert_eq!(SyncRecord::parse(record.to_json().as_bytes(), "x").unwrap(), record);
    }
}
