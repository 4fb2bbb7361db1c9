//! Targets as the user writes them, and the stores behind them. Knows no documents.

use std::{env, sync::OnceLock, time::Duration};

use minisync_services::{
    Connection, Environment,
    http::{HttpClient, Wait},
};
use minisync_store::{Store, Target};

use crate::terminal::{Failure, Result, Screen, progress::watched};

/// A shorter wait is not worth a line.
const WORTH_TELLING: Duration = Duration::from_secs(2);

/// A target that the user wrote; `argument` says where.
///
/// # Errors
/// Where it is none that can be remembered.
pub(crate) fn parse(argument: &str, text: &str) -> Result<Target> {
    let base =
        env::current_dir().map_err(|error| Failure::io("find", "the current folder".as_ref(), &error))?;
    if text.is_empty() {
        return Err(Failure::usage(format!(
            "{argument}: a target is the path of a folder or a URL, and this is empty"
        )));
    }
    // A store in memory ends with the process: whoever synced with it would sync with nobody.
    if text.starts_with("memory://") {
        return Err(Failure::usage(format!("{argument} {text}: nothing is kept there; give a folder")));
    }
    minisync_services::parse(text, &base).map_err(|error| {
        let message = if error.names_target() {
            format!("{argument}: {error}")
        } else {
            format!("{argument} {text}: {error}")
        };
        if error.is_unsupported() { Failure::new(message) } else { Failure::usage(message) }
    })
}

/// The store behind a target, which shows its progress to a person who watches.
///
/// # Errors
/// Where the credentials for it cannot be had.
pub(crate) fn open(target: &Target, screen: &Screen) -> Result<Box<dyn Store>> {
    // One for the whole command: connections to servers are kept and used again.
    static CONNECTION: OnceLock<Connection> = OnceLock::new();
    let connection = CONNECTION.get_or_init(|| connect(screen));
    let store = connection.open(target).map_err(|error| Failure::new(error.to_string()))?;
    Ok(watched(store, target.url(), screen))
}

fn connect(screen: &Screen) -> Connection {
    let tell = screen.wait_teller();
    let client = HttpClient::telling(move |wait| {
        if wait.time >= WORTH_TELLING {
            tell(&waiting(wait));
        }
    });
    Connection::with(client, Environment::system())
}

/// `waiting for dav.example.org, 12 s, as it asked`.
fn waiting(wait: &Wait<'_>) -> String {
    let asked = if wait.is_asked { ", as it asked" } else { "" };
    format!("waiting for {}, {} s{asked}", wait.host, wait.time.as_secs_f64().round())
}
