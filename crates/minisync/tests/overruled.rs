//! An edit beside a deletion: the merge that finds out says what is nowhere to be read any more.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use minisync::{ClientId, Document, Overruled, Patches, Result};
use serde_json::{Value, json};

/// Clients who all have seen this.
fn clients<const N: usize>(value: Value, names: [&str; N]) -> Result<[Document; N]> {
    let first = Document::builder().client_id(ClientId::new("zoe")?).create(value)?;
    let join = |name: &str| Document::builder().client_id(ClientId::new(name)?).join(&first.changes());
    let joined: Result<Vec<Document>> = names.into_iter().map(join).collect();
    Ok(joined?.try_into().unwrap())
}

/// `path=value (client)` of each.
fn told(patches: &Patches) -> Vec<String> {
    let tell = |lost: &Overruled| {
        let path = lost.path.as_ref().map_or_else(|| format!("?{}", lost.within), ToString::to_string);
        format!("{path}={} ({})", lost.value, lost.client)
    };
    patches.overruled().iter().map(tell).collect()
}

/// What `to` lacks, by a delta; what the merge told.
fn sent(from: &Document, to: &mut Document) -> Result<Vec<String>> {
    let patches = to.merge(&from.changes_since(&to.version()))?;
    to.check()?;
    Ok(told(&patches))
}

/// The same by a full change set.
fn sent_all(from: &Document, to: &mut Document) -> Result<Vec<String>> {
    let patches = to.merge(&from.changes())?;
    to.check()?;
    Ok(told(&patches))
}

const NOTHING: [&str; 0] = [];

/// Bob edited a list item while Ann deleted it: his text was nowhere, and nobody was told.
#[test]
fn an_edit_of_an_item_that_the_other_deletes() -> Result<()> {
    let [mut ann, mut bob] = clients(json!({ "todo": ["milk", "eggs"] }), ["ann", "bob"])?;
    ann.remove("todo[1]")?;
    bob.set("todo[1]", "six eggs")?;
    let (stamp, expected) = (bob.version().get(bob.client_id()), [r#"todo[1]="six eggs" (bob)"#]);
    let patches = bob.merge(&ann.changes_since(&bob.version()))?;
    assert_eq!(told(&patches), expected);
    let lost = &patches.overruled()[0];
    assert_eq!((lost.stamp, lost.item.as_deref()), (stamp, Some(r#""six eggs""#)));
    bob.restore_overruled(lost)?;
    assert_eq!(bob.to_value(), json!({ "todo": ["milk", "six eggs"] }));
    assert_eq!(sent(&bob, &mut ann)?, NOTHING);
    assert_eq!(ann.to_value(), bob.to_value());
    Ok(())
}

/// The other order: the edit comes to where the item is deleted already. It is told once, however often it comes.
#[test]
fn an_edit_that_comes_to_where_the_item_is_gone() -> Result<()> {
    for is_full in [false, true] {
        let [mut ann, mut bob] = clients(json!({ "todo": ["milk", "eggs"] }), ["ann", "bob"])?;
        ann.remove("todo[1]")?;
        bob.set("todo[1]", "six eggs")?;
        let changes = if is_full { bob.changes() } else { bob.changes_since(&ann.version()) };
        let patches = ann.merge(&changes)?;
        assert_eq!(told(&patches), [r#"todo.-="six eggs" (bob)"#]);
        assert_eq!(told(&ann.merge(&changes)?), NOTHING);
        assert_eq!(sent_all(&bob, &mut ann)?, NOTHING);
        ann.restore_overruled(&patches.overruled()[0])?;
        assert_eq!(ann.to_value(), json!({ "todo": ["milk", "six eggs"] }));
    }
    Ok(())
}

/// The item is a map, and the edit is in it: on one side it comes back whole, on the other with what came.
#[test]
fn an_edit_within_an_item_that_the_other_deletes() -> Result<()> {
    let start = json!({ "todo": [{ "title": "milk", "done": false }, { "title": "eggs", "done": false }] });
    let [mut ann, mut bob] = clients(start, ["ann", "bob"])?;
    ann.remove("todo[1]")?;
    bob.set("todo[1].title", "six eggs")?;
    bob.set("todo[1].tags", json!(["new"]))?;
    bob.set("todo[1].tags[1]", "urgent")?;
    let to_ann = bob.changes_since(&ann.version());
    let mut expected = [r#"todo[1].tags=["new","urgent"] (bob)"#, r#"todo[1].title="six eggs" (bob)"#];
    let patches = bob.merge(&ann.changes_since(&bob.version()))?;
    let mut lines = told(&patches);
    lines.sort();
    assert_eq!(lines, expected);
    bob.restore_overruled(&patches.overruled()[0])?;
    let whole = json!({ "title": "six eggs", "done": false, "tags": ["new", "urgent"] });
    assert_eq!(bob.get("todo[1]").unwrap().to_value(), whole);

    let patches = ann.merge(&to_ann)?;
    expected = [r#"todo.-.tags=["new","urgent"] (bob)"#, r#"todo.-.title="six eggs" (bob)"#];
    let mut lines = told(&patches);
    lines.sort();
    assert_eq!(lines, expected);
    ann.restore_overruled(patches.overruled().iter().find(|lost| lost.value.starts_with('"')).unwrap())?;
    assert_eq!(ann.get("todo[1]").unwrap().to_value(), json!({ "title": "six eggs" }));
    Ok(())
}

/// Ann moved the item into another list, which is a deletion there and an insertion here.
#[test]
fn an_edit_of_an_item_that_the_other_moves_into_another_list() -> Result<()> {
    let [mut ann, mut bob] = clients(json!({ "todo": ["milk", "eggs"], "done": [] }), ["ann", "bob"])?;
    ann.remove("todo[0]")?;
    ann.list("done")?.push("milk")?;
    bob.set("todo[0]", "oat milk")?;
    let to_ann = bob.changes_since(&ann.version());
    assert_eq!(sent(&ann, &mut bob)?, [r#"todo[0]="oat milk" (bob)"#]);
    assert_eq!(told(&ann.merge(&to_ann)?), [r#"todo.-="oat milk" (bob)"#]);
    assert_eq!(bob.to_value(), json!({ "todo": ["eggs"], "done": ["milk"] }));
    Ok(())
}

/// Ann replaced the settings, Bob edited them: what he wrote goes into those that stand there now.
#[test]
fn an_edit_below_a_map_that_is_replaced() -> Result<()> {
    let start = json!({ "settings": { "size": 1, "view": { "zoom": 1 } } });
    for is_full in [false, true] {
        let [mut ann, mut bob] = clients(start.clone(), ["ann", "bob"])?;
        ann.set("settings", json!({ "size": 2 }))?;
        bob.set("settings.view.zoom", 3)?;
        let to_ann = if is_full { bob.changes() } else { bob.changes_since(&ann.version()) };
        let patches = bob.merge(&if is_full { ann.changes() } else { ann.changes_since(&bob.version()) })?;
        assert_eq!(told(&patches), ["settings.view.zoom=3 (bob)"]);
        bob.restore_overruled(&patches.overruled()[0])?;
        assert_eq!(bob.to_value(), json!({ "settings": { "size": 2, "view": { "zoom": 3 } } }));
        // A delta names the map, and nobody here knows any more where it was.
        let expected = if is_full { "settings.view.zoom=3 (bob)" } else { "?zoom=3 (bob)" };
        assert_eq!(told(&ann.merge(&to_ann)?), [expected]);
        assert_eq!(told(&ann.merge(&to_ann)?), NOTHING);
    }
    Ok(())
}

/// Ann deleted the key. What Bob wrote below it goes, and so does what he inserted into a list there.
#[test]
fn an_edit_below_a_key_that_is_deleted() -> Result<()> {
    let [mut ann, mut bob] = clients(json!({ "a": { "list": [1] } }), ["ann", "bob"])?;
    ann.remove("a")?;
    bob.list("a.list")?.push(2)?;
    let patches = bob.merge(&ann.changes_since(&bob.version()))?;
    assert_eq!(told(&patches), ["a.list[1]=2 (bob)"]);
    bob.restore_overruled(&patches.overruled()[0])?;
    assert_eq!(bob.to_value(), json!({ "a": { "list": [2] } }));
    Ok(())
}

/// Whoever deletes what they have seen overrules nobody.
#[test]
fn an_edit_that_the_deletion_had_seen_is_not_told() -> Result<()> {
    let [mut ann, mut bob, mut carol] =
        clients(json!({ "todo": ["milk", "eggs"] }), ["ann", "bob", "carol"])?;
    bob.set("todo[1]", "six eggs")?;
    sent(&bob, &mut carol)?;
    sent(&bob, &mut ann)?;
    ann.remove("todo[1]")?;
    for is_full in [false, true] {
        let told = if is_full { sent_all(&ann, &mut bob)? } else { sent(&ann, &mut carol)? };
        assert_eq!(told, NOTHING);
    }
    sent(&carol, &mut bob)?;
    assert_eq!(carol.to_value(), bob.to_value());
    Ok(())
}

/// Carol hears of both from others, in either order; and also where the deletion comes from somebody who has
/// seen the edit too, and dropped it.
#[test]
fn a_third_client_is_told_too() -> Result<()> {
    let start = json!({ "todo": ["milk", "eggs"] });
    let names = ["ann", "bob", "carol", "dan", "eve"];
    let [mut ann, mut bob, mut carol, mut dan, mut eve] = clients(start, names)?;
    ann.remove("todo[1]")?;
    bob.set("todo[1]", "six eggs")?;

    assert_eq!(sent(&bob, &mut carol)?, NOTHING);
    assert_eq!(sent(&ann, &mut carol)?, [r#"todo[1]="six eggs" (bob)"#]);

    assert_eq!(sent(&ann, &mut dan)?, NOTHING);
    assert_eq!(sent(&bob, &mut dan)?, [r#"todo.-="six eggs" (bob)"#]);

    assert_eq!(sent(&bob, &mut eve)?, NOTHING);
    assert_eq!(sent(&carol, &mut eve)?, [r#"todo[1]="six eggs" (bob)"#]);
    for other in [&bob, &dan, &eve] {
        assert_eq!(sent(other, &mut carol)?, NOTHING);
    }
    Ok(())
}

/// A deletion that its author forgot again says nothing; that the element is missing says it.
#[test]
fn a_deletion_that_was_forgotten_overrules_too() -> Result<()> {
    let [mut ann, mut bob] = clients(json!({ "todo": ["milk", "eggs"] }), ["ann", "bob"])?;
    ann.remove("todo[1]")?;
    ann.forget(&minisync::ForgetPolicy { acknowledged: true, older_than: Some(std::time::Duration::ZERO) });
    assert_eq!(ann.tombstones(), 0);
    bob.set("todo[1]", "six eggs")?;
    let to_ann = bob.changes();
    assert_eq!(sent_all(&ann, &mut bob)?, [r#"todo[1]="six eggs" (bob)"#]);
    assert_eq!(told(&ann.merge(&to_ann)?), [r#"todo.-="six eggs" (bob)"#]);
    Ok(())
}

/// Many change sets at once tell what each of them would have told alone.
#[test]
fn several_change_sets_at_once_tell_it_once() -> Result<()> {
    let [mut ann, mut bob, mut carol] =
        clients(json!({ "todo": ["milk", "eggs"] }), ["ann", "bob", "carol"])?;
    ann.remove("todo[1]")?;
    bob.set("todo[1]", "six eggs")?;
    let all = [bob.changes_since(&carol.version()), ann.changes_since(&carol.version()), bob.changes()];
    let patches = carol.merge_all(&all)?;
    assert_eq!(told(&patches), [r#"todo[1]="six eggs" (bob)"#]);
    Ok(())
}
