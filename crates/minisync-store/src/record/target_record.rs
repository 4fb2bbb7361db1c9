//! What is remembered of one target. Pure data; knows nothing of stores.

use minisync::{ClientId, Version};

use crate::{
    files::{DataFile, Head, json_fields},
    names::{DataName, Hash, Name, NameMap, NameSet},
    record::Target,
};

/// What is known of one target. All times are microseconds since the Unix epoch, by the own clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TargetRecord {
    pub(crate) target: Target,
    /// Whether its `format.json` was seen or written.
    pub(crate) used: bool,
    pub(crate) last_reached: Option<u64>,
    /// The last own head that is known to be there.
    pub(crate) published: Option<Published>,
    /// The last good head of each other client.
    pub(crate) seen: NameMap<SeenHead>,
    /// The listing of `head/` when nothing was left to do; none where something was.
    pub(crate) listing: Option<NameMap<Listed>>,
    /// How many times nothing was left to do since all heads were read.
    pub(crate) quiet: u32,
    /// When all heads were last read, if ever.
    pub(crate) read_at: Option<u64>,
    /// Own files that no head names any more, and that are still there.
    pub(crate) retired: Vec<Retired>,
    /// Whom `index.json` names.
    pub(crate) indexed: NameSet,
    /// Others' files that could not be had, or were damaged; the own head says so. In the order of their names.
    pub(crate) complaints: Vec<DataName>,
    /// Others' files that were not there in the last round. If they are not there in the next, that is a complaint.
    pub(crate) late: Vec<DataName>,
    /// Clients of whose files somebody complained, as of the last round. If their owner has not mended them by the
    /// next, they are distrusted.
    pub(crate) accused: NameSet,
    /// Clients whose files do not count as there, so that who has their content publishes it.
    pub(crate) distrusted: NameSet,
}

/// An own head, as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) head: Head,
    pub(crate) hash: Hash,
    pub(crate) length: u64,
}

/// Another client's head.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// A file as it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) size: u64,
    /// None where the store has no such thing, and for what was written since the listing.
    pub(crate) etag: Option<String>,
}

impl Listed {
    /// Whether the file is as it was, as far as the listing tells. What was recorded without an etag was
    /// written by ourselves, with another size than what was there, or is in a store without etags.
    pub(crate) fn matches(&self, found: &Listed) -> bool {
        self.size == found.size && (self.etag.is_none() || self.etag == found.etag)
    }
}

/// An own file that no head names any more, and that is waiting to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Retired {
    pub(crate) name: DataName,
    /// Who has seen this does not need it.
    pub(crate) version: Version,
    /// Whether it is known to be a snapshot that a head named.
    pub(crate) is_snapshot: bool,
    /// Since when no head names it.
    pub(crate) at: u64,
}

json_fields!(TargetRecord {
    target: "target",
    used: "used",
    last_reached: "lastReached",
    published: "published",
    seen: "seen",
    listing: "listing",
    quiet: "quiet",
    read_at: "readAt",
    retired: "retired",
    indexed: "indexed",
    complaints: "complaints",
    late: "late",
    accused: "accused",
    distrusted: "distrusted",
});
json_fields!(Published { head: "head", hash: "hash", length: "length" });
json_fields!(SeenHead { listed: "listed", head: "head", hash: "hash", at: "at", whole: "whole" });
json_fields!(Listed { size: "size", etag: "etag" });
json_fields!(Retired { name: "name", version: "version", is_snapshot: "isSnapshot", at: "at" });

impl TargetRecord {
    pub(crate) fn new(target: &Target) -> TargetRecord {
        TargetRecord {
            target: target.clone(),
            used: false,
            last_reached: None,
            published: None,
            seen: NameMap::default(),
            listing: None,
            quiet: 0,
            read_at: None,
            retired: Vec::new(),
            indexed: NameSet::default(),
            complaints: Vec::new(),
            late: Vec::new(),
            accused: NameSet::default(),
            distrusted: NameSet::default(),
        }
    }

    /// Without what may be lost: when it was reached and looked at.
    pub(crate) fn without_times(&self) -> TargetRecord {
        TargetRecord { last_reached: None, read_at: None, quiet: 0, ..self.clone() }
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
        let named =
            |file: &DataFile| head.is_some_and(|head| head.files.iter().any(|new| new.name == file.name));
        let retired: Vec<DataFile> = old.head.files.into_iter().filter(|file| !named(file)).collect();
        for file in retired {
            let is_snapshot = file.is_snapshot();
            self.retire(Retired { name: file.name, version: file.version, is_snapshot, at: now });
        }
    }

    /// Puts a file on the list of those to be deleted, once.
    pub(crate) fn retire(&mut self, file: Retired) {
        if self.retired.iter().all(|retired| retired.name != file.name) {
            self.retired.push(file);
        }
    }

    /// What somebody who reads this target has seen, as far as we know: all of these.
    pub(crate) fn covered(&self, client: &ClientId) -> Vec<&Version> {
        let is_there = |name: &Name, seen: &SeenHead| seen.whole && !self.distrusted.contains(name);
        let others = self.seen.iter().filter(|(name, seen)| is_there(name, seen)).map(|(_, seen)| &seen.head);
        let own = self.published(client).map(|published| &published.head);
        others.chain(own).filter_map(Head::data_version).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::head_tests::head;

    fn hash(text: &str) -> Hash {
        Hash::of(text.as_bytes())
    }

    #[test]
    fn files_that_the_new_head_does_not_name_are_retired_once() {
        let target = Target::at("memory://x");
        let mut record = TargetRecord::new(&target);
        let published = |files: &[&str]| {
            Some(Published { head: head("alice", "alice=9", files), hash: hash(""), length: 1 })
        };
        record.set_published(published(&["alice=1", "alice=2"]), 10);
        assert_eq!(record.retired, []);
        record.set_published(published(&["alice=1"]), 20);
        record.set_published(published(&["alice=9"]), 30);
        let retired: Vec<_> =
            record.retired.iter().map(|retired| (retired.version.to_string(), retired.at)).collect();
        assert_eq!(retired, [(r#"{"alice":2}"#.into(), 20), (r#"{"alice":1}"#.into(), 30)]);
    }
}
