//! Undo and redo.

use std::time::Duration;

use minisync::UndoPolicy;

use crate::{
    arguments::Arguments,
    failure::Result,
    instance::Instance,
    output::{boolean, write_member},
};

pub(super) fn record_undo(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let mut policy = UndoPolicy::default();
    if let Some(options) = arguments.optional()? {
        if let Some(within) = options.member("within")? {
            policy.within = Duration::from_millis(u64::try_from(within.integer()?).unwrap_or(0));
        }
        if let Some(groups) = options.member("groups")? {
            policy.groups = usize::try_from(groups.integer()?).unwrap_or(0);
        }
    }
    arguments.end()?;
    instance.settled()?.record_undo(policy);
    Ok(String::new())
}

pub(super) fn undo(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    let is_done = instance.settled()?.undo()?;
    instance.commit(Some(boolean(is_done).to_owned()))
}

pub(super) fn redo(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    let is_done = instance.settled()?.redo()?;
    instance.commit(Some(boolean(is_done).to_owned()))
}

pub(super) fn undo_state(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    let document = instance.document()?;
    let mut out = String::from("{\"undo\":");
    out.push_str(boolean(document.can_undo()));
    write_member("redo", &mut out);
    out.push_str(boolean(document.can_redo()));
    out.push('}');
    Ok(out)
}

pub(super) fn end_undo_group(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    instance.settled()?.end_undo_group();
    Ok(String::new())
}

pub(super) fn save_undo(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    Ok(instance.settled()?.save_undo()?.unwrap_or_default())
}

pub(super) fn restore_undo(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let history = arguments.value()?;
    arguments.end()?;
    instance.settled()?.restore_undo(history.text())?;
    Ok(String::new())
}
