//! `minisync status`: what is known about FILE, its copies and its targets. Changes nothing.

use std::path::PathBuf;

use clap::Args;
use minisync::Version;
use minisync_store::{ClientStatus, State, StatePlace, TargetStatus};
use serde::Serialize;

use crate::{
    commands::change::untracked,
    terminal::{Result, Screen, time},
    tracked::{Found, open},
};

/// Show what is known about a file: its copies, its targets, and what is unsent
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// The JSON file
    file: PathBuf,
}

#[derive(Debug, Serialize)]
struct Answer {
    file: String,
    document: String,
    client: String,
    label: String,
    version: Version,
    clients: Vec<Client>,
    targets: Vec<Target>,
    conflicts: usize,
    overruled: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Client {
    id: String,
    label: Option<String>,
    version: Version,
    last_seen: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    url: String,
    last_reached: Option<String>,
    unsent: usize,
    read_only: bool,
}

impl Status {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        if !StatePlace::beside(&self.file)?.exists() {
            return Err(untracked(&self.file));
        }
        let Found::Tracked(mut tracked) = open(&self.file, screen)? else {
            return Err(untracked(&self.file));
        };
        // FILE's edits count as unsent; where FILE cannot be read, sync will say why.
        let edits = tracked.read_edits();
        let state = tracked.state();
        let clients = state.clients();
        let targets: Vec<_> =
            state.targets().iter().filter_map(|target| state.target_status(target)).collect();
        if screen.is_json() {
            screen.json(&self.answer(state, clients, targets));
            return Ok(());
        }
        for line in self.lines(state, &clients, &targets) {
            screen.line(line);
        }
        if let Err(failure) = edits {
            screen.warn(failure);
        }
        Ok(())
    }

    fn answer(&self, state: &State, clients: Vec<ClientStatus>, targets: Vec<TargetStatus>) -> Answer {
        let document = state.document();
        let client = |client: ClientStatus| Client {
            id: client.client.to_string(),
            label: client.label,
            version: client.version,
            last_seen: client.last_seen.map(time::utc),
        };
        let target = |target: TargetStatus| Target {
            url: target.url,
            last_reached: target.last_reached.map(time::utc),
            unsent: target.unsent,
            read_only: target.read_only,
        };
        Answer {
            file: self.file.display().to_string(),
            document: document.id().to_string(),
            client: document.client_id().to_string(),
            label: state.label().to_owned(),
            version: document.version(),
            clients: clients.into_iter().map(client).collect(),
            targets: targets.into_iter().map(target).collect(),
            conflicts: document.conflicted_paths().len(),
            overruled: state.overruled().len(),
        }
    }

    fn lines(&self, state: &State, clients: &[ClientStatus], targets: &[TargetStatus]) -> Vec<String> {
        let document = state.document();
        let mut lines = vec![
            self.file.display().to_string(),
            format!("  document   {}", document.id()),
            format!("  this copy  {} ({})", state.label(), document.client_id()),
        ];
        for client in clients {
            let seen = client
                .last_seen
                .map_or("not seen yet".to_owned(), |time| format!("seen {}", time::local(time)));
            let label = client.label.as_deref().unwrap_or("unnamed");
            lines.push(format!("  copy       {label} ({}), {seen}", client.client));
        }
        for target in targets {
            let reached = target
                .last_reached
                .map_or("not reached yet".to_owned(), |time| format!("reached {}", time::local(time)));
            let unsent = match target.unsent {
                _ if target.read_only => "only read".to_owned(),
                0 => "all sent".to_owned(),
                1 => "1 change unsent".to_owned(),
                count => format!("{count} changes unsent"),
            };
            lines.push(format!("  target     {}, {reached}, {unsent}", target.url));
        }
        if targets.is_empty() {
            lines.push(format!(
                "  target     none; add one with: minisync sync {} --with FOLDER",
                self.file.display()
            ));
        }
        let conflicts = document.conflicted_paths().len();
        if conflicts > 0 {
            lines.push(format!("  conflicts  {conflicts}; see: minisync conflicts {}", self.file.display()));
        }
        let overruled = state.overruled().len();
        if overruled > 0 {
            lines.push(format!("  overruled  {overruled}; see: minisync conflicts {}", self.file.display()));
        }
        lines
    }
}
