//! Paths from strangers: each reads as an error or as a path that writes itself down in full, and leads
//! somewhere or nowhere; writing there works or changes nothing.

use minisync::{Document, Path};
use serde_json::json;

use super::{Checked, accepted, ensure, pen};

/// More lines than this show nothing new.
const MOST: usize = 12;

pub(super) fn run(text: &str) -> Checked {
    let start = r#"{"a":{"b":[1,{"c":null},[2,[3]]],"0":"zero","-":"dash"},"":{"":[]},"__proto__":{"x":1},"é":"e","a.b":[{"id":1}]}"#;
    let mut document = accepted(pen::builder("alice")?.create_json(start), "create")?;
    for (number, line) in text.split('\n').take(MOST).enumerate() {
        let path = match Path::parse(line) {
            Ok(path) => path,
            Err(error) => {
                ensure(error.is_path(), || format!("{line:?}: {error}"))?;
                let refused = document.set(line, 1).is_err() && document.get(line).is_none();
                ensure(refused, || format!("{line:?} leads somewhere"))?;
                continue;
            }
        };
        spelling(&path)?;
        write(&mut document, &path, number)?;
        pen::check(&document)?;
    }
    pen::there_and_back(&document)
}

fn spelling(path: &Path) -> Checked {
    let (dotted, pointer) = (path.to_string(), path.to_pointer());
    let again = accepted(Path::parse(&dotted), "the dotted form cannot be read")?;
    ensure(again == *path, || format!("{path:?} reads as {again:?}"))?;
    let again = accepted(Path::parse(&pointer), "the pointer cannot be read")?;
    ensure(again.to_pointer() == pointer, || format!("{pointer:?} reads as {again:?}"))?;
    let again: Path = path.segments().iter().cloned().collect();
    ensure(again == *path, || format!("{path:?} is made of the steps of {again:?}"))?;
    let above = path.parent().map_or(0, |parent| parent.segments().len() + 1);
    ensure(above == path.segments().len(), || format!("{path:?} has a wrong parent"))
}

/// Writes at a path in one of several ways. What is refused changes nothing.
fn write(document: &mut Document, path: &Path, number: usize) -> Checked {
    let before = document.changes().to_string();
    let value = json!({ "n": [number, null] });
    let done = match number % 6 {
        0 => document.set(path, &value),
        1 => document.update(path, json!([number, { "id": number }])),
        2 => document.list(path).and_then(|mut list| list.push(&value)),
        3 => document.map(path).and_then(|mut map| map.set("__proto__", number)),
        4 => document.remove(path).map(|_| ()),
        _ => document.transact(|document| {
            document.set(path, number)?;
            document.set("no.such.place", number)
        }),
    };
    if number.is_multiple_of(6) && done.is_ok() && !ends_behind(path) {
        let is = document.get(path).map(|view| view.to_value());
        ensure(is.as_ref() == Some(&value), || format!("{path} is {is:?}, not {value}"))?;
    }
    let after = document.changes().to_string();
    ensure(done.is_ok() || before == after, || format!("refused at {path}, {before} became {after}"))
}

/// Whether it may name the place behind the last element: what is written there is then before it.
fn ends_behind(path: &Path) -> bool {
    matches!(path.segments().last(), Some(minisync::Segment::Token(token)) if token == "-")
}
