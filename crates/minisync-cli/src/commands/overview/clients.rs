//! `minisync clients`: who has a copy of FILE's document, and what this copy is called.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::{
    commands::change::open_tracked,
    terminal::{Failure, Result, Screen, time},
};

/// List the copies of a document, or give this one another name
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync clients todo.json
  minisync clients todo.json --rename 'old laptop'")]
pub(crate) struct Clients {
    /// The JSON file
    file: PathBuf,
    /// What this copy is called on the other devices from now on
    #[arg(long, value_name = "LABEL")]
    rename: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Client {
    id: String,
    label: Option<String>,
    /// Whether it is this copy.
    own: bool,
    last_seen: Option<String>,
}

impl Clients {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let mut tracked = open_tracked(&self.file, screen)?;
        if let Some(label) = &self.rename {
            if !is_label(label) {
                return Err(Failure::usage(
                    "--rename: a label has at least one character, and no control characters",
                ));
            }
            tracked.state_mut().set_label(label);
            tracked.save()?;
        }
        let state = tracked.state();
        let own = Client {
            id: state.document().client_id().to_string(),
            label: Some(state.label().to_owned()),
            own: true,
            last_seen: None,
        };
        let others = state.clients();
        if screen.is_json() {
            let other = |client: &minisync_store::ClientStatus| Client {
                id: client.client.to_string(),
                label: client.label.clone(),
                own: false,
                last_seen: client.last_seen.map(time::utc),
            };
            screen.json(&std::iter::once(own).chain(others.iter().map(other)).collect::<Vec<_>>());
            return Ok(());
        }
        screen.line(format_args!("{} ({}), this copy", state.label(), own.id));
        for client in others {
            let seen =
                client.last_seen.map_or("not seen yet".to_owned(), |at| format!("seen {}", time::local(at)));
            let label = client.label.as_deref().unwrap_or("unnamed");
            screen.line(format_args!("{label} ({}), {seen}", client.client));
        }
        Ok(())
    }
}

/// Whether it can stand in a line.
pub(crate) fn is_label(label: &str) -> bool {
    !label.is_empty() && !label.chars().any(char::is_control)
}
