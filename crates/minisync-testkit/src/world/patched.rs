//! Applies the patches that a merge returns, and those of a subscription, to a plain copy, as a user interface
//! would.

use minisync::{Change, Document, Patches, Path, Segment};
use serde_json::Value;

use super::{Checked, Failure, ensure};

/// Makes `plain` what the patches say.
pub(crate) fn apply(plain: &mut Value, patches: &Patches) -> Checked {
    for patch in patches.iter() {
        one(plain, &patch.path, &patch.change)
            .ok_or_else(|| Failure::new("patches", format!("{patch:?} cannot be applied to {plain}")))?;
    }
    Ok(())
}

/// Makes `mirror` follow all that happened in the document since the last time, as JSON Patch text, by a library
/// that knows nothing of MiniSync.
pub(super) fn follow(doc: &mut Document, mirror: &mut Value) -> Checked {
    let text = doc.take_patches().to_json_patch();
    let before = mirror.clone();
    let failed =
        |error: &dyn std::fmt::Display| Failure::new("mirror", format!("{text}, to {before}: {error}"));
    let patch: json_patch::Patch = serde_json::from_str(&text).map_err(|error| failed(&error))?;
    json_patch::patch(mirror, &patch).map_err(|error| failed(&error))?;
    ensure(*mirror == doc.to_value(), "mirror", || {
        format!("{text} makes {before} into {mirror}, but the document shows {}", doc.to_json())
    })
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
