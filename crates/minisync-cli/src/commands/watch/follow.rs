//! Follows one FILE: waits until something happens or is due, and syncs.

use std::{
    fs,
    hash::{BuildHasher as _, RandomState},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender},
    time::{Duration, Instant, SystemTime},
};

use minisync_store::StatePlace;

use super::{
    clock::Clocks,
    events::{Events, Message, Place},
    schedule::Schedule,
};
use crate::{
    commands::sync::sync_once,
    terminal::{Failure, Result, Screen},
};

/// FILE's size and time are looked at this often, and so is the wall clock.
const GLANCE: Duration = Duration::from_secs(5);

/// Devices that wake at once come to a target within this time.
const JITTER: Duration = Duration::from_secs(2);

/// So many syncs in a row may fail for reasons that pass, such as a FILE that is half written, before that is told.
const PATIENCE: u32 = 2;

/// One FILE, and what is known of it.
pub(super) struct Follower {
    file: PathBuf,
    every: Duration,
    poll: bool,
    screen: Screen,
    /// How FILE was when it was last looked at.
    look: Option<Look>,
    /// Where the others' heads are.
    heads: Vec<PathBuf>,
    failures: u32,
    /// Whether people were told of a failure that is not over yet.
    is_told: bool,
}

/// A file as a listing shows it.
type Look = (u64, Option<SystemTime>);

impl Follower {
    pub(super) fn new(file: PathBuf, every: Duration, poll: bool, screen: Screen) -> Follower {
        Follower { file, every, poll, screen, look: None, heads: Vec::new(), failures: 0, is_told: false }
    }

    /// Syncs until it is told to stop.
    pub(super) fn run(mut self, messages: Sender<Message>, inbox: &Receiver<Message>) {
        let mut events = Events::new(messages, self.poll);
        let mut schedule = Schedule::new(self.every, Instant::now());
        let mut clocks = Clocks::new(Instant::now(), SystemTime::now());
        self.screen.say(format_args!("{}: watching", self.file.display()));
        loop {
            self.glance(&mut events, &mut schedule);
            let now = Instant::now();
            if clocks.have_parted(now, SystemTime::now()) {
                schedule.hurry(now, JITTER.mul_f64(chance()));
            }
            if schedule.due() <= now {
                schedule.begin();
                self.sync(&mut schedule);
                continue;
            }
            let wait = (schedule.due() - now).min(GLANCE).min(self.every);
            match inbox.recv_timeout(wait) {
                Ok(Message::Changed) => schedule.event(Instant::now()),
                Ok(Message::Blind) => {
                    events.restart();
                    schedule.event(Instant::now());
                }
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Looks at FILE without reading it, and sees to it that what can be watched is.
    fn glance(&mut self, events: &mut Events, schedule: &mut Schedule) {
        let look = look_at(&self.file);
        if look != self.look {
            self.look = look;
            schedule.event(Instant::now());
        }
        if events.watch(&self.places()) {
            schedule.event(Instant::now());
        }
        if let Some(complaint) = events.take_complaint() {
            self.screen.warn(complaint);
        }
    }

    /// FILE's folder, that of the file behind it where FILE is a link, and those of the others' heads.
    fn places(&self) -> Vec<Place> {
        let real = fs::canonicalize(&self.file).ok();
        let files = [Some(self.file.clone()), real].into_iter().flatten();
        let mut places: Vec<Place> = Vec::new();
        for file in files {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).to_path_buf();
            let folder = fs::canonicalize(&folder).unwrap_or(folder);
            let place = Place { folder, name: file.file_name().map(Into::into) };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places.extend(self.heads.iter().map(|folder| Place { folder: folder.clone(), name: None }));
        places
    }

    fn sync(&mut self, schedule: &mut Schedule) {
        let result = self.sync_once();
        // What FILE is like by now was seen, but for what another program writes from here on: that is an event.
        match result {
            Ok(()) => {
                if self.is_told {
                    self.screen.say(format_args!("{}: all is well again", self.file.display()));
                }
                (self.failures, self.is_told) = (0, false);
                schedule.done(Instant::now(), chance());
            }
            Err(failure) => {
                self.failures += 1;
                if self.failures >= PATIENCE {
                    self.screen.warn(failure);
                    self.is_told = true;
                }
                schedule.failed(Instant::now(), chance());
            }
        }
        self.screen.end_of_event();
    }

    /// # Errors
    /// Those of a sync. A FILE whose state is not there is left alone: its disk may not be mounted.
    fn sync_once(&mut self) -> Result<()> {
        if !StatePlace::beside(&self.file)?.exists() {
            return Err(Failure::new(format!(
                "{}: what is known about it is not there; waiting until it is (is its disk mounted?)",
                self.file.display()
            )));
        }
        sync_once(&self.file, &self.screen, &mut self.heads)
    }
}

fn look_at(file: &Path) -> Option<Look> {
    let found = fs::metadata(file).ok()?;
    Some((found.len(), found.modified().ok()))
}

/// From 0 to 1. Only to keep devices from moving in step, so the standard library's seeds will do.
fn chance() -> f64 {
    f64::from(u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}
