//! `minisync clients`: who has a copy of FILE's document, what this copy is called, and giving up one that is gone.

use std::path::PathBuf;

use clap::Args;
use minisync::ClientId;
use minisync_store::{ClientStatus, SyncOptions, Target};
use serde::Serialize;

use crate::{
    commands::{change::open_tracked, target},
    terminal::{Failure, Result, Screen, time},
    tracked::Tracked,
};

/// List the copies of a document, name this one, or give one up for good
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync clients todo.json
  minisync clients todo.json --rename 'old laptop'
  minisync clients todo.json --retire phone")]
pub(crate) struct Clients {
    /// The JSON file
    file: PathBuf,
    /// What this copy is called on the other devices from now on
    #[arg(long, value_name = "LABEL", conflicts_with = "retire")]
    rename: Option<String>,
    /// Give up a copy that is gone for good, by its label or id: nothing is kept for it any more, and what it published
    /// is removed from the targets, once it is published by this copy
    #[arg(long, value_name = "CLIENT")]
    retire: Option<String>,
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
            check_label("--rename", label)?;
            tracked.state_mut().set_label(label);
            tracked.save()?;
        }
        if let Some(name) = &self.retire {
            self.retire(&mut tracked, name, screen)?;
        }
        list(&tracked, screen);
        Ok(())
    }

    /// The order matters: what only that client has published is published by this one before it goes.
    fn retire(&self, tracked: &mut Tracked<'_>, name: &str, screen: &Screen) -> Result<()> {
        let file = self.file.display();
        let targets: Vec<Target> =
            tracked.state().targets().into_iter().filter(|target| !target.is_read_only()).collect();
        tracked.save()?;
        tracked.save_merge_base()?;
        sync(tracked, &targets, screen)?;
        let client = self.find(tracked, name)?;
        if !tracked.state().has_all_of(&client) {
            return Err(Failure::new(format!(
                "{file}: not all that {name} published is here; it is not given up: sync again, and then retire it"
            )));
        }
        tracked.state_mut().distrust(&client);
        sync(tracked, &targets, screen)?;
        let document = tracked.document().id().clone();
        for target in &targets {
            let store = target::open(target, screen)?;
            let options = SyncOptions::default();
            pollster::block_on(minisync_store::retire(&*store, &document, &client, &options))?;
        }
        tracked.state_mut().forget_client(&client);
        tracked.save()?;
        // Where all heads were read anew in the round before, its files counted once more.
        sync(tracked, &targets, screen)?;
        tracked.write_back()?;
        tracked.save()?;
        screen.say(format_args!("{file}: {name} is given up; should it sync again, it is there again"));
        Ok(())
    }

    /// The other copy with this label or id.
    fn find(&self, tracked: &Tracked<'_>, name: &str) -> Result<ClientId> {
        let file = self.file.display();
        let state = tracked.state();
        let others = state.clients();
        if let Some(client) = others.iter().find(|client| client.client.as_str() == name) {
            return Ok(client.client.clone());
        }
        let named: Vec<&ClientStatus> =
            others.iter().filter(|client| client.label.as_deref() == Some(name)).collect();
        match &named[..] {
            [client] => Ok(client.client.clone()),
            [] if state.label() == name || state.document().client_id().as_str() == name => {
                Err(Failure::usage(format!(
                    "{file}: {name} is this copy; to give it up, delete it here, and retire it on another device"
                )))
            }
            [] => Err(Failure::new(format!(
                "{file}: no copy is called {name}; minisync clients {file} lists them"
            ))),
            several => {
                let ids: Vec<_> = several.iter().map(|client| client.client.to_string()).collect();
                Err(Failure::new(format!("{file}: several copies are called {name}: {}", ids.join(", "))))
            }
        }
    }
}

/// # Errors
/// Where a target could not be reached, or something there could not be had.
fn sync(tracked: &mut Tracked<'_>, targets: &[Target], screen: &Screen) -> Result<()> {
    for target in targets {
        let store = target::open(target, screen)?;
        let options = SyncOptions::default();
        let result = pollster::block_on(minisync_store::sync(&*store, tracked.state_mut(), target, &options));
        let report = result.map_err(|error| Failure::from(error).about(target.url()))?;
        for skipped in report.skipped {
            screen.warn(format_args!(
                "{}: {} was left out: {}",
                target.url(),
                skipped.client,
                skipped.reason
            ));
        }
    }
    Ok(())
}

fn list(tracked: &Tracked<'_>, screen: &Screen) {
    let state = tracked.state();
    let own = Client {
        id: state.document().client_id().to_string(),
        label: Some(state.label().to_owned()),
        own: true,
        last_seen: None,
    };
    let others = state.clients();
    if screen.is_json() {
        let other = |client: &ClientStatus| Client {
            id: client.client.to_string(),
            label: client.label.clone(),
            own: false,
            last_seen: client.last_seen.map(time::utc),
        };
        screen.json(&std::iter::once(own).chain(others.iter().map(other)).collect::<Vec<_>>());
        return;
    }
    screen.line(format_args!("{} ({}), this copy", state.label(), own.id));
    for client in others {
        let seen =
            client.last_seen.map_or("not seen yet".to_owned(), |at| format!("seen {}", time::local(at)));
        let label = client.label.as_deref().unwrap_or("unnamed");
        screen.line(format_args!("{label} ({}), {seen}", client.client));
    }
}

/// Refuses a label that cannot stand in a line; `argument` says where it was given.
///
/// # Errors
/// Where it cannot.
pub(crate) fn check_label(argument: &str, label: &str) -> Result<()> {
    if label.is_empty() || label.chars().any(char::is_control) {
        return Err(Failure::usage(format!(
            "{argument}: a label has at least one character, and no control characters"
        )));
    }
    Ok(())
}
