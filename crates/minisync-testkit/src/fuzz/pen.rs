//! Documents for the targets, and what is done to each whatever it came from: edits, and a way there and back.
//! Knows no input.

use minisync::{
    Builder, Change, Changes, ClientId, Document, DocumentId, ForgetPolicy, Patches, Path, Stamp, ValueType,
};
use serde_json::{Value, json};

use super::{Checked, Finding, accepted, ensure};
use crate::{rng::Rng, world::patched};

/// The time at which every document writes.
const NOW: u64 = 1_795_380_000_000_000;

/// Documents that write under this id, always at the same time, so that an input always means the same.
pub(super) fn builder(client: &str) -> Checked<Builder> {
    let id = accepted(ClientId::new(client), "a client id")?;
    let document = accepted(DocumentId::new("golden"), "a document id")?;
    let builder = Document::builder().client_id(id).document_id(document);
    Ok(builder.clock(|| Stamp::saturating(NOW)).random(Rng::new(1)))
}

/// A copy, unless the change set is refused.
pub(super) fn copy(changes: &Changes, client: &str) -> Checked<Option<Document>> {
    Ok(builder(client)?.join(changes).ok())
}

/// What a document says of itself holds.
pub(super) fn check(document: &Document) -> Checked {
    accepted(document.check(), "check")?;
    let text = document.to_json();
    for path in document.conflicted_paths() {
        let conflicts = accepted(document.conflicts(&path), "conflicts")?;
        ensure(document.get(&path).is_some(), || {
            format!("{path} has {} conflicts and no value in {text}", conflicts.len())
        })?;
    }
    Ok(())
}

/// What a document writes, others read as the same document, and say in the same words.
pub(super) fn there_and_back(document: &Document) -> Checked {
    let text = document.changes().to_string();
    let changes: Changes = accepted(text.parse(), "the own changes cannot be read")?;
    ensure(changes.to_string() == text, || format!("{text} reads as {changes}"))?;
    let builder = Document::builder().clock(|| Stamp::saturating(NOW));
    let restored = accepted(builder.restore(&changes), "the own changes are refused")?;
    check(&restored)?;
    ensure(restored.to_json() == document.to_json(), || {
        format!("{} comes back as {}", document.to_json(), restored.to_json())
    })?;
    let again = restored.changes().to_string();
    ensure(again == text, || format!("{text} comes back as {again}"))
}

/// Merges, and checks that nothing changes where it is refused, and else what the patches say. Whether it was
/// taken.
pub(super) fn merge(document: &mut Document, changes: &Changes) -> Checked<bool> {
    let before = document.changes().to_string();
    let mut plain = document.to_value();
    match document.merge(changes) {
        Ok(patches) => {
            check(document)?;
            patches_apply(&mut plain, &patches, document)?;
            Ok(true)
        }
        Err(_) => {
            let after = document.changes().to_string();
            ensure(before == after, || format!("a refused merge made {after} of {before}"))?;
            check(document)?;
            Ok(false)
        }
    }
}

fn patches_apply(plain: &mut Value, patches: &Patches, document: &Document) -> Checked {
    // Some numbers fit into documents only.
    let fits = |text: &str| serde_json::from_str::<Value>(text).is_ok();
    let fit = patches.iter().all(|patch| match &patch.change {
        Change::Add(text) | Change::Replace(text) => fits(text),
        Change::Remove | Change::Move(_) => true,
    });
    if !fit || !fits(&document.to_json()) {
        return Ok(());
    }
    patched::apply(plain, patches).map_err(|failure| Finding(failure.to_string()))?;
    let now = document.to_value();
    ensure(*plain == now, || format!("the patches {patches:?} lead to {plain}, and the document is {now}"))
}

/// Edits everything that can be reached, takes an edit back, and forgets.
pub(super) fn edit(document: &mut Document) -> Checked {
    for path in places(document) {
        let _ = edit_at(document, &path);
        accepted(document.check(), "check after an edit")?;
    }
    let before = document.changes().to_string();
    let rolled_back = document.transact(|document| {
        document.set("__proto__", 1)?;
        document.set("constructor", json!({ "a": [1, { "b": 2 }] }))?;
        document.set("no.such.place", 1)
    });
    let after = document.changes().to_string();
    ensure(rolled_back.is_err() && before == after, || format!("rolled back, {before} became {after}"))?;
    document.forget(&ForgetPolicy::everything());
    ensure(document.tombstones() == 0, || "not everything was forgotten".to_owned())?;
    check(document)
}

/// Up to 20 places, with those of all containers among them.
fn places(document: &Document) -> Vec<Path> {
    let mut found = vec![Path::root()];
    let mut next = 0;
    while let Some(path) = found.get(next).cloned() {
        next += 1;
        let Some(view) = document.get(&path) else { continue };
        match view.value_type() {
            ValueType::Map => found.extend(view.entries().take(6).map(|(key, _)| path.clone().key(key))),
            ValueType::List => {
                found.extend((0..).take(view.len().min(4)).map(|index| path.clone().index(index)))
            }
            _ => {}
        }
        if found.len() >= 20 {
            break;
        }
    }
    found.truncate(20);
    found
}

fn edit_at(document: &mut Document, path: &Path) -> minisync::Result<()> {
    match document.get(path).map(|view| view.value_type()) {
        Some(ValueType::Map) => {
            document.map(path)?.set("__proto__", json!({ "=": [1] }))?;
            let first = document.get(path).and_then(|view| Some(view.entries().next()?.0.into_owned()));
            if let Some(first) = first {
                document.map(path)?.remove(&first)?;
            }
        }
        Some(ValueType::List) => {
            let mut list = document.list(path)?;
            list.push(json!({ "pushed": [] }))?;
            list.unshift("first")?;
            let middle = isize::try_from(list.len() / 2).unwrap_or_default();
            list.insert(middle, [1, 2])?;
            list.move_to(0, -1)?;
            list.move_to(middle, 0)?;
            list.remove(middle)?;
        }
        Some(_) => document.set(path, "overwritten")?,
        None => {}
    }
    Ok(())
}
