//! Writing: alone, as a batch, or in a transaction. The edits themselves are in `edit`.

use minisync::Document;

use super::edit::{self, Edit};
use crate::{
    arguments::{Arguments, Json},
    failure::{Failure, Result},
    instance::{Instance, write_results},
};

fn alone(instance: &mut Instance, edit: Edit, arguments: Arguments<'_>) -> Result<String> {
    let result = edit(instance.document()?, arguments)?;
    instance.commit(result)
}

pub(super) fn set(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    alone(instance, edit::set, arguments)
}

pub(super) fn update(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    alone(instance, edit::update, arguments)
}

pub(super) fn remove(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    alone(instance, edit::remove, arguments)
}

pub(super) fn insert(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    alone(instance, edit::insert, arguments)
}

pub(super) fn push(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    alone(instance, edit::push, arguments)
}

pub(super) fn splice(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    alone(instance, edit::splice, arguments)
}

pub(super) fn move_element(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    alone(instance, edit::move_element, arguments)
}

pub(super) fn reorder(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    alone(instance, edit::reorder, arguments)
}

pub(super) fn batch(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    instance.begin()?;
    let results = run_all(instance, &mut arguments);
    instance.end(results.is_ok())?;
    instance.commit(Some(write_results(&results?)))
}

fn run_all(instance: &mut Instance, arguments: &mut Arguments<'_>) -> Result<Vec<Option<String>>> {
    let document = instance.document()?;
    let mut results = Vec::new();
    while let Some(one) = arguments.optional()? {
        let result = run_one(document, one).map_err(|failure| failure.at(results.len()))?;
        results.push(result);
    }
    Ok(results)
}

fn run_one(document: &mut Document, operation: Json<'_>) -> Result<Option<String>> {
    let mut elements = operation.elements()?;
    let name =
        elements.next()?.ok_or_else(|| Failure::call("an operation in a batch has no name"))?.string()?;
    let edit = edit::named(&name);
    let edit = edit.ok_or_else(|| Failure::call(format!("{name:?} is no operation for a batch")))?;
    edit(document, Arguments::of(elements))
}

pub(super) fn begin(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    instance.begin()?;
    Ok(String::new())
}

pub(super) fn commit(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    instance.end(true)?;
    instance.commit(None)
}

pub(super) fn rollback(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    instance.end(false)?;
    Ok(String::new())
}

pub(super) fn subscribe(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    instance.subscribe()?;
    Ok(String::new())
}
