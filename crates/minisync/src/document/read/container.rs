//! Containers by their ids, for handles that outlive an index: from a path to the id, and back.

use crate::{
    address::path::{Path, Segment, ToPath},
    data::arena::{ContainerRef, Loc, MapId},
    document::{
        Document, ValueType,
        read::open::{Containers, Opened},
    },
    names::{container_id::ContainerId, dot::Dot, stamp::Stamp},
};

impl Document {
    /// The id of the map or list at a path; none where there is neither. Of several that read as one, that of
    /// the latest.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "todo": [{ "title": "milk" }] }))?;
    /// let milk = document.container_id("todo[0]").unwrap();
    /// document.list("todo")?.unshift(serde_json::json!({ "title": "eggs" }))?;
    /// assert_eq!(document.container_path(&milk).unwrap().to_string(), "todo[1]");
    /// assert_eq!(document.container_id("todo[0].title"), None);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn container_id(&self, path: impl ToPath) -> Option<ContainerId> {
        let path = path.to_path().ok()?;
        let segments = path.segments();
        if segments.is_empty() {
            return Some(ContainerId::ROOT);
        }
        let is_container = |of: ValueType| matches!(of, ValueType::Map | ValueType::List);
        self.find(segments).filter(|found| is_container(found.view.value_type()))?;
        let dot = self.dot_of(segments)?;
        Some(self.writers.container_id(dot))
    }

    /// Where a container is now; none where it is gone, or not to be seen, since it lost a conflict. What was
    /// written in one go may have to be taken apart to find it, so the document has to be mutable; nothing that
    /// readers see changes.
    pub fn container_path(&mut self, id: &ContainerId) -> Option<Path> {
        let Some((stamp, client, first)) = id.write() else { return Some(Path::root()) };
        self.visible_path(self.writers.find_write(client, first, stamp, &self.lines)?)
    }

    fn visible_path(&mut self, dot: Dot) -> Option<Path> {
        if dot.stamp == Stamp::ZERO {
            return None;
        }
        let node = self.container(dot)?;
        let above = |loc: &Loc| self.tree.get(loc.node).and_then(|node| node.parent);
        let mut way: Vec<Loc> = std::iter::successors(self.tree.get(node)?.parent, above).collect();
        way.reverse();
        // Down again as readers go, who may see each of these containers in a union with others.
        let mut path = Path::root();
        let mut opened = Opened::Maps(Containers::One(MapId::ROOT));
        for loc in way {
            let (segment, locs) = match (&opened, self.tree.typed(loc.node)?) {
                (Opened::Maps(maps), ContainerRef::Map(map)) => {
                    let key = self.tree.map(map).entry(loc.slot)?.key.clone();
                    let living = self.living_entries(maps, &key).into_iter().map(Loc::from);
                    (Segment::Key(key), living.collect())
                }
                (Opened::Lists(lists), ContainerRef::List(list)) => {
                    (Segment::at(self.index_in(lists, list.element(loc.slot))?), vec![loc])
                }
                // It lost against a container of the other type.
                (Opened::Maps(_), ContainerRef::List(_)) | (Opened::Lists(_), ContainerRef::Map(_)) => {
                    return None;
                }
            };
            path = path.join(&[segment].into_iter().collect());
            opened = self.open_registers(&locs)?;
        }
        let is_among = match (&opened, self.tree.typed(node)?) {
            (Opened::Maps(maps), ContainerRef::Map(map)) => maps.as_slice().contains(&map),
            (Opened::Lists(lists), ContainerRef::List(list)) => lists.as_slice().contains(&list),
            _ => false,
        };
        is_among.then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::names::error::Result;

    #[test]
    fn an_id_stays_while_the_element_moves_and_goes_with_it() -> Result<()> {
        let mut document = Document::new(json!({ "list": [{ "n": [1] }, { "n": [2] }, 3] }))?;
        let second = document.container_id("list[1].n").unwrap();
        document.list("list")?.move_to(1, 0)?;
        assert_eq!(document.container_path(&second), Some(Path::parse("list[0].n")?));
        assert_eq!(document.container_id("list[0].n"), Some(second.clone()));
        let mut copy = Document::from_changes(&document.changes())?;
        assert_eq!(copy.container_path(&second), Some(Path::parse("list[0].n")?));
        document.remove("list[0]")?;
        assert_eq!(document.container_path(&second), None);
        assert_eq!(document.container_id("list[1]"), None);
        assert_eq!(document.container_id(""), Some(ContainerId::ROOT));
        assert_eq!(document.container_path(&ContainerId::ROOT), Some(Path::root()));
        Ok(())
    }

    #[test]
    fn containers_that_read_as_one_are_found_by_each_of_their_ids() -> Result<()> {
        let mut alice = Document::new(json!({}))?;
        let mut bob = Document::from_changes(&alice.changes())?;
        alice.set("lists", json!({ "a": [["alice"]] }))?;
        bob.set("lists", json!({ "a": [["bob"]] }))?;
        let ids = [alice.container_id("lists.a[0]").unwrap(), bob.container_id("lists.a[0]").unwrap()];
        alice.merge(&bob.changes())?;
        for id in ids {
            let path = alice.container_path(&id).unwrap();
            assert_eq!(alice.container_id(&path), Some(id));
        }
        assert_eq!(alice.get("lists.a").unwrap().len(), 2);
        Ok(())
    }

    #[test]
    fn a_container_that_lost_against_a_value_is_not_to_be_seen() -> Result<()> {
        let mut alice = Document::new(json!({}))?;
        let mut bob = Document::from_changes(&alice.changes())?;
        alice.set("a", json!({}))?;
        let lost = alice.container_id("a").unwrap();
        bob.set("x", 1)?;
        bob.set("a", 1)?;
        alice.merge(&bob.changes())?;
        let is_there = alice.get("a").unwrap().value_type() == ValueType::Map;
        assert_eq!(alice.container_path(&lost).is_some(), is_there);
        Ok(())
    }
}
