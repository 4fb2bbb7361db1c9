//! What a sync came to, in words and in JSON. Does nothing.

use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
};

use minisync::{ClientId, Document, Renewal, RenewalReason, Stamp};
use minisync_store::{Report, Skipped, Target};
use serde::Serialize;

use super::First;
use crate::{
    commands::overruled::{self, OverruledAnswer},
    terminal::{Failure, Result, Screen},
    tracked::Tracked,
};

/// So many places with new conflicts are named.
const NAMED: usize = 3;

/// Gathers what the targets report.
#[derive(Debug, Default)]
pub(super) struct Summary {
    dry_run: bool,
    /// Says nothing where nothing happened.
    news_only: bool,
    /// FILE became a new document, or a copy of one.
    begun: Option<Begun>,
    received: Vec<Received>,
    targets: Vec<Visit>,
    /// The writes that had lost a conflict before.
    lost: HashSet<(ClientId, Stamp)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    New,
    /// Of one in version 1 of the format.
    Import,
    Copy,
}

#[derive(Debug, Serialize)]
struct Received {
    client: ClientId,
    label: String,
    changes: usize,
}

#[derive(Debug, Serialize)]
struct Visit {
    url: String,
    reached: bool,
    error: Option<String>,
    /// Whose changes could not be had, and why.
    #[serde(rename = "leftOut", skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<LeftOut>,
    #[serde(skip)]
    sent: usize,
    #[serde(rename = "readOnly", skip_serializing_if = "std::ops::Not::not")]
    read_only: bool,
}

#[derive(Debug, Serialize)]
struct LeftOut {
    client: String,
    reason: String,
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    file: String,
    sent: usize,
    received: &'a [Received],
    written: bool,
    targets: &'a [Visit],
    conflicts: usize,
    /// What was overruled by a deletion or replacement, and nobody was told of yet.
    overruled: Vec<OverruledAnswer>,
    /// Why this copy went over to a new client id, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    renewed: Option<&'static str>,
}

impl Summary {
    pub(super) fn new(dry_run: bool) -> Summary {
        Summary { dry_run, ..Summary::default() }
    }

    /// For who syncs again and again.
    pub(super) fn of_news() -> Summary {
        Summary { news_only: true, ..Summary::default() }
    }

    /// What the document is like before.
    pub(super) fn before(&mut self, document: &Document) {
        for path in document.conflicted_paths() {
            self.lost.extend(losers(document, &path));
        }
    }

    /// This is the first sync of FILE.
    pub(super) fn begun(&mut self, first: &First) {
        self.begun = Some(match first {
            First::New => Begun::New,
            First::Import(_) => Begun::Import,
            First::Join { .. } => Begun::Copy,
        });
    }

    /// What syncing with one target came to. A target may be visited more than once.
    pub(super) fn add(&mut self, target: &Target, result: Result<Report>, screen: &Screen) {
        let visit = match self.targets.iter_mut().position(|visit| visit.url == target.url()) {
            Some(index) => &mut self.targets[index],
            None => {
                let visit = Visit {
                    url: target.url().to_owned(),
                    reached: false,
                    error: None,
                    left_out: Vec::new(),
                    sent: 0,
                    read_only: target.is_read_only(),
                };
                self.targets.push(visit);
                let last = self.targets.len() - 1;
                &mut self.targets[last]
            }
        };
        let report = match result {
            Ok(report) => report,
            Err(error) => {
                (visit.reached, visit.error) = (false, Some(error.to_string()));
                return;
            }
        };
        (visit.reached, visit.error) = (true, None);
        visit.sent += report.sent.as_ref().map_or(0, |sent| sent.changes);
        for warning in &report.warnings {
            screen.warn(format_args!("{}: {warning}", target.url()));
        }
        // What an earlier visit in this run could not have may be there by now.
        visit.left_out.clear();
        for Skipped { client, reason } in report.skipped {
            screen.warn(format_args!("{}: {client} was left out: {reason}", target.url()));
            visit.left_out.push(LeftOut { client, reason });
        }
        for received in report.received {
            match self.received.iter_mut().find(|known| known.client == received.client) {
                Some(known) => known.changes += received.changes,
                None => self.received.push(Received {
                    client: received.client,
                    label: received.label,
                    changes: received.changes,
                }),
            }
        }
    }

    /// Tells it all.
    ///
    /// # Errors
    /// Where a target could not be reached, or something could not be received.
    pub(super) fn finish(
        &self,
        file: &Path,
        tracked: &Tracked<'_>,
        written: bool,
        screen: &Screen,
    ) -> Result<()> {
        let conflicts = tracked.document().conflicted_paths();
        let overruled = overruled::untold(tracked.state())?;
        let is_told = !self.news_only || self.is_news(written);
        if is_told {
            self.show(screen, file, written, conflicts.len(), overruled, tracked.document().renewal());
        }
        tracked.tell_renewal();
        if is_told {
            screen.say(format_args!("{}: {}", file.display(), self.sentence(tracked, written)));
        }
        if let Some(places) = self.new_conflicts(tracked.document(), conflicts) {
            let file = file.display();
            screen.say(format_args!(
                "{file}: devices wrote different values at the same time at {places}; see: minisync conflicts {file}"
            ));
        }
        overruled::tell(tracked.state(), file, screen);
        let complaints = self.targets.iter().filter_map(Visit::complaint);
        let mut complaints: Vec<_> = complaints.collect();
        let Some(last) = complaints.pop() else { return self.refuse_incomplete(file) };
        for complaint in complaints {
            screen.warn(complaint);
        }
        Err(Failure::new(last))
    }

    /// # Errors
    /// Where not all that others sent was received.
    fn refuse_incomplete(&self, file: &Path) -> Result<()> {
        let left_out = self.targets.iter().flat_map(|visit| &visit.left_out);
        let names: BTreeSet<&str> = left_out.map(|left_out| left_out.client.as_str()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = names.into_iter().collect();
        Err(Failure::incomplete(format!(
            "{}: not all that {} sent could be received; sync again later",
            file.display(),
            names.join(" and ")
        )))
    }

    /// Where values lost that had not lost before: "title, list[0].x and 3 more places".
    fn new_conflicts(&self, document: &Document, mut paths: Vec<minisync::Path>) -> Option<String> {
        paths.retain(|path| losers(document, path).iter().any(|loser| !self.lost.contains(loser)));
        let mut named: Vec<String> = paths.iter().take(NAMED).map(ToString::to_string).collect();
        match paths.len().saturating_sub(NAMED) {
            0 => {}
            more => named.push(count(more, "more place", "more places")),
        }
        let last = named.pop()?;
        Some(if named.is_empty() { last } else { format!("{} and {last}", named.join(", ")) })
    }

    /// The answer for machines, if one is wanted.
    pub(super) fn show(
        &self,
        screen: &Screen,
        file: &Path,
        written: bool,
        conflicts: usize,
        overruled: Vec<OverruledAnswer>,
        renewal: Option<Renewal>,
    ) {
        if screen.is_json() {
            screen.json(&Answer {
                file: file.display().to_string(),
                sent: self.sent(),
                received: &self.received,
                written,
                targets: &self.targets,
                conflicts,
                overruled,
                renewed: renewed(renewal),
            });
        }
    }

    fn is_news(&self, written: bool) -> bool {
        self.begun.is_some() || written || self.sent() > 0 || !self.received().is_empty()
    }

    /// The targets get the same changes, unless one of them was out of reach for a while.
    fn sent(&self) -> usize {
        self.targets.iter().map(|visit| visit.sent).max().unwrap_or_default()
    }

    /// "sent 3 changes, received 2 from phone".
    fn sentence(&self, tracked: &Tracked<'_>, written: bool) -> String {
        let mut parts = Vec::new();
        match self.begun {
            Some(Begun::New) => parts.push(format!("is the new document {}", tracked.document().id())),
            Some(Begun::Import) => parts.push(format!("is the document {}", tracked.document().id())),
            Some(Begun::Copy) => parts.push(format!("is a copy of the document {}", tracked.document().id())),
            None => {}
        }
        let (sent, received) = (self.sent(), self.received());
        let will = if self.dry_run { "would have " } else { "" };
        let reached = self.targets.iter().filter(|visit| visit.reached && !visit.read_only);
        let reached: Vec<_> = reached.collect();
        let is_new = self.begun == Some(Begun::New) || self.begun == Some(Begun::Import) && sent > 0;
        if is_new && !reached.is_empty() {
            let urls: Vec<_> = reached.iter().map(|visit| visit.url.as_str()).collect();
            parts.push(format!("sent to {}", urls.join(" and ")));
        } else if sent > 0 {
            parts.push(format!("{will}sent {}", count(sent, "change", "changes")));
        }
        if !received.is_empty() && matches!(self.begun, None | Some(Begun::Import)) {
            parts.push(format!("{will}received {}", received.join(" and ")));
        }
        if self.targets.is_empty() && self.begun.is_some() {
            parts.push("there is no place to send it to yet: add --with FOLDER".to_owned());
        }
        if parts.is_empty() {
            parts.push(match (written, self.dry_run) {
                (true, true) => "would have been written".to_owned(),
                (true, false) => "written".to_owned(),
                _ if self.targets.iter().any(|visit| !visit.reached) => "nothing sent".to_owned(),
                _ if self.targets.iter().any(|visit| !visit.left_out.is_empty()) => {
                    "nothing received".to_owned()
                }
                _ => "up to date".to_owned(),
            });
        }
        parts.join(", ")
    }

    fn received(&self) -> Vec<String> {
        let mut parts = Vec::new();
        for received in self.received.iter().filter(|received| received.changes > 0) {
            let noun = if received.changes == 1 { " change" } else { " changes" };
            let noun = if parts.is_empty() && self.sent() == 0 { noun } else { "" };
            parts.push(format!("{}{noun} from {}", received.changes, received.label));
        }
        parts
    }
}

impl Visit {
    /// Why the target was not reached, and what to do.
    fn complaint(&self) -> Option<String> {
        Some(format!("{}: {}", self.url, self.error.as_ref()?))
    }
}

/// Why a client id was left, for machines.
fn renewed(renewal: Option<Renewal>) -> Option<&'static str> {
    renewal.map(|renewal| match renewal.reason {
        RenewalReason::Clock => "clock",
        _ => "head",
    })
}

/// The writes that lost at a path.
fn losers(document: &Document, path: &minisync::Path) -> Vec<(ClientId, Stamp)> {
    let conflicts = document.conflicts(path).unwrap_or_default();
    conflicts.into_iter().map(|conflict| (conflict.client.clone(), conflict.stamp)).collect()
}

/// "1 change", "3 changes".
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
