//! The documents that targets hold, for people to choose from. Decides nothing.

use minisync::{DocumentId, Stamp};
use minisync_store::{Found, FoundClient, SyncOptions, Target, discover};
use serde::Serialize;

use crate::{
    terminal::{Failure, Result, Screen, progress::watched, size, time},
    tracked::FileHint,
};

/// A document that a target holds.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub(super) document: DocumentId,
    pub(super) target: Target,
    clients: Vec<FoundClient>,
}

/// An offer, for machines.
#[derive(Debug, Serialize)]
struct Answer {
    document: String,
    target: String,
    files: Vec<String>,
    /// In bytes, of what is stored of it.
    size: u64,
    edited: Option<String>,
    clients: Vec<Client>,
}

#[derive(Debug, Serialize)]
struct Client {
    id: String,
    label: String,
}

/// What the targets hold, each document once.
///
/// # Errors
/// Where a target cannot be read.
pub(super) fn offers(targets: &[Target], screen: &Screen) -> Result<Vec<Offer>> {
    let mut offers: Vec<Offer> = Vec::new();
    for target in targets {
        let store = watched(target.open()?, target.url(), screen);
        for Found { document, clients } in pollster::block_on(discover(&*store, &SyncOptions::default()))? {
            if offers.iter().all(|other| other.document != document) {
                offers.push(Offer { document, target: target.clone(), clients });
            }
        }
    }
    // People look for a file; ids say nothing to them.
    offers.sort_by_cached_key(|offer| (offer.files(), offer.document.to_string()));
    Ok(offers)
}

/// The one that is meant by its id, or by the beginning of it.
///
/// # Errors
/// Where there is none, or more than one.
pub(super) fn pick<'o>(offers: &'o [Offer], wanted: &str) -> Result<&'o Offer> {
    if let Some(offer) = offers.iter().find(|offer| offer.document.as_str() == wanted) {
        return Ok(offer);
    }
    let mut matching = offers.iter().filter(|offer| offer.document.as_str().starts_with(wanted));
    match (matching.next(), matching.next()) {
        (Some(offer), None) => Ok(offer),
        (Some(_), Some(_)) => Err(Failure::new(format!(
            "the targets hold several documents that begin with {wanted}: {}",
            described(offers.iter().filter(|offer| offer.document.as_str().starts_with(wanted)))
        ))),
        (None, _) if offers.is_empty() => {
            Err(Failure::new(format!("the targets hold no document {wanted}: they hold none")))
        }
        (None, _) => {
            Err(Failure::new(format!("the targets hold no document {wanted}: {}", described(offers))))
        }
    }
}

/// `abc (todo.json, 1.2 kB, edited 2026-11-22 21:47, on phone and laptop), def (…)`.
pub(super) fn described<'o>(offers: impl IntoIterator<Item = &'o Offer>) -> String {
    let described =
        offers.into_iter().map(|offer| format!("{} ({})", offer.document, offer.facts().join(", ")));
    described.collect::<Vec<_>>().join(", ")
}

/// Lists them, as an answer.
pub(super) fn list(offers: &[Offer], screen: &Screen) {
    if screen.is_json() {
        screen.json(&offers.iter().map(Offer::answer).collect::<Vec<_>>());
        return;
    }
    for offer in offers {
        screen.line(format_args!("{}  {}", offer.document, offer.facts().join(", ")));
    }
    if offers.is_empty() {
        screen.say("the targets hold no documents");
    }
}

impl Offer {
    fn facts(&self) -> Vec<String> {
        let mut facts = self.files();
        facts.push(size::bytes(self.size()));
        facts.extend(self.edited().map(|stamp| format!("edited {}", time::local(stamp))));
        let mut labels: Vec<&str> = self.clients.iter().map(|client| client.label.as_str()).collect();
        labels.dedup();
        if let Some(last) = labels.pop() {
            let on =
                if labels.is_empty() { last.to_owned() } else { format!("{} and {last}", labels.join(", ")) };
            facts.push(format!("on {on}"));
        }
        facts
    }

    /// What its file is called on the devices that say so, each name once.
    fn files(&self) -> Vec<String> {
        let mut files: Vec<String> =
            self.clients.iter().map(|client| FileHint::read(client.hint.as_deref()).name).collect();
        files.retain(|name| !name.is_empty());
        files.sort();
        files.dedup();
        files
    }

    /// What the client stores that stores the most: others have a part of it once more.
    fn size(&self) -> u64 {
        self.clients.iter().map(|client| client.size).max().unwrap_or_default()
    }

    /// When the latest edit was made that anybody has.
    fn edited(&self) -> Option<Stamp> {
        self.clients.iter().flat_map(|client| client.version.iter()).map(|(_, stamp)| stamp).max()
    }

    fn answer(&self) -> Answer {
        let client =
            |client: &FoundClient| Client { id: client.client.to_string(), label: client.label.clone() };
        Answer {
            document: self.document.to_string(),
            target: self.target.url().to_owned(),
            files: self.files(),
            size: self.size(),
            edited: self.edited().map(time::utc),
            clients: self.clients.iter().map(client).collect(),
        }
    }
}
