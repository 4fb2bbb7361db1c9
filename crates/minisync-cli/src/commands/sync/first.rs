//! How a FILE that is not tracked yet becomes a document. Decides, and does nothing.

use std::fmt::Write as _;

use minisync::{Changes, DocumentId};
use minisync_store::{Found, SyncOptions, Target, discover};

use super::Sync;
use crate::{
    file::Source,
    terminal::{Failure, Result, Screen, progress::watched},
};

/// Where FILE's document comes from.
pub(super) enum First {
    /// FILE becomes a new one.
    New,
    /// FILE holds it in version 1 of the format; the target may have it already.
    Import(DocumentId),
    /// It is this one, which the target holds.
    Join { document: DocumentId, target: Target },
}

impl First {
    /// What a dry run says.
    pub(super) fn intention(&self, targets: &[Target]) -> String {
        match self {
            First::Join { document, target } => {
                format!("would become a copy of the document {document} in {target}")
            }
            First::Import(document) => {
                format!("would become the document {document}, which it holds in version 1 of the format")
            }
            First::New if targets.is_empty() => "would become a new document".to_owned(),
            First::New => {
                let urls: Vec<_> = targets.iter().map(Target::url).collect();
                format!("would become a new document and be sent to {}", urls.join(" and "))
            }
        }
    }
}

/// Looks at FILE and at what the targets hold.
///
/// # Errors
/// Where it is not clear what is meant; the error offers what can be said.
pub(super) fn plan(sync: &Sync, targets: &[Target], screen: &Screen) -> Result<First> {
    let file = sync.file.display();
    let reading = Source::new(&sync.file)?.read()?;
    if let Some(reading) = reading.as_ref().filter(|reading| Changes::is_v1(reading.text())) {
        return import(sync, reading.text(), targets, screen);
    }
    let present = reading.is_some();
    let documents = documents(targets, screen)?;
    if sync.new {
        return if present { Ok(First::New) } else { Err(missing(sync, targets)) };
    }
    let wanted =
        |(found, _): &&(Found, Target)| sync.join.as_ref().is_none_or(|join| found.document.as_str() == join);
    let mut matches = documents.iter().filter(wanted);
    match (sync.join.as_deref(), matches.next(), matches.next(), present) {
        (Some(join), None, ..) => {
            let hint = if documents.is_empty() { "they hold none".to_owned() } else { list(&documents) };
            Err(Failure::new(format!("{file}: the targets hold no document {join}: {hint}")))
        }
        (Some(_), Some((found, target)), ..) | (None, Some((found, target)), None, false) => {
            Ok(First::Join { document: found.document.clone(), target: target.clone() })
        }
        (None, Some(_), Some(_), false) => Err(Failure::new(format!(
            "{file} is not there yet, and the target holds several documents; pick one with --join: {}",
            list(&documents)
        ))),
        (None, Some(_), _, true) => Err(Failure::new(format!(
            "{file} is not tracked yet, and the target holds documents already; add --join DOCUMENT to make it one \
             of them (it is kept as {}.bak, and what only it has is added), or --new to add it beside them: {}",
            sync.file.file_name().unwrap_or_default().display(),
            list(&documents)
        ))),
        (None, None, _, true) => Ok(First::New),
        (None, None, _, false) => Err(missing(sync, targets)),
    }
}

/// A file of version 1 is the document that it names, and no other.
fn import(sync: &Sync, text: &str, targets: &[Target], screen: &Screen) -> Result<First> {
    let file = sync.file.display();
    let changes = text.trim().parse::<Changes>().map_err(|error| Failure::from(error).about(&file))?;
    let document = changes.document_id();
    if let Some(join) = sync.join.as_ref().filter(|join| *join != document.as_str()) {
        return Err(Failure::new(format!(
            "{file} is the document {document}, in version 1 of the format, and cannot become {join}; \
             use another name for another document"
        )));
    }
    let others = documents(targets, screen)?;
    if !sync.new && !others.is_empty() && others.iter().all(|(found, _)| found.document != *document) {
        return Err(Failure::new(format!(
            "{file} is the document {document}, in version 1 of the format, and the target holds others; add --new \
             to put it beside them: {}",
            list(&others)
        )));
    }
    Ok(First::Import(document.clone()))
}

/// For a FILE whose document has not been anywhere: whether the targets hold others and not this one.
///
/// # Errors
/// Where they do; the error offers what can be said.
pub(super) fn refuse_strangers(
    sync: &Sync,
    document: &DocumentId,
    targets: &[Target],
    screen: &Screen,
) -> Result<()> {
    let documents = documents(targets, screen)?;
    if documents.is_empty() || documents.iter().any(|(found, _)| found.document == *document) {
        return Ok(());
    }
    let name = sync.file.file_name().unwrap_or_default().display();
    Err(Failure::new(format!(
        "{} is a document of its own, and the target holds others already; add --new to put it beside them; \
         or, to make it one of them, move {}/{name}.* away and use --join DOCUMENT: {}",
        sync.file.display(),
        sync.file.with_file_name(".minisync").display(),
        list(&documents)
    )))
}

/// What the targets hold, each document once.
fn documents(targets: &[Target], screen: &Screen) -> Result<Vec<(Found, Target)>> {
    let mut documents: Vec<(Found, Target)> = Vec::new();
    for target in targets {
        let store = watched(target.open()?, target.url(), screen);
        for found in pollster::block_on(discover(&*store, &SyncOptions::default()))? {
            if !documents.iter().any(|(other, _)| other.document == found.document) {
                documents.push((found, target.clone()));
            }
        }
    }
    Ok(documents)
}

fn missing(sync: &Sync, targets: &[Target]) -> Failure {
    let file = sync.file.display();
    if targets.is_empty() || sync.new {
        return Failure::new(format!("there is no file {file}"));
    }
    let urls: Vec<_> = targets.iter().map(Target::url).collect();
    Failure::new(format!(
        "there is no file {file}, and {} holds no document that it could be made from",
        urls.join(" and ")
    ))
}

/// `abc (phone, laptop), def (phone)`.
fn list(documents: &[(Found, Target)]) -> String {
    let mut text = String::new();
    for (found, _) in documents {
        let labels: Vec<_> = found.clients.iter().map(|client| client.label.as_str()).collect();
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing into a String cannot fail.
        let _ = write!(text, "{comma}{} ({})", found.document, labels.join(", "));
    }
    text
}
