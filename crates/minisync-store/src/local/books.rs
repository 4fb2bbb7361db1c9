//! The books that one copy of a document keeps: what it published where, and what it saw there. Pure
//! data; knows nothing of stores or of where the books are kept.

use std::collections::{BTreeMap, BTreeSet};

use minisync::{ClientId, Renewal, RenewalReason, Stamp, Version};
use serde::{Deserialize, Serialize};

use crate::{
    format_file::{Envelope, FileKind},
    hash::Hash,
    head::{DataFile, Head},
    name::Name,
    target::Target,
};

/// How many of the own heads are remembered, to tell them from those of a clone.
const ATTEMPTS: usize = 64;

/// All that a copy keeps beside the document itself. Text made by serde, for whoever keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Books {
    #[serde(rename = "_minisync")]
    envelope: Envelope,
    pub(crate) label: String,
    /// The own heads that were written, or may have been, wherever; the latest last.
    attempts: Vec<Attempt>,
    pub(crate) targets: Vec<TargetBooks>,
    pub(crate) notes: BTreeMap<String, String>,
    /// Where they are kept: another machine or path means that they were copied there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<Hash>,
    /// The client ids that were left because another copy wrote under them, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) renewals: Vec<Left>,
}

/// A client id that was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Left {
    former: ClientId,
    kept: u64,
    client: ClientId,
}

/// A head that we wrote, or were about to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Attempt {
    client: ClientId,
    sequence: u64,
    hash: Hash,
}

/// What is known of one target. All times are microseconds since the Unix epoch, by the own clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TargetBooks {
    pub(crate) target: Target,
    /// Whether its `format.json` was seen or written.
    pub(crate) used: bool,
    pub(crate) last_reached: Option<u64>,
    /// The last own head that is known to be there.
    pub(crate) published: Option<Published>,
    /// The last good head of each other client.
    pub(crate) seen: BTreeMap<Name, SeenHead>,
    /// The listing of `head/` when nothing was left to do; none where something was.
    pub(crate) listing: Option<BTreeMap<Name, Listed>>,
    /// How many times nothing was left to do since all heads were read.
    pub(crate) quiet: u32,
    /// When all heads were last read.
    pub(crate) read_at: u64,
    /// Own files that no head names any more, and that are still there.
    pub(crate) retired: Vec<Retired>,
    /// Whom `index.json` names.
    pub(crate) indexed: BTreeSet<Name>,
}

/// An own head, as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Published {
    pub(crate) head: Head,
    pub(crate) hash: Hash,
    pub(crate) length: u64,
}

/// Another client's head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SeenHead {
    /// How it was listed when it was read; none where it has to be read again.
    pub(crate) listed: Option<Listed>,
    pub(crate) head: Head,
    pub(crate) hash: Hash,
    /// When it was last found new.
    pub(crate) at: u64,
    /// Whether all that it names could be had when it was last needed.
    pub(crate) whole: bool,
}

/// A file's size and mark in a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    pub(crate) size: u64,
    pub(crate) mark: Option<String>,
}

/// An own file that is waiting to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retired {
    pub(crate) file: DataFile,
    /// Since when no head names it.
    pub(crate) at: u64,
}

impl Books {
    /// The books of a copy that has published nothing yet.
    pub fn new(label: &str) -> Books {
        Books {
            envelope: Envelope::of(FileKind::State),
            label: label.to_owned(),
            attempts: Vec::new(),
            targets: Vec::new(),
            notes: BTreeMap::new(),
            mark: None,
            renewals: Vec::new(),
        }
    }

    pub(crate) fn target(&self, url: &str) -> Option<&TargetBooks> {
        self.targets.iter().find(|books| books.target.url() == url)
    }

    pub(crate) fn set_target(&mut self, books: TargetBooks) {
        match self.targets.iter_mut().find(|other| other.target.url() == books.target.url()) {
            Some(other) => *other = books,
            None => self.targets.push(books),
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
        for published in self.targets.iter().filter_map(|books| books.published(client)) {
            shared.join(&published.head.version);
        }
        shared
    }

    /// Keeps a renewal, so that older versions can be read by the new names. Whether it is news.
    pub(crate) fn left(&mut self, renewal: &Renewal) -> bool {
        let Renewal { former, kept, client, reason } = renewal.clone();
        let is_news =
            reason == RenewalReason::Copied && self.renewals.iter().all(|left| left.client != client);
        if is_news {
            self.renewals.push(Left { former, kept: kept.as_micros(), client });
        }
        is_news
    }

    /// What a version that was noted under the id `author` says, by the names that writes have now.
    ///
    /// Only renewals after that time count: a version that was noted after one says by itself which writes of the
    /// former id it holds, and those that the other copy made under it went over to nobody.
    pub(crate) fn renamed(&self, version: &Version, author: &ClientId, latest: Option<Renewal>) -> Version {
        let latest = latest.filter(|latest| latest.reason == RenewalReason::Copied);
        let latest = latest.filter(|latest| self.renewals.iter().all(|left| left.client != latest.client));
        let kept = self.renewals.iter().map(|left| {
            let Left { former, kept, client } = left.clone();
            Renewal { former, kept: Stamp::saturating(kept), client, reason: RenewalReason::Copied }
        });
        let all: Vec<Renewal> = kept.chain(latest).collect();
        let after = all.iter().rposition(|renewal| renewal.client == *author).map(|taken| taken + 1);
        let start = after.or_else(|| all.iter().position(|renewal| renewal.former == *author));
        // An id that was never renewed has nothing that could have got another name.
        let later = start.map_or(&[][..], |start| &all[start..]);
        later.iter().fold(version.clone(), |version, renewal| renewal.renamed(&version))
    }

    /// The highest sequence number that was given to an own head, in whatever target.
    pub(crate) fn last_sequence(&self, client: &ClientId) -> u64 {
        let attempts = self.attempts_of(client).map(|attempt| attempt.sequence);
        let published = self.targets.iter().filter_map(|books| books.published(client));
        attempts.chain(published.map(|own| own.head.sequence)).max().unwrap_or(0)
    }

    /// Whose work the own head found in a store is.
    pub(crate) fn judge(&self, found: &Head, hash: Hash) -> Origin {
        let mut known = self.attempts_of(&found.client).map(|own| (own.sequence, own.hash)).chain(
            self.targets
                .iter()
                .filter_map(|books| books.published(&found.client))
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

impl TargetBooks {
    pub(crate) fn new(target: &Target) -> TargetBooks {
        TargetBooks {
            target: target.clone(),
            used: false,
            last_reached: None,
            published: None,
            seen: BTreeMap::new(),
            listing: None,
            quiet: 0,
            read_at: 0,
            retired: Vec::new(),
            indexed: BTreeSet::new(),
        }
    }

    /// What was published under this client id; a copy that took a new one starts anew.
    pub(crate) fn published(&self, client: &ClientId) -> Option<&Published> {
        self.published.as_ref().filter(|published| published.head.client == *client)
    }

    /// Takes note of a new own head, or of none; files that it does not name are retired.
    pub(crate) fn set_published(&mut self, new: Option<Published>, now: u64) {
        let old = std::mem::replace(&mut self.published, new);
        let Some(old) = old else { return };
        let head = self.published.as_ref().map(|new| &new.head);
        if head.is_some_and(|head| head.client != old.head.client) {
            return;
        }
        for file in old.head.files {
            let named = head.is_some_and(|head| head.files.iter().any(|new| new.name == file.name));
            if !named && self.retired.iter().all(|retired| retired.file.name != file.name) {
                self.retired.push(Retired { file, at: now });
            }
        }
    }

    /// What somebody who reads this target has seen, as far as we know.
    pub(crate) fn covered(&self, client: &ClientId) -> Version {
        let mut covered = Version::default();
        let others = self.seen.values().filter(|seen| seen.whole).map(|seen| &seen.head);
        let own = self.published(client).map(|published| &published.head);
        for head in others.chain(own) {
            if let Some(version) = head.data_version() {
                covered.join(version);
            }
        }
        covered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::tests::head;

    fn hash(text: &str) -> Hash {
        Hash::of(text.as_bytes())
    }

    #[test]
    fn own_heads_are_told_from_those_of_a_clone() {
        let mut books = Books::new("phone");
        let mut found = head("alice", "alice=9", &[]);
        found.sequence = 3;
        assert_eq!(books.judge(&found, hash("3")), Origin::Foreign, "ahead of us");
        books.attempt(&found.client, 3, hash("3"));
        assert_eq!(books.judge(&found, hash("3")), Origin::Ours);
        assert_eq!(books.judge(&found, hash("other")), Origin::Foreign, "our number, another hash");
        found.sequence = 2;
        assert_eq!(books.judge(&found, hash("2")), Origin::Forgotten);
        found.client = ClientId::new("bob").unwrap();
        assert_eq!(books.judge(&found, hash("2")), Origin::Foreign, "another client's number");
    }

    #[test]
    fn only_the_latest_heads_are_remembered() {
        let mut books = Books::new("phone");
        let client = ClientId::new("alice").unwrap();
        for sequence in 1..=200 {
            books.attempt(&client, sequence, hash(""));
        }
        assert_eq!(books.attempts.len(), ATTEMPTS);
        assert_eq!(books.last_sequence(&client), 200);
    }

    #[test]
    fn files_that_the_new_head_does_not_name_are_retired_once() {
        let target = Target::parse("memory://x", std::path::Path::new("/")).unwrap();
        let mut books = TargetBooks::new(&target);
        let published = |files: &[&str]| {
            Some(Published { head: head("alice", "alice=9", files), hash: hash(""), length: 1 })
        };
        books.set_published(published(&["alice=1", "alice=2"]), 10);
        assert_eq!(books.retired, []);
        books.set_published(published(&["alice=1"]), 20);
        books.set_published(published(&["alice=9"]), 30);
        let retired: Vec<_> =
            books.retired.iter().map(|retired| (retired.file.version.to_string(), retired.at)).collect();
        assert_eq!(retired, [(r#"{"alice":2}"#.into(), 20), (r#"{"alice":1}"#.into(), 30)]);
    }

    #[test]
    fn reads_what_it_writes() {
        let mut books = Books::new("phone");
        books.attempt(&ClientId::new("alice").unwrap(), 1, hash("1"));
        books.notes.insert("file".into(), "x".into());
        let target = Target::parse("memory://x", std::path::Path::new("/")).unwrap();
        let mut one = TargetBooks::new(&target);
        let (head, listed) = (head("bob", "bob=9", &["bob=1"]), Listed { size: 5, mark: None });
        let seen = SeenHead { listed: Some(listed), head, hash: hash(""), at: 7, whole: true };
        one.seen.insert(Name::parse("bob").unwrap(), seen);
        books.set_target(one);
        let text = serde_json::to_string(&books).unwrap();
        assert_eq!(serde_json::from_str::<Books>(&text).unwrap(), books);
    }
}
