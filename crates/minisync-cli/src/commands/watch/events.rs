//! What the system tells of changes: folders are watched, never files, since a file that is replaced takes its watch
//! with it. Knows no documents.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, channel},
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
};

/// What a follower is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    /// Something changed, or may have.
    Changed,
    /// The system watches no more: its watches are used up, or it lost events.
    Blind,
    Stop,
}

/// The two ends of a follower's messages.
pub(super) fn inbox() -> (Sender<Message>, Receiver<Message>) {
    channel()
}

/// A folder to be watched, and of whom in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) folder: PathBuf,
    /// The one name that counts; None for all.
    pub(super) name: Option<OsString>,
}

impl Place {
    fn concerns(&self, path: &Path) -> bool {
        match &self.name {
            // What happens to the folder itself counts too: it may be replaced.
            Some(name) => path.file_name() == Some(name) || path == self.folder,
            None => path.starts_with(&self.folder),
        }
    }
}

/// Watches folders as they come and go.
pub(super) struct Events {
    messages: Sender<Message>,
    watcher: Option<RecommendedWatcher>,
    places: Vec<Place>,
    /// The folders that are watched, as they were then. Another folder may have taken a name since.
    watched: BTreeMap<PathBuf, FolderId>,
    /// Why something cannot be watched.
    complaint: Option<String>,
}

/// Tells a folder from another one in its place, as far as the system lets us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FolderId(Option<(u64, u64)>);

impl Events {
    /// `poll`: the system is not asked.
    pub(super) fn new(messages: Sender<Message>, poll: bool) -> Events {
        let mut events =
            Events { messages, watcher: None, places: Vec::new(), watched: BTreeMap::new(), complaint: None };
        if !poll {
            events.restart();
        }
        events
    }

    /// Watches these places from now on; those that are not there are left out until the next call. Whether anything
    /// is watched that was not before: it may have changed unseen.
    pub(super) fn watch(&mut self, places: &[Place]) -> bool {
        if self.watcher.is_none() {
            return false;
        }
        if self.places != places {
            self.places = places.to_vec();
            self.restart();
        }
        let mut is_news = false;
        for Place { folder, .. } in &self.places {
            let found = folder_id(folder);
            if self.watched.get(folder).copied() == found {
                continue;
            }
            let Some(watcher) = &mut self.watcher else { break };
            if self.watched.remove(folder).is_some() {
                // The watch went with the folder; where it did not, it goes now.
                let _ = watcher.unwatch(folder);
            }
            let Some(found) = found else { continue };
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(folder.clone(), found);
                    is_news = true;
                }
                Err(error) => self.complaint = Some(reason(folder, &error)),
            }
        }
        is_news
    }

    /// What could not be watched, once.
    pub(super) fn take_complaint(&mut self) -> Option<String> {
        self.complaint.take()
    }

    /// Begins anew, after events were lost.
    pub(super) fn restart(&mut self) {
        let (messages, places) = (self.messages.clone(), self.places.clone());
        self.watched.clear();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let message = match event {
                Ok(event) => is_change(&event, &places),
                Err(_) => Some(Message::Blind),
            };
            if let Some(message) = message {
                // A follower that is gone needs no more messages.
                let _ = messages.send(message);
            }
        });
        match watcher {
            Ok(watcher) => self.watcher = Some(watcher),
            Err(error) => {
                self.watcher = None;
                self.complaint = Some(reason(Path::new("files"), &error));
            }
        }
    }
}

/// Whether an event may be a change of what is watched. Reading is none: to sync reads, and would begin again and again.
fn is_change(event: &Event, places: &[Place]) -> Option<Message> {
    if event.need_rescan() {
        return Some(Message::Blind);
    }
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => {}
        EventKind::Access(_) => return None,
        _ => {}
    }
    let concerns = |path: &PathBuf| places.iter().any(|place| place.concerns(path));
    (event.paths.is_empty() || event.paths.iter().any(concerns)).then_some(Message::Changed)
}

fn reason(place: &Path, error: &notify::Error) -> String {
    let place = place.display();
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => format!(
            "{place}: the system can watch no more files; it is looked at every so often instead \
             (fs.inotify.max_user_watches and max_user_instances are the limits)"
        ),
        _ => format!("{place}: cannot be watched ({error}); it is looked at every so often instead"),
    }
}

#[cfg(unix)]
fn folder_id(folder: &Path) -> Option<FolderId> {
    use std::os::unix::fs::MetadataExt as _;
    let found = fs::metadata(folder).ok()?;
    Some(FolderId(Some((found.dev(), found.ino()))))
}

#[cfg(not(unix))]
fn folder_id(folder: &Path) -> Option<FolderId> {
    fs::metadata(folder).ok()?;
    Some(FolderId(None))
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, Flag, ModifyKind, RenameMode};

    use super::*;

    fn message(kind: EventKind, path: &str) -> Option<Message> {
        let places = [
            Place { folder: "/home".into(), name: Some("todo.json".into()) },
            Place { folder: "/cloud/head".into(), name: None },
        ];
        is_change(&Event::new(kind).add_path(path.into()), &places)
    }

    /// To sync opens FILE and lists the heads. Were that an event, the next sync would begin at once, and so on.
    #[test]
    fn reading_is_no_change() {
        for path in ["/home/todo.json", "/cloud/head", "/cloud/head/a.json"] {
            let open = EventKind::Access(AccessKind::Open(AccessMode::Read));
            assert_eq!(message(open, path), None);
            assert_eq!(message(EventKind::Access(AccessKind::Close(AccessMode::Read)), path), None);
        }
    }

    #[test]
    fn what_is_written_replaced_or_renamed_is() {
        for kind in [
            EventKind::Create(CreateKind::File),
            EventKind::Modify(ModifyKind::Name(RenameMode::To)),
            EventKind::Access(AccessKind::Close(AccessMode::Write)),
            EventKind::Any,
        ] {
            assert_eq!(message(kind, "/home/todo.json"), Some(Message::Changed));
            assert_eq!(message(kind, "/cloud/head/a.json"), Some(Message::Changed));
            assert_eq!(message(kind, "/home"), Some(Message::Changed), "the folder itself");
            assert_eq!(message(kind, "/home/.todo.json.minisync.tmp"), None);
            assert_eq!(message(kind, "/home/other.json"), None);
        }
    }

    #[test]
    fn lost_events_mean_to_begin_anew() {
        let event = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(is_change(&event, &[]), Some(Message::Blind));
    }
}
