//! Change sets: making, describing and merging them.

use std::time::Duration;

use minisync::{Changes, Error, ForgetPolicy};

use super::identity::read_version;
use crate::{
    arguments::{Arguments, Json},
    failure::{Failure, Result},
    instance::Instance,
    output::{boolean, write_list, write_member, write_path, write_string},
};

pub(super) fn changes(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    Ok(instance.settled()?.changes().to_string())
}

pub(super) fn changes_for(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let client = arguments.string()?;
    arguments.end()?;
    Ok(instance.settled()?.changes_for(client).to_string())
}

pub(super) fn changes_since(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let version = read_version(arguments.value()?)?;
    arguments.end()?;
    Ok(instance.settled()?.changes_since(&version).to_string())
}

pub(super) fn describe(_: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let text = arguments.value()?.text();
    arguments.end()?;
    let changes: Changes = text.parse()?;
    let mut out = String::from("{\"document\":");
    write_string(changes.document_id().as_str(), &mut out);
    write_member("sender", &mut out);
    write_string(changes.sender().as_str(), &mut out);
    write_member("version", &mut out);
    out.push_str(&changes.version().to_string());
    write_member("since", &mut out);
    match changes.since() {
        Some(since) => out.push_str(&since.to_string()),
        None => out.push_str("null"),
    }
    write_member("empty", &mut out);
    out.push_str(boolean(changes.is_empty()));
    write_member("format", &mut out);
    out.push_str(if Changes::is_v1(text) { "1}" } else { "2}" });
    Ok(out)
}

pub(super) fn merge(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    let all = all(arguments)?;
    let patches = instance.settled()?.merge_all(&all).map_err(one_of_several)?;
    instance.commit_merge(&patches)
}

/// All the rest of the arguments, as change sets.
pub(super) fn all(mut arguments: Arguments<'_>) -> Result<Vec<Changes>> {
    let mut all: Vec<Changes> = Vec::new();
    while let Some(changes) = arguments.next()? {
        let parsed = changes.text().parse();
        all.push(parsed.map_err(|error| Failure::from(error).at(all.len()))?);
    }
    Ok(all)
}

/// The error says which of several change sets was refused.
pub(super) fn one_of_several(error: Error) -> Failure {
    let index = error.change_set();
    let failure = Failure::from(error);
    match index {
        Some(index) => failure.at(index),
        None => failure,
    }
}

pub(super) fn changes_v1(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    let changes = instance.settled()?.changes_v1()?;
    let mut out = format!("{{\"changes\":{changes}");
    write_member("leftOut", &mut out);
    write_list(changes.left_out(), &mut out, write_path);
    out.push('}');
    Ok(out)
}

pub(super) fn forget(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let mut policy = ForgetPolicy::default();
    if let Some(options) = arguments.optional()? {
        if let Some(acknowledged) = options.member("acknowledged")? {
            policy.acknowledged = acknowledged.boolean()?;
        }
        let age = options.member("olderThan")?.map(Json::integer).transpose()?;
        policy.older_than = age.map(|age| Duration::from_millis(u64::try_from(age).unwrap_or(0)));
    }
    arguments.end()?;
    let count = instance.settled()?.forget(&policy);
    instance.commit(Some(count.to_string()))
}
