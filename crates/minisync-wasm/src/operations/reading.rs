//! Reading. Nothing that is not there is an error.

use minisync::{ContainerId, Document, Path, Segment, ValueType, View};

use crate::{
    arguments::Arguments,
    failure::Result,
    instance::Instance,
    output::{write_list, write_member, write_path, write_string},
    place,
};

/// Reads what is at a place, or else all; nothing where nothing is.
fn read(
    instance: &mut Instance,
    mut arguments: Arguments<'_>,
    write: fn(View<'_>, &mut String),
) -> Result<String> {
    let place = arguments.optional()?;
    arguments.end()?;
    let document = instance.document()?;
    let path = match place {
        Some(place) => place::find(document, place)?,
        None => Some(Path::root()),
    };
    let mut out = String::new();
    if let Some(view) = path.and_then(|path| document.get(&path)) {
        write(view, &mut out);
    }
    Ok(out)
}

pub(super) fn get(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    read(instance, arguments, |view, out| out.push_str(&view.to_json()))
}

pub(super) fn find(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let place = arguments.value()?;
    arguments.end()?;
    let document = instance.document()?;
    let mut out = String::new();
    if let Some(path) = place::find(document, place)?
        && let Some(view) = document.get(&path)
    {
        write_reference(document, &view, &path, &mut out);
    }
    Ok(out)
}

pub(super) fn children(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let place = arguments.value()?;
    arguments.end()?;
    let document = instance.document()?;
    let mut out = String::new();
    let Some(path) = place::find(document, place)? else { return Ok(out) };
    let Some(view) = document.get(&path) else { return Ok(out) };
    let below = |segment| path.join(&[segment].into_iter().collect());
    match view.value_type() {
        ValueType::List => write_list((0..).zip(view.items()), &mut out, |(index, item), out| {
            write_reference(document, &item, &below(Segment::Index(index)), out);
        }),
        ValueType::Map => {
            out.push('{');
            for (key, value) in view.entries() {
                if out.len() > 1 {
                    out.push(',');
                }
                write_string(&key, &mut out);
                out.push(':');
                write_reference(document, &value, &below(Segment::Key(key.as_ref().into())), &mut out);
            }
            out.push('}');
        }
        _ => {}
    }
    Ok(out)
}

/// The id and the kind of a container, or another value itself.
fn write_reference(document: &Document, view: &View<'_>, path: &Path, out: &mut String) {
    let kind = match view.value_type() {
        ValueType::Map => "\"map\"",
        ValueType::List => "\"list\"",
        _ => {
            out.push_str("{\"value\":");
            out.push_str(&view.to_string());
            out.push('}');
            return;
        }
    };
    let id = document.container_id(path).map(|id| id.to_string()).unwrap_or_default();
    out.push_str("{\"id\":");
    write_string(&id, out);
    write_member("type", out);
    out.push_str(kind);
    out.push('}');
}

pub(super) fn length(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    read(instance, arguments, |view, out| {
        if view.value_type() == ValueType::List {
            out.push_str(&view.len().to_string());
        }
    })
}

pub(super) fn keys(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    read(instance, arguments, |view, out| {
        if view.value_type() == ValueType::Map {
            write_list(view.entries(), out, |(key, _), out| write_string(&key, out));
        }
    })
}

pub(super) fn locate(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let id: ContainerId = arguments.string()?.parse()?;
    arguments.end()?;
    let mut out = String::new();
    if let Some(path) = instance.document()?.container_path(&id) {
        write_path(&path, &mut out);
    }
    Ok(out)
}

pub(super) fn author(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let place = arguments.value()?;
    arguments.end()?;
    let document = instance.document()?;
    let mut out = String::new();
    if let Some(path) = place::find(document, place)?
        && let Some((client, stamp)) = document.author(&path)
    {
        out.push_str("{\"client\":");
        write_string(client.as_str(), &mut out);
        write_member("stamp", &mut out);
        out.push_str(&stamp.to_string());
        out.push('}');
    }
    Ok(out)
}
