//! Making the document.

use minisync::{Builder, Changes, ClientId, Document, DocumentId, Limits};

use super::exchange;
use crate::{
    arguments::{Arguments, Json},
    failure::{Failure, Result},
    instance::Instance,
};

pub(super) fn create(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let builder = builder(instance, arguments.optional()?)?;
    let value = arguments.value()?;
    arguments.end()?;
    instance.put_document(builder.create_json(value.text())?);
    Ok(String::new())
}

pub(super) fn genesis(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let options = arguments.optional()?;
    if options.map_or(Ok(None), |options| options.member("document"))?.is_none() {
        return Err(Failure::call("defaults need a document id, the same on all devices"));
    }
    let builder = builder(instance, options)?;
    let defaults = arguments.value()?;
    arguments.end()?;
    instance.put_document(builder.genesis_json(defaults.text())?);
    Ok(String::new())
}

pub(super) fn join(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let builder = builder(instance, arguments.optional()?)?;
    let changes: Changes = arguments.value()?.text().parse()?;
    arguments.end()?;
    instance.put_document(builder.join(&changes)?);
    Ok(String::new())
}

pub(super) fn restore(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let builder = builder(instance, arguments.optional()?)?;
    let saved = exchange::all(arguments)?;
    instance.put_document(builder.restore_all(&saved).map_err(exchange::one_of_several)?);
    Ok(String::new())
}

/// With the host's time and randomness, and what the options say.
fn builder(instance: &mut Instance, options: Option<Json<'_>>) -> Result<Builder> {
    if instance.has_document() {
        return Err(Failure::no_document("this instance has a document already; make another instance"));
    }
    let mut builder = Document::builder().clock(instance.clock()).random(instance.source()?);
    let Some(options) = options else { return Ok(builder) };
    if let Some(id) = options.member("document")? {
        builder = builder.document_id(DocumentId::new(id.string()?)?);
    }
    if let Some(id) = options.member("client")? {
        builder = builder.client_id(ClientId::new(id.string()?)?);
    }
    if let Some(wanted) = options.member("limits")? {
        let mut limits = Limits::default();
        for (name, limit) in [("depth", &mut limits.depth), ("bytes", &mut limits.bytes)] {
            if let Some(most) = wanted.member(name)? {
                *limit = usize::try_from(most.integer()?).unwrap_or(0);
            }
        }
        builder = builder.limits(limits);
    }
    Ok(builder)
}
