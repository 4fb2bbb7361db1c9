//! Conflicts: what lost, and settling it; and bringing back what was overruled.

use crate::{
    arguments::Arguments,
    failure::{Failure, Result},
    instance::Instance,
    output::{write_list, write_member, write_path, write_string},
    overruled, place,
};

pub(super) fn conflicts(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let place = arguments.value()?;
    arguments.end()?;
    let document = instance.document()?;
    let path = place::existing(document, place)?;
    let mut out = String::new();
    write_list(document.conflicts(&path)?, &mut out, |conflict, out| {
        out.push_str("{\"value\":");
        out.push_str(&conflict.value.to_string());
        write_member("client", out);
        write_string(conflict.client.as_str(), out);
        write_member("stamp", out);
        out.push_str(&conflict.stamp.to_string());
        out.push('}');
    });
    Ok(out)
}

pub(super) fn conflicted_places(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    let mut out = String::new();
    write_list(&instance.document()?.conflicted_paths(), &mut out, write_path);
    Ok(out)
}

pub(super) fn resolve(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let (place, index) = (arguments.value()?, arguments.optional()?);
    arguments.end()?;
    let document = instance.document()?;
    let path = place::existing(document, place)?;
    let value = match index {
        Some(index) => {
            let conflicts = document.conflicts(&path)?;
            let found = usize::try_from(index.integer()?).ok().and_then(|index| conflicts.get(index));
            found.map(|conflict| conflict.value.to_string()).ok_or_else(|| {
                Failure::refused(format!("there are {} values that lost at {path}", conflicts.len()))
            })?
        }
        None => document
            .get(&path)
            .map(|view| view.to_string())
            .ok_or_else(|| Failure::refused(format!("there is nothing at {path}")))?,
    };
    document.set_json(&path, &value)?;
    instance.commit(None)
}

pub(super) fn restore_overruled(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let lost = overruled::read(arguments.value()?)?;
    arguments.end()?;
    instance.document()?.restore_overruled(&lost)?;
    instance.commit(None)
}
