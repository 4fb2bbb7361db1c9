//! Applies the patches that a merge returns to a plain copy, as a user interface would.

use minisync::{Change, Patches, Path, Segment};
use serde_json::Value;

use super::{Checked, Failure};

/// Makes `plain` what the patches say.
pub(crate) fn apply(plain: &mut Value, patches: &Patches) -> Checked {
    for patch in patches.iter() {
        one(plain, &patch.path, &patch.change)
            .ok_or_else(|| Failure::new("patches", format!("{patch:?} cannot be applied to {plain}")))?;
    }
    Ok(())
}

fn one(plain: &mut Value, path: &Path, change: &Change) -> Option<()> {
    let Some((last, parents)) = path.segments().split_last() else {
        if let Change::Replace(text) = change {
            *plain = serde_json::from_str(text).ok()?;
            return Some(());
        }
        return None;
    };
    let mut parent = plain;
    for segment in parents {
        parent = match segment {
            Segment::Key(key) => parent.get_mut(key.as_str())?,
            Segment::Index(index) => parent.get_mut(usize::try_from(*index).ok()?)?,
            Segment::Token(_) => return None,
        };
    }
    match (parent, last) {
        (Value::Object(entries), Segment::Key(key)) => match change {
            Change::Add(text) => {
                let before = entries.insert(key.to_string(), serde_json::from_str(text).ok()?);
                before.is_none().then_some(())
            }
            Change::Replace(text) => {
                *entries.get_mut(key.as_str())? = serde_json::from_str(text).ok()?;
                Some(())
            }
            Change::Remove => entries.shift_remove(key.as_str()).map(drop),
            Change::Move(_) => None,
        },
        (Value::Array(items), Segment::Index(index)) => in_list(items, usize::try_from(*index).ok()?, change),
        _ => None,
    }
}

fn in_list(items: &mut Vec<Value>, index: usize, change: &Change) -> Option<()> {
    match change {
        Change::Add(text) if index <= items.len() => items.insert(index, serde_json::from_str(text).ok()?),
        Change::Replace(text) => *items.get_mut(index)? = serde_json::from_str(text).ok()?,
        Change::Remove if index < items.len() => drop(items.remove(index)),
        Change::Move(to) if index < items.len() && *to < items.len() => {
            let item = items.remove(index);
            items.insert(*to, item);
        }
        _ => return None,
    }
    Some(())
}
