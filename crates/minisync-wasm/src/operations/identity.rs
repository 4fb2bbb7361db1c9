//! Who writes, and what was seen.

use std::cmp::Ordering;

use minisync::{ClientId, Version};

use crate::{
    arguments::{Arguments, Json},
    failure::Result,
    instance::Instance,
    output::{write_member, write_string},
};

pub(super) fn identity(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    let document = instance.document()?;
    let mut out = String::from("{\"document\":");
    write_string(document.id().as_str(), &mut out);
    write_member("client", &mut out);
    write_string(document.client_id().as_str(), &mut out);
    out.push('}');
    Ok(out)
}

pub(super) fn set_client(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let client = arguments.string()?;
    arguments.end()?;
    instance.settled()?.set_client_id(client)?;
    Ok(String::new())
}

pub(super) fn renew_client(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    instance.settled()?.replica().take_new_client_id()?;
    instance.commit(None)
}

pub(super) fn create_id(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    let id = ClientId::random(&mut instance.source()?);
    let mut out = String::new();
    write_string(id.as_str(), &mut out);
    Ok(out)
}

pub(super) fn version(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    Ok(instance.document()?.version().to_string())
}

pub(super) fn client_states(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    let mut out = String::from("{");
    for (client, version) in instance.document()?.clients() {
        if out.len() > 1 {
            out.push(',');
        }
        write_string(client.as_str(), &mut out);
        out.push(':');
        out.push_str(&version.to_string());
    }
    out.push('}');
    Ok(out)
}

pub(super) fn acknowledge(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let client = ClientId::new(arguments.string()?)?;
    let version = read_version(arguments.value()?)?;
    arguments.end()?;
    instance.document()?.replica().acknowledge(&client, &version);
    instance.commit(None)
}

pub(super) fn dismiss(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let client = ClientId::new(arguments.string()?)?;
    arguments.end()?;
    instance.document()?.replica().dismiss(&client);
    Ok(String::new())
}

pub(super) fn compare(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let first = read_version(arguments.value()?)?;
    let second = match arguments.optional()? {
        Some(version) => read_version(version)?,
        None => instance.document()?.version(),
    };
    arguments.end()?;
    let order = match instance.document()?.compare(&first, &second) {
        Some(Ordering::Equal) => "\"equal\"",
        Some(Ordering::Greater) => "\"newer\"",
        Some(Ordering::Less) => "\"older\"",
        None => "\"concurrent\"",
    };
    Ok(order.to_owned())
}

pub(super) fn read_version(version: Json<'_>) -> Result<Version> {
    Ok(version.text().parse()?)
}
