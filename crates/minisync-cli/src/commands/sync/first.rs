//! How a FILE that is not tracked yet becomes a document. Decides, and does nothing.

use minisync::{Changes, DocumentId};
use minisync_store::Target;

use super::{
    file_sync::FileSync,
    offers::{Offer, described, offers, pick},
};
use crate::{
    file::Source,
    terminal::{Failure, Result, Screen},
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
            First::New => {
                let written: Vec<_> =
                    targets.iter().filter(|target| !target.is_read_only()).map(Target::url).collect();
                match written.is_empty() {
                    true => "would become a new document".to_owned(),
                    false => format!("would become a new document and be sent to {}", written.join(" and ")),
                }
            }
        }
    }
}

/// Looks at FILE and at what the targets hold.
///
/// # Errors
/// Where it is not clear what is meant; the error offers what can be said.
pub(super) fn plan(sync: &FileSync<'_>, targets: &[Target], screen: &Screen) -> Result<First> {
    let file = sync.file.display();
    let reading = Source::new(sync.file)?.read()?;
    if let Some(reading) = reading.as_ref().filter(|reading| Changes::is_v1(reading.text())) {
        return import(sync, reading.text(), targets, screen);
    }
    let present = reading.is_some();
    let offers = offers(targets, screen)?;
    if sync.asked.new {
        return if present { Ok(First::New) } else { Err(missing(sync, targets)) };
    }
    if let Some(join) = sync.asked.join() {
        return pick(&offers, join).map(join_to).map_err(|failure| failure.about(file));
    }
    match (&offers[..], present) {
        ([], true) => Ok(First::New),
        ([], false) => Err(missing(sync, targets)),
        ([offer], false) => Ok(join_to(offer)),
        (_, false) => Err(Failure::new(format!(
            "{file} is not there yet, and the target holds several documents; pick one with --join: {}",
            described(&offers)
        ))),
        (_, true) => Err(Failure::new(format!(
            "{file} is not tracked yet, and the target holds documents already; add --join DOCUMENT to make it one \
             of them (it is kept as {}.bak, and what only it has is added), or --new to add it beside them: {}",
            sync.file.file_name().unwrap_or_default().display(),
            described(&offers)
        ))),
    }
}

fn join_to(offer: &Offer) -> First {
    First::Join { document: offer.document.clone(), target: offer.target.clone() }
}

/// A file of version 1 is the document that it names, and no other.
fn import(sync: &FileSync<'_>, text: &str, targets: &[Target], screen: &Screen) -> Result<First> {
    let file = sync.file.display();
    let changes = text.trim().parse::<Changes>().map_err(|error| Failure::from(error).about(&file))?;
    let document = changes.document_id();
    if let Some(join) = sync.asked.join().filter(|join| !document.as_str().starts_with(join)) {
        return Err(Failure::new(format!(
            "{file} is the document {document}, in version 1 of the format, and cannot become {join}; \
             use another name for another document"
        )));
    }
    let others = offers(targets, screen)?;
    if !sync.asked.new && !others.is_empty() && others.iter().all(|offer| offer.document != *document) {
        return Err(Failure::new(format!(
            "{file} is the document {document}, in version 1 of the format, and the target holds others; add --new \
             to put it beside them: {}",
            described(&others)
        )));
    }
    Ok(First::Import(document.clone()))
}

/// For a FILE whose document has not been anywhere: whether the targets hold others and not this one.
///
/// # Errors
/// Where they do; the error offers what can be said.
pub(super) fn refuse_strangers(
    sync: &FileSync<'_>,
    document: &DocumentId,
    targets: &[Target],
    screen: &Screen,
) -> Result<()> {
    let offers = offers(targets, screen)?;
    if offers.is_empty() || offers.iter().any(|offer| offer.document == *document) {
        return Ok(());
    }
    let name = sync.file.file_name().unwrap_or_default().display();
    Err(Failure::new(format!(
        "{} is a document of its own, and the target holds others already; add --new to put it beside them; \
         or, to make it one of them, move {}/{name}.* away and use --join DOCUMENT: {}",
        sync.file.display(),
        sync.file.with_file_name(".minisync").display(),
        described(&offers)
    )))
}

fn missing(sync: &FileSync<'_>, targets: &[Target]) -> Failure {
    let file = sync.file.display();
    if targets.is_empty() || sync.asked.new {
        return Failure::new(format!("there is no file {file}"));
    }
    let urls: Vec<_> = targets.iter().map(Target::url).collect();
    Failure::new(format!(
        "there is no file {file}, and {} holds no document that it could be made from",
        urls.join(" and ")
    ))
}
